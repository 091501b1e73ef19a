"""What the routes work with, put together by the composition root; no behaviour of its own."""

import ipaddress
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from prometheus_client import CollectorRegistry

from chargedeck.domain.sentences import Sentence
from chargedeck.hub.cards import Cards
from chargedeck.hub.cars import Cars
from chargedeck.hub.exports import Exports
from chargedeck.hub.fleet import Fleet
from chargedeck.hub.forecasts import Forecasts
from chargedeck.hub.history import History
from chargedeck.hub.local_devices import LocalDevices
from chargedeck.hub.meter_sources import MeterSources
from chargedeck.hub.monthly_reports import MonthlyReports
from chargedeck.hub.notices import Notices
from chargedeck.hub.people import People
from chargedeck.hub.ports import Archive, Now
from chargedeck.hub.reports import Reports
from chargedeck.hub.restoration import Restoration
from chargedeck.hub.schedules import Schedules
from chargedeck.hub.session_costs import SessionCosts
from chargedeck.hub.session_edits import SessionEdits
from chargedeck.hub.station_control import StationControl
from chargedeck.hub.station_flows import StationFlows
from chargedeck.hub.tariffs import Tariffs
from chargedeck.live.ports import LiveBoard

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

Check = Callable[[], Awaitable[str | None]]
"""Looks whether a part works; answers what is wrong with it, or None."""


MakeBackup = Callable[[str | None], AsyncGenerator[bytes, None]]
"""A backup of everything, sealed where there is a passphrase, piece by piece as it is made."""


AboutServer = Callable[[], Mapping[str, Any]]
"""What the server is and how it is set up, without secrets; `log` are its last lines."""


class Tie(Protocol):
    """A lasting connection of ours to another system; `problem` is None while it holds."""

    @property
    def address(self) -> str: ...
    @property
    def problem(self) -> Sentence | None: ...
    @property
    def since(self) -> datetime: ...


def _nowhere() -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """What an installation decides about the API.

    `host_names` are the names by which browsers may call the server, besides loopback names and
    addresses. `ocpp_url` is what chargers are told; without it, it is made from the request's own
    host, `ocpp_port` and `ocpp_tls`; where that host is this machine to itself alone, a charger is told the
    address that chargers can call: `ocpp_host`, or `lan_address` where it stands for every address.
    `simulator_url` is there in the demo alone. `proxy_user_header` is
    believed from `trusted_proxies` alone. `stream_recheck_s` is
    how often an event stream asks whether who opened it is still welcome, if nobody has said otherwise.
    """

    version: str
    host_names: frozenset[str] = frozenset()
    ocpp_port: int = 9000
    ocpp_host: str = "127.0.0.1"
    lan_address: Callable[[], str | None] = _nowhere
    ocpp_tls: bool = False
    ocpp_url: str | None = None
    simulator_url: str | None = None
    trusted_proxies: tuple[Network, ...] = ()
    proxy_user_header: str | None = None
    most_streams: int = 10_000
    most_streams_of_one: int = 50
    """Of a person, over all their browsers and programs."""
    stream_recheck_s: float = 15.0


@dataclass(frozen=True, slots=True)
class Services:
    """Everything behind the routes."""

    fleet: Fleet
    cards: Cards
    cars: Cars
    edits: SessionEdits
    people: People
    archive: Archive
    history: History
    exports: Exports
    reports: Reports
    monthly: MonthlyReports
    notices: Notices
    board: LiveBoard
    local: LocalDevices
    control: StationControl
    flows: StationFlows
    tariffs: Tariffs
    costs: SessionCosts
    meters: MeterSources
    schedules: Schedules
    forecasts: Forecasts
    settings: ApiSettings
    now: Now
    backup: MakeBackup
    restore: Restoration
    about: AboutServer
    mqtt: Tie | None = None
    checks: Mapping[str, Check] = field(default_factory=dict)
    metrics: CollectorRegistry = field(default_factory=CollectorRegistry)


LOOPBACK = frozenset({"localhost", "localhost.localdomain", "ip6-localhost"})


def is_loopback(host: str) -> bool:
    """Whether a host is this machine to itself alone; `host` as a Host header or a listener names it."""
    if is_address(host):
        return ipaddress.ip_address(host.removeprefix("[").removesuffix("]")).is_loopback
    return host in LOOPBACK or host.endswith(".localhost")


def is_address(host: str) -> bool:
    """Whether a host is an IP address: such a host cannot be rebound by anybody's DNS."""
    try:
        ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True
