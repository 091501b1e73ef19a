"""What was charged in a period, read from the sums that are kept of it."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from chargedeck.hub.history import HistoryQuery, Slice, Sums
from chargedeck.hub.history_calendar import Bucket, buckets, midnight
from chargedeck.storage.columns import instant
from chargedeck.storage.database import Database
from chargedeck.storage.desk import Scribe
from chargedeck.storage.history_pieces import Unit, pieces
from chargedeck.storage.history_tables import HISTORY_KEYS
from chargedeck.storage.readers import Readers
from chargedeck.storage.roll_ups import is_complete, roll_up_some
from chargedeck.storage.session_parts import QUARTER_US
from chargedeck.storage.sums_query import Scope, Whose, summed
from chargedeck.storage.tables import STATIONS

CAUGHT_UP_WITH = 64
"""Sessions that a question waits for, so that what has just ended is in the answer."""


class SqlHistory:
    """Implements the hub's History."""

    def __init__(self, database: Database, readers: Readers, scribe: Scribe) -> None:
        self._database = database
        self._readers = readers
        self._scribe = scribe

    async def slices(self, query: HistoryQuery) -> Sequence[Slice]:
        """What each group was charged in each bucket."""
        if not await self.is_complete():
            await self._scribe.run(
                lambda connection: roll_up_some(connection, self._database, CAUGHT_UP_WITH)
            )
        return await self._readers.run(lambda connection: _slices(connection, query))

    async def is_complete(self) -> bool:
        """Whether all sessions are in the sums."""
        return await self._readers.run(is_complete)


def _slices(connection: Connection, query: HistoryQuery) -> list[Slice]:
    whose = Whose.of(connection, query)
    if whose is None:
        return []
    sums: dict[tuple[datetime, int], _Adding] = defaultdict(_Adding)
    for scope, in_days in _scopes(connection, query):
        for piece in pieces(query, in_days=in_days):
            unit, wanted = summed(piece, query, whose, scope)
            bucket_of = _Buckets(unit, query)
            for start, group, currency, *values, cost in connection.execute(wanted):
                sums[bucket_of(start), group].add(values, currency, int(cost))
    names = _names(connection, {key for place, one in sums.items() for key in (place[1], *one.micros)})
    return [
        Slice(
            bucket,
            names.get(group, ""),
            Sums._make(one.sums),
            {names[key]: cost for key, cost in one.micros.items()},
        )
        for (bucket, group), one in sorted(sums.items())
        if any(one.sums) or any(one.micros.values())
    ]


def _named(micros: Mapping[int, int], names: Mapping[int, str]) -> dict[str, int]:
    return {names[currency]: cost for currency, cost in micros.items()}


class _Adding:
    """The sums of one group in one bucket, while they are added up."""

    __slots__ = ("micros", "sums")

    def __init__(self) -> None:
        self.sums = [0] * len(Sums._fields)
        self.micros: dict[int, int] = {}
        """What was paid, by the key of its currency."""

    def add(self, values: Sequence[Any], currency: int, cost: int) -> None:
        """Add a row."""
        if not any(values) and not cost:
            return  # a row that everything has been taken out of
        self.sums = [one + int(other) for one, other in zip(self.sums, values, strict=True)]
        if currency:
            self.micros[currency] = self.micros.get(currency, 0) + cost


class _Buckets:
    """Which bucket a row's start lies in, each looked for once."""

    def __init__(self, unit: Unit, query: HistoryQuery) -> None:
        self._unit = unit
        self._query = query
        self._starts = [bucket.start for bucket in buckets(query.period, query.bucket, query.zone)]
        self._known: dict[int, datetime] = {}

    def __call__(self, start: int) -> datetime:
        known = self._known.get(start)
        if known is None:
            at = _instant(self._unit, start, self._query)
            known = self._known[start] = self._starts[max(0, bisect_right(self._starts, at) - 1)]
        return known


def _scopes(connection: Connection, query: HistoryQuery) -> list[tuple[Scope, bool]]:
    """Stations whose days are the question's own days, and those that are told hour by hour."""
    zones = connection.execute(
        select(HISTORY_KEYS.c.key, STATIONS.c.time_zone).join(STATIONS, STATIONS.c.id == HISTORY_KEYS.c.name)
    )
    others = [key for key, zone in zones if zone != query.zone.key]
    if not others:
        return [(Scope(()), True)]
    return [(Scope(others, within=False), True), (Scope(others, within=True), False)]


def _instant(unit: Unit, start: int, query: HistoryQuery) -> datetime:
    """When that began which a row's start stands for."""
    if unit is Unit.SLOT:
        return instant(start * QUARTER_US)
    if unit is Unit.DAY:
        day = date.fromordinal(start * 7 + 1 if query.bucket is Bucket.WEEK else start)
    else:
        day = date(start, 1, 1) if query.bucket is Bucket.YEAR else date(start // 12, start % 12 + 1, 1)
    return midnight(day, query.zone)


def _names(connection: Connection, keys: set[int]) -> dict[int, str]:
    if len(keys) > 500:
        found: Any = connection.execute(select(HISTORY_KEYS))
    else:
        found = connection.execute(select(HISTORY_KEYS).where(HISTORY_KEYS.c.key.in_(keys)))
    return {row.key: row.name for row in found}
