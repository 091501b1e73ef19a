"""Keeps the sums of the history in step with its sessions, a few at a time, each time all or nothing.

Whoever changes a session or its cost unsets `rolled_up`; the writer comes by when nobody waits for it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, insert, select, text, update

from chargedeck.hub.records import SessionRecord
from chargedeck.storage.columns import micros
from chargedeck.storage.database import Database
from chargedeck.storage.energy_tables import SESSION_SLOTS
from chargedeck.storage.history_tables import (
    BY_CHARGER,
    BY_PERSON,
    BY_STATION,
    HISTORY_KEYS,
    ROLL_UPS,
    SESSION_PARTS,
    SPAN_DAY,
    SPAN_HOUR,
    SPAN_MONTH,
    SUMS,
)
from chargedeck.storage.rows import session_record
from chargedeck.storage.session_parts import QUARTER_US, Part, Quarter, parts_of
from chargedeck.storage.tables import SESSIONS, STATIONS

AT_ONCE = 16
"""Sessions a step: some milliseconds, since whoever hands rows over meanwhile waits for it."""

_KEY = ("span", "dimension", "start", "station", "charger", "person", "card", "currency")
_WHOSE = ("station", "charger", "person", "card", "currency")
_COLUMNS = [column.name for column in SESSION_PARTS.columns]

WAITING = text("NOT rolled_up")
"""As the index says it: of the same said in other words SQLite does not know that it is the same."""

Deltas = dict[tuple[int, ...], list[int]]


def roll_up_some(connection: Connection, database: Database, most: int = AT_ONCE) -> int:
    """Bring the sums up to date with some sessions, inside the caller's transaction; say with how many."""
    database.lock(connection, "roll-ups")
    stale = select(SESSIONS).where(WAITING).limit(most).with_for_update()
    records = [session_record(row) for row in connection.execute(stale)]
    if records:
        _roll_up(connection, database, records)
    return len(records)


def _roll_up(connection: Connection, database: Database, records: Sequence[SessionRecord]) -> None:
    ids = [record.id for record in records]
    of_these = SESSION_PARTS.c.session_id.in_(ids)
    old = [tuple(row) for row in connection.execute(select(SESSION_PARTS).where(of_these))]
    new = _parts(connection, database, records)
    changed = set(old) ^ set(new)
    if changed:
        deltas: Deltas = defaultdict(lambda: [0] * len(SUMS))
        for sign, rows in ((-1, old), (1, new)):
            for row in rows:
                if row in changed:
                    _add(deltas, dict(zip(_COLUMNS, row, strict=True)), sign)
        connection.execute(delete(SESSION_PARTS).where(of_these))
        if new:
            connection.execute(insert(SESSION_PARTS), [dict(zip(_COLUMNS, row, strict=True)) for row in new])
        _apply(connection, database, deltas)
    connection.execute(update(SESSIONS).where(SESSIONS.c.id.in_(ids)).values(rolled_up=True))


def _parts(
    connection: Connection, database: Database, records: Sequence[SessionRecord]
) -> list[tuple[Any, ...]]:
    """The new rows of these sessions."""
    zones = _zones(connection, {record.station_id for record in records})
    quarters = _quarters(connection, [record.id for record in records])
    keys = keys_of(connection, database, (name for record in records for name in _names(record)))
    return [
        _row(record, part, tuple(keys[name] if name else 0 for name in _names(record)))
        for record in records
        for part in parts_of(record, quarters.get(record.id, ()), zones[record.station_id])
    ]


def _row(record: SessionRecord, part: Part, whose: tuple[int, ...]) -> tuple[Any, ...]:
    priced = whose if part.priced_mwh or part.cost_micros else (*whose[:-1], 0)
    return (part.slot, record.id, part.day, *priced, *(getattr(part, name) for name in SUMS))


def _names(record: SessionRecord) -> tuple[str, ...]:
    """Whose it is, in the order of `_WHOSE`."""
    currency = None if record.cost is None else record.cost.currency
    return (
        record.station_id,
        record.charger_id,
        record.user_id or "",
        record.card_id or "",
        currency or "",
    )


def _zones(connection: Connection, stations: Iterable[str]) -> Mapping[str, ZoneInfo]:
    """The time zones of stations; of one that is gone nobody knows, so its days are UTC's."""
    names = dict.fromkeys(stations, "UTC")
    query = select(STATIONS.c.id, STATIONS.c.time_zone).where(STATIONS.c.id.in_(list(names)))
    names |= {row.id: row.time_zone for row in connection.execute(query)}
    return {station: ZoneInfo(name) for station, name in names.items()}


def _quarters(connection: Connection, sessions: Sequence[str]) -> Mapping[str, list[Quarter]]:
    slots = SESSION_SLOTS.c
    query = select(
        slots.session_id, slots.start, slots.grid_wh, slots.solar_wh, slots.battery_wh, slots.amount
    ).where(slots.session_id.in_(sessions))
    found: dict[str, list[Quarter]] = defaultdict(list)
    for session, start, grid, solar, battery, amount in connection.execute(query.order_by(slots.start)):
        slot = micros(start) // QUARTER_US
        found[session].append(
            Quarter(slot, round(grid * 1000), round(solar * 1000), round(battery * 1000), amount)
        )
    return found


def keys_of(connection: Connection, database: Database, names: Iterable[str]) -> dict[str, int]:
    """The short names, made where there is none."""
    wanted = sorted({name for name in names if name})
    known = _known(connection, wanted)
    if strangers := [name for name in wanted if name not in known]:
        add = database.insert_into(HISTORY_KEYS).on_conflict_do_nothing()
        connection.execute(add, [{"name": name} for name in strangers])
        known |= _known(connection, strangers)
    return known


def _known(connection: Connection, names: Sequence[str]) -> dict[str, int]:
    query = select(HISTORY_KEYS.c.name, HISTORY_KEYS.c.key).where(HISTORY_KEYS.c.name.in_(names))
    return {row.name: row.key for row in connection.execute(query)}


def _add(deltas: Deltas, part: Mapping[str, int], sign: int) -> None:
    """Put a part into every sum that it belongs to, or take it out."""
    station, charger, person, card, currency = (part[name] for name in _WHOSE)
    month = month_of(part["day"])
    places = [(SPAN_HOUR, BY_STATION, part["slot"], station, 0, 0, 0, currency)]
    for span, start in ((SPAN_DAY, part["day"]), (SPAN_MONTH, month)):
        places += (
            (span, BY_STATION, start, station, 0, 0, 0, currency),
            (span, BY_CHARGER, start, station, charger, 0, 0, currency),
            (span, BY_PERSON, start, station, 0, person, card, currency),
        )
    for place in places:
        sums = deltas[place]
        for number, name in enumerate(SUMS):
            sums[number] += sign * part[name]


def month_of(day: int) -> int:
    """The month of a day, counted from the year 0."""
    found = date.fromordinal(day)
    return found.year * 12 + found.month - 1


def _apply(connection: Connection, database: Database, deltas: Deltas) -> None:
    rows = [
        dict(zip(_KEY, place, strict=True)) | dict(zip(SUMS, sums, strict=True))
        for place, sums in sorted(deltas.items())
        if any(sums)
    ]
    if rows:
        put = database.insert_into(ROLL_UPS)
        changes = {name: ROLL_UPS.c[name] + put.excluded[name] for name in SUMS}
        connection.execute(put.on_conflict_do_update(index_elements=list(_KEY), set_=changes), rows)


def is_complete(connection: Connection) -> bool:
    """Whether all sessions are in the sums."""
    return connection.scalar(select(SESSIONS.c.id).where(WAITING).limit(1)) is None
