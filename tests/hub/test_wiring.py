"""On which phases of the grid a charger draws: as set, as seen, and as long as nobody knows."""

import pytest
from tests.hub.rig import Rig

from chargedeck.domain.events import Metered
from chargedeck.domain.reading import PhaseReading, Reading
from chargedeck.domain.units import Amps, Watts
from chargedeck.energy.snapshot import Phases
from chargedeck.hub.wiring import drawn_at, drawn_on_grid, outlet_phases, own_currents, used_on_grid

pytestmark = pytest.mark.virtual_time


def meter(rig: Rig, *amps: float, power: float | None = None) -> None:
    phases = tuple(PhaseReading(phase, None, Amps(current)) for phase, current in enumerate(amps, 1))
    reading = Reading(rig.now, None, None if power is None else Watts(power), phases)
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
