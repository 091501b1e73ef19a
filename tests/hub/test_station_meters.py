"""What meters say, wherever it comes from: signs, missing values, who comes first, and how long it counts."""

from datetime import UTC, datetime, timedelta

import pytest

from chargedeck.domain.meter import MeterPhase, MeterReading
from chargedeck.domain.units import Amps, DeviceId, Volts, Watts
from chargedeck.energy.circuits import CircuitId
from chargedeck.hub.management import MAIN
from chargedeck.hub.station_meters import Origin, Source, StationMeters, currents, measured

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
MODULE = DeviceId("em-1")


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def reading(current: float, seconds: float = 0) -> MeterReading:
    return measured(after(seconds), [MeterPhase(1, Volts(230), Amps(current))], None)


@pytest.mark.parametrize(
    ("phase", "amps", "watts"),
    [
        (MeterPhase(1, Volts(230), Amps(10)), 10, 2300),
        (MeterPhase(1, Volts(230), None, Watts(-1150)), -5, -1150),
        (MeterPhase(1, None, None, Watts(2300)), 10, 2300),
        (MeterPhase(1, Volts(230), Amps(5), Watts(-1150)), -5, -1150),
    ],
)
def test_what_is_missing_is_computed_and_the_power_gives_the_sign(
    phase: MeterPhase, amps: float, watts: float
) -> None:
    found = measured(NOON, [phase], None)
    assert currents(found) == (Amps(amps), Amps(0), Amps(0))
    assert found.power_w == watts


def test_phases_stand_in_order_and_a_told_sum_counts() -> None:
    phases = [MeterPhase(3, None, Amps(3)), MeterPhase(1, None, Amps(1))]
    found = measured(NOON, phases, Watts(900))
    assert [phase.phase for phase in found.phases] == [1, 3]
    assert currents(found) == (Amps(1), Amps(0), Amps(3))
    assert found.power_w == Watts(900)


def test_what_is_pushed_comes_before_a_module_s_while_it_comes() -> None:
    meters = StationMeters()
    assert not meters.has_spoken
    assert meters.main(MAIN, NOON) is None
    assert meters.module_says(MODULE, reading(5))
    assert not meters.module_says(MODULE, reading(5)), "said before"
    heard = meters.main(MAIN, NOON)
    assert heard is not None
    assert (heard.origin, heard.device) == (Origin.ENERGY_MODULE, MODULE)
    meters.push(Source.GRID, MAIN, reading(7), NOON)
    heard = meters.main(MAIN, after(10))
    assert heard is not None
    assert (heard.origin, currents(heard.reading)[0]) == (Origin.PUSHED, Amps(7))
    heard = meters.main(MAIN, after(20))
    assert heard is not None
    assert heard.origin is Origin.ENERGY_MODULE


def test_a_pushed_meter_that_falls_silent_stays_the_meter_where_there_is_no_other() -> None:
    meters = StationMeters()
    meters.push(Source.GRID, MAIN, reading(7), NOON)
    heard = meters.main(MAIN, after(1_000))
    assert heard is not None
    assert heard.reading.at == NOON


def test_what_was_sent_late_says_nothing_of_now() -> None:
    meters = StationMeters()
    meters.push(Source.GRID, MAIN, reading(7, 10), after(10))
    meters.push(Source.GRID, MAIN, reading(20, 5), after(10))
    found = meters.of(MAIN, MAIN, after(10))
    assert found is not None
    assert currents(found)[0] == Amps(7)


def told(seconds: float, *amps: float | None) -> MeterReading:
    """A reading of the phases that have a current."""
    phases = [
        MeterPhase(phase, Volts(230), Amps(current))
        for phase, current in enumerate(amps, 1)
        if current is not None
    ]
    return measured(after(seconds), phases, None)


@pytest.mark.parametrize(
    ("readings", "age_s", "amps"),
    [
        pytest.param([told(0, 1, 2, 3), told(9, 4, 5, 6)], 0, (4, 5, 6), id="all phases each time"),
        pytest.param([told(0, 7), told(9, 8)], 0, (8, 0, 0), id="a house of one phase"),
        pytest.param([told(0, 1, 2, 3), told(9, 4, None, 6)], 9, (4, 2, 6), id="one is told no more"),
        pytest.param(
            [told(7, 1), told(8, None, 2), told(9, None, None, 3)], 2, (1, 2, 3), id="each by itself"
        ),
        pytest.param([told(5, 1), told(9, 4, 5, 6)], 0, (4, 5, 6), id="the others follow"),
        pytest.param([told(5, 1, 2, 3), told(4, 9, 9), told(9, 4, 5, 6)], 0, (4, 5, 6), id="one comes late"),
        pytest.param([told(9, 4, 5, 6), told(5, 9, 9, 9)], 0, (4, 5, 6), id="one comes late and is the last"),
    ],
)
def test_a_pushed_reading_is_as_old_as_the_oldest_of_its_phases(
    readings: list[MeterReading], age_s: float, amps: tuple[float, ...]
) -> None:
    meters = StationMeters()
    for each in readings:
        meters.push(Source.GRID, MAIN, each, after(9))
    found = meters.of(MAIN, MAIN, after(9))
    assert found is not None
    assert (found.at, currents(found)) == (after(9 - age_s), tuple(map(Amps, amps)))
    assert found.power_w == pytest.approx(230 * sum(amps))


