"""Makes a backup of a database that may be in use, and puts one back in place of it.

A restored SQLite database is a new file: the one that was there is kept beside it. PostgreSQL is only
restored into an empty database.
"""

import logging
import os
import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from chargedeck.domain.sentences import said
from chargedeck.hub.records import EventRecord
from chargedeck.storage.database import Database
from chargedeck.storage.dump import dumped, loaded
from chargedeck.storage.opening import database_of
from chargedeck.storage.problems import BackupError
from chargedeck.storage.restored_access import (
    UNREADABLE,
    Former,
    NotRestored,
    note_restore,
    read_former,
    withhold,
)
from chargedeck.storage.schema import REVISIONS
from chargedeck.storage.sealed import Head, read_frames, read_head, sealed_for, written
from chargedeck.storage.sqlite import Sqlite

logger = logging.getLogger(__name__)

Counts = dict[str, int]
"""How many rows of each table."""

_BESIDE = ("-wal", "-shm", "-journal")

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


@dataclass(frozen=True, slots=True)
class Deed:
    """Who has a backup put in place, and when.

    `all_of_it` lets also those in who were shut out after it was made.
    """

    by: str
    at: datetime
    all_of_it: bool = False


class Restored(NamedTuple):
    """What a backup held, where the data is kept that was there before, and what does not open any more."""

    counts: Counts
    kept: Path | None
    withheld: NotRestored


def restore(path: Path, url: str, passphrase: str | None, deed: Deed) -> Restored:
    """Put a backup in place."""
    database, made_at = database_of(url), head_of(path).made_at
    if isinstance(database, Sqlite):
        counts = prepare(path, url, passphrase)
        return Restored(counts, *exchange(url, made_at, deed))

    def finish(connection: Connection) -> None:
        withhold(connection, None, deed.at)
        note_restore(connection, _record(deed, made_at, None, NotRestored()))

    return Restored(_load(path, database, passphrase, finish=finish), None, NotRestored())


def prepare(path: Path, url: str, passphrase: str | None, *, told: Told | None = None) -> Counts:
    """Make a new file of a backup beside a SQLite database, which may be in use; answers what it holds."""
    fresh = _fresh(url)
    remove(fresh)
    try:
        counts = _load(path, Sqlite(fresh), passphrase, told=told)
        _settle(fresh)
    except BaseException:
        remove(fresh)
        raise
    return counts


def exchange(url: str, made_at: datetime, deed: Deed) -> tuple[Path | None, NotRestored]:
    """Put what was prepared in place while nobody has the database open; answers where the former is kept.

    Whoever was shut out after the backup was made stays so.
    """
    path, fresh = _file(url), _fresh(url)
    try:
        is_there = path.exists() and path.stat().st_size > 0
        kept = path.with_name(f"{path.name}.before-restore-{deed.at:%Y%m%d-%H%M%S}") if is_there else None
        former = _former(path) if kept is not None else None
        held = _withheld(fresh, None if deed.all_of_it else former, made_at, kept, deed)
        if kept is not None:
            _put_aside(path, kept)
        fresh.replace(path)
    finally:
        remove(fresh)
    return kept, held


def _former(path: Path) -> Former:
    """How people get into the database that is replaced."""
    try:
        _alone(path)
        engine = Sqlite(path).for_reading(1)
        try:
            with engine.connect() as connection:
                return read_former(connection)
        finally:
            engine.dispose()
    except (DBAPIError, sqlite3.DatabaseError, ValueError) as error:
        logger.warning("%s cannot be read (%s): all tokens and embedded cards end", path, error)
        return UNREADABLE


def _withheld(
    fresh: Path, former: Former | None, made_at: datetime, kept: Path | None, deed: Deed
) -> NotRestored:
    fresh.stat()  # else an empty one would be made where nothing was prepared
    engine = Sqlite(fresh).for_schema()
    try:
        with engine.begin() as connection:
            held = withhold(connection, former, deed.at)
            note_restore(connection, _record(deed, made_at, kept, held))
    except DBAPIError as error:
        raise BackupError(said("the database refused a row of it ({why})", why=error.orig)) from error
    finally:
        engine.dispose()
    _alone(fresh)
    return held


def _record(deed: Deed, made_at: datetime, kept: Path | None, held: NotRestored) -> EventRecord:
    detail = {"made_at": str(made_at), "kept_as": None if kept is None else kept.name, **asdict(held)}
    return EventRecord(deed.at, "backup_restored", actor=deed.by, detail=detail)


def _file(url: str) -> Path:
    database = database_of(url)
    assert isinstance(database, Sqlite)
    return database.path


def _fresh(url: str) -> Path:
    path = _file(url)
    return path.with_name(f"{path.name}.restoring")


def _load(
    path: Path,
    database: Database,
    passphrase: str | None,
    *,
    told: Told | None = None,
    finish: Callable[[Connection], None] = lambda _: None,
) -> Counts:
    database.prepare()
    engine = database.for_schema()
    try:
        with _opened(path) as file, engine.begin() as connection:
            database.lock(connection, "schema")
            head, line = read_head(file)
            frames = _counted(file, read_frames(file, head, line, passphrase), told)
            counts = loaded(connection, head.db_schema, frames)
            finish(connection)
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


def _put_aside(path: Path, kept: Path) -> None:
    try:
        kept.hardlink_to(path)  # so that there is a database at every instant, whenever the power fails
    except OSError:
        path.replace(kept)
    for suffix in _BESIDE:  # only there where it could not be read
        beside = path.with_name(f"{path.name}{suffix}")
        if beside.exists():
            beside.replace(kept.with_name(f"{kept.name}{suffix}"))


def _alone(path: Path) -> None:
    """Bring the write-ahead log into the file, which only works while nobody else has it open."""
    with closing(sqlite3.connect(path, timeout=1)) as connection:
        try:
            connection.execute("PRAGMA journal_mode=delete").fetchone()
        except sqlite3.OperationalError as error:
            raise BackupError(said("the database is in use; stop the server first"), str(path)) from error


def remove(path: Path) -> None:
    """Remove a database or another file, and what lies beside it."""
    for suffix in ("", *_BESIDE):
        path.with_name(f"{path.name}{suffix}").unlink(missing_ok=True)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise BackupError(said("it cannot be read ({why})", why=error.strerror), str(path)) from error
