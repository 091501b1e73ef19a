"""Moves samples from the order in which they came to where their charger's others are.

A group of samples from a thousand chargers, put straight where each belongs, touches a thousand
pages; put at the end of one table it touches twenty. Moved on by the tens of thousands, a page takes
many at once. Whatever reads samples reads both tables, and sees each sample once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, Subquery, delete, func, or_, select, update

from chargedeck.storage.tables import CHARGER_KEYS, FRESH_SAMPLES, MEASURED, SAMPLES, SESSIONS
from chargedeck.storage.thinning import look_again

if TYPE_CHECKING:
    from chargedeck.storage.database import Database, Insert

FILE_FROM = 20_000
"""So many samples are moved at a time: 50 ms of work, and every page takes some twenty of them where
a thousand chargers report."""


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
    connection.execute(_move(database))
    connection.execute(delete(FRESH_SAMPLES))
    return True


def _move(database: Database) -> Insert:
    """Two samples of one instant become one: a repeat, or halves of a reading that complete each other."""
    names = ["charger_key", "at", *MEASURED]
    order = (FRESH_SAMPLES.c.charger_key, FRESH_SAMPLES.c.at)
    if database.merges_repeats:
        source: Select[Any] = select(FRESH_SAMPLES)
    else:
        highest = (func.max(FRESH_SAMPLES.c[name]).label(name) for name in MEASURED)
        source = select(*order, *highest).group_by(*order)
    move = database.insert_into(SAMPLES).from_select(names, source.order_by(*order))
    return move.on_conflict_do_update(
        index_elements=["charger_key", "at"],
        set_={name: database.highest(SAMPLES.c[name], move.excluded[name]) for name in MEASURED},
    )
