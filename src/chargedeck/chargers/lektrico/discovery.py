"""Finds devices that announce themselves by multicast DNS, for as long as somebody looks.

Who announces is not believed: each is asked what it is, and only where devices may be asked.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

from chargedeck.chargers.lektrico.addresses import Address
from chargedeck.hub.local_devices import Found

if TYPE_CHECKING:
    from chargedeck.hub.background import Background

logger = logging.getLogger(__name__)

SERVICE = "_http._tcp.local."
PREFIX = "lektrico"
LINGER_S = 15.0
"""The search goes on for so long after somebody last wanted to know."""
RESOLVE_MS = 3_000
MOST_FOUND = 200
ASKED_AGAIN_S = 15.0

Ask = Callable[[str], Awaitable[Found]]


class Discovery:
    """One search at a time, shared by all who look."""

    def __init__(self, ask: Ask, tasks: Background, *, interfaces: Sequence[str] | None = None) -> None:
        self._ask = ask
        self._tasks = tasks
        self._interfaces = interfaces
        self._found: dict[str, Found] = {}
        self._asked_at: dict[str, float] = {}
        self._over = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._is_running = False
        self._is_possible = True

    @property
    def found(self) -> Sequence[Found]:
        """What there is so far, by address."""
        return [self._found[name] for name in sorted(self._found)]

    def want(self) -> bool:
        """Go on for a while; answers whether this machine can search at all."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(LINGER_S, self._over.set)
        if not self._is_running and self._is_possible:
            self._is_running = True
            self._over.clear()
            self._tasks.start(self._search(), name="discovery")
        return self._is_running

    async def _search(self) -> None:
        try:
            # Loading it takes a tenth of a second and some megabytes, which most servers never need.
            library: Any = await asyncio.to_thread(importlib.import_module, "zeroconf.asyncio")
            core: Any = await asyncio.to_thread(importlib.import_module, "zeroconf")
            where = core.InterfaceChoice.All if self._interfaces is None else list(self._interfaces)
            network = library.AsyncZeroconf(interfaces=where, ip_version=core.IPVersion.V4Only)
        except OSError as error:
            logger.warning("devices cannot be searched for: %s", error.strerror or error)
            self._is_possible = self._is_running = False
            return
        try:
            browser = library.AsyncServiceBrowser(
                network.zeroconf, SERVICE, handlers=[self._handler(network, library)]
            )
            await self._over.wait()
            await browser.async_cancel()
        finally:
            self._is_running = False
            self._found.clear()
            self._asked_at.clear()
            await network.async_close()

    def _handler(self, network: Any, library: Any) -> Callable[..., None]:
        def changed(zeroconf: Any, service_type: str, name: str, state_change: Any) -> None:  # noqa: ARG001
            if not name.lower().startswith(PREFIX):
                return
            if state_change.name == "Removed":
                self._found.pop(name, None)
                self._asked_at.pop(name, None)
            elif len(self._asked_at) < MOST_FOUND:
                self._tasks.start(self._met(network, library, name), name="discovered")

        return changed

    async def _met(self, network: Any, library: Any, name: str) -> None:
        """Resolve an announcement, and ask who is there."""
        now = asyncio.get_running_loop().time()
        if now - self._asked_at.get(name, -ASKED_AGAIN_S) < ASKED_AGAIN_S:
            return
        self._asked_at[name] = now
        info = library.AsyncServiceInfo(SERVICE, name)
        if not await info.async_request(network.zeroconf, RESOLVE_MS):
            self._asked_at.pop(name, None)
            return
        addresses: list[str] = info.parsed_addresses()
        if addresses:
            address = str(Address(addresses[0], info.port or 80))
            self._found[name] = Found(address)
            self._found[name] = await self._ask(address)
