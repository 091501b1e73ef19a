"""What survives when a hub goes down, so that another can be started on it: real SQLite, or memory."""

import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import select
from tests.hub.memory import Memory, Tables

from chargedeck.hub.ports import Archive, Book, Journal, Now
from chargedeck.hub.records import EventRecord, SessionRecord
from chargedeck.storage import Pace, open_storage
from chargedeck.storage.opening import database_of
from chargedeck.storage.rows import event_record, session_record
from chargedeck.storage.tables import EVENTS, SESSIONS


@dataclass(frozen=True)
class Ports:
    """The storage that a hub was started on."""

    journal: Journal
    book: Book
    archive: Archive


class Disk(Protocol):
    """One kind of storage."""

    def open(self, now: Now) -> AbstractAsyncContextManager[Ports]:
        """Begin to use it; in the end everything is written."""

    def sessions(self) -> Sequence[SessionRecord]:
        """Every session that is on disk."""

    def events(self) -> Sequence[EventRecord]:
        """Every event that is on disk, in their order."""

    def pull_the_plug(self) -> "Disk":
        """Another disk with nothing but what is on this one at this instant."""


class MemoryDisk:
    """The state after a crash is what had been committed."""

    def __init__(self, tables: Tables | None = None) -> None:
        self.memory = Memory(tables or Tables())

    @asynccontextmanager
    async def open(self, now: Now) -> AsyncIterator[Ports]:
        ports: Any = self.memory
        yield Ports(ports, ports, ports)
        self.memory.flush()

    def sessions(self) -> Sequence[SessionRecord]:
        return list(self.memory.tables.sessions.values())

    def events(self) -> Sequence[EventRecord]:
        return list(self.memory.tables.events)

    def pull_the_plug(self) -> "MemoryDisk":
        return MemoryDisk(self.memory.crashed())


class SqliteDisk:
    """A database file; nothing is written that nobody waits for, so that a crash shows what was."""

    def __init__(self, folder: Path, generation: int = 0) -> None:
        self._folder = folder
        self._generation = generation
        self._path = folder / f"{generation}.db"

    @asynccontextmanager
    async def open(self, now: Now) -> AsyncIterator[Ports]:
        async with open_storage(str(self._path), now=now, pace=Pace(quiet_s=3_600)) as storage:
            yield Ports(storage.journal, storage.book, storage.archive)

    def sessions(self) -> Sequence[SessionRecord]:
        return self._all(SESSIONS, session_record)

    def events(self) -> Sequence[EventRecord]:
        return self._all(EVENTS, event_record)

    def _all(self, table: Any, record: Any) -> Sequence[Any]:
        engine = database_of(str(self._path)).for_reading(1)
        try:
            with engine.connect() as connection:
                return [record(row) for row in connection.execute(select(table).order_by(table.c.id))]
        finally:
            engine.dispose()

    def pull_the_plug(self) -> "SqliteDisk":
        after = SqliteDisk(self._folder, self._generation + 1)
        for suffix in ("", "-wal"):
            source = self._folder / f"{self._generation}.db{suffix}"
            if source.exists():
                shutil.copy(source, self._folder / f"{self._generation + 1}.db{suffix}")
        return after
