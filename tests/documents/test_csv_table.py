"""CSV as RFC 4180 has it and spreadsheets take it."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.documents.rows import BARE, ROW, row, whole

from chargedeck.documents.csv_table import CsvTable, harmless
from chargedeck.hub.exports import DecimalMark, Separator, TableStyle
from chargedeck.hub.session_rows import SessionRow


def read(content: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline=""), delimiter=delimiter, strict=True))


def of(*rows: SessionRow, style: TableStyle = TableStyle()) -> bytes:  # noqa: B008  (frozen)
    return whole(CsvTable(style), rows)


def test_a_session_with_everything() -> None:
    (found,) = read(of(ROW))
    assert found == {
        "session_id": "s1",
        "charger_id": "garage",
        "charger": "Garage",
        "charger_serial": "123456",
        "station": "Home",
        "started_at": "2026-05-04T18:30:00Z",
        "ended_at": "2026-05-04T20:30:00Z",
        "started_local": "2026-05-04 21:30:00",
        "ended_local": "2026-05-04 23:30:00",
        "time_zone": "Europe/Bucharest",
        "energy_kwh": "5.123",
        "meter_start_kwh": "1855.996",
        "meter_end_kwh": "1861.119",
        "charging_time": "0:40:10",
        "authorized_by": "card",
        "user": "Ana Marin",
        "card": "Blue card",
        "car": "Dacia Spring",
        "cost": "1.23",
        "currency": "EUR",
        "cost_estimated": "no",
        "grid_kwh": "4.000",
        "solar_kwh": "1.123",
        "battery_kwh": "0.000",
        "note": "To the mountains",
        "tags": "work far",
        "origin": "live",
        "anomalies": "",
    }


def test_what_is_not_known_is_empty() -> None:
    (found,) = read(of(BARE))
    assert {name for name, value in found.items() if value == ""} == {
        *("charger_serial", "ended_at", "ended_local", "authorized_by", "user", "card", "car", "cost"),
        *("currency", "cost_estimated", "grid_kwh", "solar_kwh", "battery_kwh", "note", "tags", "anomalies"),
    }


def test_no_session_leaves_the_heading() -> None:
    content = of()
    assert content.startswith(b"session_id,")
    assert content.count(b"\r\n") == 1


def test_pages_are_one_file() -> None:
    content = whole(CsvTable(TableStyle()), [row(1), row(2)], [], [row(3)])
    assert [one["session_id"] for one in read(content)] == ["s1", "s2", "s3"]
    assert content.count(b"session_id") == 1


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        pytest.param(TableStyle(), "5.123,1855.996", id="as programs read it"),
        pytest.param(TableStyle(Separator.SEMICOLON), "5,123;1855,996", id="as most of Europe reads it"),
        pytest.param(
            TableStyle(Separator.SEMICOLON, DecimalMark.POINT), "5.123;1855.996", id="semicolon and point"
        ),
        pytest.param(TableStyle(Separator.TAB), "5.123\t1855.996", id="tab"),
        pytest.param(
            TableStyle(Separator.COMMA, DecimalMark.COMMA), '"5,123","1855,996"', id="two meanings, so quoted"
        ),
    ],
)
def test_separators_and_decimals(style: TableStyle, expected: str) -> None:
    assert expected in of(ROW, style=style).decode()


def test_only_the_spreadsheets_file_is_marked() -> None:
    assert of(style=TableStyle(Separator.SEMICOLON)).startswith(b"\xef\xbb\xbf")
    assert not of().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    "text",
    [
        *('=HYPERLINK("http://x","y")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1", "\uff20x"),
    ],
)
def test_no_text_is_a_formula(text: str) -> None:
    (found,) = read(of(ROW._replace(note=text, user=text)))
    assert found["note"] == found["user"] == f"'{text}"


def test_numbers_stay_numbers() -> None:
    (found,) = read(of(ROW._replace(cost=Decimal("-0.50"))))
    assert found["cost"] == "-0.50"


@pytest.mark.parametrize(
    ("energy_wh", "expected"),
    [
        (0.0, "0.000"),
        (1.0, "0.001"),
        (1_234_567.0, "1234.567"),
        (0.5, "0.0005"),
        (1000.125, "1.000125"),
        (999.9999, "1.000"),
        (98_765_432_109.0, "98765432.109"),
    ],
)
def test_energy_to_the_watt_hour_and_finer_where_the_meter_is(energy_wh: float, expected: str) -> None:
    (found,) = read(of(ROW._replace(energy_wh=energy_wh)))
    assert found["energy_kwh"] == expected


@given(st.text(), st.sampled_from(Separator))
def test_any_text_comes_back(text: str, separator: Separator) -> None:
    text = text.encode("utf-8", "replace").decode()
    delimiter = {Separator.COMMA: ",", Separator.SEMICOLON: ";", Separator.TAB: "\t"}[separator]
    content = of(ROW._replace(note=text), style=TableStyle(separator)).removeprefix(b"\xef\xbb\xbf")
    (found,) = read(content, delimiter)
    assert found["note"] == harmless(text)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"charging_time_s": 0.0}, "0:00:00", id="none"),
        pytest.param({"charging_time_s": 59.6}, "0:01:00", id="rounded"),
        pytest.param({"charging_time_s": 100 * 3600.0}, "100:00:00", id="days"),
    ],
)
def test_charging_time(changes: dict[str, Any], expected: str) -> None:
    (found,) = read(of(ROW._replace(**changes)))
    assert found["charging_time"] == expected
