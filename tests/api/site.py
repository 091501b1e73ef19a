"""The whole API on real sockets, a real database and the real hub; only the device's end is scripted."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any, TypeVar

import httpx
import uvicorn
from tests.hub.scripted_link import ScriptedLink

from chargedeck.api.access import COOKIE
from chargedeck.api.application import create_app
from chargedeck.api.services import ApiSettings, Services
from chargedeck.chargers.lektrico.logged import RPC_MARK
from chargedeck.chargers.lektrico.logged import decode_logged as decode_rpc
from chargedeck.chargers.lektrico.surroundings import Surroundings
from chargedeck.chargers.lektrico.units import Units
from chargedeck.documents.letters import Letters
from chargedeck.documents.notices import Notifier
from chargedeck.documents.press import press
from chargedeck.documents.tables import SessionTables
from chargedeck.domain.cards import Card
from chargedeck.domain.errors import ErrorType
from chargedeck.domain.events import Metered, OutletSeen, OutletState, TransactionStarted, TransactionStopped
from chargedeck.domain.reading import PhaseReading, Reading
from chargedeck.domain.units import Amps, DeviceId, IdTag, StationId, Volts, WattHours, Watts
from chargedeck.hub.cards import Cards
from chargedeck.hub.cars import Cars
from chargedeck.hub.context import Context
from chargedeck.hub.device import Device
from chargedeck.hub.devices import UnknownPolicy
from chargedeck.hub.exports import Exports
from chargedeck.hub.fleet import Approval, Fleet
from chargedeck.hub.forecasts import Forecasts
from chargedeck.hub.local_devices import LocalDevices
from chargedeck.hub.message_log import MessageLog
from chargedeck.hub.meter_sources import MeterSources
from chargedeck.hub.monthly_reports import MonthlyReports, Post
from chargedeck.hub.notice_records import Channel
from chargedeck.hub.notices import NoticeKit, Notices
from chargedeck.hub.outlooks import StationOutlook
from chargedeck.hub.passwords import QUICK, Passwords
from chargedeck.hub.people import People
from chargedeck.hub.people_context import Ears
from chargedeck.hub.planner import Planner
from chargedeck.hub.privacy import veiled
from chargedeck.hub.records import Role, StationRecord, UserRecord
from chargedeck.hub.reports import Kept, Reports
from chargedeck.hub.schedules import Schedules
from chargedeck.hub.session_costs import SessionCosts
from chargedeck.hub.session_edits import SessionEdits
from chargedeck.hub.sign_ins import Visit
from chargedeck.hub.solar_sites import SkyService
from chargedeck.hub.station_control import StationControl
from chargedeck.hub.station_flows import StationFlows
from chargedeck.hub.tariffs import Tariffs
from chargedeck.hub.transaction_ids import TransactionIds
from chargedeck.hub.users import NewUser
from chargedeck.live.board import Board
from chargedeck.notify.outside import Poster
from chargedeck.notify.push import PushCarrier
from chargedeck.sources.meters import Dialer
from chargedeck.sources.public_holidays import PublicHolidays
from chargedeck.sources.sky import OpenMeteo
from chargedeck.storage import Storage, open_storage
from chargedeck.storage.restorer import Restorer
from chargedeck.storage.scheduled_backups import in_pieces
from chargedeck.web.front import Front

Asked = TypeVar("Asked")

PASSWORD = "correct horse battery"
CARD = "04A1B2"
CSRF = "X-CSRF-Token"

WORDS = {
    OutletState.AVAILABLE: "Available",
    OutletState.PREPARING: "Preparing",
    OutletState.CHARGING: "Charging",
    OutletState.SUSPENDED_BY_CHARGER: "SuspendedEVSE",
    OutletState.FAULTED: "Faulted",
}


class Clock:
    """The wall clock, which a test may turn."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def turn(self, **by: float) -> None:
        self.ahead += timedelta(**by)


def decoded(raw: bytes) -> Mapping[str, Any]:
    """A wire format of our own: type, id, action and payload with blanks between; that of devices we ask."""
    if raw.startswith(RPC_MARK):
        return decode_rpc(raw)
    kind, message_id, action, payload = raw.decode().split(" ", 3)
    return {"type": kind, "message_id": message_id, "action": action or None, "payload": payload}


def catalogue(protocol: str) -> Mapping[str, Mapping[str, Any]]:
    return {"ClearCache": {"type": "object"}}


