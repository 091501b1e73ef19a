"""A server's life as a process: it starts, says so, begins again when it is asked to, and stops in order."""

from __future__ import annotations

import asyncio
import gc
import logging
import resource
import signal
import sys
from typing import TYPE_CHECKING

from chargedeck import __version__
from chargedeck.app import Running, running, utc_now
from chargedeck.domain.problems import ChargeDeckError
from chargedeck.logs import configure_logs
from chargedeck.machine import lan_address
from chargedeck.storage.restorer import Restorer
from chargedeck.supervision import supervisor

if TYPE_CHECKING:
    from collections.abc import Callable

    from chargedeck.settings import Settings

logger = logging.getLogger(__name__)

HAND_OVER_S = 0.0005
"""How long a busy thread may keep the interpreter from another: the database's are waited for by people."""


class Signals:
    """What the process was told from outside."""

    def __init__(self) -> None:
        self.stop = asyncio.Event()
        self.reload = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, self.stop.set)
        loop.add_signal_handler(signal.SIGHUP, self.reload.set)


async def run(load: Callable[[], Settings]) -> None:
    """Serve until a signal ends it; chargers keep the limits that are stored in them.

    At SIGHUP the settings and the files that they name are read anew; where the new ones will not do, the
    present ones stay.
    """
    settings = load()
    configure_logs(settings.log_format)
    _allow_many_sockets()
    sys.setswitchinterval(HAND_OVER_S)
    signals, service = Signals(), supervisor()
    restorer = Restorer(settings.database, now=utc_now)
    while not signals.stop.is_set():
        restorer.url = settings.database
        restorer.clean()
        async with running(settings, restorer) as server:
            _spare_the_collector()
            await _say_where(settings, server)
            service.ready(f"Serving on port {server.http_port}, chargers on port {server.ocpp_port}")
            over = await _until_over(server, signals, restorer)
            if over:
                service.stopping()
            else:
                service.loading_anew()
        if over:
            break
        if restorer.wanted.is_set():
            await asyncio.to_thread(restorer.exchange)
        settings = _loaded(load, settings)


async def _until_over(server: Running, signals: Signals, restorer: Restorer) -> bool:
    """Whether it is to end; False when it is to begin again."""
    signals.reload.clear()
    waits = [
        asyncio.create_task(signals.stop.wait(), name="stop"),
        asyncio.create_task(signals.reload.wait(), name="reload"),
        asyncio.create_task(restorer.wanted.wait(), name="restore"),
    ]
    watching = asyncio.create_task(supervisor().watch(server.alive), name="watchdog")
    try:
        await asyncio.wait({*waits, server.ended}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (*waits, watching):
            task.cancel()
    return signals.stop.is_set() or server.ended.done()


def _loaded(load: Callable[[], Settings], present: Settings) -> Settings:
    try:
        return load()
    except ChargeDeckError as error:
        logger.error("The settings stay as they were: %s", error)  # noqa: TRY400  (its words say it all)
        return present


def _allow_many_sockets() -> None:
    """Every charger and every screen is an open file: have as many as the system lets us."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _spare_the_collector() -> None:
    """What is loaded by now stays; and messages make few cycles, so look for them less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


async def _say_where(settings: Settings, server: Running) -> None:
    """The one thing that is printed for people: where it is, and how to become its owner."""
    addresses = addresses_of(settings, server.http_port, lan_address())
    code = await server.people.claim_code()
    sys.stdout.write("\n".join(where_it_is(addresses, code)) + "\n")
    sys.stdout.flush()


def addresses_of(settings: Settings, port: int, lan: str | None) -> list[str]:
    """Where browsers find it: as it is known outside, from this machine, and from others in the house."""
    scheme = "http" if settings.tls_cert is None else "https"
    hosts = [settings.host]
    if settings.host in {"0.0.0.0", "::"}:  # noqa: S104
        hosts = ["127.0.0.1", *([] if lan is None else [lan])]
    own = [f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}" for host in hosts]
    return own if settings.public_url is None else [settings.public_url, *own]


def where_it_is(addresses: list[str], code: str | None) -> list[str]:
    """The lines for people; `code` makes an owner of who opens one of the links."""
    lines = [f"ChargeDeck {__version__} is at {' and '.join(addresses)}"]
    if code is not None:
        links = [f"{address}/claim#code={code}" for address in addresses]
        lines.append(f"It has no owner yet. Become the owner at {' or '.join(links)}")
    return lines
