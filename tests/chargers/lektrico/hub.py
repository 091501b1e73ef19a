"""The real hub in memory with the driver on it; `restart` starts another on what the first has left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any

from tests.hub.disk import MemoryDisk
from tests.hub.surroundings import Screen, catalogue

from chargedeck.chargers.lektrico.logged import decode_logged
from chargedeck.chargers.lektrico.surroundings import Surroundings
from chargedeck.chargers.lektrico.units import Units
from chargedeck.domain.cards import Authorizer, AuthorizerKind
from chargedeck.hub.cards import Cards
from chargedeck.hub.charger import Charger
from chargedeck.hub.context import Context
from chargedeck.hub.device import Device
from chargedeck.hub.devices import UnknownPolicy
from chargedeck.hub.fleet import Fleet
from chargedeck.hub.local_devices import LocalDevices, NewDevice, Place
from chargedeck.hub.message_log import MessageLog
from chargedeck.hub.records import SessionRecord
from chargedeck.hub.transaction_ids import TransactionIds
from chargedeck.hub.views import ChargerView

ANA = Authorizer(AuthorizerKind.USER, "Ana", "ana")
PATIENCE_S = 8.0


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Hub:
    """One run after the other, on one disk."""

    disk: MemoryDisk = field(default_factory=MemoryDisk)
    networks: tuple[str, ...] = ("127.0.0.0/8",)
    watched: bool = True
    fleet: Fleet = field(init=False)
    local: LocalDevices = field(init=False)
    units: Units = field(init=False)
    context: Context = field(init=False)
    _stack: AsyncExitStack = field(init=False)

    async def start(self) -> None:
        self._stack = AsyncExitStack()
        ports = await self._stack.enter_async_context(self.disk.open(utc_now))
        self.context = Context(
            journal=ports.journal,
            book=ports.book,
            archive=ports.archive,
            screen=Screen(),
            cards=Cards(ports.book),
            transaction_ids=TransactionIds(b"key", lambda n: ports.book.reserve_numbers("transaction", n)),
            log=MessageLog(decode_logged),
            now=utc_now,
            started_at=utc_now(),
        )
        self._stack.push_async_callback(self.context.tasks.aclose)
        self.fleet = Fleet(self.context, unknown=UnknownPolicy.PENDING, catalogue=catalogue)
        await self.fleet.load()
        surroundings = Surroundings(
            door=self.fleet.doors,
            log=self.context.log,
            now=utc_now,
            networks=tuple(map(ip_network, self.networks)),
            is_watched=lambda: self.watched,
            is_charging=self.fleet.is_charging,
        )
        self.units = Units(surroundings)
        self._stack.push_async_callback(self.units.aclose)
        self.local = LocalDevices(self.context, self.fleet, self.units)
        self.local.take_up()

    async def stop(self) -> None:
        await self._stack.aclose()

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def add(self, address: str, device_id: str = "garage", **more: Any) -> Device:
        return await self.local.add(NewDevice(Place(address), device_id, **more), ANA)

    @property
    def device(self) -> Device:
        return self.fleet.device("garage")

    @property
    def charger(self) -> Charger:
        return self.fleet.charger("garage")

    @property
    def view(self) -> ChargerView:
        return self.charger.view()

    async def until(self, holds: Callable[[], object], seconds: float = PATIENCE_S) -> None:
        """Wait for what tells nobody, by looking."""
        try:
            async with asyncio.timeout(seconds):
                while not holds():  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
        except TimeoutError:
            shown = self.view if "garage" in self.fleet.chargers else self.fleet.devices
            raise AssertionError(f"not within {seconds:g} s: {shown} {self.device.local.problem}") from None

    def sessions(self) -> list[SessionRecord]:
        """All that are on disk, the oldest first."""
        self.disk.memory.flush()
        return sorted(self.disk.sessions(), key=lambda record: record.started_at)


@asynccontextmanager
async def hub_with(**options: Any) -> AsyncIterator[Hub]:
    made = Hub(**options)
    await made.start()
    try:
        yield made
    finally:
        await made.stop()