@dataclass(slots=True)
class Site:
    """A running server and what is behind it."""

    url: str
    services: Services
    storage: Storage
    clock: Clock
    context: Context
    links: dict[str, ScriptedLink] = field(default_factory=dict)
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    numbers: int = 0

    @property
    def fleet(self) -> Fleet:
        return self.services.fleet

    @property
    def people(self) -> People:
        return self.services.people

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    # -- who calls -----------------------------------------------------------------------------

    async def client(self, **headers: str) -> httpx.AsyncClient:
        """A browser, or a program, that has not signed in."""
        # Without loading certificates, which takes longer than most tests.
        client = httpx.AsyncClient(base_url=self.url, headers=headers, timeout=10, verify=False)
        return await self.stack.enter_async_context(client)

    async def user(self, role: Role, stations: tuple[str, ...] | None = None) -> UserRecord:
        self.numbers += 1
        station_ids = None if stations is None else tuple(map(StationId, stations))
        new = NewUser(f"{role}{self.numbers}@example.com", PASSWORD, role, role.title(), "", station_ids)
        return await self.people.users.add(new, by="test")

    async def browser(self, role: Role, stations: tuple[str, ...] | None = None) -> httpx.AsyncClient:
        """Somebody who has signed in, with the cookie and the CSRF token."""
        return await self.browser_of(await self.user(role, stations))

    async def browser_of(self, user: UserRecord) -> httpx.AsyncClient:
        entrance = await self.people.sign_ins.enter(user, Visit("127.0.0.1"))
        assert entrance.caller.sign_in is not None
        client = await self.client(**{CSRF: entrance.caller.sign_in.csrf_token, "Origin": self.url})
        client.cookies.set(COOKIE, entrance.secret)
        return client

    async def program(self, role: Role) -> httpx.AsyncClient:
        """A program with a token that was made at the console."""
        _, secret = await self.people.tokens.create(f"{role} program", role, None, by=None)
        return await self.client(Authorization=f"Bearer {secret}")

    async def sent(self, command: type[Asked], device_id: str = "garage") -> Asked:
        """Wait until the device has been sent such a command."""
        async with asyncio.timeout(5):
            while not (found := self.links[device_id].asked(command)):  # noqa: ASYNC110  (a link tells nobody)
                await asyncio.sleep(0.005)
        return found[-1]

    # -- what there is -------------------------------------------------------------------------

    async def add_station(self, station_id: str) -> None:
        record = StationRecord(StationId(station_id), station_id.title(), False, "UTC", self.clock())
        await self.fleet.save_station(record)

    async def add_device(
        self, device_id: str = "garage", station: str = "home", *, online: bool = True
    ) -> Device:
        approval = Approval(device_id.title(), StationId(station), Amps(32))
        device, _ = await self.fleet.register_device(DeviceId(device_id), "ocpp16", approval)
        if online:
            self.connect(device_id)
        return device

    def connect(self, device_id: str = "garage") -> ScriptedLink:
        link = self.links[device_id] = ScriptedLink()
        self.fleet.doors.attach(device_id, link).ready(self.clock())
        return link

    async def add_card(self, tag: str = CARD, **more: Any) -> Card:
        card = Card(tag.lower(), IdTag(tag), f"Card {tag}", **more)
        await self.services.cards.save(card)
        return card

    # -- what happens at the device ------------------------------------------------------------

    def status(self, state: OutletState, device_id: str = "garage", error: ErrorType | None = None) -> None:
        now = self.clock()
        seen = OutletSeen(now, state, WORDS[state], error, "" if error is None else error.value)
        self.fleet.device(device_id).outlet(1).seen_state(seen, now)

    async def begin(self, register: float = 1_000, device_id: str = "garage") -> str:
        """A card starts a session; answers the device's number for it."""
        if self.services.cards.by_tag(CARD) is None:
            await self.add_card()
        return await self.begin_as(CARD, register, device_id)

    async def begin_as(self, tag: str, register: float = 1_000, device_id: str = "garage") -> str:
        """A session begins under this tag."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        started = TransactionStarted(self.clock(), WattHours(register), IdTag(tag))
        self.fleet.device(device_id).begin(1, started, self.clock(), answer.set_result)
        return str((await answer).ref)

    async def charge(self, register: float = 1_000, device_id: str = "garage") -> str:
        """Plug, start, energy."""
        self.status(OutletState.PREPARING, device_id)
        ref = await self.begin(register, device_id)
        self.status(OutletState.CHARGING, device_id)
        return ref

    async def meter(
        self, register: float, power: float = 3680, ref: str | None = None, device_id: str = "garage"
    ) -> None:
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        phases = (PhaseReading(1, Volts(230), Amps(power / 230)),)
        reading = Reading(self.clock(), WattHours(register), Watts(power), phases)
        self.fleet.device(device_id).metered(1, Metered(reading, ref), self.clock(), answer.set_result)
        assert await answer

    async def end(self, ref: str, register: float, device_id: str = "garage") -> None:
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        stopped = TransactionStopped(self.clock(), ref, WattHours(register), "Local")
        self.fleet.device(device_id).end(
            stopped, self.clock(), lambda stored, card: answer.set_result((stored, card))
        )
        await answer
        self.status(OutletState.AVAILABLE, device_id)

    async def durable(self) -> None:
        """Until all that has happened is on disk."""
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.storage.journal.when_durable(answer.set_result)
        assert await answer


class _Server(uvicorn.Server):
    """uvicorn as a part of the test's own loop; ends without its pauses for a graceful end."""

    async def begin(self, socket_: socket.socket) -> asyncio.Task[None]:
        self.config.load()
        self.lifespan = self.config.lifespan_class(self.config)
        await self.startup([socket_])
        return asyncio.create_task(self.main_loop())

    async def end(self) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        async with asyncio.timeout(5):
            await asyncio.gather(*self.server_state.tasks, return_exceptions=True)


