"""What was charged in a period, read from the sums that are kept of it."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, select

from chargedeck.hub.history import Grouping, HistoryQuery, Overview, Slice, Sums, largest_first
from chargedeck.hub.history_calendar import Bucket, before, buckets, midnight
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

_MOST_NAMED = 500
"""Keys that are asked for by themselves; for more, all of them come at once."""


class SqlHistory:
    """Implements the hub's History."""

    def __init__(self, database: Database, readers: Readers, scribe: Scribe) -> None:
        self._database = database
        self._readers = readers
        self._scribe = scribe

    async def overview(self, query: HistoryQuery, most: int) -> Overview:
        """A period with the one before; stacked of so many groups at most."""
        seen = await self._readers.run(lambda connection: self._at_one_moment(connection, query, most))
        if seen.complete:
            return seen
        await self._scribe.run(lambda connection: roll_up_some(connection, self._database, CAUGHT_UP_WITH))
        return await self._readers.run(lambda connection: self._at_one_moment(connection, query, most))

    def _at_one_moment(self, connection: Connection, query: HistoryQuery, most: int) -> Overview:
        self._database.see_one_moment(connection)
        complete = is_complete(connection)
        whose = Whose.of(connection, query)
        if whose is None:
            return Overview((), (), (), (), complete)
        page = _Page(connection, whose, _scopes(connection, query))
        together = replace(query, group=Grouping.SOURCE)
        earlier = replace(together, period=before(query.period, query.zone), bucket=Bucket.YEAR)
        groups, stacked = list[Slice](), list[Slice]()
        if query.group is not Grouping.SOURCE:
            groups = page.slices(replace(query, bucket=Bucket.YEAR))
            stacked = page.slices(query, [group for group, _ in largest_first(groups)[:most]])
        return Overview(page.slices(together), groups, stacked, page.slices(earlier), complete)


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


class _Page:
    """What the questions of one page have in common."""

    def __init__(self, connection: Connection, whose: Whose, scopes: Sequence[tuple[Scope, bool]]) -> None:
        self._connection = connection
        self._whose = whose
        self._scopes = scopes
        self._names = {0: ""}
        """Of all keys that were met."""

    def slices(self, query: HistoryQuery, among: Sequence[str] | None = None) -> list[Slice]:
        """What each group was charged in each bucket; of all groups unless some are named that were met."""
        whose = self._whose
        if among is not None:
            keys = {name: key for key, name in self._names.items()}
            whose = whose._replace(among=[keys[one] for one in among])
        sums = self._added(query, whose)
        self._learn({key for place, one in sums.items() for key in (place[1], *one.micros)})
        return [
            Slice(
                bucket,
                self._names[group],
                Sums._make(one.sums),
                {self._names[key]: cost for key, cost in one.micros.items()},
            )
            for (bucket, group), one in sorted(sums.items(), key=itemgetter(0))
            if any(one.sums) or any(one.micros.values())
        ]

    def _added(self, query: HistoryQuery, whose: Whose) -> dict[tuple[datetime, int], _Adding]:
        sums: dict[tuple[datetime, int], _Adding] = defaultdict(_Adding)
        for scope, in_days in self._scopes:
            for piece in pieces(query, in_days=in_days):
                unit, wanted = summed(piece, query, whose, scope)
                bucket_of = _Buckets(unit, query)
                for start, group, currency, *values, cost in self._connection.execute(wanted):
                    sums[bucket_of(start), group].add(values, currency, int(cost))
        return sums

    def _learn(self, keys: set[int]) -> None:
        unknown = keys - self._names.keys()
        if not unknown:
            return
        found = select(HISTORY_KEYS)
        if len(unknown) <= _MOST_NAMED:
            found = found.where(HISTORY_KEYS.c.key.in_(unknown))
        self._names |= {row.key: row.name for row in self._connection.execute(found)}


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
