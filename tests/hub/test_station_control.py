"""The station's control loop: chargers get what the breaker allows, and the screen says why."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from tests.hub.controlled import control_of
from tests.hub.rig import ANNA, GARAGE, Rig
from tests.hub.scripted_link import refuse

from chargedeck.domain.limits import LimitReason
from chargedeck.domain.meter import MeterPhase
from chargedeck.domain.units import Amps, Volts
from chargedeck.energy.modes import Mode
from chargedeck.energy.station_log import Planned, Started, Tick, replay
from chargedeck.hub.commands import LimitCurrent
from chargedeck.hub.grant import HOLDS_FOR, RENEWED_EVERY
from chargedeck.hub.management import MAIN, ManagedCircuit, Management
from chargedeck.hub.orders import ChargerChanges
from chargedeck.hub.station_loop import LogBook
from chargedeck.hub.station_meters import Source, measured
from chargedeck.hub.stations import Station
from chargedeck.hub.views import EnergyView

pytestmark = pytest.mark.virtual_time


class Lines:
    """A log that is kept in memory."""

    def __init__(self) -> None:
        self.lines: list[Started | Tick | Planned] = []
        self.closed = 0

    def write(self, line: Started | Tick | Planned) -> None:
        self.lines.append(line)

    def close(self) -> None:
        self.closed += 1


class House:
    """A house of one phase with a breaker of 25 A, one charger, and a meter that is pushed every second."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.log = Lines()
        self.control = control_of(rig.context, rig.fleet, self._open)
        self.load = 2.0
        self.car = 32.0
        """What the car would take at most."""
        self.speaks = True
        self.ref: str | None = None

    def _open(self, station: str, _: object) -> LogBook:
        assert station == "home"
        return self.log

    @property
    def station(self) -> Station:
        return self.rig.fleet.station("home")

    @property
    def energy(self) -> EnergyView:
        return self.station.energy()

    @property
    def offered(self) -> float:
        return self.rig.charger.control.offered_a

    @property
    def in_force(self) -> tuple[LimitReason, float]:
        ladder = self.rig.charger.control.ladder
        return ladder.in_force.reason, ladder.current_a

    async def manage(self, **changes: Any) -> None:
        await self.control.change("home", lambda known: replace(known, **changes), ANNA)

    async def plug(self) -> None:
        self.ref = str((await self.rig.charging()).ref)

    async def pass_time(self, seconds: int) -> None:
        """Second by second: the car draws what it is offered, and the meter sees it."""
        for _ in range(seconds):
            drawn = min(self.car, self.offered) if self.ref is not None else 0.0
            if self.ref is not None:
                await self.rig.meter(1_000, ref=self.ref, current=drawn, power=drawn * 230)
            if self.speaks:
                self.push(self.load + drawn)
            await self.rig.pass_time(1)

    def push(self, current: float) -> None:
        phase = MeterPhase(1, Volts(230), Amps(current))
        self.control.read(self.station, Source.GRID, MAIN, measured(self.rig.now, [phase], None))


@pytest.fixture
async def house(rig: Rig) -> AsyncIterator[House]:
    changes = ChargerChanges(installation_current_a=Amps(32))
    await rig.charger.orders.update(changes, ANNA)
    await rig.charger.orders.set_allowed_current(32, ANNA)
    made = House(rig)
    made.control.start()
    await rig.settle()
    rig.link.sent.clear()
    yield made
    made.control.close()


# -- off -------------------------------------------------------------------------------------------


async def test_nothing_is_managed_until_somebody_says_so(house: House) -> None:
    await house.plug()
    house.load = 60
    await house.pass_time(30)
    assert house.in_force == (LimitReason.USER, 32)
    assert {command.fallback_a for command in house.rig.link.asked(LimitCurrent)} == {None}
    assert house.log.lines == []


async def test_switched_off_the_chargers_are_their_people_s_again(house: House) -> None:
    await house.plug()
    await house.manage(mode=Mode.POWER)
    house.load = 15
    await house.pass_time(60)
    assert house.offered < 32
    await house.manage(mode=Mode.OFF)
    await house.rig.settle()
    assert house.rig.link.sent[-1] == LimitCurrent(1, Amps(32), Amps(32), house.ref)
    assert house.log.closed == 1
    assert house.station.view().energy is not None, "the meter still speaks"