def test_a_clock_that_is_put_back_shuts_out_nothing_that_follows() -> None:
    meters = StationMeters()
    for at in (after(3_600), NOON):
        meters.push(Source.GRID, MAIN, told(3_600 if at > NOON else 0, 7, 8, 9), at)
        meters.push(Source.SOLAR, MAIN, measured(at, [], Watts(4_000)), at)
        meters.push(Source.GRID, MAIN, measured(at, [MeterPhase(1, None, Amps(1))], None), at, "asked")
    assert meters.other(Source.SOLAR, NOON) == Watts(4_000)
    found = meters.of(MAIN, MAIN, NOON)
    assert found is not None
    assert found.at == NOON


def test_what_lies_ahead_of_the_clock_is_neither_shown_nor_better_than_a_module() -> None:
    meters = StationMeters()
    meters.push(Source.GRID, MAIN, told(3_600, 7), after(3_600))
    meters.push(Source.SOLAR, MAIN, measured(after(3_600), [], Watts(4_000)), after(3_600))
    assert meters.other(Source.SOLAR, NOON) is None
    assert meters.module_says(MODULE, told(0, 5))
    heard = meters.main(MAIN, NOON)
    assert heard is not None
    assert heard.origin is Origin.ENERGY_MODULE


def test_a_breaker_without_a_meter_forgets_which_phases_it_had() -> None:
    meters = StationMeters()
    meters.push(Source.GRID, MAIN, told(0, 1, 2, 3), NOON)
    meters.forget(MAIN)
    meters.push(Source.GRID, MAIN, told(9, 4), after(9))
    found = meters.of(MAIN, MAIN, after(9))
    assert found == told(9, 4)


def test_a_module_that_leaves_a_phase_out_grows_old() -> None:
    meters = StationMeters()
    assert meters.module_says(MODULE, told(0, 1))
    assert meters.module_says(MODULE, told(1, 1, 2, 3))
    assert not meters.module_says(MODULE, told(9, 4, None, 6))
    assert meters.of(MAIN, MAIN, after(9)) == told(1, 1, 2, 3)
    assert meters.module_says(MODULE, told(10, 4, 5, 6))
    assert meters.module_says(DeviceId("em-2"), told(11, 4)), "another one, of one phase"


def test_a_power_alone_is_shown_and_guards_no_breaker() -> None:
    meters = StationMeters()
    assert meters.module_says(MODULE, measured(NOON, [], Watts(9_000)))
    heard = meters.main(MAIN, NOON)
    assert heard is not None
    assert heard.reading.power_w == Watts(9_000)
    assert meters.of(MAIN, MAIN, NOON) is None


def test_circuits_have_meters_of_their_own() -> None:
    cellar = CircuitId("cellar")
    meters = StationMeters()
    meters.push(Source.GRID, cellar, reading(3), NOON)
    assert meters.of(MAIN, MAIN, NOON) is None
    assert meters.of(cellar, MAIN, NOON) is not None


def test_sun_and_battery_count_while_somebody_tells_of_them() -> None:
    meters = StationMeters()
    meters.push(Source.SOLAR, MAIN, measured(NOON, [], Watts(4000)), NOON)
    assert meters.other(Source.SOLAR, after(60)) == Watts(4000)
    assert meters.other(Source.SOLAR, after(61)) is None
    assert meters.other(Source.BATTERY, NOON) is None


@pytest.mark.parametrize(
    ("source", "last_w", "silent_s", "known"),
    [
        pytest.param(Source.SOLAR, 12, 30, 12, id="it has just spoken"),
        pytest.param(Source.SOLAR, 12, 3_600, 0, id="an inverter asleep"),
        pytest.param(Source.SOLAR, -8, 3_600, 0, id="asleep, after taking some watts itself"),
        pytest.param(Source.SOLAR, 12, 19 * 3_600, None, id="no night is that long"),
        pytest.param(Source.SOLAR, 3_000, 3_600, None, id="lost in full sun"),
        pytest.param(Source.BATTERY, 12, 3_600, None, id="a battery does not sleep"),
    ],
)
def test_an_inverter_that_went_to_sleep_gives_nothing(
    source: Source, last_w: float, silent_s: float, known: float | None
) -> None:
    meters = StationMeters()
    meters.attach("roof", source)
    meters.push(source, MAIN, measured(NOON, [], Watts(last_w)), NOON, "roof")
    assert meters.other(source, after(silent_s)) == known
