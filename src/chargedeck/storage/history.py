"""Sums of what was charged, by bucket and group."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Select, or_, select

from chargedeck.hub.history import Grouping, HistoryQuery, Slice, Sums, added
from chargedeck.hub.history_calendar import buckets
from chargedeck.hub.records import SessionRecord
from chargedeck.hub.session_query import SessionQuery
from chargedeck.storage.readers import Readers
from chargedeck.storage.rows import session_record
from chargedeck.storage.session_pages import conditions
from chargedeck.storage.tables import SESSIONS


class SqlHistory:
    """Implements the hub's History."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    async def slices(self, query: HistoryQuery) -> Sequence[Slice]:
        """What each group was charged in each bucket."""
        wanted = _sessions(query)
        found = await self._readers.run(lambda connection: [*map(session_record, connection.execute(wanted))])
        parts: dict[tuple[datetime, str], list[Slice]] = defaultdict(list)
        for record in found:
            for part in _parts(record, query):
                parts[part.bucket, part.group].append(part)
        return [Slice(*key, *added(some)) for key, some in sorted(parts.items())]

    async def is_complete(self) -> bool:
        """Nothing is kept aside."""
        return True


def _sessions(query: HistoryQuery) -> Select[tuple[object, ...]]:
    only, columns = query.only, SESSIONS.c
    asked = SessionQuery(
        chargers=only.chargers,
        stations=only.stations,
        users=only.users,
        cards=only.cards,
        end=query.period.end,
    )
    ends = or_(columns.ended_at.is_(None), columns.ended_at >= query.period.start)
    return select(SESSIONS).where(*conditions(asked), ends)


def _parts(record: SessionRecord, query: HistoryQuery) -> Iterator[Slice]:
    """A session's energy, spread evenly from its start to its end."""
    start, end = record.started_at, record.ended_at or record.started_at
    group = _group(record, query.group)
    for bucket in buckets(query.period, query.bucket, query.zone):
        share = _share(start, end, bucket.start, bucket.end)
        begins = bucket.start <= start < bucket.end
        if share or begins:
            energy = round(record.energy_wh * 1000 * share)
            time = round(record.charging_time_s * 1000 * share)
            sums = Sums(energy, grid_mwh=energy, charging_time_ms=time, sessions=int(begins))
            yield Slice(bucket.start, group, sums, dict[str, Decimal]())


def _share(start: datetime, end: datetime, first: datetime, last: datetime) -> float:
    if end <= start:
        return float(first <= start < last)
    return max(0.0, (min(end, last) - max(start, first)) / (end - start))


def _group(record: SessionRecord, grouping: Grouping) -> str:
    return {
        Grouping.SOURCE: "",
        Grouping.CHARGER: record.charger_id,
        Grouping.USER: record.user_id or "",
        Grouping.CARD: record.card_id or "",
        Grouping.STATION: record.station_id,
    }[grouping]
