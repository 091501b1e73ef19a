"""Moves samples from the order in which they came to where their charger's others are.

A group of samples from a thousand chargers, put straight where each belongs, touches a thousand
pages; put at the end of one table it touches twenty. Moved on by the tens of thousands, a page takes
many at once. Whatever reads samples reads both tables, and sees each sample once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, Subquery, delete, func, insert, or_, select, update

from chargedeck.storage.tables import CHARGER_KEYS, FRESH_SAMPLES, MEASURED, SAMPLES, SESSIONS
from chargedeck.storage.thinning import look_again

if TYPE_CHECKING:
    from chargedeck.storage.database import Database, Insert

FILE_FROM = 20_000
"""So many samples are moved at a time: 50 ms of work, and every page takes some twenty of them where
a thousand chargers report."""

_NAMES = ["charger_key", "at", *MEASURED]
_ORDER = (FRESH_SAMPLES.c.charger_key, FRESH_SAMPLES.c.at)


def reached() -> Subquery:
    """Open sessions with the highest register among their charger's fresh samples.

    A sample from when the charger's next session had begun is not this one's. A session that began
    at a lower register is no later one, whatever a wrong clock has made of its time.
    """
    later = SESSIONS.alias("later")
    next_began = select(func.min(later.c.started_at)).where(
        later.c.charger_id == SESSIONS.c.charger_id,
        later.c.started_at > SESSIONS.c.started_at,
        later.c.meter_start_wh >= SESSIONS.c.meter_start_wh,
    )
    running = (
        select(
            SESSIONS.c.id,
            SESSIONS.c.started_at,
            next_began.scalar_subquery().label("next_began_at"),
            CHARGER_KEYS.c.key,
        )
        .join(CHARGER_KEYS, CHARGER_KEYS.c.charger_id == SESSIONS.c.charger_id)
        .where(SESSIONS.c.ended_at.is_(None))
        .cte("running")
        .prefix_with("MATERIALIZED")  # else SQLite looks through all sessions there ever were
    )
    at = FRESH_SAMPLES.c.at
    return (
        select(running.c.id, func.max(FRESH_SAMPLES.c.register_wh).label("register_wh"))
        .join(FRESH_SAMPLES, FRESH_SAMPLES.c.charger_key == running.c.key)
        .where(
            at >= running.c.started_at,
            or_(running.c.next_began_at.is_(None), at < running.c.next_began_at),
        )
        .group_by(running.c.id)
        .subquery("reached")
    )


def file_samples(connection: Connection, database: Database) -> bool:
    """Move all fresh samples on, inside the caller's transaction; False when another process does.

    Open sessions are brought up to the registers that are moved, so that taking them up again after
    a restart looks at the fresh samples alone.
    """
    if not database.freeze(connection):
        return False
    highest = reached()
    connection.execute(
        update(SESSIONS)
        .where(SESSIONS.c.id == highest.c.id, highest.c.register_wh > SESSIONS.c.meter_last_wh)
        .values(meter_last_wh=highest.c.register_wh, rolled_up=False)
    )
    look_again(connection)
    _move(connection, database)
    connection.execute(delete(FRESH_SAMPLES))
    return True


def _move(connection: Connection, database: Database) -> None:
    """Two samples of one instant become one: a repeat, or halves of a reading that complete each other."""
    if database.merges_repeats:
        connection.execute(_merging(database, select(FRESH_SAMPLES)))
    elif any(connection.execute(query.limit(1)).first() for query in (_told_twice(), _late())):
        highest = (func.max(FRESH_SAMPLES.c[name]).label(name) for name in MEASURED)
        connection.execute(_merging(database, select(*_ORDER, *highest).group_by(*_ORDER)))
    else:  # nearly always, and it takes half as long
        connection.execute(insert(SAMPLES).from_select(_NAMES, select(FRESH_SAMPLES).order_by(*_ORDER)))


def _told_twice() -> Select[Any]:
    return select(*_ORDER).group_by(*_ORDER).having(func.count() > 1)


def _late() -> Select[Any]:
    """Chargers with a fresh sample that may be among the others already."""
    key, at = _ORDER
    first = select(key, func.min(at).label("at")).group_by(key).subquery().c
    stored = select(SAMPLES.c.at).where(SAMPLES.c.charger_key == first.charger_key, SAMPLES.c.at >= first.at)
    return select(first.charger_key).where(stored.exists())


def _merging(database: Database, source: Select[Any]) -> Insert:
    move = database.insert_into(SAMPLES).from_select(_NAMES, source.order_by(*_ORDER))
    return move.on_conflict_do_update(
        index_elements=["charger_key", "at"],
        set_={name: database.highest(SAMPLES.c[name], move.excluded[name]) for name in MEASURED},
    )
