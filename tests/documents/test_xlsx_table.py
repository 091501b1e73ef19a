"""A spreadsheet whose cells are numbers, times and text, as a program that reads such files finds them."""

import io
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from tests.documents.rows import BARE, ROW, row, whole

from chargedeck.documents.columns import COLUMNS
from chargedeck.documents.xlsx_table import LONGEST_TEXT, XlsxTable
from chargedeck.hub.session_rows import SessionRow

NAMES = [column.name for column in COLUMNS]


def sheets(*pages: list[SessionRow], most_rows: int = 1_000_000, computed: bool = False) -> list[Any]:
    content = whole(XlsxTable(most_rows=most_rows), *pages)
    return list(load_workbook(io.BytesIO(content), data_only=computed).worksheets)


def cell(sheet: Any, line: int, name: str) -> Any:
    return sheet.cell(line, NAMES.index(name) + 1)


def test_types_and_formats() -> None:
    (sheet,) = sheets([ROW, BARE])
    assert [one.value for one in sheet[1]] == NAMES
    expected = {
        "session_id": ("s1", "General"),
        "started_at": (datetime(2026, 5, 4, 18, 30), "yyyy-mm-dd hh:mm:ss"),  # noqa: DTZ001  (as a cell has it)
        "started_local": (datetime(2026, 5, 4, 21, 30), "yyyy-mm-dd hh:mm:ss"),  # noqa: DTZ001  (as above)
        "energy_kwh": (5.123, "#,##0.000"),
        "meter_end_kwh": (1861.119, "#,##0.000"),
        "charging_time": (timedelta(seconds=2410), "[h]:mm:ss"),
        "cost": (1.23, "#,##0.00"),
        "currency": ("EUR", "General"),
        "cost_estimated": (False, "General"),
        "tags": ("work far", "General"),
    }
    for name, (value, shown) in expected.items():
        found = cell(sheet, 2, name)
        assert (found.value, found.number_format) == (value, shown), name
    assert cell(sheet, 3, "cost").value is None
    assert cell(sheet, 3, "ended_at").value is None


def test_totals_are_formulas_with_their_values() -> None:
    rows = [row(1), row(2, energy_wh=877.0), row(3, energy_wh=0.5, cost=Decimal("0.10"))]
    (formulas,), (values,) = sheets(rows), sheets(rows, computed=True)
    assert cell(formulas, 5, "session_id").value == "Total"
    assert cell(formulas, 5, "energy_kwh").value == "=SUM(K2:K4)"
    assert cell(values, 5, "energy_kwh").value == 6.0005
    assert cell(formulas, 5, "cost").value == '=SUMIF(T2:T4,"EUR",S2:S4)'
    assert cell(values, 5, "cost").value == 2.56
    assert cell(values, 5, "currency").value == "EUR"
    assert cell(values, 5, "charging_time").value == timedelta(seconds=3 * 2410)


def test_each_currency_has_its_total() -> None:
    rows = [row(1), row(2, cost=Decimal(10), currency="RON"), row(3)]
    (values,) = sheets(rows, computed=True)
    totals = [(cell(values, line, "cost").value, cell(values, line, "currency").value) for line in (5, 6)]
    assert totals == [(2.46, "EUR"), (10, "RON")]
    assert cell(values, 6, "energy_kwh").value is None


@pytest.mark.parametrize("text", ["=1+1", "{=A1}", "https://example.org", "007", "mailto:a@b.c", "a\x01b"])
def test_text_is_text(text: str) -> None:
    (sheet,) = sheets([ROW._replace(note=text)])
    found = cell(sheet, 2, "note")
    assert found.data_type == "s"
    assert found.hyperlink is None
    assert found.value in (text, text.replace("\x01", "_x0001_"))


def test_text_that_is_too_long_is_cut_and_says_so() -> None:
    (sheet,) = sheets([ROW._replace(note="n" * (LONGEST_TEXT + 10))])
    assert cell(sheet, 2, "note").value == "n" * (LONGEST_TEXT - 1) + "…"


def test_no_session_leaves_heading_and_total() -> None:
    (sheet,) = sheets()
    assert [one.value for one in sheet[1]] == NAMES
    assert cell(sheet, 2, "session_id").value == "Total"


def test_more_rows_than_a_sheet_takes_go_to_further_sheets() -> None:
    found = sheets([row(n) for n in range(3)], [row(n) for n in range(3, 5)], most_rows=2)
    assert [sheet.title for sheet in found] == ["Sessions", "Sessions 2", "Sessions 3"]
    ids = [cell(sheet, line, "session_id").value for sheet in found for line in range(2, sheet.max_row)]
    assert ids == ["s0", "s1", "s2", "s3", "s4"]


@pytest.mark.parametrize("finished", [True, False])
def test_nothing_is_left_on_disk(finished: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    encoder = XlsxTable()
    encoder.add([ROW])
    assert list(tmp_path.iterdir())
    if finished:
        assert b"".join(encoder.finish())
    encoder.close()
    assert not list(tmp_path.iterdir())
