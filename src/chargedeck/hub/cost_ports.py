"""What pricing needs from the world; one contract test holds for all its backends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from chargedeck.domain.units import ChargerId, SessionId, StationId
from chargedeck.energy.cost_energy import RegisterAt
from chargedeck.hub.cost_records import Again, FeedId, PricedSession, SessionSlot, SpotPrice, TariffVersion
from chargedeck.hub.records import SessionRecord


class CostBook(Protocol):
    """Tariffs, exchange prices and costs: what is returned from is on disk."""

    async def tariffs(self) -> Sequence[TariffVersion]:
        """Every version of every station, in the order in which they were saved."""

    async def add_tariff(self, version: TariffVersion) -> None:
        """Add a version; raises UnknownResourceError when there is no such station."""

    async def spot_prices(self, feed: FeedId, start: datetime, end: datetime) -> Sequence[SpotPrice]:
        """What is known of the quarters that begin from `start` to before `end`, oldest first."""

    async def save_spot_prices(self, feed: FeedId, prices: Sequence[SpotPrice], at: datetime) -> None:
        """Insert or replace by the start of the quarter; what was known of others stays."""

    async def session_slots(self, session: SessionId) -> Sequence[SessionSlot]:
        """A session's quarters with energy or cost, oldest first."""

    async def unpriced(self, limit: int) -> Sequence[SessionRecord]:
        """Ended sessions that have not been priced since their facts were written; the oldest first."""

    async def keep_cost(self, priced: PricedSession) -> bool:
        """Replace a session's slots and cost at once; False when its facts have changed meanwhile."""

    async def price_again(self, station: StationId, start: datetime, end: datetime, why: Again) -> int:
        """Have the sessions priced again that lasted within the period; answers how many."""

    async def registers(self, charger: ChargerId, start: datetime, end: datetime) -> Sequence[RegisterAt]:
        """The last register of every minute from `start` until `end`, oldest first."""
