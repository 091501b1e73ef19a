"""The canonical rows of a report: the same for ever, exact sums, and every difference told."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.documents.rows import BARE, ROW, row

from chargedeck.hub.report_rows import canonical, checksum, differences, line_of, months_of, totals_of

# Pinned: a report that was issued years ago must still be verified by what is written today.
LINE = (
    b'{"anomalies":[],"battery_wh":0,"car":"Dacia Spring","charger_id":"garage","charger_serial":"123456",'
    b'"cost":"1.23","cost_estimated":false,"currency":"EUR","ended_at":"2026-05-04T20:30:00Z",'
    b'"energy_wh":5123,"grid_wh":4000,"meter_end_wh":1861119,"meter_start_wh":1855996,"origin":"live",'
    b'"session_id":"s1","solar_wh":1123,"started_at":"2026-05-04T18:30:00Z","station_id":"home",'
    b'"user_id":"u1"}\n'
)


def test_the_canonical_form_is_what_it_was() -> None:
    assert canonical([ROW]) == LINE
    assert checksum(LINE) == "166dfa92078b750cb59499b9437a59aa490c9fdeed3927ce526b4b852e66e2af"


def test_nothing_that_is_unknown_is_left_out() -> None:
    line = json.loads(canonical([BARE]))
    assert line.keys() == json.loads(LINE).keys()
    assert line["cost"] is None


@pytest.mark.parametrize(
    ("energy_wh", "expected"),
    [(1.0, b"1"), (0.5, b"0.5"), (1.0004, b"1"), (1e6, b"1000000"), (0.1 + 0.2, b"0.3")],
)
def test_energy_is_told_to_a_thousandth(energy_wh: float, expected: bytes) -> None:
    assert b'"energy_wh":' + expected + b"," in canonical([ROW._replace(energy_wh=energy_wh)])


@given(st.permutations([row(n, energy_wh=n * 0.1, cost=Decimal(n) / 100) for n in range(12)]))
def test_sums_do_not_depend_on_the_order(rows: list[Any]) -> None:
    totals = totals_of(rows)
    assert (totals.sessions, totals.energy_wh, totals.cost) == (12, Decimal("6.6"), {"EUR": Decimal("0.66")})


def test_what_has_no_price_or_is_a_guess_is_counted() -> None:
    totals = totals_of([ROW, BARE, ROW._replace(cost_estimated=True, currency="RON")])
    assert (totals.unpriced, totals.estimated) == (1, 1)
    assert totals.cost == {"EUR": Decimal("1.23"), "RON": Decimal("1.23")}


def test_months_are_those_of_a_clock_at_the_station() -> None:
    # 22:30 UTC on the last of May is already June in Bucharest.
    rows = [ROW._replace(started_at=datetime(2026, 5, 31, 22, 30, tzinfo=UTC)), ROW]
    months = months_of(rows, ZoneInfo("Europe/Bucharest"))
    assert [(month.first, month.totals.sessions) for month in months] == [
        (date(2026, 5, 1), 1),
        (date(2026, 6, 1), 1),
    ]
    assert len(months_of(rows, ZoneInfo("UTC"))) == 1


@given(st.lists(st.integers(0, 120), unique=True, max_size=20))
def test_the_months_add_up_to_the_whole(days: list[int]) -> None:
    rows = [ROW._replace(started_at=ROW.started_at + timedelta(days=day)) for day in days]
    months, whole = months_of(rows, ZoneInfo("America/Los_Angeles")), totals_of(rows)
    assert sum(month.totals.energy_mwh for month in months) == whole.energy_mwh
    assert sum(month.totals.sessions for month in months) == whole.sessions


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param([ROW], [], id="nothing"),
        pytest.param(
            [ROW._replace(cost=Decimal("1.32"))],
            ['s1: cost is "1.23" in the report, "1.32" now'],
            id="one field",
        ),
        pytest.param(
            [ROW._replace(meter_end_wh=1_861_120.0, energy_wh=5_124.0)],
            [
                "s1: energy_wh is 5123 in the report, 5124 now",
                "s1: meter_end_wh is 1861119 in the report, 1861120 now",
            ],
            id="two fields",
        ),
        pytest.param([], ["s1: is in the report and not in the history any more"], id="gone"),
        pytest.param(
            [ROW, ROW._replace(session_id="s9")],
            ["s9: is in the history now and not in the report"],
            id="come since",
        ),
        pytest.param([ROW._replace(note="new", charger="Renamed")], [], id="names are not vouched for"),
    ],
)
def test_differences(now: list[Any], expected: list[str]) -> None:
    assert [str(one) for one in differences([line_of(ROW)], [*map(line_of, now)])] == expected
