"""Chargers that lose their network on a circuit without a meter: the others leave them what they had."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from tests.hub.controlled import control_of
from tests.hub.rig import ANNA, CARD, GARAGE, Rig
from tests.hub.scripted_link import ScriptedLink, time_out

from chargedeck.domain.events import Metered, OutletSeen, OutletState, TransactionStarted
from chargedeck.domain.meter import MeterPhase
from chargedeck.domain.units import Amps, DeviceId, IdTag, Volts, WattHours
from chargedeck.energy.circuits import CircuitId
from chargedeck.energy.modes import Mode
from chargedeck.energy.unreachable import BACK_WITHIN
from chargedeck.hub.charger import Charger
from chargedeck.hub.commands import LimitCurrent
from chargedeck.hub.grant import HOLDS_FOR
from chargedeck.hub.management import MAIN, ManagedCircuit, Placement
from chargedeck.hub.station_control import StationControl
from chargedeck.hub.station_meters import Source, measured

pytestmark = pytest.mark.virtual_time

BAY = "bay"
SUB = CircuitId("sub")
RATING = 16
BACK_S = BACK_WITHIN.total_seconds()


class Site:
    """Two chargers on a sub-circuit of 16 A without a meter, below a main breaker that has one."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.control: StationControl
        self.links: dict[str, ScriptedLink] = {}
        self.refs: dict[str, str] = {}

    async def begin(self, *circuits: ManagedCircuit, **changes: object) -> None:
        circuits = circuits or (
            ManagedCircuit(MAIN, "Main", None, Amps(63), metered=True),
            ManagedCircuit(SUB, "Garage", MAIN, Amps(RATING)),
        )
        self.serve()
        placements = {self.of(name).id: Placement(circuits[-1].id) for name in (GARAGE, BAY)}
        managed = {"mode": Mode.POWER, "circuits": circuits, "placements": placements, **changes}
        await self.control.change("home", lambda known: replace(known, **managed), ANNA)  # type: ignore[arg-type]
        for name in (GARAGE, BAY):
            self.connect(name)
        await self.rig.settle()

    def serve(self) -> None:
        self.control = control_of(self.rig.context, self.rig.fleet)
        self.control.start()

    async def restart(self) -> None:
        self.control.close()
        self.links.clear()
        await self.rig.restart()
        self.serve()

    def of(self, name: str) -> Charger:
        return self.rig.fleet.charger(name)

    def offered(self, name: str) -> float:
        return self.of(name).control.offered_a

    def connect(self, name: str) -> ScriptedLink:
        link = self.links[name] = ScriptedLink()
        self.rig.fleet.doors.attach(name, link)
        self.of(name).device.ready(self.rig.now)
        return link

    def disconnect(self, name: str) -> None:
        self.rig.fleet.doors.detach(self.of(name).device, self.links.pop(name))

    def show(self, name: str, state: OutletState) -> None:
        self.of(name).seen_state(OutletSeen(self.rig.now, state, state.value), self.rig.now)

    async def plug(self, *names: str) -> None:
        for name in names:
            self.show(name, OutletState.PREPARING)
            begun = asyncio.get_running_loop().create_future()
            started = TransactionStarted(self.rig.now, WattHours(1_000), IdTag(CARD))
            self.of(name).device.begin(1, started, self.rig.now, begun.set_result)
            self.refs[name] = str((await begun).ref)
            self.show(name, OutletState.CHARGING)

    async def pass_time(self, seconds: float) -> None:
        """Each car draws what it is offered, and the main meter sees it."""
        for _ in range(int(seconds)):
            flowing = 0.0
            for name, ref in self.refs.items():
                drawn = self.offered(name)
                flowing += drawn
                if name in self.links:
                    stored = asyncio.get_running_loop().create_future()
                    reading = self.rig.reading(1_000, power=drawn * 230, current=drawn)
                    metered = Metered(reading, ref)
                    self.of(name).device.metered(1, metered, self.rig.now, stored.set_result)
                    await stored
            phase = MeterPhase(1, Volts(230), Amps(2 + flowing))
            reading_of_main = measured(self.rig.now, [phase], None)
            self.control.read(self.rig.fleet.station("home"), Source.GRID, MAIN, reading_of_main)
            await self.rig.pass_time(1)


