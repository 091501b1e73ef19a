"""The history, read beside the writer.

A session that was handed to the journal is found by its names at once, on disk or not: a device that
repeats itself while the disk is full must not make a second one.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, and_, func, select

from chargedeck.domain.units import ChargerId, DeviceId, IdTag, SessionId, StationId, WattHours
from chargedeck.energy.station_energy import StationEnergy
from chargedeck.hub.ports import SamplePoint
from chargedeck.hub.records import EventRecord, LimitChange, SessionRecord, SignedValue
from chargedeck.hub.session_query import SessionPage, SessionQuery
from chargedeck.storage.columns import micros
from chargedeck.storage.deeds import SqlDeeds
from chargedeck.storage.desk import Scribe
from chargedeck.storage.energy_tables import STATION_ENERGY
from chargedeck.storage.filing import reached
from chargedeck.storage.readers import Readers
from chargedeck.storage.rows import event_record, session_record, signed_value, station_energy
from chargedeck.storage.samples import key_of, read_samples
from chargedeck.storage.session_pages import conditions, cursor, page
from chargedeck.storage.tables import EVENTS, LIMIT_CHANGES, SESSIONS, SIGNED_VALUES


class Pending(Scribe, Protocol):
    """What the archive needs of the journal."""

    def pending_sessions(self) -> Iterator[SessionRecord]:
        """Sessions that may not be on disk yet."""


class SqlArchive(SqlDeeds):
    """Implements the hub's Archive."""

    def __init__(self, readers: Readers, pending: Pending) -> None:
        self._readers = readers
        self._pending = pending

    async def sessions(self, query: SessionQuery) -> SessionPage:
        """A page of what is on disk."""
        wanted = page(query)
        found = await self._readers.run(lambda connection: connection.execute(wanted).all())
        shown = found[: query.limit]
        return SessionPage(
            [*map(session_record, shown)], cursor(query, shown[-1]) if len(found) > len(shown) else None
        )

    async def count_sessions(self, query: SessionQuery) -> int:
        """How many there are on all pages together."""
        counted = select(func.count()).select_from(SESSIONS).where(*conditions(query))
        found: int = await self._readers.run(lambda connection: connection.execute(counted).scalar_one())
        return found

    async def session(self, session: SessionId) -> SessionRecord | None:
        """The session of that id."""
        return await self._one(lambda record: record.id == session, SESSIONS.c.id == session)

    async def session_by_ref(self, device: DeviceId, ref: str) -> SessionRecord | None:
        """The newest session that the device knows by `ref`; a device that counts anew may reuse one."""
        return await self._one(
            lambda record: record.device_id == device and record.ref == ref,
            and_(SESSIONS.c.device_id == device, SESSIONS.c.ref == ref),
        )

    async def session_by_start(
        self, charger: ChargerId, started_at: datetime, meter_start_wh: WattHours, id_tag: IdTag | None
    ) -> SessionRecord | None:
        """The session that began just so."""
        start = (charger, started_at, meter_start_wh, id_tag)
        columns = SESSIONS.c
        return await self._one(
            lambda record: (
                (record.charger_id, record.started_at, record.meter_start_wh, record.id_tag) == start
            ),
            and_(
                columns.charger_id == charger,
                columns.started_at == started_at,
                columns.meter_start_wh == meter_start_wh,
                columns.id_tag.is_not_distinct_from(id_tag),
            ),
        )

    async def _one(
        self, is_it: Callable[[SessionRecord], bool], condition: ColumnElement[bool]
    ) -> SessionRecord | None:
        newest = select(SESSIONS).where(condition).order_by(SESSIONS.c.started_at.desc()).limit(1)
        pending = max(
            filter(is_it, self._pending.pending_sessions()),
            key=lambda record: record.started_at,
            default=None,
        )
        if pending is not None:
            return pending
        row = await self._readers.run(lambda connection: connection.execute(newest).first())
        return None if row is None else session_record(row)

    async def open_sessions(self) -> Sequence[SessionRecord]:
        """Open sessions at the highest register that reached the disk; asked in turn with the writing."""
        highest = reached()
        query = (
            select(SESSIONS, highest.c.register_wh)
            .outerjoin(highest, highest.c.id == SESSIONS.c.id)
            .where(SESSIONS.c.ended_at.is_(None))
            .order_by(SESSIONS.c.started_at, SESSIONS.c.id)
        )
        rows = await self._pending.run(lambda connection: connection.execute(query).all())
        return [_advanced(session_record(row), row.register_wh) for row in rows]

    async def samples(
        self, charger: ChargerId, start: datetime, end: datetime, resolution_s: float
    ) -> Sequence[SamplePoint]:
        """Buckets of `resolution_s`, counted from 1970; 0 gives every sample."""
        return await self._readers.run(
            lambda connection: read_samples(connection, charger, start, end, resolution_s)
        )

    async def limits(self, charger: ChargerId, start: datetime, end: datetime) -> Sequence[LimitChange]:
        """Oldest first."""
        changes = LIMIT_CHANGES.c
        of_charger = changes.charger_key == key_of(charger)
        in_force = select(func.max(changes.at)).where(of_charger, changes.at <= start).scalar_subquery()
        query = (
            select(changes.at, changes.current_a, changes.reason)
            .where(of_charger, changes.at >= func.coalesce(in_force, micros(start)), changes.at < end)
            .order_by(changes.at)
        )
        rows = await self._readers.run(lambda connection: connection.execute(query).all())
        return [LimitChange(charger, row.at, row.current_a, row.reason) for row in rows]

    async def events(
        self, charger: ChargerId | None, start: datetime, end: datetime, limit: int
    ) -> Sequence[EventRecord]:
        """The newest first."""
        query = select(EVENTS).where(EVENTS.c.at >= start, EVENTS.c.at < end)
        if charger is not None:
            query = query.where(EVENTS.c.charger_id == charger)
        query = query.order_by(EVENTS.c.at.desc(), EVENTS.c.id.desc()).limit(limit)
        return await self._readers.run(lambda connection: [*map(event_record, connection.execute(query))])

    async def signed_values(self, session: SessionId) -> Sequence[SignedValue]:
        """Oldest first."""
        query = (
            select(SIGNED_VALUES)
            .join(
                SESSIONS,
                and_(
                    SESSIONS.c.device_id == SIGNED_VALUES.c.device_id, SESSIONS.c.ref == SIGNED_VALUES.c.ref
                ),
            )
            .where(SESSIONS.c.id == session)
            .order_by(SIGNED_VALUES.c.at, SIGNED_VALUES.c.context, SIGNED_VALUES.c.digest)
        )
        return await self._readers.run(lambda connection: [*map(signed_value, connection.execute(query))])

    async def station_energy(
        self, start: datetime, end: datetime, station: StationId | None = None
    ) -> Sequence[StationEnergy]:
        """Oldest first."""
        columns = STATION_ENERGY.c
        query = select(STATION_ENERGY).where(columns.start >= start, columns.start < end)
        if station is not None:
            query = query.where(columns.station_id == station)
        query = query.order_by(columns.start, columns.station_id)
        return await self._readers.run(lambda connection: [*map(station_energy, connection.execute(query))])


def _advanced(record: SessionRecord, register_wh: float | None) -> SessionRecord:
    if register_wh is None or register_wh <= record.meter_last_wh:
        return record
    return record._replace(meter_last_wh=WattHours(register_wh))
