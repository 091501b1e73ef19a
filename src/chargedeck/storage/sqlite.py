"""SQLite: one file, one writer, every commit flushed to the disk before it counts."""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, QueuePool, Table, create_engine, event, func
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.pool import Pool
from sqlalchemy.sql.elements import ColumnElement

from chargedeck.storage.database import UNSTORABLE_VALUES
from chargedeck.storage.hot_table import HotTable, Row
from chargedeck.storage.problems import DatabaseError

_BUSY_S = 5.0
"""How long to wait for another process, such as a backup or a command, to let go of the file."""

_MOST_VALUES = 16_384
"""Values a statement, half of what SQLite takes. sqlite3 lets go of the interpreter for every statement and
must win it back from the loop, which costs up to 5 ms a time when that is busy: 1,000 rows one by one took
820 ms, in statements of 128 rows 10."""

_WRITER = {
    "journal_mode": "wal",
    "synchronous": "full",
    "foreign_keys": "on",
    "temp_store": "memory",
    "cache_size": "-16384",
    "journal_size_limit": "67108864",
}
_READER = {"query_only": "on", "temp_store": "memory"}


class Sqlite:
    """A database file."""

    merges_repeats = True
    row_faults = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.InterfaceError, *UNSTORABLE_VALUES)

    def __init__(self, path: Path, *, busy_s: float = _BUSY_S) -> None:
        self.path = path
        self._busy_s = busy_s

    @property
    def name(self) -> str:
        return str(self.path)

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    @property
    def exists(self) -> bool:
        return self.path.is_file()

    def prepare(self) -> None:
        """Make the file where there is none, for its owner's eyes only, and find out if it can be used."""
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._make_private()
        except OSError as error:
            raise DatabaseError(
                f"The database {self.path} cannot be written ({error.strerror}); "
                "change the owner of its folder, or name another one"
            ) from error
        self._check_durability()

    def _make_private(self) -> None:
        try:
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileExistsError:
            # Not opened: closing it again would drop the locks of other connections of this process.
            for name in (self.path.name, f"{self.path.name}-wal", f"{self.path.name}-shm"):
                file = self.path.with_name(name)
                if file.exists() and file.stat().st_mode & 0o077:
                    file.chmod(0o600)

    def _check_durability(self) -> None:
        connection = sqlite3.connect(self.path, timeout=self._busy_s)
        try:
            (mode,) = connection.execute("PRAGMA journal_mode=wal").fetchone()
        except sqlite3.OperationalError as error:
            raise self._unusable(error) from error
        except sqlite3.DatabaseError as error:
            raise DatabaseError(
                f"The database {self.path} cannot be used ({error}); restore a backup, or name another file"
            ) from error
        finally:
            connection.close()
        if mode != "wal":
            raise DatabaseError(
                f"The file system of {self.path} cannot keep a write-ahead log (it offers {mode!r}); "
                "put the database on a local disk"
            )

    def _unusable(self, error: sqlite3.OperationalError) -> DatabaseError:
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            return DatabaseError(
                f"The database {self.path} is held by another program; end it (`fuser {self.path}` names it)"
            )
        return DatabaseError(
            f"The database {self.path} cannot be used ({error}); give this user the right to write there"
        )

    def for_schema(self) -> Engine:
        # Tables are rebuilt by some migrations; `settle_schema` checks the references afterwards.
        return self._engine(_WRITER | {"foreign_keys": "off"}, "BEGIN IMMEDIATE", NullPool)

    def for_writing(self) -> Engine:
        return self._engine(_WRITER, "BEGIN IMMEDIATE", NullPool)

    def for_reading(self, connections: int) -> Engine:
        return self._engine(_READER, "BEGIN", QueuePool, pool_size=connections, max_overflow=0)

    def _engine(self, pragmas: dict[str, str], begin: str, pool: type[Pool], **options: int) -> Engine:
        engine = create_engine(
            URL.create("sqlite", database=str(self.path)),
            poolclass=pool,
            hide_parameters=True,
            connect_args={
                "timeout": self._busy_s,
                "isolation_level": None,  # transactions begin where we say, not where sqlite3 guesses
                "cached_statements": 256,
                "check_same_thread": False,
            },
            **options,
        )

        def prepare(connection: sqlite3.Connection, _: object) -> None:
            for name, value in pragmas.items():
                connection.execute(f"PRAGMA {name}={value}")

        event.listen(engine, "connect", prepare)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
        return engine

    def settle_schema(self, connection: Connection) -> None:
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchone()
        if broken is not None:
            raise DatabaseError(f"The migration left a row of {broken[0]} without its {broken[2]}")

    def lost(self, connection: Connection) -> bool:  # noqa: ARG002  (a file does not go away)
        return False

    def lock(self, connection: Connection, what: str) -> None:
        """Nothing to do: a transaction that writes is the only one."""

    def freeze(self, connection: Connection) -> bool:  # noqa: ARG002  (it always is)
        return True

    def keep_copy(self, why: str) -> None:
        """A second file beside the first, which takes the disk as much room again."""
        copy = self.path.with_name(f"{self.path.name}.{why}")
        copy.unlink(missing_ok=True)
        os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        try:
            with closing(sqlite3.connect(self.path)) as source, closing(sqlite3.connect(copy)) as target:
                source.backup(target)
        except sqlite3.Error as error:
            copy.unlink(missing_ok=True)
            raise DatabaseError(
                f"The database {self.path} could not be copied before its schema changes ({error}); "
                "make room on the disk"
            ) from error

    def see_one_moment(self, connection: Connection) -> None:
        """Nothing to do: a transaction that reads sees the moment of its first query."""

    def insert_into(self, table: Table) -> Insert:
        return Insert(table)

    def insert(self, cursor: DBAPICursor, table: HotTable[Any], rows: Sequence[Row]) -> None:
        done, most = 0, _MOST_VALUES // table.width
        while left := len(rows) - done:
            # Powers of two, so that few statements have to be kept prepared.
            size = 1 << min(left, most).bit_length() - 1
            cursor.execute(table.sql(size), list(chain.from_iterable(rows[done : done + size])))
            done += size

    def reclaim(self, connection: Connection, table: Table) -> None:
        """Nothing to do: an emptied page is used again."""

    def highest(self, one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.coalesce(func.max(one, other), one, other)

    def damage(self) -> str | None:
        connection = sqlite3.connect(self.path, timeout=self._busy_s)
        try:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.OperationalError as error:
            raise self._unusable(error) from error
        except sqlite3.DatabaseError as error:
            return str(error)
        finally:
            connection.close()
        return None if found == "ok" else " ".join(str(found).split())
