"""What people did, page by page; deeds have an index of their own among the events of devices."""

import base64
from datetime import datetime
from typing import Any

from sqlalchemy import Select, literal, select, tuple_

from chargedeck.hub.people_ports import DeedPage, DeedQuery
from chargedeck.hub.session_query import UnreadableCursorError
from chargedeck.storage.columns import Instant, Number, instant, micros
from chargedeck.storage.readers import Readers
from chargedeck.storage.rows import event_record
from chargedeck.storage.tables import EVENTS


class SqlDeeds:
    """The archive's page on people."""

    _readers: Readers

    async def deeds(self, query: DeedQuery) -> DeedPage:
        """A page, newest first."""
        page = deed_page(query)
        rows = await self._readers.run(lambda connection: connection.execute(page).all())
        found = [(row.id, event_record(row)) for row in rows]
        items = found[: query.limit]
        return DeedPage(items, _cursor(*items[-1]) if items and len(found) > query.limit else None)


def deed_page(query: DeedQuery) -> Select[Any]:
    """The statement of a page, and of one more row to see whether there is another."""
    events = EVENTS.c
    wanted = select(EVENTS).where(events.actor.is_not(None))
    if query.actor is not None:
        wanted = wanted.where(events.actor == query.actor)
    if query.kinds is not None:
        wanted = wanted.where(events.kind.in_(query.kinds))
    if query.start is not None:
        wanted = wanted.where(events.at >= query.start)
    position = None if query.cursor is None else _position(query.cursor)
    # One upper bound: with two, SQLite takes an index of fewer columns for as good as the best.
    if position is not None and (query.end is None or position[0] < query.end):
        at, number = position
        wanted = wanted.where(
            tuple_(events.at, events.id) < tuple_(literal(at, Instant), literal(number, Number))
        )
    elif query.end is not None:
        wanted = wanted.where(events.at < query.end)
    return wanted.order_by(events.at.desc(), events.id.desc()).limit(query.limit + 1)


def _cursor(number: int, record: Any) -> str:
    return base64.urlsafe_b64encode(f"{micros(record.at)} {number}".encode()).decode().rstrip("=")


def _position(cursor: str) -> tuple[datetime, int]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        at, number = map(int, text.split(" ", 1))
        if not 0 <= number < 1 << 63:
            raise UnreadableCursorError
        return instant(at), number
    except (ValueError, OverflowError) as error:
        raise UnreadableCursorError from error