# -- power -----------------------------------------------------------------------------------------


async def test_a_kettle_is_made_room_for_within_seconds_and_the_screen_says_why(house: House) -> None:
    await house.manage(mode=Mode.POWER)
    await house.plug()
    await house.pass_time(120)
    assert house.offered == 22, "25 A less the house and the margin"
    house.load += 9
    await house.pass_time(2)
    assert house.offered + house.load <= 25
    (grant,) = house.energy.grants
    assert (grant.reason, grant.current_a) == (LimitReason.LOAD_BALANCING, house.offered)
    assert grant.detail is not None
    assert grant.detail.startswith("13 A: house 11 A")
    assert grant.detail.endswith("of 25 A on L1")
    (phase,) = house.energy.phases
    assert (phase.rating_a, phase.house_a, phase.chargers_a, phase.headroom_a) == (25, 11, 13, 1)


async def test_the_breaker_is_never_exceeded_for_long_whatever_the_house_does(house: House) -> None:
    await house.manage(mode=Mode.POWER)
    await house.plug()
    for load in (2, 12, 5, 18, 0, 24, 3):
        house.load = load
        await house.pass_time(3)
        for _ in range(40):
            await house.pass_time(1)
            assert house.offered + load <= 25


async def test_the_slider_is_never_more_than_the_grant(house: House) -> None:
    await house.manage(mode=Mode.POWER)
    await house.plug()
    house.load = 10
    await house.pass_time(120)
    assert house.offered == 14
    await house.rig.charger.orders.set_allowed_current(8, ANNA)
    assert house.offered == 8
    house.load = 16
    await house.pass_time(5)
    house.rig.link.sent.clear()
    await house.rig.charger.orders.set_allowed_current(32, ANNA)
    assert house.offered == 8, "what was given back is not there any more"
    await house.pass_time(60)
    assert all(command.session_a <= 9 for command in house.rig.link.asked(LimitCurrent))


async def test_a_pause_is_a_pause_and_afterwards_there_is_what_there_is(house: House) -> None:
    await house.manage(mode=Mode.POWER)
    await house.plug()
    await house.pass_time(60)
    await house.rig.charger.orders.pause(ANNA)
    await house.pass_time(30)
    assert house.in_force == (LimitReason.USER, 0)
    await house.rig.charger.orders.resume(ANNA)
    house.load = 12
    await house.pass_time(200)
    assert house.offered == 12


# -- what is stored in the charger -----------------------------------------------------------------


async def test_an_idle_charger_keeps_what_is_safe_without_us(house: House) -> None:
    await house.manage(mode=Mode.POWER, meter_lost_current_a=Amps(8))
    await house.rig.settle()
    assert house.rig.link.sent == [LimitCurrent(1, Amps(32), Amps(8), None, Amps(8))]
    await house.plug()
    assert house.offered == 8, "so a session begins with it"


async def test_a_grant_ends_by_itself_and_is_renewed_in_time(house: House) -> None:
    await house.manage(mode=Mode.POWER)
    await house.plug()
    await house.pass_time(120)
    house.rig.link.sent.clear()
    await house.pass_time(60)
    renewed = [command for command in house.rig.link.asked(LimitCurrent) if command.session_a == Amps(22)]
    assert len(renewed) == 60 / RENEWED_EVERY.total_seconds()
    assert {command.fallback_a for command in renewed} == {Amps(6)}
    ends = renewed[-1].expires_at
    assert ends is not None
    left = (ends - house.rig.now).total_seconds()
    assert (HOLDS_FOR - RENEWED_EVERY).total_seconds() <= left <= HOLDS_FOR.total_seconds()


async def test_the_next_session_does_not_inherit_a_grant(house: House) -> None:
    await house.manage(mode=Mode.POWER)
    await house.plug()
    await house.pass_time(60)
    assert house.ref is not None
    await house.rig.end(house.ref, 2_000)
    house.ref = None
    await house.pass_time(2)
    assert house.rig.charger.control.grant is not None
    assert house.rig.charger.control.grant.current_a == Amps(6)


