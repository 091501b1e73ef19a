"""A breaker is watched on each of its phases, whatever meter or charger leaves one out."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from tests.hub.controlled import control_of
from tests.hub.rig import ANNA, Rig

from chargedeck.chargers.ocpp16 import measurands
from chargedeck.domain.events import Metered
from chargedeck.domain.limits import LimitReason
from chargedeck.domain.meter import MeterPhase
from chargedeck.domain.units import Amps, Volts
from chargedeck.energy.modes import Mode
from chargedeck.hub.commands import LimitCurrent
from chargedeck.hub.management import MAIN, ManagedCircuit
from chargedeck.hub.station_meters import Source, measured
from chargedeck.hub.stations import Station

pytestmark = pytest.mark.virtual_time

BREAKER_A = 25.0


class House:
    """Three phases with a breaker of 25 A, a car that takes 16 A on each, and a meter that is pushed."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.control = control_of(rig.context, rig.fleet)
        self.loads = [2.0, 2.0, 2.0]
        self.on: tuple[int, ...] = (1, 2, 3)
        self.told: tuple[int, ...] = (1, 2, 3)
        """The phases that the meter tells."""
        self.ref = ""

    @property
    def station(self) -> Station:
        return self.rig.fleet.station("home")

    @property
    def offered(self) -> float:
        return self.rig.charger.control.offered_a

    async def manage(self, **changes: Any) -> None:
        await self.control.change("home", lambda known: replace(known, **changes), ANNA)

    def flows(self, phase: int) -> float:
        return self.loads[phase - 1] + (min(16.0, self.offered) if phase in self.on else 0)

    async def pass_time(self, seconds: int) -> None:
        for _ in range(seconds):
            await self._charger_tells(min(16.0, self.offered))
            told = [MeterPhase(phase, Volts(230), Amps(self.flows(phase))) for phase in self.told]
            if told:
                self.control.read(self.station, Source.GRID, MAIN, measured(self.rig.now, told, None))
            await self.rig.pass_time(1)

    async def _charger_tells(self, current: float) -> None:
        """As many chargers do: one current for all phases, and their power."""
        samples: list[dict[str, Any]] = [
            {"value": "1000"},
            {"value": f"{current}", "measurand": "Current.Import", "unit": "A"},
            {"value": f"{230 * current * len(self.on)}", "measurand": "Power.Active.Import"},
        ]
        at = self.rig.now.isoformat()
        reading, _ = measurands.reading({"timestamp": at, "sampledValue": samples})
        stored = asyncio.get_running_loop().create_future()
        self.rig.device.metered(1, Metered(reading, self.ref), self.rig.now, stored.set_result)
        await stored


@pytest.fixture
async def house(rig: Rig) -> AsyncIterator[House]:
    made = House(rig)
    made.control.start()
    main = ManagedCircuit(MAIN, "Main", None, Amps(BREAKER_A), metered=True)
    await made.manage(mode=Mode.POWER, circuits=(main,))
    made.ref = str((await rig.charging()).ref)
    yield made
    made.control.close()


async def test_a_current_without_a_phase_counts_on_each_that_it_may_flow_on(house: House) -> None:
    await house.pass_time(120)
    assert house.offered == 16
    house.loads[1] = 16
    await house.pass_time(10)
    assert 6 <= house.offered <= 9
    assert house.flows(2) <= BREAKER_A


async def test_a_car_on_one_phase_is_not_held_by_the_others(house: House) -> None:
    house.on = (1,)
    await house.pass_time(120)
    house.loads[1:] = [24, 24]
    await house.pass_time(60)
    assert house.offered == 16


async def test_a_phase_that_the_meter_tells_no_more_makes_it_lost(house: House) -> None:
    await house.pass_time(120)
    assert house.offered == 16
    house.told, house.loads[1] = (1, 3), 18
    await house.pass_time(16)
    assert house.offered == 6, "the fail-safe current"
    energy = house.station.energy()
    assert energy.meter.lost
    assert energy.grants[0].reason is LimitReason.METER_LOST


async def test_phases_that_are_pushed_one_by_one_make_one_reading(house: House) -> None:
    await house.pass_time(120)
    for second in range(60):
        house.told, house.loads[1] = (second % 3 + 1,), 16
        await house.pass_time(1)
    assert not house.station.energy().meter.lost
    assert 6 <= house.offered <= 9


async def test_a_house_that_has_one_phase_now_says_so_by_expecting_no_meter_once(house: House) -> None:
    await house.pass_time(10)
    house.told, house.on = (1,), (1,)
    await house.pass_time(20)
    assert house.station.energy().meter.lost
    for metered in (False, True):
        main = replace(house.station.management.main, metered=metered)
        await house.manage(circuits=(main,))
    await house.pass_time(2)
    assert not house.station.energy().meter.lost


async def test_a_clock_that_is_put_back_makes_no_old_reading_new(house: House) -> None:
    await house.pass_time(120)
    house.rig.clock.turn(-3_600)
    await house.pass_time(3)
    assert house.offered == 16, "nobody is cut for it"
    house.loads[0] = 16
    await house.pass_time(10)
    assert 6 <= house.offered <= 9
    assert not house.station.energy().meter.lost
    house.loads[0] = 2
    await house.pass_time(200)
    assert house.offered == 16, "nor held down for an hour"
    assert house.rig.link.asked(LimitCurrent)[-1].expires_at is not None


async def test_a_meter_that_is_silent_from_when_the_clock_is_put_back_is_lost(house: House) -> None:
    await house.pass_time(120)
    house.rig.clock.turn(-3_600)
    house.told = ()
    await house.pass_time(16)
    assert house.offered == 6
    assert house.station.energy().meter.lost
    assert house.station.energy().flow.grid_w is None


async def test_a_clock_that_is_put_back_a_little_is_waited_for(house: House) -> None:
    await house.pass_time(120)
    house.rig.clock.turn(-2)
    before = len(house.rig.link.asked(LimitCurrent))
    await house.pass_time(10)
    assert house.offered == 16
    assert len(house.rig.link.asked(LimitCurrent)) <= before + 1, "a renewal"
    house.loads[0] = 16
    await house.pass_time(10)
    assert 6 <= house.offered <= 9
