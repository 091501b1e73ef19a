"""A hub as a test sees it: facts go in as a driver brings them, and what came of them can be read."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.hub.disk import Disk, Ports
from tests.hub.scripted_link import Reply, ScriptedLink
from tests.hub.surroundings import Clock, Screen, catalogue, decoded
from tests.hub.virtual_time import VirtualTimeLoop

from chargedeck.domain.badge import Badge
from chargedeck.domain.cards import Authorizer, AuthorizerKind, Card, CardAnswer
from chargedeck.domain.errors import ErrorType
from chargedeck.domain.events import Metered, OutletSeen, OutletState, TransactionStarted, TransactionStopped
from chargedeck.domain.reading import PhaseReading, Reading
from chargedeck.domain.session import State
from chargedeck.domain.units import Amps, DeviceId, IdTag, Volts, WattHours, Watts
from chargedeck.hub.cards import Cards
from chargedeck.hub.charger import Charger
from chargedeck.hub.commands import StartCharging
from chargedeck.hub.context import Context
from chargedeck.hub.device import Device
from chargedeck.hub.devices import UnknownPolicy
from chargedeck.hub.fleet import Approval, Fleet
from chargedeck.hub.ledger import Begun
from chargedeck.hub.message_log import MessageLog
from chargedeck.hub.orders import ChargerChanges
from chargedeck.hub.records import SessionRecord
from chargedeck.hub.transaction_ids import TransactionIds

BOB = Authorizer(AuthorizerKind.USER, "Bob", "bob")
ANNA = Authorizer(AuthorizerKind.USER, "Anna", "anna")
GARAGE = "garage"
CARD = "04A1B2"

WORDS = {
    OutletState.AVAILABLE: "Available",
    OutletState.PREPARING: "Preparing",
    OutletState.CHARGING: "Charging",
    OutletState.SUSPENDED_BY_CAR: "SuspendedEV",
    OutletState.SUSPENDED_BY_CHARGER: "SuspendedEVSE",
    OutletState.FINISHING: "Finishing",
    OutletState.RESERVED: "Reserved",
    OutletState.UNAVAILABLE: "Unavailable",
    OutletState.FAULTED: "Faulted",
}


@dataclass(frozen=True)
class Server:
    """One run of the hub, from start to stop."""

    ports: Ports
    context: Context
    fleet: Fleet
    screen: Screen
    stack: AsyncExitStack


class Rig:
    """A hub with the disk it runs on; `restart` and `crash` start another on what the first has left."""

    def __init__(self, disk: Disk, clock: Clock, unknown: UnknownPolicy) -> None:
        self.disk = disk
        self.clock = clock
        self._unknown = unknown
        self.server: Server
        self.link = ScriptedLink()

    # -- start and stop ------------------------------------------------------------------------

    async def start_server(self) -> None:
        stack = AsyncExitStack()
        ports = await stack.enter_async_context(self.disk.open(self.clock))
        screen = Screen()
        context = Context(
            journal=ports.journal,
            book=ports.book,
            archive=ports.archive,
            screen=screen,
            cards=Cards(ports.book),
            transaction_ids=TransactionIds(
                b"key of the tests", lambda count: ports.book.reserve_numbers("transaction", count)
            ),
            log=MessageLog(decoded),
            now=self.clock,
            started_at=self.clock(),
        )
        stack.push_async_callback(context.tasks.aclose)
        fleet = Fleet(context, unknown=self._unknown, catalogue=catalogue)
        self.server = Server(ports, context, fleet, screen, stack)
        await fleet.load()

    async def stop_server(self) -> None:
        await self.server.stack.aclose()

    async def restart(self) -> None:
        """Stop in order and start again; the device is not connected yet."""
        await self.stop_server()
        await self.start_server()

    async def crash(self) -> None:
        """Pull the plug: what was not on disk at this instant is gone."""
        left = self.disk.pull_the_plug()
        await self.stop_server()
        self.disk = left
        await self.start_server()

    # -- what there is -------------------------------------------------------------------------

    @property
    def fleet(self) -> Fleet:
        return self.server.fleet

    @property
    def context(self) -> Context:
        return self.server.context

    @property
    def device(self) -> Device:
        return self.fleet.device(GARAGE)

    @property
    def charger(self) -> Charger:
        return self.fleet.charger(GARAGE)

    def state(self) -> State:
        """Where the charger is with its car."""
        return self.charger.state

    def badge(self) -> Badge:
        """What the screen shows."""
        view = self.charger.view()
        return Badge(view.status, view.status_reason)

    @property
    def now(self) -> datetime:
        return self.clock()

    def ago(self, seconds: float) -> datetime:
        return self.now - timedelta(seconds=seconds)

    async def add_device(self, device_id: str = GARAGE, **approval: Any) -> Device:
        device, _ = await self.fleet.register_device(DeviceId(device_id), "ocpp16", Approval(**approval))
        return device

    async def add_card(self, id_tag: str = CARD, **properties: Any) -> Card:
        card = Card(id_tag.lower(), IdTag(id_tag), f"Card {id_tag}", **properties)
        await self.context.cards.save(card)
        return card

    # -- the connection ------------------------------------------------------------------------

    def connect(self, link: ScriptedLink | None = None, *, ready: bool = True) -> ScriptedLink:
        """The device connects, and its driver has set it up."""
        self.link = link or ScriptedLink()
        device = self.fleet.doors.attach(GARAGE, self.link)
        if ready:
            device.ready(self.now)
        return self.link

    def disconnect(self) -> None:
        """The connection is lost."""
        self.fleet.doors.detach(self.device, self.link)

    # -- time ----------------------------------------------------------------------------------

    async def settle(self) -> None:
        """Until everything that can happen now has happened, and is on disk."""
        for _ in range(5):
            await asyncio.sleep(0)
        told = asyncio.get_running_loop().create_future()
        self.context.journal.when_durable(told.set_result)
        await told
        for _ in range(5):
            await asyncio.sleep(0)

    async def pass_time(self, seconds: float) -> None:
        """Let time go by."""
        if isinstance(asyncio.get_running_loop(), VirtualTimeLoop):
            await asyncio.sleep(seconds)
        else:
            self.clock.turn(seconds)
        await self.settle()

    # -- facts ---------------------------------------------------------------------------------

    def status(
        self,
        state: OutletState,
        *,
        error: ErrorType | None = None,
        at: datetime | None = None,
        connector: int = 1,
    ) -> None:
        seen = OutletSeen(at or self.now, state, WORDS[state], error, "" if error is None else error.value)
        self.device.outlet(connector).seen_state(seen, self.now)

    async def begin(
        self,
        register: float = 1_000,
        *,
        tag: str = CARD,
        at: datetime | None = None,
        connector: int = 1,
    ) -> Begun | None:
        """StartTransaction; answers what the device is told."""
        answer = asyncio.get_running_loop().create_future()
        started = TransactionStarted(at or self.now, WattHours(register), IdTag(tag))
        self.device.begin(connector, started, self.now, answer.set_result)
        begun: Begun | None = await answer
        return begun

    async def begun(self, register: float = 1_000, **details: Any) -> Begun:
        """StartTransaction that must be answered with a number."""
        answer = await self.begin(register, **details)
        assert answer is not None
        return answer

    async def end(
        self,
        ref: int | str,
        register: float | None = 1_000,
        *,
        at: datetime | None = None,
        tag: str | None = None,
        readings: Sequence[Reading] = (),
        reason: str = "Local",
    ) -> tuple[bool, CardAnswer | None]:
        """StopTransaction; answers what the device is told."""
        answer: asyncio.Future[tuple[bool, CardAnswer | None]] = asyncio.get_running_loop().create_future()
        stopped = TransactionStopped(
            at=at or self.now,
            ref=str(ref),
            meter_stop_wh=None if register is None else WattHours(register),
            reason=reason,
            id_tag=None if tag is None else IdTag(tag),
            readings=tuple(readings),
        )
        self.device.end(stopped, self.now, lambda stored, card: answer.set_result((stored, card)))
        return await answer

    async def meter(
        self,
        register: float | None = None,
        *,
        ref: int | str | None = None,
        power: float | None = None,
        current: float | None = None,
        at: datetime | None = None,
        connector: int = 1,
    ) -> bool:
        """MeterValues; answers whether they were stored."""
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        reading = self.reading(register, power=power, current=current, at=at)
        metered = Metered(reading, None if ref is None else str(ref))
        self.device.metered(connector, metered, self.now, answer.set_result)
        return await answer

    def reading(
        self,
        register: float | None = None,
        *,
        power: float | None = None,
        current: float | None = None,
        at: datetime | None = None,
    ) -> Reading:
        phases = () if current is None else (PhaseReading(1, Volts(230), Amps(current)),)
        return Reading(
            at or self.now,
            None if register is None else WattHours(register),
            None if power is None else Watts(power),
            phases,
        )

    async def allow_plug_and_charge(self) -> None:
        """Set it on."""
        await self.charger.orders.update(ChargerChanges(plug_and_charge=True), ANNA)

    async def charging(self, register: float = 1_000, **details: Any) -> Begun:
        """A card's session that charges: plug, start, energy."""
        if self.context.cards.by_tag(CARD) is None:
            await self.add_card()
        self.status(OutletState.PREPARING)
        begun = await self.begun(register, **details)
        self.status(OutletState.CHARGING)
        await self.settle()
        return begun

    # -- what came of it -----------------------------------------------------------------------

    def history(self) -> list[SessionRecord]:
        """All sessions that are on disk, the oldest first."""
        return sorted(self.disk.sessions(), key=lambda record: (record.started_at, record.id))

    def only_session(self) -> SessionRecord:
        (record,) = self.history()
        return record

    def energies(self) -> list[float]:
        return [record.energy_wh for record in self.history()]

    def put_down_to(self) -> Authorizer | None:
        """Who the open session is put down to."""
        assert self.charger.session is not None
        return self.charger.session.record.authorized_by

    def events(self, kind: str) -> list[dict[str, Any]]:
        """The details of the events of a kind that are on disk."""
        return [event.detail or {} for event in self.disk.events() if event.kind == kind]


def begins_at_once(rig: Rig) -> Reply:
    """A device that tells of its session as soon as it is asked to start one."""

    async def reply(command: StartCharging) -> None:
        asyncio.get_running_loop().call_later(
            1, lambda: rig.context.tasks.start(_told(rig, command.id_tag), name="start")
        )

    return reply


async def _told(rig: Rig, tag: str) -> None:
    await rig.begun(1_000, tag=tag)


@asynccontextmanager
async def rig_on(
    disk: Disk, *, clock: Clock | None = None, unknown: UnknownPolicy = UnknownPolicy.PENDING
) -> AsyncIterator[Rig]:
    """A hub that runs on a disk."""
    made = Rig(disk, clock or Clock(), unknown)
    await made.start_server()
    try:
        yield made
    finally:
        await made.stop_server()