async def test_after_a_restart_of_ours_a_session_begins_again_with_what_is_safe(house: House) -> None:
    await house.manage(mode=Mode.POWER)
    await house.plug()
    await house.pass_time(60)
    await house.rig.restart()
    again = House(house.rig)
    again.control.start()
    assert again.station.management.mode is Mode.POWER
    link = house.rig.connect()
    await house.rig.settle()
    assert [(command.session_a, command.fallback_a) for command in link.asked(LimitCurrent)] == [
        (Amps(6), Amps(6))
    ]
    again.control.close()


async def test_a_cut_that_is_refused_is_asked_for_again(house: House) -> None:
    await house.manage(mode=Mode.POWER)
    await house.plug()
    await house.pass_time(60)
    house.rig.link.on(LimitCurrent, refuse)
    house.load = 18
    await house.pass_time(25)
    house.rig.link.replies.clear()
    await house.pass_time(12)
    assert house.offered == 6


# -- the meter -------------------------------------------------------------------------------------


async def test_a_silent_meter_brings_the_fail_safe_current_within_fifteen_seconds(house: House) -> None:
    await house.manage(mode=Mode.POWER)
    await house.plug()
    await house.pass_time(60)
    house.speaks = False
    await house.pass_time(16)
    assert house.in_force == (LimitReason.METER_LOST, 6)
    assert house.energy.meter.lost
    house.speaks = True
    await house.pass_time(60)
    assert house.offered == 22


async def test_a_fail_safe_current_of_nothing_pauses(house: House) -> None:
    await house.manage(mode=Mode.POWER, meter_lost_current_a=Amps(0))
    await house.plug()
    house.speaks = False
    await house.pass_time(30)
    assert house.in_force == (LimitReason.METER_LOST, 0)
    badge = house.rig.badge()
    assert (badge.status, badge.reason) == ("paused", "load_balancing")


# -- the sun ---------------------------------------------------------------------------------------


async def test_green_charges_with_the_sun_alone_and_charge_now_without(house: House) -> None:
    await house.manage(mode=Mode.GREEN)
    await house.plug()
    await house.pass_time(60)
    assert house.in_force == (LimitReason.SOLAR, 0)
    house.load = -12.5
    await house.pass_time(300)
    assert house.in_force == (LimitReason.SOLAR, 12)
    house.load = 2
    await house.pass_time(300)
    assert house.in_force == (LimitReason.SOLAR, 0)
    await house.rig.charger.orders.charge_now(ANNA)
    await house.pass_time(200)
    assert house.in_force[0] is LimitReason.LOAD_BALANCING


# -- circuits, log, screen -------------------------------------------------------------------------


async def test_a_change_of_circuits_holds_at_once(house: House) -> None:
    await house.manage(mode=Mode.POWER)
    await house.plug()
    await house.pass_time(60)
    main = ManagedCircuit(MAIN, "Main breaker", None, Amps(16), metered=True)
    await house.manage(circuits=(main,))
    await house.pass_time(5)
    assert house.offered + house.load <= 16


async def test_settings_survive_a_restart(house: House) -> None:
    await house.manage(mode=Mode.HYBRID, hybrid_current_a=Amps(9))
    await house.rig.crash()
    assert house.rig.fleet.station("home").management == Management(
        house.station.management.station_id, Mode.HYBRID, hybrid_current_a=Amps(9)
    )
    assert [event["mode"] for event in house.rig.events("station_management")] == ["hybrid"]


async def test_the_log_repeats_every_decision(house: House) -> None:
    await house.manage(mode=Mode.POWER)
    await house.plug()
    for load in (2, 15, 4):
        house.load = load
        await house.pass_time(60)
    started, *lines = house.log.lines
    assert isinstance(started, Started)
    ticks = [line for line in lines if isinstance(line, Tick)]
    planned = [line for line in lines if isinstance(line, Planned)]
    assert len(ticks) > 150
    assert list(replay(started, ticks)) == planned
    assert any(line.plan.orders for line in planned)


async def test_the_station_is_shown_live_with_mode_and_grants(house: House) -> None:
    shown = house.rig.server.screen.shown["station", "home"].view()
    assert (shown.mode, shown.energy) == (Mode.OFF, None)
    await house.manage(mode=Mode.POWER)
    await house.pass_time(2)
    shown = house.rig.server.screen.shown["station", "home"].view()
    assert shown.energy.grants[0].charger_id == GARAGE
    assert shown.energy.flow.grid_w == pytest.approx(460)
