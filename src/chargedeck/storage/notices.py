"""The pages on notices: what people chose, what they were told, and what waits to be sent."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, or_, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from chargedeck.domain.notices import Mark, QuietHours
from chargedeck.domain.problems import UnknownResourceError
from chargedeck.domain.units import ChargerId
from chargedeck.hub.notice_records import (
    Decided,
    DeliveryRecord,
    MarkKey,
    NoticeRecord,
    NoticeSettings,
    Waiting,
    WayRecord,
)
from chargedeck.storage.desk import Desk
from chargedeck.storage.notice_tables import DELIVERIES, NOTICE_MARKS, NOTICE_SETTINGS, NOTICE_WAYS, NOTICES
from chargedeck.storage.rows import of_row, plain_values
from chargedeck.storage.tables import USERS

_AT_ONCE = 300
"""So many keys a statement: databases have a bound on what one may name."""


class SqlNoticeBook:
    """Implements the hub's NoticeBook."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # -- what people chose -------------------------------------------------------------------------

    async def all_settings(self) -> Sequence[NoticeSettings]:
        """Of everybody who has chosen."""
        query = select(NOTICE_SETTINGS)
        return await self._desk.read(lambda connection: [*map(_settings, connection.execute(query))])

    async def settings(self, user_id: str) -> NoticeSettings | None:
        """What somebody chose."""
        query = select(NOTICE_SETTINGS).where(NOTICE_SETTINGS.c.user_id == user_id)
        row = await self._desk.read(lambda connection: connection.execute(query).first())
        return None if row is None else _settings(row)

    async def save_settings(self, settings: NoticeSettings) -> None:
        """Insert or replace."""
        quiet = settings.quiet
        values = {
            "user_id": settings.user_id,
            "enabled": settings.enabled,
            "kinds": sorted(settings.kinds),
            "quiet_start": None if quiet is None else quiet.start,
            "quiet_end": None if quiet is None else quiet.end,
        }
        try:
            await self._desk.save(NOTICE_SETTINGS, values)
        except IntegrityError as error:
            raise UnknownResourceError("user", settings.user_id) from error

    # -- how they are reached ----------------------------------------------------------------------

    async def all_ways(self) -> Sequence[WayRecord]:
        """Of everybody."""
        return await self._desk.all(NOTICE_WAYS, lambda row: of_row(WayRecord, row))

    async def ways(self, user_id: str) -> Sequence[WayRecord]:
        """The oldest first."""
        query = select(NOTICE_WAYS).where(NOTICE_WAYS.c.user_id == user_id)
        query = query.order_by(NOTICE_WAYS.c.created_at, NOTICE_WAYS.c.id)
        return await self._desk.read(
            lambda connection: [of_row(WayRecord, row) for row in connection.execute(query)]
        )

    async def save_way(self, way: WayRecord) -> None:
        """Insert or replace, in place of another that leads to the same place."""

        def save(connection: Connection) -> None:
            ways = NOTICE_WAYS.c
            if way.digest is not None:
                connection.execute(delete(NOTICE_WAYS).where(ways.digest == way.digest, ways.id != way.id))
            self._desk.put(connection, NOTICE_WAYS, plain_values(way) | {"kinds": sorted(way.kinds)})

        try:
            await self._desk.write(save)
        except IntegrityError as error:
            raise UnknownResourceError("user", way.user_id) from error

    async def delete_way(self, way_id: str) -> None:
        """Delete with all that waits to go that way."""
        await self._desk.delete(NOTICE_WAYS, NOTICE_WAYS.c.id == way_id)

    # -- what they were told -----------------------------------------------------------------------

    async def marks(self, topics: Collection[tuple[ChargerId, str]]) -> Mapping[MarkKey, Mark]:
        """Everybody's, of these topics."""
        marks, wanted = NOTICE_MARKS.c, sorted(topics)

        def find(connection: Connection) -> dict[MarkKey, Mark]:
            found: dict[MarkKey, Mark] = {}
            for start in range(0, len(wanted), _AT_ONCE):
                some = tuple_(marks.charger_id, marks.topic).in_(wanted[start : start + _AT_ONCE])
                for row in connection.execute(select(NOTICE_MARKS).where(some)):
                    found[MarkKey(row.charger_id, row.topic, row.user_id)] = of_row(Mark, row)
            return found

        return await self._desk.read(find)

    async def keep(self, decided: Decided) -> None:
        """In one step."""

        def keep(connection: Connection) -> None:
            users = set(connection.scalars(select(USERS.c.id)))
            notices = [plain_values(one) for one in decided.notices if one.user_id in users]
            if notices:
                connection.execute(insert(NOTICES), notices)
            for key, mark in decided.marks.items():
                if key.user_id in users:
                    self._desk.put(connection, NOTICE_MARKS, {**key._asdict(), **asdict(mark)})
            for notice_id, (repeats, last_at) in decided.repeated.items():
                again = update(NOTICES).where(NOTICES.c.id == notice_id)
                connection.execute(again.values(repeats=repeats, last_at=last_at))
            ways = set(connection.scalars(select(NOTICE_WAYS.c.id))) if decided.deliveries else set()
            deliveries = [plain_values(one) for one in decided.deliveries if one.way_id in ways]
            if deliveries:
                connection.execute(insert(DELIVERIES), deliveries)

        await self._desk.write(keep)

    async def inbox(
        self, user_id: str, limit: int, before: str | None, *, unread: bool
    ) -> Sequence[NoticeRecord]:
        """The newest first."""
        query = select(NOTICES).where(NOTICES.c.user_id == user_id)
        if before is not None:
            query = query.where(NOTICES.c.id < before)
        if unread:
            query = query.where(NOTICES.c.read_at.is_(None))
        page = query.order_by(NOTICES.c.id.desc()).limit(limit)
        return await self._desk.read(
            lambda connection: [of_row(NoticeRecord, row) for row in connection.execute(page)]
        )

    async def unread(self, user_id: str) -> int:
        """How many somebody has not read."""
        return await self._desk.read(lambda connection: _unread(connection, user_id))

    async def read(self, user_id: str, ids: Collection[str] | None, at: datetime) -> int:
        """Mark as read; answers how many are left unread."""

        def mark(connection: Connection) -> int:
            done = update(NOTICES).where(NOTICES.c.user_id == user_id, NOTICES.c.read_at.is_(None))
            if ids is not None:
                done = done.where(NOTICES.c.id.in_(ids))
            connection.execute(done.values(read_at=at))
            return _unread(connection, user_id)

        return await self._desk.write(mark)

    # -- what waits to be sent ---------------------------------------------------------------------

    async def due(self, now: datetime, limit: int) -> Sequence[Waiting]:
        """What waits longest first."""
        query = select(DELIVERIES).where(DELIVERIES.c.due_at <= now)
        query = query.order_by(DELIVERIES.c.due_at, DELIVERIES.c.notice_id, DELIVERIES.c.way_id).limit(limit)

        def find(connection: Connection) -> list[Waiting]:
            found = [of_row(DeliveryRecord, row) for row in connection.execute(query)]
            ids, ways = {one.notice_id for one in found}, {one.way_id for one in found}
            notices = connection.execute(select(NOTICES).where(NOTICES.c.id.in_(ids)))
            by_id = {row.id: of_row(NoticeRecord, row) for row in notices}
            led = connection.execute(select(NOTICE_WAYS).where(NOTICE_WAYS.c.id.in_(ways)))
            way_by_id = {row.id: of_row(WayRecord, row) for row in led}
            return [
                Waiting(one, by_id[one.notice_id], way_by_id[one.way_id])
                for one in found
                if one.notice_id in by_id and one.way_id in way_by_id
            ]

        return await self._desk.read(find)

    async def next_due(self) -> datetime | None:
        """When the next one is due."""
        query = select(func.min(DELIVERIES.c.due_at))
        found: datetime | None = await self._desk.read(lambda connection: connection.scalar(query))
        return found

    async def delivered(self, deliveries: Sequence[DeliveryRecord], at: datetime) -> None:
        """They have gone their way."""
        await self._settled(deliveries, {"told_at": at, "problem": None, "problem_at": None})

    async def given_up(self, deliveries: Sequence[DeliveryRecord], problem: str, at: datetime) -> None:
        """They are not tried again."""
        await self._settled(deliveries, {"problem": problem, "problem_at": at})

    async def failed(self, deliveries: Sequence[DeliveryRecord], problem: str, at: datetime) -> None:
        """To be tried again."""

        def keep(connection: Connection) -> None:
            for one in deliveries:
                again = update(DELIVERIES).where(_of([one]))
                connection.execute(again.values(due_at=one.due_at, failures=one.failures))
            _note(connection, deliveries, {"problem": problem, "problem_at": at})

        await self._desk.write(keep)

    async def _settled(self, deliveries: Sequence[DeliveryRecord], values: Mapping[str, Any]) -> None:
        def settle(connection: Connection) -> None:
            for start in range(0, len(deliveries), _AT_ONCE):
                connection.execute(delete(DELIVERIES).where(_of(deliveries[start : start + _AT_ONCE])))
            _note(connection, deliveries, values)

        await self._desk.write(settle)

    async def trim(self, before: datetime, most: int) -> int:
        """Delete what is old, and what somebody has too many of."""

        def trim(connection: Connection) -> int:
            gone = connection.execute(delete(NOTICES).where(NOTICES.c.id < id_from(before))).rowcount
            connection.execute(delete(NOTICE_MARKS).where(NOTICE_MARKS.c.told_at < before))
            counted = select(NOTICES.c.user_id).group_by(NOTICES.c.user_id).having(func.count() > most)
            for user_id in connection.scalars(counted).all():
                own = NOTICES.c.user_id == user_id
                newest = select(NOTICES.c.id).where(own).order_by(NOTICES.c.id.desc())
                last = connection.scalar(newest.offset(most).limit(1))
                gone += connection.execute(delete(NOTICES).where(own, NOTICES.c.id <= last)).rowcount
            return gone

        return await self._desk.write(trim)


def id_from(at: datetime) -> str:
    """The lowest id of a notice of that time."""
    return f"{max(0, int(at.timestamp() * 1000)):012x}"


def _settings(row: Row[Any]) -> NoticeSettings:
    quiet = None if row.quiet_start is None else QuietHours(row.quiet_start, row.quiet_end)
    return NoticeSettings(row.user_id, row.enabled, row.kinds, quiet)


def _unread(connection: Connection, user_id: str) -> int:
    waiting = and_(NOTICES.c.user_id == user_id, NOTICES.c.read_at.is_(None))
    count: int = connection.execute(select(func.count()).select_from(NOTICES).where(waiting)).scalar_one()
    return count


def _of(deliveries: Sequence[DeliveryRecord]) -> Any:
    one = DELIVERIES.c
    return or_(*(and_(one.notice_id == each.notice_id, one.way_id == each.way_id) for each in deliveries))


def _note(connection: Connection, deliveries: Sequence[DeliveryRecord], values: Mapping[str, Any]) -> None:
    """What became of the ways that these went."""
    ways = {one.way_id for one in deliveries}
    connection.execute(update(NOTICE_WAYS).where(NOTICE_WAYS.c.id.in_(ways)).values(**values))
