"""Looks at a database without changing it: whether this program can use it, and how far it reaches."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from chargedeck.storage import schema
from chargedeck.storage.database import Database
from chargedeck.storage.opening import database_of
from chargedeck.storage.problems import DatabaseError, SchemaTooNewError
from chargedeck.storage.tables import EVENTS


@dataclass(frozen=True, slots=True)
class Inspected:
    """A database that can be used; `version` is None where there is nothing in it yet."""

    version: str | None = None
    last_event_at: datetime | None = None


def inspected(url: str) -> Inspected:
    """What there is at `url`; raises DatabaseError where it cannot be used, with what mends it."""
    database = database_of(url)
    if not database.exists:
        return Inspected()
    database.prepare()
    if damage := database.damage():
        raise DatabaseError(f"The database {database.name} is damaged ({damage}); restore a backup")
    try:
        return _read(database)
    except DBAPIError as error:
        raise DatabaseError(
            f"The database {database.name} is held by another program ({error.orig}); end it"
        ) from error


def _read(database: Database) -> Inspected:
    engine = (
        database.for_schema()
    )  # a transaction that could write: it finds out whether another holds the file
    try:
        with engine.begin() as connection:
            version = schema.found_version(connection)
            if version is not None and version > schema.REVISIONS.newest:
                raise SchemaTooNewError(version, schema.REVISIONS.newest)
            last = None if version is None else connection.scalar(select(func.max(EVENTS.c.at)))
            return Inspected(version, last)
    finally:
        engine.dispose()
