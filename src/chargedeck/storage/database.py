"""What SQLite and PostgreSQL do differently, as one small interface; nothing else asks which it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Engine, Table
    from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
    from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
    from sqlalchemy.engine.interfaces import DBAPICursor
    from sqlalchemy.sql.elements import ColumnElement

    from chargedeck.storage.hot_table import HotTable, Row

    Insert = SqliteInsert | PostgresInsert
    """An insert that can say what to do about a row that is already there."""

UNSTORABLE_VALUES = (OverflowError, TypeError, ValueError, AttributeError, RecursionError)
"""How Python says that a value is none that a column can hold."""


class Database(Protocol):
    """A place to keep the data, of one of the two kinds."""

    @property
    def name(self) -> str:
        """Where it is, fit for a log: without a password."""

    @property
    def merges_repeats(self) -> bool:
        """Whether an insert may meet, and merge, several rows of its own with one key."""

    @property
    def row_faults(self) -> tuple[type[Exception], ...]:
        """Errors that are one row's own fault; with any other the database is at fault."""

    @property
    def exists(self) -> bool:
        """Whether there is anything to connect to; a database that is a file is made when it is needed."""

    def prepare(self) -> None:
        """Make it ready to be connected to; raises DatabaseError, saying what is wrong."""

    def for_schema(self) -> Engine:
        """Connections that make and migrate the schema."""

    def for_writing(self) -> Engine:
        """Connections whose commits are on disk when they return."""

    def for_reading(self, connections: int) -> Engine:
        """Connections that cannot write, and never hold up who does."""

    def settle_schema(self, connection: Connection) -> None:
        """Check what the schema's transaction has made, before it is committed."""

    def lost(self, connection: Connection) -> bool:
        """Whether there is nobody at the other end any more."""

    def lock(self, connection: Connection, what: str) -> None:
        """Wait until no other transaction holds the lock of that name; hold it until the end."""

    def freeze(self, connection: Connection) -> bool:
        """Let the new transaction see nothing that comes after it began; False when another does so now."""

    def keep_copy(self, why: str) -> None:
        """Keep the data as it is before something that cannot be taken back; raises DatabaseError."""

    def see_one_moment(self, connection: Connection) -> None:
        """Let the new transaction, which only reads, see everything as it is now, however long it takes."""

    def insert_into(self, table: Table) -> Insert:
        """Begin an insert."""

    def insert(self, cursor: DBAPICursor, table: HotTable[Any], rows: Sequence[Row]) -> None:
        """Write rows with as little of the interpreter's time as possible."""

    def reclaim(self, connection: Connection, table: Table) -> None:
        """Make room that deleted rows have left usable again, between two transactions."""

    def highest(self, one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
        """The higher of two values, or the one that is not null."""

    def damage(self) -> str | None:
        """What is broken inside, or None; takes as long as reading everything."""

    @property
    def size(self) -> int:
        """How many bytes `damage` would read."""
