"""The report as Poppler finds it: pages, texts, numbers, and what is attached to verify them."""

import re
import subprocess
from datetime import date
from pathlib import Path

import pytest
from PIL import Image
from scripts import parts
from tests.documents.reports import BUCHAREST, BY_HOUR, SPOT, content, many, record

from chargedeck.documents.catalogue import catalogue
from chargedeck.documents.pdf_paper import REPLACEMENT
from chargedeck.documents.pdf_reader import PdfReader
from chargedeck.documents.pdf_report import PdfPrinter
from chargedeck.documents.tariff_lines import tariff_lines
from chargedeck.hub.report_ports import NotAReportError
from chargedeck.hub.report_records import ReportContent, ReportLanguage, TariffBasis
from chargedeck.hub.report_rows import checksum
from chargedeck.hub.tariff_terms import TariffTerms


@pytest.fixture(scope="session")
def poppler() -> Path:
    found = parts.find(parts.POPPLER)
    if found is None:
        pytest.skip(parts.missing(parts.POPPLER))
    return found.parent


def printed(of: ReportContent, folder: Path) -> Path:
    file = folder / "report.pdf"
    file.write_bytes(PdfPrinter().printed(of, record(of)))
    return file


def text_of(poppler: Path, file: Path) -> str:
    command = [str(poppler / "pdftotext"), "-layout", str(file), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def pages_of(poppler: Path, file: Path) -> int:
    said = subprocess.run([poppler / "pdfinfo", file], check=True, capture_output=True, text=True)
    assert not said.stderr
    return int(re.findall(r"^Pages:\s+(\d+)$", said.stdout, re.MULTILINE)[0])


@pytest.mark.parametrize("language", list(ReportLanguage))
def test_the_text_holds_every_number(poppler: Path, tmp_path: Path, language: ReportLanguage) -> None:
    report = content(many(40), language)
    text, of = text_of(poppler, printed(report, tmp_path)), catalogue(language)
    lines = [" ".join(line.split()) for line in text.replace("\u00a0", " ").splitlines()]
    said = "\n".join(lines)
    assert "2026-000123" in said
    assert "Ana Mărin-Țuțea (ana@example.com)" in said
    assert "Dacia Spring B 123 ABC" in said
    assert "123456" in said
    for number, row in enumerate(report.rows, start=1):
        assert row.cost is not None
        start, end = (
            of.minute(at.astimezone(BUCHAREST)) for at in (row.started_at, row.ended_at or row.started_at)
        )
        (line,) = (line for line in lines if line.startswith(f"{number} {start} {end}"))
        kwh = [of.kwh(round(wh * 1000)) for wh in (row.meter_start_wh, row.meter_end_wh, row.energy_wh)]
        shown = " ".join([*kwh, of.number(row.cost, 2)]).replace("\u00a0", " ")
        assert shown in line
    for month in report.months:
        amount = of.money(month.totals.cost["EUR"], "EUR")
        expected = f"{of.month(month.first)} {month.totals.sessions} {of.kwh(month.totals.energy_mwh)}"
        (line,) = (line for line in lines if line.startswith(expected.replace("\u00a0", " ")))
        assert line.endswith(amount.replace("\u00a0", " "))
    assert report.rows_sha256 in said
    assert of.say("check.page", page=2, pages=2) in said
    assert REPLACEMENT not in said


@pytest.mark.parametrize(("sessions", "pages"), [(0, 1), (1, 1), (40, 2), (400, 10)])
def test_pages_are_full_and_within_their_margins(
    poppler: Path, tmp_path: Path, sessions: int, pages: int
) -> None:
    file = printed(content(many(sessions)), tmp_path)
    assert pages_of(poppler, file) == pages
    subprocess.run([poppler / "pdftoppm", "-r", "30", "-png", "-gray", file, tmp_path / "page"], check=True)
    pictures = sorted(tmp_path.glob("page*.png"))
    assert len(pictures) == pages
    for picture in pictures:
        with Image.open(picture) as image:
            dark = image.convert("L").point(lambda shade: 255 if shade < 200 else 0)
            box = dark.getbbox()
            assert box is not None
            width, height = image.size
            left, top, right, bottom = box
            assert left > width * 0.06, "ink in the left margin"
            assert right < width * 0.94, "ink in the right margin"
            assert top > height * 0.04
            assert height * 0.9 < bottom < height * 0.98, "the foot of the page"


def test_totals_of_several_currencies_stand_apart(poppler: Path, tmp_path: Path) -> None:
    rows = many(3)
    rows[1] = rows[1]._replace(currency="RON")
    report, of = content(rows), catalogue(ReportLanguage.RO)
    amounts = " + ".join(of.money(amount, currency) for currency, amount in report.totals.cost.items())
    assert amounts.endswith("RON")
    text = text_of(poppler, printed(report, tmp_path))
    assert text.replace("\xa0", " ").count(amounts.replace("\xa0", " ")) >= 2


def test_a_letter_that_the_typeface_has_not_is_marked(poppler: Path, tmp_path: Path) -> None:
    text = text_of(poppler, printed(content(many(1), cars=("電気 Leaf",)), tmp_path))
    assert f"{REPLACEMENT * 2} Leaf" in text


def test_the_same_report_is_the_same_file() -> None:
    report = content(many(3))
    assert PdfPrinter().printed(report, record(report)) == PdfPrinter().printed(report, record(report))


def test_what_is_attached_has_the_checksum_that_is_printed(poppler: Path, tmp_path: Path) -> None:
    report = content(many(40))
    file = printed(report, tmp_path)
    subprocess.run([poppler / "pdfdetach", "-saveall", "-o", tmp_path, file], check=True)
    lines = (tmp_path / "sessions.jsonl").read_bytes()
    assert lines == report.lines
    assert checksum(lines) == report.rows_sha256
    attached = PdfReader().attached(file.read_bytes())
    assert attached.lines == report.lines
    assert attached.header == (tmp_path / "report.json").read_bytes()


def test_a_report_of_nothing_attaches_no_rows() -> None:
    report = content([])
    assert PdfReader().attached(PdfPrinter().printed(report, record(report))).lines == b""


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"PK\x03\x04", id="a zip"),
        pytest.param(b"%PDF-1.7\n%%EOF", id="a PDF of nothing"),
        pytest.param(b"%PDF-1.7\n" + b"1 0 obj <<" * 2000, id="a PDF that never ends"),
    ],
)
def test_what_is_no_report(file: bytes) -> None:
    with pytest.raises(NotAReportError, match="Use the file as it was issued"):
        PdfReader().attached(file)


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        pytest.param(
            BY_HOUR,
            [
                "Home, from 2026-04-01: by time of use, 0.19 to 0.31 EUR/kWh",
                "    grid fee 0.08 EUR/kWh; Abonament 0.25 EUR a day; own solar 0.07 EUR/kWh",
            ],
            id="by the hour",
        ),
        pytest.param(
            SPOT, ["Home, from 2026-04-01: exchange price \u00d7 1.05 + 0.02 EUR/kWh"], id="exchange"
        ),
        pytest.param(None, ["Home, from 2026-04-01: no tariff"], id="ended"),
    ],
)
def test_tariffs_in_words(terms: TariffTerms | None, expected: list[str]) -> None:
    basis = TariffBasis("Home", date(2026, 4, 1), terms)
    assert list(tariff_lines(basis, catalogue(ReportLanguage.EN))) == expected
