"""The one thread that writes: a batch in one transaction, then its errands in one each.

It decides nothing about trying again; it says what became of a batch, and its owner does the rest.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError

from chargedeck.domain.problems import StorageUnavailableError
from chargedeck.storage.batch import Batch, Errand
from chargedeck.storage.chores import Chores
from chargedeck.storage.database import Database
from chargedeck.storage.filing import file_samples
from chargedeck.storage.inscription import Inscription
from chargedeck.storage.retention import LOOK_EVERY, trim_events
from chargedeck.storage.tables import FRESH_SAMPLES

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Landing:
    """What became of a batch: `problem` says why it is not on disk; `rejected` rows can never be."""

    problem: str | None = None
    rejected: int = 0


Answer = TypeVar("Answer")
Landed = Callable[[Landing], None]
"""Called in the writer's thread."""


class Writer:
    """Owns the connection that writes."""

    def __init__(
        self, database: Database, *, file_from: int, events_kept: int, chores: Chores | None = None
    ) -> None:
        self._database = database
        self._engine = database.for_writing()
        self._inscription = Inscription(database, self._engine.dialect)
        self._connection: Connection | None = None
        self._jobs: SimpleQueue[tuple[Batch, Landed] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="storage-writer", daemon=True)
        self._fresh: int | None = None
        self._file_from = self._file_at = file_from
        self._events_kept = events_kept
        self._chores = chores or Chores(database)
        self._unlooked = LOOK_EVERY
        """Events since somebody looked how many there are; a program that starts does so early."""

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def submit(self, batch: Batch, landed: Landed) -> None:
        """Hand over a batch; nobody else may touch its rows until it has landed."""
        self._jobs.put((batch, landed))

    def stop(self) -> None:
        """Finish what was handed over, then end; returns when the thread has."""
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        while job := self._next():
            batch, landed = job
            landing = self._land(batch)
            landed(landing)
            for errand in batch.errands:
                self._go(errand, refused=landing.problem is not None)
            filed = False
            if landing.problem is None:
                filed = self._file(len(batch.samples))
                self._trim(len(batch.events))
            if batch.sessions or batch.errands or filed:
                self._chores.stir()
        self._hang_up()
        self._engine.dispose()

    def _next(self) -> tuple[Batch, Landed] | None:
        """The next job; chores are done while there is none."""
        while True:
            try:
                return self._jobs.get(timeout=self._chores.due_s())
            except Empty:
                self._do_a_chore()

    def _do_a_chore(self) -> None:
        try:
            self._chores.step(self._connected())
        except Exception as error:  # noqa: BLE001  (the thread's edge: what is not done is done later)
            self._chores.failed(_reason(error))
            self._recover()

    def _land(self, batch: Batch) -> Landing:
        if not batch.rows:
            return Landing()
        try:
            return Landing(rejected=self._attempt(lambda connection: self._store(connection, batch)))
        except Exception as error:  # noqa: BLE001  (the thread's edge: whatever it is, the rows are kept)
            self._recover()
            return Landing(problem=_reason(error))

    def _store(self, connection: Connection, batch: Batch) -> int:
        try:
            with connection.begin():
                self._inscription.write(connection, batch)
        except self._database.row_faults:
            self._inscription.forget()
            with connection.begin():
                return self._inscription.write_what_can_be(connection, batch)
        return 0

    def _go(self, errand: Errand, *, refused: bool) -> None:
        if not errand.answer.set_running_or_notify_cancel():
            return
        if refused:
            errand.answer.set_exception(StorageUnavailableError())
            return

        def work(connection: Connection) -> Any:
            with connection.begin():
                return errand.work(connection)

        try:
            result = self._attempt(work)
        except Exception as error:  # noqa: BLE001  (the thread's edge: it is the asker's to handle)
            errand.answer.set_exception(self._understood(error))
        else:
            errand.answer.set_result(result)

    def _understood(self, error: Exception) -> Exception:
        if isinstance(error, DBAPIError) and not isinstance(error.orig, self._database.row_faults):
            logger.warning("The database did not take a change: %s", _reason(error))
            self._recover()
            unavailable = StorageUnavailableError()
            unavailable.__cause__ = error
            return unavailable
        return error

    def _file(self, arrived: int) -> bool:
        """Move samples on when there are enough of them, after everybody has had an answer; say if any were.

        Another process may have done so meanwhile: to find that out takes as long as to move what is left.
        """
        try:
            self._fresh = self._counted() if self._fresh is None else self._fresh + arrived
            if self._fresh < self._file_at:
                return False
            connection = self._connected()
            with connection.begin():
                file_samples(connection, self._database)
            self._database.reclaim(connection, FRESH_SAMPLES)
        except Exception as error:  # noqa: BLE001  (the samples stay where they are, and are read there)
            logger.warning(
                "Fresh samples could not be cleared away, which slows down reading them: %s", _reason(error)
            )
            self._file_at += self._file_from
            self._recover()
            return False
        self._fresh, self._file_at = 0, self._file_from
        return True

    def _counted(self) -> int:
        """How many fresh samples there are."""
        connection = self._connected()
        with connection.begin():
            return connection.scalar(select(func.count()).select_from(FRESH_SAMPLES)) or 0

    def _trim(self, arrived: int) -> None:
        """Let go of old events, now and then."""
        self._unlooked += arrived
        if not arrived or self._unlooked < LOOK_EVERY:
            return
        self._unlooked = 0
        try:
            connection = self._connected()
            with connection.begin():
                gone = trim_events(connection, self._events_kept)
        except Exception as error:  # noqa: BLE001  (they stay, and are looked at again)
            logger.warning("Old events could not be deleted: %s", _reason(error))
            self._recover()
        else:
            if gone:
                logger.info("%d events that devices had written long ago were deleted", gone)

    def _attempt(self, work: Callable[[Connection], Answer]) -> Answer:
        """Work; once more when the connection turns out to have been lost while nobody used it."""
        known = self._connection
        try:
            return work(self._connected())
        except Exception:
            if known is None or not self._lost(known):
                raise
            self._hang_up()
            return work(self._connected())

    def _recover(self) -> None:
        """After a failure: keep the connection if it can be used, for the readers' sake.

        Where the disk is full nobody could open SQLite's file anew, not even to read.
        """
        self._inscription.forget()
        if self._connection is not None and self._lost(self._connection):
            self._hang_up()

    def _lost(self, connection: Connection) -> bool:
        return connection.in_transaction() or self._database.lost(connection)

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def _hang_up(self) -> None:
        """Let go of a connection that has failed; the next batch makes a new one."""
        self._inscription.forget()
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.invalidate()
                connection.close()
            except DBAPIError as error:
                logger.debug("The connection was gone already: %s", _reason(error))


def _reason(error: Exception) -> str:
    """What the database says, without the statement and its values."""
    cause = getattr(error, "orig", None) or error
    return f"{type(cause).__name__}: {' '.join(str(cause).split())}"
