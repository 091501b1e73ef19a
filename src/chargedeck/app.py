"""The composition root: settings → objects; the only file that names concrete classes."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import uvicorn

from chargedeck import __version__
from chargedeck.api.application import create_app
from chargedeck.api.services import ApiSettings, Services
from chargedeck.chargers.lektrico.logged import RPC_MARK
from chargedeck.chargers.lektrico.logged import decode_logged as decode_rpc
from chargedeck.chargers.lektrico.surroundings import Surroundings as LektricoSurroundings
from chargedeck.chargers.lektrico.units import Units
from chargedeck.chargers.ocpp.limits import Limits
from chargedeck.chargers.ocpp.listener import Listener
from chargedeck.chargers.ocpp.logged import decode_logged
from chargedeck.chargers.ocpp.surroundings import Keepalive, Surroundings
from chargedeck.chargers.ocpp.tls import server_tls
from chargedeck.chargers.ocpp16.dialect import Ocpp16
from chargedeck.chargers.ocpp16.operator import operator_actions
from chargedeck.documents.letters import Letters
from chargedeck.documents.notices import Notifier
from chargedeck.documents.press import press
from chargedeck.documents.tables import SessionTables
from chargedeck.domain.problems import StorageUnavailableError
from chargedeck.hub.cards import Cards
from chargedeck.hub.cars import Cars
from chargedeck.hub.context import Context
from chargedeck.hub.devices import UnknownPolicy
from chargedeck.hub.exports import Exports
from chargedeck.hub.fleet import Fleet
from chargedeck.hub.forecast_outlook import ForecastOutlook
from chargedeck.hub.forecasts import Forecasts
from chargedeck.hub.live_costs import LiveCosts
from chargedeck.hub.local_devices import LocalDevices
from chargedeck.hub.local_lists import LocalLists
from chargedeck.hub.message_log import MessageLog
from chargedeck.hub.meter_sources import MeterSources
from chargedeck.hub.monthly_reports import MonthlyReports, Post
from chargedeck.hub.notices import NoticeKit, Notices
from chargedeck.hub.outlooks import StationOutlook
from chargedeck.hub.passwords import Passwords
from chargedeck.hub.people import People
from chargedeck.hub.people_context import Ears
from chargedeck.hub.planner import Planner
from chargedeck.hub.price_fetching import PriceFetching
from chargedeck.hub.privacy import veiled
from chargedeck.hub.reports import Kept, Reports
from chargedeck.hub.schedules import Schedules
from chargedeck.hub.session_costs import SessionCosts
from chargedeck.hub.session_edits import SessionEdits
from chargedeck.hub.solar_sites import SkyService
from chargedeck.hub.station_control import OpenLog, StationControl
from chargedeck.hub.station_flows import StationFlows
from chargedeck.hub.tariffs import Tariffs
from chargedeck.hub.transaction_ids import TransactionIds
from chargedeck.live.board import Board
from chargedeck.logs import recent_lines
from chargedeck.machine import lan_address, own_names
from chargedeck.notify.carriers import carriers, contact
from chargedeck.notify.outside import Poster
from chargedeck.notify.push import PushCarrier
from chargedeck.redaction import about_server
from chargedeck.sources.meters import Dialer
from chargedeck.sources.prices.catalogue import PRICE_FEEDS
from chargedeck.sources.public_holidays import PublicHolidays
from chargedeck.sources.sky import OpenMeteo
from chargedeck.storage import Pace, Storage, open_storage
from chargedeck.storage.restorer import Restorer
from chargedeck.storage.scheduled_backups import BackupPlan, ScheduledBackups, in_pieces
from chargedeck.storage.station_files import StationFile
from chargedeck.storage.thinning import Retention
from chargedeck.supervision import Alive
from chargedeck.web.front import Front
from chargedeck.web.patience import PatientProtocol
from chargedeck.web.server import WebServer, naming

if TYPE_CHECKING:
    from pathlib import Path

    from chargedeck.hub.mail import MailSender
    from chargedeck.mqtt.bridge import Bridge
    from chargedeck.settings import Settings

logger = logging.getLogger(__name__)

DRAIN_S = 5

_CATALOGUES: Mapping[str, Callable[[], Mapping[str, Mapping[str, Any]]]] = {
    "ocpp16": operator_actions,
    "ocpp1.6": operator_actions,
    "lektrico": dict,
}
"""By driver while a device is away, by protocol while it is there."""


utc_now: Callable[[], datetime] = partial(datetime.now, UTC)
"""The wall clock; it is read several times a message, and a function around it would cost as much again."""


@dataclass(frozen=True, slots=True)
class Running:
    """A server that serves."""

    fleet: Fleet
    people: People
    http_port: int
    ocpp_port: int
    ended: asyncio.Task[None]
    alive: Alive
    """Returns once the loop and the database's writer have moved."""


