"""The ledger of a station's flows: every second once, nothing that nobody measured."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargedeck.domain.units import StationId, WattHours, Watts
from chargedeck.energy.flow_ledger import HELD_AT_MOST, FlowLedger, StationPowers
from chargedeck.energy.station_energy import StationEnergy

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOME = StationId("home")
SECOND = timedelta(seconds=1)
KILOWATT = StationPowers(Watts(1000), chargers_w=Watts(0))


def counted(
    powers: StationPowers, seconds: Sequence[float], ledger: FlowLedger | None = None
) -> list[StationEnergy]:
    """Every quarter that was begun when looked at so many seconds after noon, the last as it stands."""
    ledger = ledger or FlowLedger(HOME)
    ended = [each for at in seconds for each in ledger.add(powers, NOON + at * SECOND)]
    return [*ended, *([] if ledger.open is None else [ledger.open])]


# -- what flows ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("powers", "energies"),
    [
        pytest.param(StationPowers(Watts(3600), chargers_w=Watts(0)), {"from_grid": 36}, id="bought"),
        pytest.param(StationPowers(Watts(-3600), chargers_w=Watts(0)), {"to_grid": 36}, id="sold"),
        pytest.param(
            StationPowers(Watts(360), Watts(1800), chargers_w=Watts(720)),
            {"from_grid": 3.6, "solar": 18, "chargers": 7.2},
            id="sun and a car",
        ),
        pytest.param(
            StationPowers(Watts(0), battery_w=Watts(360), chargers_w=Watts(0)),
            {"from_battery": 3.6},
            id="battery empties",
        ),
        pytest.param(
            StationPowers(Watts(720), battery_w=Watts(-360), chargers_w=Watts(0)),
            {"from_grid": 7.2, "to_battery": 3.6},
            id="battery fills",
        ),
        pytest.param(
            StationPowers(Watts(0), solar_w=Watts(-36), chargers_w=Watts(0)),
            {"solar": 0},
            id="an inverter draws a little at night",
        ),
    ],
)
def test_thirty_six_seconds_of(powers: StationPowers, energies: dict[str, float]) -> None:
    (known,) = counted(powers, range(37))
    found = {
        name: getattr(known, f"{name}_wh")
        for name in ("from_grid", "to_grid", "solar", "from_battery", "to_battery", "chargers")
    }
    assert found == pytest.approx(dict.fromkeys(found, 0.0) | energies)


def test_what_is_left_is_the_house_s() -> None:
    (known,) = counted(StationPowers(Watts(100), Watts(2000), Watts(-500), Watts(600)), range(37))
    assert known.house_wh == pytest.approx(10)
    assert known.house_s == 36


@pytest.mark.parametrize(
    ("powers", "known_s"),
    [
        pytest.param(StationPowers(Watts(1)), (36, 0, 0, 0, 0), id="a charger says nothing"),
        pytest.param(StationPowers(None, Watts(1), None, Watts(1)), (0, 36, 0, 0, 36), id="no grid meter"),
        pytest.param(StationPowers(Watts(1), None, Watts(1), Watts(1)), (36, 0, 36, 36, 36), id="no sun"),
        pytest.param(
            StationPowers(Watts(1), None, None, Watts(1), silent=True), (36, 0, 0, 0, 36), id="a lost meter"
        ),
        pytest.param(StationPowers(), (0, 0, 0, 0, 0), id="nobody says anything"),
    ],
)
def test_only_what_somebody_says_is_counted(powers: StationPowers, known_s: tuple[int, ...]) -> None:
    (known,) = counted(powers, range(37))
    seconds = (known.grid_s, known.solar_s, known.battery_s, known.house_s, known.chargers_s)
    assert seconds == known_s


# -- quarters --------------------------------------------------------------------------------------


def test_a_quarter_ends_at_its_border_to_the_fraction_of_a_second() -> None:
    first, second = counted(KILOWATT, [899, 899.7, 900.7])
    assert (first.start, second.start) == (NOON, NOON + 900 * SECOND)
    assert first.grid_s == pytest.approx(1)
    assert second.grid_s == pytest.approx(0.7)


def test_a_look_at_the_border_begins_nothing() -> None:
    (only,) = counted(KILOWATT, [899, 900])
    assert (only.start, only.grid_s) == (NOON, 1)


def test_a_quarter_that_was_known_is_gone_on_with() -> None:
    known = StationEnergy(HOME, NOON, WattHours(50), grid_s=60)
    (again,) = counted(KILOWATT, [100, 136], FlowLedger(HOME, known))
    assert again == known, "36 seconds without a look are a gap"
    (again,) = counted(KILOWATT, range(100, 137), FlowLedger(HOME, known))
    assert again.from_grid_wh == pytest.approx(60)
    assert again.grid_s == 96


def test_a_known_quarter_that_is_over_is_handed_back() -> None:
    known = StationEnergy(HOME, NOON, WattHours(50), grid_s=60)
    assert counted(KILOWATT, [1000], FlowLedger(HOME, known)) == [known]


# -- gaps and clocks -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "known_s"),
    [
        pytest.param([0, 15, 30], 30, id="late looks still count"),
        pytest.param([0, 1, 17, 18], 2, id="a gap does not"),
        pytest.param([10, 11, 8, 9, 10, 11, 12], 2, id="a clock that is put back a little is waited for"),
        pytest.param([10, 11, 11, 12], 2, id="no time has gone by"),
    ],
)
def test_a_second_counts_once_and_only_when_somebody_looked(seconds: list[float], known_s: float) -> None:
    (known,) = counted(KILOWATT, seconds)
    assert known.grid_s == known_s


def test_a_clock_that_was_wrong_by_hours_begins_anew_where_it_is_right() -> None:
    wrong, right = counted(KILOWATT, [7200, 7201, 7202, 0, 1])
    assert (wrong.start, wrong.grid_s) == (NOON + 7200 * SECOND, 2)
    assert (right.start, right.grid_s) == (NOON, 1)


def test_a_clock_that_leaps_ahead_leaves_a_gap() -> None:
    before, after = counted(KILOWATT, [0, 1, 7200, 7201])
    assert (before.grid_s, after.grid_s) == (1, 1)


STEPS = st.lists(
    st.floats(-2000, 2000) | st.floats(0, 1.5) | st.just(HELD_AT_MOST.total_seconds()), max_size=60
)


@given(steps=STEPS)
def test_no_quarter_ever_has_more_seconds_than_it_is_long(steps: list[float]) -> None:
    ledger, at = FlowLedger(HOME), 0.0
    for step in steps:
        at += step
        now = NOON + at * SECOND
        for known in (*ledger.add(KILOWATT, now), ledger.open):
            if known is not None:
                assert 0 < known.grid_s <= 900 + 1e-6
                assert known.from_grid_wh == pytest.approx(known.grid_s / 3.6)


@given(steps=st.lists(st.floats(0.01, HELD_AT_MOST.total_seconds()), min_size=1, max_size=200))
def test_while_somebody_looks_no_second_is_lost(steps: list[float]) -> None:
    seconds = [0.0]
    for step in steps:
        seconds.append(seconds[-1] + step)
    known = counted(KILOWATT, seconds)
    assert sum(each.grid_s for each in known) == pytest.approx(seconds[-1], abs=1e-3)
    assert [each.start for each in known] == [NOON + 900 * place * SECOND for place in range(len(known))]
