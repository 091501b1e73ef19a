"""Opens a database, brings it up to date, and ties its parts together until it is closed."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from chargedeck.hub.cost_ports import CostBook
from chargedeck.hub.history import History
from chargedeck.hub.notice_ports import NoticeBook
from chargedeck.hub.ports import Archive, Book, Journal, Now
from chargedeck.hub.report_ports import ReportBook
from chargedeck.hub.session_edits import EditedSessions
from chargedeck.storage import schema
from chargedeck.storage.archive import SqlArchive
from chargedeck.storage.book import SqlBook
from chargedeck.storage.chores import Chores
from chargedeck.storage.costs import SqlCostBook
from chargedeck.storage.database import Database
from chargedeck.storage.desk import Desk
from chargedeck.storage.health import Health
from chargedeck.storage.history import SqlHistory
from chargedeck.storage.journal import BatchJournal, Pace
from chargedeck.storage.notices import SqlNoticeBook
from chargedeck.storage.problems import DatabaseError
from chargedeck.storage.readers import Readers
from chargedeck.storage.reports import SqlReportBook
from chargedeck.storage.session_edits import SqlEditedSessions
from chargedeck.storage.thinning import thin_some
from chargedeck.storage.writer import Writer

logger = logging.getLogger(__name__)

CHECKED_FIRST = 32 * 1024 * 1024
"""Up to this size a database is checked before it is used, which takes a few tenths of a second at
most; a larger one is checked while it is used, for chargers cannot wait minutes."""


_POSTGRES = "postgresql://user:password@host/name"


@dataclass(frozen=True, slots=True)
class Storage:
    """An open database."""

    journal: Journal
    book: Book
    archive: Archive
    costs: CostBook
    history: History
    reports: ReportBook
    edits: EditedSessions
    notices: NoticeBook
    health: Callable[[], Health]


def database_of(url: str) -> Database:
    """The database that a URL or a file's path names; nothing is connected to."""
    scheme, _, rest = url.partition("://")
    if scheme in {"postgresql", "postgres"} and rest:
        # Only who uses PostgreSQL pays for loading its driver.
        from chargedeck.storage.postgres import Postgres  # noqa: PLC0415

        try:
            return Postgres(make_url(f"postgresql://{rest}"))
        except (ArgumentError, ValueError) as error:
            raise DatabaseError(f"The database's address is not of the form {_POSTGRES}") from error
    from chargedeck.storage.sqlite import Sqlite  # noqa: PLC0415

    path = url if "://" not in url else rest.removeprefix("/") if scheme == "sqlite" else ""
    if not path or path == ":memory:":
        raise DatabaseError(
            f"The database's address begins with {scheme}:; give sqlite:///path/of/the/file or {_POSTGRES}"
        )
    return Sqlite(Path(path).expanduser())


@asynccontextmanager
async def open_storage(url: str, *, now: Now, pace: Pace | None = None) -> AsyncIterator[Storage]:
    """Open the database that `url` names; raises DatabaseError when it cannot be used."""
    pace = pace or Pace()
    database = database_of(url)
    await asyncio.to_thread(make_ready, database)
    chores = Chores(database, lambda connection: thin_some(connection, database, pace.retention, now()))
    writer = Writer(database, file_from=pace.file_from, events_kept=pace.events_kept, chores=chores)
    readers = Readers(database)
    journal = BatchJournal(writer, now, pace)
    writer.start()
    _check_in_use(database, journal)
    try:
        desk = Desk(database, journal, readers)
        yield Storage(
            journal,
            SqlBook(desk, now),
            SqlArchive(readers, journal),
            SqlCostBook(desk),
            SqlHistory(database, readers, journal),
            SqlReportBook(desk),
            SqlEditedSessions(desk),
            SqlNoticeBook(desk),
            journal.health,
        )
    finally:
        await journal.close()
        await asyncio.to_thread(writer.stop)
        await asyncio.to_thread(readers.close)


def make_ready(database: Database, revisions: schema.Revisions = schema.REVISIONS) -> None:
    """Check the database and bring its schema up to date, in one transaction."""
    database.prepare()
    if database.size <= CHECKED_FIRST and (damage := database.damage()):
        raise DatabaseError(f"The database {database.name} is damaged ({damage}); restore a backup")
    engine = database.for_schema()
    try:
        with engine.begin() as connection:
            database.lock(connection, "schema")
            found = schema.found_version(connection)
            if found is not None and found < revisions.newest:
                database.keep_copy(f"before-schema-{revisions.newest}")
            if schema.bring_up_to_date(connection, revisions):
                database.settle_schema(connection)
    except DBAPIError as error:
        raise DatabaseError(
            f"The database {database.name} could not be brought up to date, and is as it was: {error.orig}"
        ) from error
    finally:
        engine.dispose()


def _check_in_use(database: Database, journal: BatchJournal) -> None:
    """Check a large database beside its use; nobody waits for it, not even the end of the program."""
    loop = asyncio.get_running_loop()

    def check() -> None:
        if damage := database.damage():
            logger.error("The database %s is damaged, restore a backup: %s", database.name, damage)
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(journal.damaged, damage)

    if database.size > CHECKED_FIRST:
        threading.Thread(target=check, name="storage-check", daemon=True).start()