@asynccontextmanager
async def running(settings: Settings, restorer: Restorer) -> AsyncIterator[Running]:
    """A server between start and stop; everything it opened is closed in the opposite order."""
    loop = asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        kept = Retention.of_days(settings.samples_full_days, settings.samples_minute_days)
        opened = open_storage(settings.database, now=utc_now, pace=Pace(retention=kept))
        storage = await stack.enter_async_context(opened)
        board = Board(loop, veil=veiled)
        log = MessageLog(_decoded)
        context = await _context(storage, board, log)
        stack.push_async_callback(context.tasks.aclose)
        policy = UnknownPolicy(settings.ocpp_unknown)
        fleet = Fleet(context, unknown=policy, catalogue=lambda protocol: _CATALOGUES[protocol]())
        await _take_up(context, fleet)
        flows = await _flows(stack, context, fleet)
        forecasts = await _forecasts(context, fleet, flows)
        tariffs = Tariffs(context, fleet, storage.costs, PublicHolidays())
        await tariffs.load()
        planner = Planner(context, fleet, ForecastOutlook(StationOutlook(tariffs.prices), forecasts))
        tariffs.on_change(planner.expects_otherwise)
        control = StationControl(context, fleet, planner, _station_log(settings.station_log))
        await control.load()
        stack.callback(control.close)
        control.start()
        costs = SessionCosts(context, fleet, storage.costs, tariffs, flows)
        _watch_money(context, fleet, tariffs, costs, flows)
        passwords = Passwords()
        stack.callback(passwords.close)
        people = People(
            storage.book,
            passwords,
            now=utc_now,
            ears=Ears(storage.journal.event, board.close_readers, context.cards),
        )
        listener = _listener(settings, fleet, log)
        with naming("ocpp_port", settings.ocpp_host, settings.ocpp_port):
            await listener.start(settings.ocpp_host, settings.ocpp_port)
        stack.push_async_callback(listener.stop)
        bridge = _bridge(settings, fleet, board)
        if bridge is not None:
            context.tasks.start(bridge.run(), name="mqtt")
        if settings.backup_dir is not None:
            context.tasks.start(_backups(settings, settings.backup_dir).run(), name="backups")
        local = LocalDevices(context, fleet, _units(stack, settings, fleet, board, log))
        local.take_up()
        meters = MeterSources(context, fleet, control, Dialer(settings.device_networks))
        stack.push_async_callback(meters.aclose)
        await meters.load()
        reports, monthly = _reports(context, storage, fleet, settings)
        services = Services(
            fleet=fleet,
            local=local,
            control=control,
            flows=flows,
            tariffs=tariffs,
            costs=costs,
            meters=meters,
            schedules=Schedules(context, planner, control),
            forecasts=forecasts,
            cards=context.cards,
            cars=Cars(storage.book),
            edits=SessionEdits(storage.edits, fleet, context),
            people=people,
            archive=storage.archive,
            exports=reports.exports,
            reports=reports,
            monthly=monthly,
            notices=_notices(context, fleet, storage, board, settings),
            history=storage.history,
            board=board,
            settings=_api_settings(settings, listener.port),
            now=utc_now,
            backup=lambda phrase: in_pieces(settings.database, phrase, now=utc_now(), version=__version__),
            restore=restorer,
            about=lambda: about_server(asdict(settings), asdict(storage.health()), recent_lines()),
            mqtt=bridge,
            checks={"storage": partial(_storage_problem, storage), "ocpp": partial(_ocpp_problem, listener)},
        )
        web = WebServer(_uvicorn(settings, services))
        ended = await web.start()
        stack.push_async_callback(web.stop)
        stack.callback(board.close)
        yield Running(fleet, people, web.port, listener.port, ended, partial(_moved, context))


async def _flows(stack: AsyncExitStack, context: Context, fleet: Fleet) -> StationFlows:
    """What flows at the stations; what was counted until the end is still written down."""
    flows = StationFlows(context, fleet)
    await flows.load()
    stack.callback(flows.save)
    flows.start()
    return flows


async def _forecasts(context: Context, fleet: Fleet, flows: StationFlows) -> Forecasts:
    forecasts = Forecasts(context, fleet, flows, {SkyService.OPEN_METEO: OpenMeteo()})
    await forecasts.load()
    forecasts.start()
    return forecasts


def _watch_money(
    context: Context, fleet: Fleet, tariffs: Tariffs, costs: SessionCosts, flows: StationFlows
) -> None:
    """Prices are fetched, and what sessions cost is told while they run and kept when they end."""
    costs.start()
    LiveCosts(context, fleet, tariffs, costs, flows).start()
    PriceFetching(context, fleet, tariffs, PRICE_FEEDS).start()


def _units(stack: AsyncExitStack, settings: Settings, fleet: Fleet, board: Board, log: MessageLog) -> Units:
    """The devices that are asked; what happened to them until the end is still written down."""
    surroundings = LektricoSurroundings(
        door=fleet.doors,
        log=log,
        now=utc_now,
        networks=settings.device_networks,
        is_watched=lambda: board.stats.readers > 0,
        is_charging=fleet.is_charging,
    )
    units = Units(surroundings)
    stack.push_async_callback(units.aclose)
    return units


