"""Energy by quarter and source: always exactly what the registers say."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chargedeck.energy.cost_energy import Flow, RegisterAt, portions
from chargedeck.energy.prices import QUARTER

NOON = datetime(2024, 6, 3, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def readings(*pairs: tuple[float, int]) -> list[RegisterAt]:
    return [RegisterAt(NOON + minutes * MINUTE, Decimal(wh)) for minutes, wh in pairs]


def test_a_session_is_cut_at_every_quarter() -> None:
    cut = portions(readings((5, 0), (40, 3500)), {})
    assert [(each.start - NOON) / MINUTE for each in cut] == [5, 15, 30]
    assert [(each.end - NOON) / MINUTE for each in cut] == [15, 30, 40]
    assert [each.kwh for each in cut] == [1, Decimal("1.5"), 1]


def test_only_what_was_drawn_in_a_gap_is_a_guess() -> None:
    cut = portions(readings((0, 0), (10, 1000), (15, 1500), (40, 1500), (50, 2000), (80, 4000)), {})
    assert [each.interpolated for each in cut] == [False, False, False, True, True, True]


@pytest.mark.parametrize(
    "foreign",
    [
        pytest.param((31, 1_861_119), id="the meter's own, of its lifetime"),
        pytest.param((31, 15_000), id="as far up as the end, and too soon"),
        pytest.param((32, 3_000), id="as soon as can be, and taken back"),
        pytest.param((90, 0), id="nothing"),
        pytest.param(None, id="none"),
    ],
)
def test_a_reading_of_another_register_moves_no_energy(foreign: tuple[float, int] | None) -> None:
    told = [(0, 0), (30, 1000), (180, 1000), (300, 1000), (360, 11_000), (420, 21_000)]
    cut = portions(readings(*told, *([] if foreign is None else [foreign])), {})
    at_peak = sum((each.kwh for each in cut if each.start < NOON + 180 * MINUTE), Decimal(0))
    assert [at_peak, sum((each.kwh for each in cut), Decimal(0))] == [Decimal(1), Decimal(21)]


def test_a_leap_that_nothing_can_charge_moves_no_energy_though_the_end_is_above_it() -> None:
    cut = portions(readings((0, 0), (29, 1000), (30, 60_000), (60, 61_000), (75, 90_000)), {})
    assert cut[1].kwh < 20


def test_energy_stays_where_it_was_drawn_when_the_meter_begins_anew() -> None:
    cut = portions(readings((0, 0), (10, 2000), (15, 4000), (30, 100), (45, 900), (60, 4900)), {})
    assert [each.kwh for each in cut] == [4, Decimal("0.1"), Decimal("0.8"), 0]


def test_thirds_leave_nothing_over() -> None:
    flows = {NOON: Flow(Decimal(1), Decimal(1), Decimal(1))}
    (only,) = portions(readings((0, 0), (10, 1000)), flows)
    assert (only.grid_kwh, only.solar_kwh, only.battery_kwh) == (
        Decimal("0.333333"),
        Decimal("0.333333"),
        Decimal("0.333334"),
    )


WH = st.decimals(0, 50_000, places=3)
FLOWS = st.dictionaries(
    st.integers(0, 12).map(lambda place: NOON + place * QUARTER),
    st.builds(Flow, WH, WH, WH),
    max_size=8,
)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 10_000), WH), min_size=1, max_size=8), FLOWS)
def test_the_sum_is_what_the_first_and_the_last_register_say(
    pairs: list[tuple[int, Decimal]], flows: dict[datetime, Flow]
) -> None:
    taken = [RegisterAt(NOON + timedelta(seconds=seconds), wh) for seconds, wh in pairs]
    cut = portions(taken, flows)
    ordered = sorted(taken, key=lambda reading: reading.at)
    drawn = max(Decimal(0), ordered[-1].register_wh - ordered[0].register_wh)
    assert sum((each.kwh for each in cut), Decimal(0)) * 1000 == drawn
    assert all(min(each.grid_kwh, each.solar_kwh, each.battery_kwh) >= 0 for each in cut)
