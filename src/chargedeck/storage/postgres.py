"""PostgreSQL, for many processes on many machines."""

from collections.abc import Sequence
from typing import Any, cast

import psycopg
from psycopg import sql
from sqlalchemy import URL, Connection, Engine, NullPool, QueuePool, Table, create_engine, func, text
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import Pool
from sqlalchemy.sql.elements import ColumnElement

from chargedeck.storage.database import UNSTORABLE_VALUES
from chargedeck.storage.hot_table import HotTable, Row
from chargedeck.storage.problems import DatabaseError
from chargedeck.storage.tables import METADATA

_COPY_FROM = 64
"""From how many rows on COPY is faster than an INSERT of each."""

_NETWORK = {
    "application_name": "chargedeck",
    "connect_timeout": "5",
    # A server that is gone must not keep chargers waiting for longer than they wait for an answer.
    "tcp_user_timeout": "10000",
    "keepalives_idle": "10",
}


class Postgres:
    """A database of a PostgreSQL server."""

    merges_repeats = False
    row_faults = (psycopg.IntegrityError, psycopg.DataError, *UNSTORABLE_VALUES)
    size = 0

    def __init__(self, url: URL) -> None:
        self._url = url.set(drivername="postgresql+psycopg")

    @property
    def name(self) -> str:
        return self._url.set(drivername="postgresql").render_as_string(hide_password=True)

    @property
    def exists(self) -> bool:
        return True

    def prepare(self) -> None:
        """Find out whether the server answers and lets us in."""
        engine = self.for_writing()
        try:
            with engine.connect():
                pass
        except DBAPIError as error:
            raise DatabaseError(
                f"The database {self.name} cannot be reached ({str(error.orig).strip()}); "
                "check that the server runs, and the address, user and password"
            ) from error
        finally:
            engine.dispose()

    def for_schema(self) -> Engine:
        for table in METADATA.tables.values():
            for index in table.indexes:
                index.dialect_options["postgresql"]["where"] = index.dialect_options["sqlite"]["where"]
        return self.for_writing()

    def for_writing(self) -> Engine:
        return self._engine("-c synchronous_commit=on -c lock_timeout=10s", NullPool)

    def for_reading(self, connections: int) -> Engine:
        options = "-c default_transaction_read_only=on"
        return self._engine(options, QueuePool, pool_size=connections, max_overflow=0, pool_pre_ping=True)

    def _engine(self, options: str, pool: type[Pool], **pool_options: int) -> Engine:
        given = self._url.query.get("options", "")
        network = {name: value for name, value in _NETWORK.items() if name not in self._url.query}
        return create_engine(
            self._url,
            poolclass=pool,
            hide_parameters=True,
            connect_args=network | {"options": f"{given} {options}".strip()},
            **pool_options,
        )

    def settle_schema(self, connection: Connection) -> None:
        """Nothing to do: references are checked as rows are written."""

    def lost(self, connection: Connection) -> bool:
        if connection.closed or connection.invalidated:
            return True
        return _driver(connection).closed

    def lock(self, connection: Connection, what: str) -> None:
        connection.scalar(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))"), {"what": f"chargedeck {what}"}
        )

    def freeze(self, connection: Connection) -> bool:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        # Tried, not waited for: what the transaction sees is settled before the lock is granted.
        lock = text("SELECT pg_try_advisory_xact_lock(hashtextextended('chargedeck freeze', 0))")
        return bool(connection.scalar(lock))

    def keep_copy(self, why: str) -> None:
        """Nothing to do: the schema's changes are one transaction, and its operator keeps backups."""

    def see_one_moment(self, connection: Connection) -> None:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))

    def insert_into(self, table: Table) -> Insert:
        return Insert(table)

    def insert(self, cursor: DBAPICursor, table: HotTable[Any], rows: Sequence[Row]) -> None:
        driver = cast("psycopg.Cursor[Any]", cursor)
        if table.plain and len(rows) >= _COPY_FROM:
            with driver.copy(table.copy_sql) as copy:
                copy.set_types(table.copy_types)
                for row in rows:
                    copy.write_row(row)
        else:
            driver.executemany(table.sql(), rows)

    def reclaim(self, connection: Connection, table: Table) -> None:
        driver = _driver(connection)
        driver.autocommit = True
        try:
            driver.execute(sql.SQL("VACUUM (TRUNCATE off) {}").format(sql.Identifier(table.name)))
        finally:
            driver.autocommit = False

    def highest(self, one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.greatest(one, other)

    def damage(self) -> str | None:
        """The server looks after itself."""
        return None


def _driver(connection: Connection) -> "psycopg.Connection[Any]":
    return cast("psycopg.Connection[Any]", connection.connection.driver_connection)
