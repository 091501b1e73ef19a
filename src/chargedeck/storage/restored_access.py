"""Carries out, in a database that was made of a backup, what a restore must not give back.

Sign-ins and invitations of a backup are always dropped. The database that is replaced may be of
another schema: what it does not have stays as it is in the backup.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, inspect, select, update

from chargedeck.hub.records import EventRecord, Role
from chargedeck.hub.restored_access import (
    CHANGES,
    Access,
    Withheld,
    withheld,
    withheld_from_the_unknown,
)
from chargedeck.storage.notice_tables import NOTICE_WAYS
from chargedeck.storage.people_tables import EMBEDS, INVITATIONS, PASSKEYS, SECOND_FACTORS
from chargedeck.storage.rows import event_values
from chargedeck.storage.tables import CARDS, EVENTS, SIGN_INS, TOKENS, USERS

_OPENED_BY = ("password", "role", "station_ids", "charger_ids", "expires_at")
"""Columns of an account that say how it opens, and what."""

_KEYS = (TOKENS, EMBEDS)

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Former:
    """What the database that is replaced holds of how people get in; `access` None: it cannot be read."""

    access: Access | None
    users: Rows
    passkeys: Rows
    second_factors: Rows


@dataclass(frozen=True, slots=True)
class NotRestored:
    """How much of a backup does not open any more: tokens and embedded cards, and accounts."""

    keys: int = 0
    accounts: int = 0


UNREADABLE = Former(None, [], [], [])


def read_former(connection: Connection) -> Former:
    """Whatever the schema of the database has of it."""
    there = set(inspect(connection).get_table_names())

    def rows(table: Table) -> Rows:
        if table.name not in there:
            return []
        has = {column["name"] for column in inspect(connection).get_columns(table.name)}
        columns = [column for column in table.columns if column.name in has]
        names = [column.name for column in columns]
        return [dict(zip(names, row, strict=True)) for row in connection.execute(select(*columns))]

    return Former(_access(connection, there), rows(USERS), rows(PASSKEYS), rows(SECOND_FACTORS))


def withhold(connection: Connection, former: Former | None, now: datetime) -> NotRestored:
    """Take out of a restored database what must not come back, in the caller's transaction."""
    for table in (SIGN_INS, INVITATIONS):
        connection.execute(delete(table))
    backup = _access(connection, set(inspect(connection).get_table_names()))
    if former is None:
        taken = withheld(backup, None)
    elif former.access is None:
        taken = withheld_from_the_unknown(backup)
    else:
        taken = withheld(backup, former.access)
        _carry(connection, former, taken.carried)
    _end(connection, taken, now)
    return NotRestored(len(taken.keys), len(taken.ended))


def note_restore(connection: Connection, record: EventRecord) -> None:
    """Write into a restored database how it came there."""
    number = secrets.randbits(31) << 32  # of a run of its own, as the journal's are
    connection.execute(EVENTS.insert().values(event_values((number, record))))


def _access(connection: Connection, there: set[str]) -> Access:
    def all_of(table: Table, *names: str) -> Sequence[Any]:
        if table.name not in there:
            return ()
        return connection.execute(select(*(table.c[name] for name in names))).all()

    changes = select(EVENTS.c.at).where(EVENTS.c.kind.in_(CHANGES)).order_by(EVENTS.c.at.desc()).limit(1)
    return Access(
        dict(all_of(USERS, "id", "role")),
        frozenset(digest for table in _KEYS for (digest,) in all_of(table, "digest")),
        frozenset(way for (way,) in all_of(NOTICE_WAYS, "id")),
        {tag: bool(blocked) for tag, blocked in all_of(CARDS, "tag_key", "blocked")},
        connection.scalar(changes) if EVENTS.name in there else None,
    )


def _carry(connection: Connection, former: Former, users: frozenset[str]) -> None:
    """Let accounts open as they do in the former database."""
    for row in former.users:
        if row["id"] in users:
            opened_by = {name: row[name] for name in _OPENED_BY if name in row}
            connection.execute(update(USERS).where(USERS.c.id == row["id"]).values(opened_by))
    for table, rows in ((PASSKEYS, former.passkeys), (SECOND_FACTORS, former.second_factors)):
        connection.execute(delete(table).where(table.c.user_id.in_(users)))
        for row in rows:
            if row["user_id"] in users:
                connection.execute(table.insert().values(row))


def _end(connection: Connection, taken: Withheld, now: datetime) -> None:
    users = USERS.c
    for table in _KEYS:
        connection.execute(delete(table).where(table.c.digest.in_(taken.keys)))
    connection.execute(delete(NOTICE_WAYS).where(NOTICE_WAYS.c.id.in_(taken.ways)))
    connection.execute(update(CARDS).where(CARDS.c.tag_key.in_(taken.cards)).values(blocked=True))
    # An owner's account never ends; one that comes back ended has another role until an owner says so.
    owners = update(USERS).where(users.id.in_(taken.ended), users.role == Role.OWNER)
    connection.execute(owners.values(role=Role.VIEWER))
    connection.execute(update(USERS).where(users.id.in_(taken.ended)).values(expires_at=now))
