"""Whatever happens: every session once, every watt-hour once, no limit above what is right."""

import asyncio
import tempfile
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.hub.disk import Disk, MemoryDisk, SqliteDisk
from tests.hub.queueing_device import QueueingDevice, Telling
from tests.hub.rig import ANNA, CARD, Rig, rig_on
from tests.hub.scripted_link import ScriptedLink, accept, refuse, time_out
from tests.hub.virtual_time import VirtualTimeLoop

from chargedeck.domain.actions import Action
from chargedeck.domain.errors import ErrorType
from chargedeck.domain.events import OutletState
from chargedeck.domain.problems import ChargeDeckError
from chargedeck.domain.units import Amps
from chargedeck.hub.commands import Command, LimitCurrent
from chargedeck.hub.orders import ChargerChanges

RELAXED = [HealthCheck.too_slow, HealthCheck.filter_too_much]
TELLING = st.builds(Telling, st.integers(0, 4), st.booleans())
ORDERS = (Action.START, Action.STOP, Action.PAUSE, Action.RESUME, Action.UNLOCK)


class WatchedLink(ScriptedLink):
    """Holds every limit that is sent against what the installation allows at that moment."""

    def __init__(self, rig: Rig) -> None:
        super().__init__()
        self._rig = rig

    async def send(self, command: Command) -> None:
        if isinstance(command, LimitCurrent):
            most = self._rig.charger.record.installation_current_a
            for amps in (command.default_a, command.session_a):
                assert amps == 0.0 or 6.0 <= amps <= most, f"{command} with an installation of {most:g} A"
        await super().send(command)


