"""What was charged in a period, read from the sums that are kept of it."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from operator import itemgetter

from sqlalchemy import Connection, select

from chargedeck.hub.history import Grouping, HistoryQuery, Overview, Share, Slice, Sums
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

SHARED = ("energy_mwh", "sessions")
"""What is told of a group."""

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
        earlier = replace(query, period=before(query.period, query.zone), bucket=Bucket.YEAR)
        groups, stacked = list[Share](), list[Share]()
        if query.group is not Grouping.SOURCE:
            groups = page.groups(query)
            stacked = page.stacked(query, groups[:most])
        return Overview(page.slices(query), groups, stacked, page.slices(earlier), complete)


class _Adding:
    """The sums of one place, while they are added up."""

    __slots__ = ("micros", "sums")

    def __init__(self, width: int) -> None:
        self.sums = [0] * width
        self.micros: dict[int, int] = {}
        """What was paid, by the key of its currency."""

    def add(self, values: Sequence[int], currency: int, cost: int) -> None:
        """Add a row."""
        self.sums = [one + other for one, other in zip(self.sums, values, strict=True)]
        if currency:
            self.micros[currency] = self.micros.get(currency, 0) + cost


_Added = dict[tuple[datetime, int], _Adding]
"""By bucket and the key of the group, 0 where all are together."""


class _Buckets:
    """Which bucket a row's start lies in, each looked for once."""

    def __init__(self, unit: Unit, query: HistoryQuery, starts: Sequence[datetime]) -> None:
        self._unit = unit
        self._query = query
        self._starts = starts
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

    def slices(self, query: HistoryQuery) -> list[Slice]:
        """What was charged in each bucket."""
        together = replace(query, group=Grouping.SOURCE)
        sums = self._added(together, Sums._fields, self._whose, _starts(query))
        return [
            Slice(bucket, Sums._make(one.sums), self._cost(one))
            for (bucket, _), one in sorted(sums.items(), key=itemgetter(0))
        ]

    def groups(self, query: HistoryQuery) -> list[Share]:
        """What each group was charged in the period, the most energy first."""
        sums = self._added(replace(query, bucket=Bucket.YEAR), SHARED, self._whose, [query.period.start])
        return sorted(self._shares(sums), key=lambda share: (-share.energy_mwh, share.group))

    def stacked(self, query: HistoryQuery, groups: Sequence[Share]) -> list[Share]:
        """What some groups, which were met before, were charged in each bucket."""
        keys = {name: key for key, name in self._names.items()}
        whose = self._whose._replace(among=[keys[one.group] for one in groups])
        return self._shares(self._added(query, SHARED, whose, _starts(query)))

    def _shares(self, sums: _Added) -> list[Share]:
        self._learn({group for _, group in sums})
        found = list[Share]()
        for (bucket, group), one in sorted(sums.items(), key=itemgetter(0)):
            energy_mwh, sessions = one.sums
            found.append(Share(bucket, self._names[group], energy_mwh, sessions, self._cost(one)))
        return found

    def _cost(self, one: _Adding) -> dict[str, int]:
        return {self._names[currency]: cost for currency, cost in one.micros.items()}

    def _added(
        self, query: HistoryQuery, names: Sequence[str], whose: Whose, starts: Sequence[datetime]
    ) -> _Added:
        sums: _Added = {}
        for scope, in_days in self._scopes:
            for piece in pieces(query, in_days=in_days):
                unit, wanted = summed(piece, query, names, whose, scope)
                bucket_of = _Buckets(unit, query, starts)
                for start, group, currency, *values, cost in self._connection.execute(wanted).all():
                    if not cost and not any(values):
                        continue  # a row that everything has been taken out of
                    place = bucket_of(start), group
                    if place not in sums:
                        sums[place] = _Adding(len(names))
                    sums[place].add(values, currency, cost)
        self._learn({currency for one in sums.values() for currency in one.micros})
        return sums

    def _learn(self, keys: set[int]) -> None:
        unknown = keys - self._names.keys()
        if not unknown:
            return
        found = select(HISTORY_KEYS)
        if len(unknown) <= _MOST_NAMED:
            found = found.where(HISTORY_KEYS.c.key.in_(unknown))
        self._names |= {row.key: row.name for row in self._connection.execute(found)}


def _starts(query: HistoryQuery) -> list[datetime]:
    return [bucket.start for bucket in buckets(query.period, query.bucket, query.zone)]


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
