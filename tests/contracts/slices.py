"""The sums of a period, however many groups there are."""

from collections.abc import Sequence

from chargedeck.hub.history import HistoryQuery, Share, Slice
from chargedeck.storage import Storage

MORE_THAN_ANY = 100_000


async def slices(storage: Storage, query: HistoryQuery) -> Sequence[Slice]:
    """Bucket by bucket."""
    return (await storage.history.overview(query, 0)).whole


async def shares(storage: Storage, query: HistoryQuery) -> Sequence[Share]:
    """Bucket by bucket and group by group."""
    return (await storage.history.overview(query, MORE_THAN_ANY)).stacked


async def complete(storage: Storage, query: HistoryQuery) -> bool:
    """Whether all sessions are in the sums, after some more were put in."""
    return (await storage.history.overview(query, 0)).complete
