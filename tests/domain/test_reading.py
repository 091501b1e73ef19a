"""What a meter said, phase by phase: what is computed is marked, and what is missing stays missing."""

from datetime import UTC, datetime, timedelta

import pytest

from chargedeck.domain.reading import (
    PhaseReading,
    Reading,
    Spread,
    at_rest,
    completed,
    merged,
    phases_completed,
    spread,
)
from chargedeck.domain.units import Amps, Celsius, Ratio, Volts, WattHours, Watts

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
POWER, FACTOR = "power_w", "power_factor_ratio"


def phase(
    voltage: float | None = None,
    current: float | None = None,
    power: float | None = None,
    factor: float | None = None,
    computed: tuple[str, ...] = (),
) -> PhaseReading:
    return PhaseReading(
        1,
        None if voltage is None else Volts(voltage),
        None if current is None else Amps(current),
        None if power is None else Watts(power),
        None if factor is None else Ratio(factor),
        computed,
    )


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        pytest.param(phase(230, 10), phase(230, 10, 2300, None, (POWER,)), id="power from both"),
        pytest.param(
            phase(230, 10, None, 0.9), phase(230, 10, 2070, 0.9, (POWER,)), id="power with its factor"
        ),
        pytest.param(phase(230, 10, 2185), phase(230, 10, 2185, 0.95, (FACTOR,)), id="the factor from power"),
        pytest.param(phase(230, 10, 2400), phase(230, 10, 2400, 1.0, (FACTOR,)), id="a factor is at most 1"),
        pytest.param(phase(230, 10, -20), phase(230, 10, -20, 0.0, (FACTOR,)), id="and at least 0"),
        pytest.param(phase(230, 0, 3), phase(230, 0, 3), id="no factor without a current"),
        pytest.param(phase(230, 10, 2185, 0.9), phase(230, 10, 2185, 0.9), id="all of it measured"),
        pytest.param(phase(230, None, 2185), phase(230, None, 2185), id="no current"),
        pytest.param(phase(None, 10, 2185), phase(None, 10, 2185), id="no voltage"),
        pytest.param(phase(), phase(), id="nothing"),
    ],
)
def test_what_is_computed_is_marked(measured: PhaseReading, expected: PhaseReading) -> None:
    assert completed(measured) == expected


def test_completing_twice_marks_once() -> None:
    once = completed(phase(230, 10, None, 0.9))
    assert completed(once) == once


def test_a_power_over_all_phases_is_shared_out() -> None:
    reading = Reading(NOON, power_w=Watts(4_140), phases=(phase(230, 16), phase(230, 4)))
    first, second = phases_completed(reading)
    assert [first.power_w, first.power_factor_ratio] == pytest.approx([3_312, 0.9])
    assert [second.power_w, second.power_factor_ratio] == pytest.approx([828, 0.9])
    assert set(first.computed) == {POWER, FACTOR}


@pytest.mark.parametrize(
    "reading",
    [
        pytest.param(Reading(NOON, phases=(phase(230, 16),)), id="no power over all"),
        pytest.param(
            Reading(NOON, power_w=Watts(100), phases=(phase(230, 16, 3_000),)), id="a phase has its own"
        ),
        pytest.param(Reading(NOON, power_w=Watts(100), phases=(phase(230, 0),)), id="no current"),
        pytest.param(Reading(NOON, power_w=Watts(100)), id="no phases"),
    ],
)
def test_nothing_is_shared_out_that_was_not_measured_over_all(reading: Reading) -> None:
    assert phases_completed(reading) == tuple(completed(phase) for phase in reading.phases)


def test_the_current_is_that_of_the_strongest_phase() -> None:
    phases = (phase(230, 9.5), phase(230, 12.5), phase(230))
    assert Reading(NOON, phases=phases).current_a == 12.5
    assert Reading(NOON, phases=(phase(230),)).current_a is None
    assert Reading(NOON).current_a is None