class AnyOrder(RuleBasedStateMachine):
    """One device that tells in any order, on a server that may go down at any moment."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = self.new_loop()
        self.stack = AsyncExitStack()
        self.rig: Rig
        self.device: QueueingDevice

    def new_loop(self) -> asyncio.AbstractEventLoop:
        return VirtualTimeLoop()

    def new_disk(self) -> Disk:
        return MemoryDisk()

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    def at_once(self, work: Callable[..., object], *args: object) -> None:
        """Do what needs a loop but no time."""

        async def called() -> None:
            work(*args)

        self.do(called())

    @initialize()
    def begin(self) -> None:
        self.rig = self.do(self.stack.enter_async_context(rig_on(self.new_disk())))
        self.do(self.rig.add_device())
        self.do(self.rig.add_card())
        self.device = QueueingDevice(self.rig)
        self.connect()

    # -- the device ----------------------------------------------------------------------------

    @precondition(lambda self: self.device.present is None)
    @rule(tag=st.sampled_from([CARD, "STRANGER", f" {CARD.lower()}"]), telling=TELLING)
    def a_car_begins(self, tag: str, telling: Telling) -> None:
        self.do(self.rig.pass_time(1))
        self.at_once(self.device.begin, tag)
        self.do(self.device.tell(telling))

    @rule(energy_wh=st.integers(0, 3_000), is_told=st.booleans(), with_ref=st.booleans())
    def energy_flows(self, energy_wh: int, is_told: bool, with_ref: bool) -> None:
        self.do(self.rig.pass_time(energy_wh / 100))  # 360 kW
        self.at_once(self.device.draw, energy_wh)
        if is_told:
            self.do(self.device.tell_reading(0, with_ref=with_ref))

    @precondition(lambda self: self.device.present is not None)
    @rule(telling=TELLING)
    def the_session_ends(self, telling: Telling) -> None:
        self.at_once(self.device.end)
        self.do(self.device.tell(telling))

    @rule(telling=TELLING)
    def the_device_tells(self, telling: Telling) -> None:
        self.do(self.device.tell(telling))

    @rule(age=st.integers(0, 5), with_ref=st.booleans())
    def the_device_tells_a_reading(self, age: int, with_ref: bool) -> None:
        self.do(self.device.tell_reading(age, with_ref=with_ref))

    @rule(which=st.integers(0, 20))
    def the_device_tells_a_stop_again(self, which: int) -> None:
        self.do(self.device.tell_a_stop_again(which))

    @rule(state=st.sampled_from(OutletState))
    def the_device_shows(self, state: OutletState) -> None:
        self.at_once(self.device.show, state)

    @rule(error=st.sampled_from(ErrorType))
    def the_device_reports(self, error: ErrorType) -> None:
        self.at_once(self.device.show, OutletState.FAULTED, error)

    # -- the world -----------------------------------------------------------------------------

    @rule()
    def connect(self) -> None:
        self.at_once(self.rig.connect, WatchedLink(self.rig))

    @precondition(lambda self: self.device.online)
    @rule()
    def the_network_goes(self) -> None:
        self.at_once(self.rig.disconnect)

    @rule()
    def the_server_restarts(self) -> None:
        self.do(self.rig.restart())

    @rule()
    def the_server_crashes(self) -> None:
        self.do(self.rig.crash())

    @rule(seconds=st.sampled_from([1, 7, 45, 90, 700, 7_200]))
    def time_passes(self, seconds: int) -> None:
        self.do(self.rig.pass_time(seconds))

    # -- what always holds ---------------------------------------------------------------------

    @invariant()
    def everything_can_be_shown(self) -> None:
        self.do(self.shown())

    async def shown(self) -> None:
        view = self.rig.charger.view()
        assert (view.status == "offline") == (not self.device.online)
        assert 6 <= view.allowed_current_a <= view.installation_current_a
        assert view.limit.current_a == 0 or 6 <= view.limit.current_a <= view.installation_current_a
        assert view.limit.current_a == max(0, min(rung.current_a for rung in view.limit.ladder))
        if view.inspection_required:
            assert view.status != "charging"
            assert not {Action.START, Action.AUTHORIZE, Action.RESUME} & set(view.actions)
        if view.session is not None:
            assert 0 <= view.session.energy_wh <= self.device.meter_wh - view.session.meter_start_wh
        self.rig.device.view()

    @invariant()
    def no_session_is_there_twice(self) -> None:
        history = self.rig.history()
        assert len({record.ref for record in history}) == len(history)
        starts = [(record.started_at, record.meter_start_wh) for record in history]
        assert len(set(starts)) == len(starts)

    def teardown(self) -> None:
        try:
            if hasattr(self, "device"):
                self.do(self.check_the_books())
        finally:
            self.do(self.stack.aclose())
            self.loop.close()

    async def check_the_books(self) -> None:
        """Once all has been told, the history is what went through the meter in sessions."""
        if self.device.present is not None:
            self.device.end()
        await self.device.tell_everything()
        await self.rig.settle()
        told = [(record.started_at, record.energy_wh) for record in self.rig.history()]
        true = [(t.started_at, (t.stop_wh or 0) - t.start_wh) for t in self.device.past]
        assert told == true
        assert self.rig.charger.session is None


class AnyOrderAmongPeople(AnyOrder):
    """And people who want something of it, which takes time: in memory, where time costs nothing."""

    # -- people --------------------------------------------------------------------------------

    @rule(order=st.sampled_from(ORDERS), reply=st.sampled_from([accept, refuse, time_out]))
    def somebody_orders(self, order: Action, reply: Any) -> None:
        if self.do(self.ordered(getattr(self.rig.charger.orders, order.value)(ANNA), reply)):
            assert self.device.online

    @rule(amps=st.integers(0, 40), reply=st.sampled_from([accept, refuse, time_out]))
    def somebody_moves_the_slider(self, amps: int, reply: Any) -> None:
        before = float(self.rig.charger.record.allowed_current_a)
        if self.do(self.ordered(self.rig.charger.orders.set_allowed_current(amps, ANNA), reply)):
            before = amps
        assert float(self.rig.charger.record.allowed_current_a) == before

    @rule(amps=st.sampled_from([6, 10, 16, 32]), plug_and_charge=st.booleans())
    def the_installer_comes(self, amps: int, plug_and_charge: bool) -> None:
        changes = ChargerChanges(installation_current_a=Amps(amps), plug_and_charge=plug_and_charge)
        self.do(self.rig.charger.orders.update(changes, ANNA))
        self.do(self.rig.settle())

    async def ordered(self, work: Coroutine[Any, Any, None], reply: Any) -> bool:
        """Whether the order came true."""
        link = self.rig.link
        link.on(LimitCurrent, reply)
        try:
            await work
        except ChargeDeckError:
            return False
        else:
            return True
        finally:
            link.replies.clear()


class AnyOrderOnSqlite(AnyOrder):
    """On a real database, where what was not on disk at a crash is really gone."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()

    def new_loop(self) -> asyncio.AbstractEventLoop:
        return asyncio.new_event_loop()

    def new_disk(self) -> Disk:
        return SqliteDisk(Path(self._folder.name))

    def teardown(self) -> None:
        super().teardown()
        self._folder.cleanup()


TestAnyOrder = AnyOrderAmongPeople.TestCase
TestAnyOrder.settings = settings(max_examples=150, stateful_step_count=40, suppress_health_check=RELAXED)
TestAnyOrderOnSqlite = AnyOrderOnSqlite.TestCase
TestAnyOrderOnSqlite.settings = settings(
    max_examples=10, stateful_step_count=25, suppress_health_check=RELAXED
)
