"""What was charged in a period, read from the sums that are kept of it."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

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

_MICROS = Decimal("0.000001")


class _Row(NamedTuple):
    """Sums of one group at one start, in one currency."""

    start: int
    group: int
    currency: int
    sums: Sums
    cost_micros: int


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
    starts = [bucket.start for bucket in buckets(query.period, query.bucket, query.zone)]
    found: dict[tuple[datetime, int], dict[int, list[_Row]]] = {}
    for unit, row in _rows(connection, query):
        at = max(_instant(unit, row.start, query), query.period.start)
        bucket = starts[bisect_right(starts, at) - 1]
        found.setdefault((bucket, row.group), defaultdict(list))[row.currency].append(row)
    wanted = {key for place, by_currency in found.items() for key in (place[1], *by_currency)}
    names = _names(connection, wanted)
    return [
        _slice(bucket, names.get(group, ""), by_currency, names)
        for (bucket, group), by_currency in sorted(found.items())
        if any(any(row.sums) or row.cost_micros for rows in by_currency.values() for row in rows)
    ]


def _slice(
    bucket: datetime, group: str, by_currency: Mapping[int, Sequence[_Row]], names: Mapping[int, str]
) -> Slice:
    sums = [row.sums for rows in by_currency.values() for row in rows]
    cost = {
        names[currency]: sum(row.cost_micros for row in rows) * _MICROS
        for currency, rows in by_currency.items()
        if currency and any(any(row.sums) or row.cost_micros for row in rows)
    }
    return Slice(bucket, group, Sums(*map(sum, zip(*sums, strict=True))), cost)


def _rows(connection: Connection, query: HistoryQuery) -> Iterator[tuple[Unit, _Row]]:
    whose = Whose.of(connection, query)
    if whose is None:
        return
    for scope, in_days in _scopes(connection, query):
        for piece in pieces(query, in_days=in_days):
            unit, wanted = summed(piece, query, whose, scope)
            for start, group, currency, *sums, cost in connection.execute(wanted):
                yield unit, _Row(start, group, currency, Sums(*map(int, sums)), int(cost))


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