@pytest.fixture
async def site(rig: Rig) -> AsyncIterator[Site]:
    await rig.add_device(BAY)
    made = Site(rig)
    yield made
    made.control.close()


async def test_a_car_whose_charger_is_gone_keeps_what_it_had_and_then_what_the_charger_falls_to(
    site: Site,
) -> None:
    await site.begin()
    await site.plug(GARAGE, BAY)
    await site.pass_time(200)
    assert (site.offered(GARAGE), site.offered(BAY)) == (8, 8)
    site.disconnect(BAY)
    for _ in range(30):
        await site.pass_time(1)
        assert site.offered(GARAGE) == 8
    await site.pass_time(HOLDS_FOR.total_seconds() + 30)
    assert site.offered(GARAGE) == RATING - 6
    await site.pass_time(BACK_S)
    assert site.offered(GARAGE) == RATING - 6
    site.connect(BAY)
    await site.pass_time(200)
    assert (site.offered(GARAGE), site.offered(BAY)) == (8, 8)


async def test_what_is_polled_keeps_what_it_had(site: Site) -> None:
    await site.begin()
    device = site.of(BAY).device
    device.record = replace(device.record, address="192.0.2.9")
    await site.plug(GARAGE, BAY)
    await site.pass_time(200)
    site.disconnect(BAY)
    await site.pass_time(HOLDS_FOR.total_seconds() + 60)
    assert site.offered(GARAGE) == 8


async def test_a_raise_whose_answer_was_lost_is_kept_free(site: Site) -> None:
    await site.begin()
    await site.plug(BAY)
    await site.pass_time(20)
    site.links[BAY].on(LimitCurrent, time_out)
    await site.pass_time(20)
    assert (site.offered(BAY), site.links[BAY].limits[-1]) == (6, RATING)
    site.disconnect(BAY)
    await site.plug(GARAGE)
    await site.pass_time(20)
    assert site.offered(GARAGE) == 0


async def test_after_a_restart_nobody_is_given_what_those_who_are_not_back_may_have(site: Site) -> None:
    await site.begin()
    await site.plug(GARAGE, BAY)
    await site.pass_time(200)
    await site.restart()
    site.connect(GARAGE)
    await site.rig.settle()
    site.show(GARAGE, OutletState.CHARGING)
    for _ in range(int(HOLDS_FOR.total_seconds())):
        await site.pass_time(1)
        assert site.offered(GARAGE) <= 8
    assert site.links[GARAGE].limits[-1] == 6, "nobody is paused for a restart"
    await site.pass_time(60)
    assert site.offered(GARAGE) == RATING - 6


async def test_an_idle_charger_that_stays_away_is_left_what_it_would_begin_with(site: Site) -> None:
    await site.begin()
    await site.plug(GARAGE)
    await site.pass_time(100)
    assert site.offered(GARAGE) == RATING
    site.disconnect(BAY)
    await site.pass_time(60)
    assert site.offered(GARAGE) == RATING, "nobody is cut because a connection dropped"
    await site.pass_time(BACK_S)
    assert site.offered(GARAGE) == RATING - 6
    await site.rig.fleet.remove_device(DeviceId(BAY))
    await site.pass_time(60)
    assert site.offered(GARAGE) == RATING


async def test_one_that_was_never_heard_of_is_left_nothing(site: Site) -> None:
    await site.rig.add_device("attic")
    await site.begin()
    await site.control.change(
        "home",
        lambda known: replace(known, placements={**known.placements, site.of("attic").id: Placement(SUB)}),
        ANNA,
    )
    site.disconnect(BAY)
    await site.rig.fleet.remove_device(DeviceId(BAY))
    await site.plug(GARAGE)
    await site.pass_time(BACK_S + 60)
    assert site.offered(GARAGE) == RATING
