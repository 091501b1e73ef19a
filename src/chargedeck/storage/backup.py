"""Makes a backup of a database that may be in use, and puts one back in place of it.

A restored SQLite database is a new file: the one that was there is kept beside it. PostgreSQL is only
restored into an empty database.
"""

import os
import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.exc import DBAPIError

from chargedeck.domain.sentences import said
from chargedeck.storage.database import Database
from chargedeck.storage.dump import dumped, loaded
from chargedeck.storage.opening import database_of
from chargedeck.storage.problems import BackupError
from chargedeck.storage.schema import REVISIONS
from chargedeck.storage.sealed import Head, read_frames, read_head, sealed_for, written
from chargedeck.storage.sqlite import Sqlite

Counts = dict[str, int]
"""How many rows of each table."""

Told = Callable[[int], None]
"""Called with the bytes that have been read so far."""


def backup(url: str, passphrase: str | None, *, now: datetime, version: str) -> Generator[bytes, None, None]:
    """The bytes of a backup of the database as it is when the first of them is asked for."""
    database = database_of(url)
    head = sealed_for(Head(now, version, REVISIONS.newest), passphrase)
    engine = database.for_reading(1)
    try:
        with engine.connect() as connection, connection.begin():
            database.see_one_moment(connection)
            yield from written(head, dumped(connection), passphrase)
    except DBAPIError as error:
        raise BackupError(
            said("the database did not answer ({why})", why=error.orig), database.name
        ) from error
    finally:
        engine.dispose()


def save(pieces: Iterator[bytes], path: Path) -> None:
    """Write a file that is there as a whole or not at all, for its owner's eyes only."""
    partial = path.with_name(f"{path.name}.partial")
    try:
        with os.fdopen(os.open(partial, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise BackupError(said("it cannot be written ({why})", why=error.strerror), str(path)) from error
    finally:
        partial.unlink(missing_ok=True)


def head_of(path: Path) -> Head:
    """What a backup says of itself; raises BackupError."""
    with _opened(path) as file:
        return read_head(file)[0]


def restore(path: Path, url: str, passphrase: str | None, *, now: datetime) -> tuple[Counts, Path | None]:
    """Put a backup in place; answers what it held, and where the data is kept that was there before."""
    database = database_of(url)
    if not isinstance(database, Sqlite):
        return _load(path, database, passphrase, None), None
    counts = prepare(path, url, passphrase)
    return counts, exchange(url, now)


def prepare(path: Path, url: str, passphrase: str | None, *, told: Told | None = None) -> Counts:
    """Make a new file of a backup beside a SQLite database, which may be in use; answers what it holds."""
    fresh = _fresh(url)
    remove(fresh)
    try:
        counts = _load(path, Sqlite(fresh), passphrase, told)
        _settle(fresh)
    except BaseException:
        remove(fresh)
        raise
    return counts


def exchange(url: str, now: datetime) -> Path | None:
    """Put what was prepared in place while nobody has the database open; answers where the former is kept."""
    fresh = _fresh(url)
    try:
        return _exchange(_file(url), fresh, now)
    finally:
        remove(fresh)


def _file(url: str) -> Path:
    database = database_of(url)
    assert isinstance(database, Sqlite)
    return database.path


def _fresh(url: str) -> Path:
    path = _file(url)
    return path.with_name(f"{path.name}.restoring")


def _load(path: Path, database: Database, passphrase: str | None, told: Told | None) -> Counts:
    database.prepare()
    engine = database.for_schema()
    try:
        with _opened(path) as file, engine.begin() as connection:
            database.lock(connection, "schema")
            head, line = read_head(file)
            frames = _counted(file, read_frames(file, head, line, passphrase), told)
            counts = loaded(connection, head.db_schema, frames)
            database.settle_schema(connection)
            return counts
    except DBAPIError as error:
        raise BackupError(
            said("the database refused a row of it ({why})", why=error.orig), str(path)
        ) from error
    finally:
        engine.dispose()


def _counted(file: BinaryIO, frames: Iterator[bytes], told: Told | None) -> Iterator[bytes]:
    for frame in frames:
        if told is not None:
            told(file.tell())
        yield frame


def _settle(path: Path) -> None:
    """Have all of a database in one file, and look at every page of it."""
    if damage := Sqlite(path).damage():
        raise BackupError(said("what was made of it is damaged ({damage})", damage=damage))
    _alone(path)


def _exchange(path: Path, fresh: Path, now: datetime) -> Path | None:
    kept: Path | None = None
    if path.exists() and path.stat().st_size:
        _alone(path)
        kept = path.with_name(f"{path.name}.before-restore-{now:%Y%m%d-%H%M%S}")
        try:
            kept.hardlink_to(path)  # so that there is a database at every instant, whenever the power fails
        except OSError:
            path.replace(kept)
    fresh.replace(path)
    return kept


def _alone(path: Path) -> None:
    """Bring the write-ahead log into the file, which only works while nobody else has it open."""
    with closing(sqlite3.connect(path, timeout=1)) as connection:
        try:
            connection.execute("PRAGMA journal_mode=delete").fetchone()
        except sqlite3.OperationalError as error:
            raise BackupError(said("the database is in use; stop the server first"), str(path)) from error


def remove(path: Path) -> None:
    """Remove a database or another file, and what lies beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(f"{path.name}{suffix}").unlink(missing_ok=True)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise BackupError(said("it cannot be read ({why})", why=error.strerror), str(path)) from error
