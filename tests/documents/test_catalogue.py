"""What documents say: the same in every language, with numbers and dates as people there write them."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from chargedeck.documents.catalogue import catalogue, duration
from chargedeck.documents.pdf_paper import Paper
from chargedeck.hub.report_records import ReportLanguage, report_language

each_language = pytest.mark.parametrize("language", list(ReportLanguage))
_PLACE = re.compile(r"\{(\w+)\}")


def texts(language: ReportLanguage) -> Iterator[tuple[str, Any]]:
    for section, keys in catalogue(language).sections.items():
        for key, text in keys.items():
            yield f"{section}.{key}", text


@each_language
def test_no_key_is_missing_and_none_too_many(language: ReportLanguage) -> None:
    assert dict(texts(language)).keys() == dict(texts(ReportLanguage.EN)).keys()


@each_language
def test_every_text_has_the_same_values_put_in(language: ReportLanguage) -> None:
    english = {key: set(_PLACE.findall(str(text))) for key, text in texts(ReportLanguage.EN)}
    assert {key: set(_PLACE.findall(str(text))) for key, text in texts(language)} == english


@each_language
def test_nothing_is_left_untranslated(language: ReportLanguage) -> None:
    same_everywhere = {"format.decimal", "format.thousands", "format.date", "format.time", "totals.total"}
    english = dict(texts(ReportLanguage.EN))
    for key, text in texts(language):
        of_values_alone = not re.sub(r"\{\w+\}|EUR|/?kWh|[^a-z]", "", str(text))
        if language is not ReportLanguage.EN and key not in same_everywhere and not of_values_alone:
            assert text != english[key], key
    assert len(catalogue(language).sections["months"]["names"]) == 12


@each_language
def test_the_typeface_has_every_letter(language: ReportLanguage) -> None:
    paper = Paper("", datetime(2026, 1, 1), "", "")  # noqa: DTZ001  (not looked at)
    for key, text in texts(language):
        shown = " ".join(text) if isinstance(text, list) else text.replace("%", "")
        assert paper.text_of(shown) == shown, key
    paper.let_go()


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "1,234.567 | 12.50\u00a0EUR | 2026-05-04 21:30 | May 2026"),
        ("ro", "1.234,567 | 12,50\u00a0EUR | 04.05.2026 21:30 | mai 2026"),
        ("de", "1.234,567 | 12,50\u00a0EUR | 04.05.2026 21:30 | Mai 2026"),
        ("fr", "1\u00a0234,567 | 12,50\u00a0EUR | 04/05/2026 21:30 | mai 2026"),
        ("es", "1.234,567 | 12,50\u00a0EUR | 04/05/2026 21:30 | mayo 2026"),
        ("it", "1.234,567 | 12,50\u00a0EUR | 04/05/2026 21:30 | maggio 2026"),
    ],
)
def test_numbers_money_and_dates(language: str, expected: str) -> None:
    of = catalogue(ReportLanguage(language))
    at = datetime(2026, 5, 4, 21, 30)  # noqa: DTZ001  (as a clock on the wall shows it)
    shown = (
        *(of.kwh(1_234_567_000), of.money(Decimal("12.5"), "EUR")),
        *(of.minute(at), of.month(date(2026, 5, 1))),
    )
    assert " | ".join(shown) == expected


@pytest.mark.parametrize(
    ("energy_mwh", "expected"),
    [(0, "0.000"), (500, "0.0005"), (1, "0.000001"), (1_000_000, "1.000"), (1_000_000_001, "1,000.000001")],
)
def test_energy_is_told_as_finely_as_it_was_metered(energy_mwh: int, expected: str) -> None:
    assert catalogue(ReportLanguage.EN).kwh(energy_mwh) == expected


def test_long_times() -> None:
    assert [duration(seconds) for seconds in (0, 61, 100 * 3600)] == ["0:00:00", "0:01:01", "100:00:00"]


@pytest.mark.parametrize(
    ("wanted", "expected"), [("de", "de"), ("de-AT", "de"), ("RO-md", "ro"), ("ja", "en"), ("", "en")]
)
def test_the_best_language_there_is(wanted: str, expected: str) -> None:
    assert report_language(wanted).value == expected
