"""What the parts of the hub share: ports, clock, cards, ids and the owner of their tasks."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chargedeck.domain.problems import StorageUnavailableError
from chargedeck.domain.units import ChargerId, DeviceId
from chargedeck.hub.background import Background
from chargedeck.hub.cards import Cards
from chargedeck.hub.deeds import origin_of_deed
from chargedeck.hub.former_outlets import FormerOutlets
from chargedeck.hub.message_log import MessageLog
from chargedeck.hub.news import News
from chargedeck.hub.ports import Archive, Book, Journal, Now, Screen
from chargedeck.hub.records import EventRecord
from chargedeck.hub.transaction_ids import TransactionIds

if TYPE_CHECKING:
    from collections.abc import Callable

    from chargedeck.hub.device import Device

FRESH = timedelta(seconds=60)
"""A message about something older than this was queued at the device while it could not reach us."""


@dataclass(frozen=True, slots=True)
class Context:
    """Made once by the composition root."""

    journal: Journal
    book: Book
    archive: Archive
    screen: Screen
    cards: Cards
    transaction_ids: TransactionIds
    log: MessageLog
    now: Now
    started_at: datetime
    tasks: Background = field(default_factory=Background)
    device_ears: list[Callable[[Device], None]] = field(default_factory=list)
    """Told when a device is ready, or who may charge there has changed otherwise than by a card."""
    news: News = field(default_factory=News)
    former: FormerOutlets = field(default_factory=FormerOutlets)

    def fresh(self, at: datetime, now: datetime) -> bool:
        """Whether what happened at `at` is news, so that nobody can have told us before."""
        return at >= self.started_at and now - at <= FRESH

    async def durable(self) -> None:
        """Wait until all that was handed over is on disk; StorageUnavailableError when it could not be."""
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def told(stored: bool) -> None:
            if not answer.done():
                answer.set_result(stored)

        self.journal.when_durable(told)
        if not await answer:
            raise StorageUnavailableError

    def event(
        self,
        kind: str,
        now: datetime,
        *,
        device: DeviceId | None = None,
        charger: ChargerId | None = None,
        actor: str | None = None,
        **detail: object,
    ) -> None:
        """Write something down that somebody will want to find again."""
        address = None if actor is None else origin_of_deed()
        self.journal.event(EventRecord(now, kind, device, charger, actor, detail or None, address))