@asynccontextmanager
async def served(app: Any, **options: Any) -> AsyncIterator[str]:
    """Serve an ASGI application on a free port of loopback; answers its address."""
    config = uvicorn.Config(
        app, lifespan="off", ws="none", log_config=None, access_log=False, server_header=False, **options
    )
    server = _Server(config)
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listening:
        ticking = await server.begin(listening)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            ticking.cancel()
            await server.end()


async def template(folder: Path) -> Path:
    """A database with nothing in it, to be copied: making the schema takes longer than a test."""
    path = folder / "template.db"
    async with open_storage(f"sqlite:///{path}", now=lambda: datetime.now(UTC)):
        pass
    return path


@asynccontextmanager
async def site_in(folder: Path, empty: Path, **settings: Any) -> AsyncIterator[Site]:
    """A running server with a database of its own."""
    path = folder / "chargedeck.db"
    shutil.copyfile(empty, path)
    clock = Clock()
    async with AsyncExitStack() as stack:
        storage = await stack.enter_async_context(open_storage(f"sqlite:///{path}", now=clock))
        board = Board(asyncio.get_running_loop(), veil=veiled)
        context = Context(
            journal=storage.journal,
            book=storage.book,
            archive=storage.archive,
            screen=board,
            cards=Cards(storage.book),
            transaction_ids=TransactionIds(
                b"key", lambda count: storage.book.reserve_numbers("transaction", count)
            ),
            log=MessageLog(decoded),
            now=clock,
            started_at=clock(),
        )
        stack.push_async_callback(context.tasks.aclose)
        fleet = Fleet(context, unknown=UnknownPolicy.PENDING, catalogue=catalogue)
        await fleet.load()
        passwords = Passwords(QUICK)
        stack.callback(passwords.close)
        people = People(
            storage.book,
            passwords,
            now=clock,
            ears=Ears(storage.journal.event, board.close_readers, context.cards),
        )
        surroundings = Surroundings(
            door=fleet.doors,
            log=context.log,
            now=clock,
            networks=(ip_network("127.0.0.0/8"),),
            is_watched=lambda: True,
            is_charging=fleet.is_charging,
        )
        units = Units(surroundings)
        stack.push_async_callback(units.aclose)
        tariffs = Tariffs(context, fleet, storage.costs, PublicHolidays())
        await tariffs.load()
        planner = Planner(context, fleet, StationOutlook(tariffs.prices), seed=1)
        tariffs.on_change(planner.expects_otherwise)
        control = StationControl(context, fleet, planner)
        await control.load()
        control.start()
        flows = StationFlows(context, fleet)
        costs = SessionCosts(context, fleet, storage.costs, tariffs, flows)
        meters = MeterSources(context, fleet, control, Dialer((ip_network("127.0.0.0/8"),)))
        stack.push_async_callback(meters.aclose)
        sender = settings.pop("sender", None)
        poster = settings.pop("poster", None)
        push = PushCarrier(storage.book, poster or Poster(), contact=None, now=clock)
        carriers = settings.pop("carriers", {}) | ({} if poster is None else {Channel.PUSH: push})
        notices = Notices(
            context, fleet, NoticeKit(storage.notices, Notifier(None), carriers, board, push.public_key)
        )
        notices.take_up()
        exports = Exports(storage.archive, storage.book, SessionTables(), fleet.as_of_now)
        kept = Kept(storage.book, storage.costs, storage.reports)
        reports = Reports(exports, kept, press(), now=clock)
        services = Services(
            fleet=fleet,
            local=LocalDevices(context, fleet, units),
            control=control,
            flows=flows,
            tariffs=tariffs,
            costs=costs,
            meters=meters,
            schedules=Schedules(context, planner, control),
            forecasts=Forecasts(
                context, fleet, flows, {SkyService.OPEN_METEO: OpenMeteo("http://127.0.0.1:9")}
            ),
            cards=context.cards,
            cars=Cars(storage.book),
            edits=SessionEdits(storage.edits, fleet, context),
            people=people,
            archive=storage.archive,
            backup=lambda phrase: in_pieces(f"sqlite:///{path}", phrase, now=clock(), version="0.1.0"),
            restore=Restorer(f"sqlite:///{path}", now=clock),
            about=lambda: {"version": "0.1.0", "log": ["a line"]},
            exports=exports,
            reports=reports,
            monthly=MonthlyReports(context, reports, storage.reports, Post(Letters(), sender)),
            notices=notices,
            history=storage.history,
            board=board,
            settings=ApiSettings(version="0.1.0", **settings),
            now=clock,
        )
        dist = folder / "dist"
        url = await stack.enter_async_context(served(create_app(services, Front(dist))))
        stack.callback(board.close)
        yield Site(url, services, storage, clock, context, stack=stack)