def _bridge(settings: Settings, fleet: Fleet, board: Board) -> Bridge | None:
    if settings.mqtt_url is None:
        return None
    from chargedeck.mqtt.bridge import Bridge  # noqa: PLC0415  (only who has a broker loads its library)
    from chargedeck.mqtt.broker import broker  # noqa: PLC0415

    return Bridge(broker(settings.mqtt_url, settings.mqtt_password_file), fleet, board, utc_now)


def _backups(settings: Settings, folder: Path) -> ScheduledBackups:
    plan = BackupPlan(folder, settings.backup_keep, settings.backup_passphrase_file)
    return ScheduledBackups(plan, settings.database, now=utc_now, version=__version__)


def _reports(
    context: Context, storage: Storage, fleet: Fleet, settings: Settings
) -> tuple[Reports, MonthlyReports]:
    exports = Exports(storage.archive, storage.book, SessionTables(), fleet.as_of_now)
    reports = Reports(exports, Kept(storage.book, storage.costs, storage.reports), press(), now=utc_now)
    monthly = MonthlyReports(context, reports, storage.reports, _post(settings))
    context.tasks.start(monthly.run(), name="monthly-reports")
    return reports, monthly


def _post(settings: Settings) -> Post:
    """What monthly reports are written and sent with."""
    return Post(Letters(), _sender(settings))


def _sender(settings: Settings) -> MailSender | None:
    if settings.smtp_url is None or settings.smtp_from is None:
        return None
    from chargedeck.notify.mail import sender_of  # noqa: PLC0415  (only who has a mail server)

    password = settings.smtp_password, settings.smtp_password_file
    return sender_of(settings.smtp_url, settings.smtp_from, password, now=utc_now)


def _notices(context: Context, fleet: Fleet, storage: Storage, board: Board, settings: Settings) -> Notices:
    """What people are told of."""
    reach = contact(settings.public_url, settings.smtp_from)
    push = PushCarrier(storage.book, Poster(), contact=reach, now=utc_now)
    ways = carriers(push, settings.device_networks, _sender(settings))
    kit = NoticeKit(storage.notices, Notifier(settings.public_url), ways, board, push.public_key)
    notices = Notices(context, fleet, kit)
    notices.start()
    return notices


def _station_log(folder: Path | None) -> OpenLog | None:
    return None if folder is None else partial(StationFile, folder)


def _decoded(raw: bytes) -> Mapping[str, Any]:
    """A logged message of whichever protocol."""
    return decode_rpc(raw) if raw.startswith(RPC_MARK) else decode_logged(raw)


async def _context(storage: Storage, board: Board, log: MessageLog) -> Context:
    key = await storage.book.secret("transaction-ids", lambda: secrets.token_bytes(32))
    return Context(
        journal=storage.journal,
        book=storage.book,
        archive=storage.archive,
        screen=board,
        cards=Cards(storage.book),
        transaction_ids=TransactionIds(key, lambda count: storage.book.reserve_numbers("transaction", count)),
        log=log,
        now=utc_now,
        started_at=utc_now(),
    )


def _listener(settings: Settings, fleet: Fleet, log: MessageLog) -> Listener:
    surroundings = Surroundings(
        door=fleet.doors,
        log=log,
        now=utc_now,
        time=asyncio.get_running_loop().time,
        limits=Limits.at_rate(settings.ocpp_rate),
        keepalive=Keepalive(),
    )
    tls = server_tls(settings.ocpp_tls_cert, settings.ocpp_tls_key)
    return Listener([Ocpp16(surroundings.tasks)], surroundings, tls=tls)


def _api_settings(settings: Settings, ocpp_port: int) -> ApiSettings:
    return ApiSettings(
        version=__version__,
        host_names=own_names().union(settings.allowed_hosts),
        ocpp_port=ocpp_port,
        ocpp_host=settings.ocpp_host,
        lan_address=lan_address,
        ocpp_tls=settings.ocpp_tls_cert is not None,
        simulator_url=settings.simulator_url,
        trusted_proxies=settings.trusted_proxies,
        proxy_user_header=settings.proxy_user_header,
    )


async def _take_up(context: Context, fleet: Fleet) -> None:
    """What is on disk."""
    await fleet.load()
    await LocalLists(context, fleet.devices).start()


async def _moved(context: Context) -> None:
    """Wait for the writer; a database that takes no rows is no reason to begin again."""
    with suppress(StorageUnavailableError):
        await context.durable()


async def _storage_problem(storage: Storage) -> str | None:
    return storage.health().problem


async def _ocpp_problem(listener: Listener) -> str | None:
    return None if listener.is_listening else "chargers cannot call: the listener is down"


def _uvicorn(settings: Settings, services: Services) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(services, Front()),
        host=settings.host,
        port=settings.port,
        loop="none",
        lifespan="off",
        http=PatientProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=[str(network) for network in settings.trusted_proxies],
        ssl_certfile=None if settings.tls_cert is None else str(settings.tls_cert),
        ssl_keyfile=None if settings.tls_key is None else str(settings.tls_key),
        timeout_graceful_shutdown=DRAIN_S,
        timeout_keep_alive=30,
    )