def test_energy_and_power_may_come_apart() -> None:
    energy = Reading(NOON, register_wh=WattHours(1_000), temperature_c=Celsius(30))
    later = NOON + timedelta(seconds=1)
    power = Reading(
        later, power_w=Watts(7_000), phases=(phase(230, 10),), soc_ratio=Ratio(0.5), offered_a=Amps(16)
    )
    assert merged(None, energy) is energy
    assert merged(energy, power) == Reading(
        later, WattHours(1_000), Watts(7_000), (phase(230, 10),), Celsius(30), Ratio(0.5), Amps(16)
    )
    last = Reading(later + timedelta(seconds=1), WattHours(1_100), temperature_c=Celsius(31))
    assert merged(merged(energy, power), last) == Reading(
        last.at, WattHours(1_100), Watts(7_000), (phase(230, 10),), Celsius(31), Ratio(0.5), Amps(16)
    )
    fresh = power._replace(
        at=last.at, power_w=Watts(0), soc_ratio=Ratio(0), offered_a=Amps(0), phases=(phase(231, 0),)
    )
    assert merged(power, fresh) == fresh


def test_after_the_session_nothing_flows_and_no_car_is_known() -> None:
    last = Reading(
        NOON, WattHours(1_000), Watts(7_000), (phase(230, 10, 2300, 1.0),), Celsius(30), Ratio(0.5), Amps(16)
    )
    assert at_rest(last) == Reading(NOON, WattHours(1_000), None, (phase(230),), Celsius(30))


@pytest.mark.parametrize(
    ("phases", "power", "named", "lies"),
    [
        pytest.param([phase(230, 16), phase(230, 15)], 7_000, True, Spread.TOLD, id="each phase told"),
        pytest.param([phase(230, 16), phase(None, None, 9)], None, True, Spread.TOLD, id="or its power"),
        pytest.param([phase(230, 16)], 11_000, False, Spread.ANY, id="three phases by the power"),
        pytest.param([phase(230, 16)], 6_900, False, Spread.ANY, id="two phases by the power"),
        pytest.param([phase(230, 16)], 3_600, False, Spread.ONE, id="one phase by the power"),
        pytest.param([phase(None, 16)], 3_600, False, Spread.ONE, id="without a voltage"),
        pytest.param([phase(400, 16)], 11_000, False, Spread.ANY, id="with a voltage between phases"),
        pytest.param([phase(230, 16)], None, False, Spread.ANY, id="without a phase and without a power"),
        pytest.param([phase(230, 1)], 230, False, Spread.ANY, id="too little to tell"),
        pytest.param([phase(230)], 0, False, Spread.ANY, id="a voltage alone"),
        pytest.param([phase(None, None, 3_600)], 3_600, False, Spread.ANY, id="a power without a phase"),
        pytest.param([], 3_600, False, Spread.TOLD, id="nothing of a phase"),
        pytest.param([phase(230, 16)], 3_600, True, Spread.TOLD, id="one phase, by its name"),
        pytest.param([phase(230, 16)], None, True, Spread.TOLD, id="by its name, without a power"),
        pytest.param([phase(230, 0)], 0, True, Spread.TOLD, id="by its name, nothing flows"),
        pytest.param([phase(230)], 0, True, Spread.TOLD, id="a voltage by its name"),
        pytest.param([phase(230, 9.6), phase(233)], 6_500, True, Spread.ANY, id="one of two, by the power"),
        pytest.param([phase(230, 9.6), phase(233)], 2_200, True, Spread.ONE, id="one and not the other"),
        pytest.param([phase(230, 0), phase(233)], 0, True, Spread.ANY, id="the other may follow"),
        pytest.param([phase(230, 9.6)], 6_500, True, Spread.ANY, id="a name that the power belies"),
    ],
)
def test_where_a_current_may_flow(
    phases: list[PhaseReading], power: float | None, named: bool, lies: Spread
) -> None:
    assert spread(phases, None if power is None else Watts(power), named=named) is lies


def test_where_a_current_flows_is_as_old_as_the_current() -> None:
    known = Reading(NOON, phases=(phase(230, 16),), spread=Spread.ANY)
    assert merged(known, Reading(NOON, WattHours(1))).spread is Spread.ANY
    assert merged(known, Reading(NOON, phases=(phase(230, 16),))).spread is Spread.TOLD


@pytest.mark.parametrize(
    ("lies", "after"),
    [(Spread.TOLD, Spread.TOLD), (Spread.ONE, Spread.ANY), (Spread.ANY, Spread.ANY)],
)
def test_the_next_car_may_use_other_phases(lies: Spread, after: Spread) -> None:
    assert at_rest(Reading(NOON, phases=(phase(230, 16),), spread=lies)).spread is after
