"""On which phases of the grid a charger draws: as set, as seen, and as long as nobody knows."""

import pytest
from tests.hub.rig import Rig

from chargedeck.domain.events import Metered
from chargedeck.domain.reading import PhaseReading, Reading, Spread
from chargedeck.domain.units import Amps, Volts, Watts
from chargedeck.energy.snapshot import Phases
from chargedeck.hub.wiring import (
    drawn_at,
    drawn_on_grid,
    outlet_phases,
    own_currents,
    phases_shown,
    used_on_grid,
)

pytestmark = pytest.mark.virtual_time


def meter(rig: Rig, *amps: float, power: float | None = None, spread: Spread = Spread.TOLD) -> None:
    phases = tuple(PhaseReading(phase, None, Amps(current)) for phase, current in enumerate(amps, 1))
    reading = Reading(rig.now, None, None if power is None else Watts(power), phases, spread=spread)
    rig.device.metered(1, Metered(reading), rig.now, lambda _: None)


def flowing(*amps: float) -> Phases:
    first, second, third = map(Amps, amps)
    return first, second, third


async def test_nothing_is_known_of_a_charger_that_was_never_read(rig: Rig) -> None:
    assert outlet_phases(rig.charger) == used_on_grid(rig.charger, None) == (1, 2, 3)
    assert drawn_on_grid(rig.charger, None) is None
    assert drawn_at(rig.charger, rig.now) is None


async def test_what_is_set_is_so_and_else_it_is_straight(rig: Rig) -> None:
    meter(rig, 10, 0, 0)
    assert drawn_on_grid(rig.charger, (2, 3, 1)) == flowing(0, 10, 0)
    assert used_on_grid(rig.charger, (2, 3, 1)) == (2,)
    assert drawn_on_grid(rig.charger, None) == flowing(10, 0, 0)
    assert used_on_grid(rig.charger, None) == (1,)


async def test_power_alone_is_spread_over_the_phases(rig: Rig) -> None:
    meter(rig, power=6_900)
    assert own_currents(rig.charger) == flowing(10, 10, 10)


async def test_a_car_that_draws_nothing_may_use_all_that_the_outlet_has(rig: Rig) -> None:
    meter(rig, 0, 0)
    assert outlet_phases(rig.charger) == used_on_grid(rig.charger, None) == (1, 2)


async def test_the_time_of_a_reading_is_told_by_our_clock(rig: Rig) -> None:
    rig.device.clock(300, rig.now)
    reading = Reading(rig.ago(-298), None, Watts(0))
    rig.device.metered(1, Metered(reading), rig.now, lambda _: None)
    assert drawn_at(rig.charger, rig.now) == rig.ago(2)


async def test_a_current_without_a_phase_may_flow_on_each(rig: Rig) -> None:
    meter(rig, 16, spread=Spread.ANY)
    assert outlet_phases(rig.charger) == (1, 2, 3)
    assert own_currents(rig.charger) == flowing(16, 16, 16)
    assert phases_shown(rig.charger) == 1, "a plan does not count on more than was seen"


async def test_a_current_without_a_phase_that_one_carries_is_on_the_first(rig: Rig) -> None:
    meter(rig, 16, spread=Spread.ONE)
    assert outlet_phases(rig.charger) == used_on_grid(rig.charger, None) == (1,)
    assert own_currents(rig.charger) == flowing(16, 0, 0)


async def test_more_than_a_phase_can_carry_is_the_sum_of_all(rig: Rig) -> None:
    most = rig.charger.record.installation_current_a
    meter(rig, most * 3, spread=Spread.ONE)
    assert outlet_phases(rig.charger) == (1, 2, 3)
    assert own_currents(rig.charger) == flowing(most, most, most)


async def test_the_power_of_a_phase_stands_for_its_current(rig: Rig) -> None:
    phases = (PhaseReading(1, None, Amps(10)), PhaseReading(2, Volts(230), None, Watts(1_150)))
    rig.device.metered(1, Metered(Reading(rig.now, phases=phases)), rig.now, lambda _: None)
    assert own_currents(rig.charger) == flowing(10, 5, 0)


async def test_what_lies_ahead_of_our_clock_was_measured_nobody_knows_when(rig: Rig) -> None:
    meter(rig, 10)
    rig.clock.turn(-2)
    assert drawn_at(rig.charger, rig.now) == rig.now
    rig.clock.turn(-2)
    assert drawn_at(rig.charger, rig.now) is None
