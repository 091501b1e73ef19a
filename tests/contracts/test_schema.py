"""The schema: made, migrated and refused in one step, and never left halfway."""

import asyncio
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, text
from sqlalchemy.schema import CreateIndex, CreateTable
from tests.contracts.records import GARAGE, HOME, MINUTE, NOON, OWNER, clock, count, durable, engine, execute
from tests.databases import make

from chargedeck.domain.units import Amps, WattHours, Watts
from chargedeck.hub.session_query import SessionQuery
from chargedeck.storage import DatabaseError, SchemaTooNewError, Storage, open_storage, schema
from chargedeck.storage.opening import database_of, make_ready
from chargedeck.storage.schema import REVISIONS, Revisions
from chargedeck.storage.tables import METADATA

ROOT = Path(__file__).parents[2]
DUMPS = sorted(make.FOLDER.glob("*.sql"))

NEXT = f"{int(REVISIONS.newest) + 1:04}"
SECOND = '''
"""A second revision."""

from alembic import op

revision = "{revision}"
down_revision = "{newest}"


def upgrade() -> None:
    op.execute("CREATE TABLE added (id INTEGER)")
    op.execute("UPDATE stations SET name = 'migrated'")
    op.execute("DELETE FROM sessions")
    {end}
'''


def shape(url: str) -> list[str]:
    """Every table and index of a database, as the statement that would make it."""
    found, connectable = MetaData(), engine(url)
    found.reflect(connectable)
    made = [str(CreateTable(table).compile(connectable)) for table in found.sorted_tables]
    indexes = [index for table in found.sorted_tables for index in table.indexes]
    return sorted([*made, *(str(CreateIndex(index).compile(connectable)) for index in indexes)])


def contents(url: str) -> dict[str, list[str]]:
    """Every row of every table."""
    found, connectable = MetaData(), engine(url)
    found.reflect(connectable)
    with connectable.connect() as connection:
        return {
            table.name: sorted(str(tuple(row)) for row in connection.execute(table.select()))
            for table in found.sorted_tables
        }


def load(url: str, dump: Path) -> None:
    """Make the database that somebody had."""
    if "postgresql" in dump.name:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(dump.read_text().encode())
    else:
        database_of(url).prepare()
        file = sqlite3.connect(url.removeprefix("sqlite:///"))
        file.executescript(dump.read_text())
        file.close()


@pytest.fixture(params=DUMPS, ids=lambda dump: dump.stem)
def old_url(request: pytest.FixtureRequest) -> str:
    """A database as an older program left it."""
    dump: Path = request.param
    if "sqlite" in dump.name:
        url: str = request.getfixturevalue("sqlite_url")
    else:
        url = request.getfixturevalue("postgres_server").new_database()
    load(url, dump)
    return url


@pytest.fixture
def next_revisions(tmp_path: Path) -> Iterator[Revisions]:
    """This program's revisions and one more, whose end a test chooses."""
    folder = tmp_path / "migrations"
    shutil.copytree(REVISIONS.folder, folder)
    yield Revisions(folder, newest=NEXT)
    shutil.rmtree(folder)


def add_second(revisions: Revisions, end: str = "") -> None:
    source = SECOND.format(revision=NEXT, newest=REVISIONS.newest, end=end)
    (revisions.folder / "versions" / f"{NEXT}_second.py").write_text(source)


# -- made and migrated -----------------------------------------------------------------------------


def test_the_newest_revision_is_the_one_the_program_names() -> None:
    config = Config()
    config.set_main_option("script_location", str(REVISIONS.folder))
    assert ScriptDirectory.from_config(config).get_heads() == [REVISIONS.newest]


def test_an_empty_database_gets_what_all_revisions_make(new_url: str) -> None:
    database = database_of(new_url)
    make_ready(database)
    made = shape(new_url)
    with engine(new_url).begin() as connection:
        METADATA.drop_all(connection)
    with engine(new_url).begin() as connection:
        schema.migrate(connection)
    assert shape(new_url) == made
    assert len(made) >= len(METADATA.tables)


async def test_an_old_database_opens_and_everything_is_there(old_url: str) -> None:
    for _ in range(2):  # and once more, when there is nothing left to migrate
        async with open_storage(old_url, now=clock) as storage:
            await check_everything(storage)
    with engine(old_url).connect() as connection:
        assert schema.found_version(connection) == REVISIONS.newest


async def check_everything(storage: Storage) -> None:
    book, archive, later = storage.book, storage.archive, NOON + 999 * MINUTE
    assert await book.stations() == [HOME]
    assert await book.devices() == [make.DEVICE_KEPT]
    assert await book.chargers() == [make.CHARGER_KEPT]
    assert await book.users() == [OWNER]
    assert await book.cards() == [make.CARD]
    assert await book.tokens() == [make.TOKEN]
    assert await book.sign_in(make.SIGN_IN.digest) == (make.SIGN_IN, OWNER)
    assert await book.secret("transactions", lambda: b"another") == b"\x00secret\xff"
    assert (await archive.sessions(SessionQuery())).items == [make.OPEN, make.ENDED]
    assert await archive.open_sessions() == [make.OPEN._replace(meter_last_wh=WattHours(9750.5))]
    assert await archive.limits(GARAGE, NOON, later) == [make.LIMIT]
    assert await archive.signed_values(make.ENDED.id) == [make.SIGNED]
    assert await archive.events(GARAGE, NOON, later, 9) == [make.EVENT]
    first, second = await archive.samples(GARAGE, NOON, later, 1)
    assert (first.current_a, first.voltage_v) == ((17, 18, 19), (230, 231, 232))
    assert second.register_wh == WattHours(9750.5)
    assert (second.power_w, second.limit_a) == (Watts(7360), Amps(16))


def test_the_data_of_before_is_kept_beside_what_a_migration_makes(sqlite_url: str) -> None:
    load(sqlite_url, make.FOLDER / "0001.sqlite.sql")
    before = contents(sqlite_url)
    make_ready(database_of(sqlite_url))
    copy = Path(sqlite_url.removeprefix("sqlite:///") + f".before-schema-{REVISIONS.newest}")
    assert copy.stat().st_mode & 0o777 == 0o600
    assert contents(f"sqlite:///{copy}") == before


async def test_numbers_go_on_where_the_old_program_stopped(old_url: str) -> None:
    async with open_storage(old_url, now=clock) as storage:
        assert await storage.book.reserve_numbers("transactions", 1) == 16384


def test_a_revision_that_works_keeps_its_changes(old_url: str, next_revisions: Revisions) -> None:
    add_second(next_revisions)
    for _ in range(2):
        make_ready(database_of(old_url), next_revisions)
        assert contents(old_url)["alembic_version"] == [f"('{NEXT}',)"]
        assert count(old_url, "sessions") == 0
        assert count(old_url, "added") == 0


@pytest.mark.parametrize(
    "end",
    [
        pytest.param("raise LookupError('the revision is wrong')", id="an error of its own"),
        pytest.param('op.execute("INSERT INTO nowhere VALUES (1)")', id="an error of the database"),
    ],
)
def test_a_revision_that_fails_leaves_the_database_as_it_was(
    old_url: str, next_revisions: Revisions, end: str
) -> None:
    before = shape(old_url), contents(old_url)
    add_second(next_revisions, end)
    with pytest.raises((LookupError, DatabaseError)):
        make_ready(database_of(old_url), next_revisions)
    assert (shape(old_url), contents(old_url)) == before


def test_a_revision_that_breaks_a_reference_is_taken_back(
    tmp_path: Path, sqlite_url: str, next_revisions: Revisions
) -> None:
    load(sqlite_url, make.FOLDER / "0001.sqlite.sql")
    before = contents(sqlite_url)
    add_second(next_revisions, 'op.execute("DELETE FROM stations")')
    with pytest.raises(DatabaseError, match="left a row of"):
        make_ready(database_of(sqlite_url), next_revisions)
    assert contents(sqlite_url) == before


async def test_two_that_start_together_make_one_schema(new_url: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        starts = [threads.submit(make_ready, database_of(new_url)) for _ in range(4)]
        for start in starts:
            await asyncio.wrap_future(start)
    assert contents(new_url)["alembic_version"] == [f"('{REVISIONS.newest}',)"]


def test_no_start_but_a_migration_loads_alembic(sqlite_url: str) -> None:
    program = (
        "import sys\n"
        "from chargedeck.storage.opening import database_of, make_ready\n"
        "make_ready(database_of(sys.argv[1])); make_ready(database_of(sys.argv[1]))\n"
        "slow = {'alembic', 'psycopg', 'sqlalchemy.orm', 'sqlalchemy.dialects.postgresql'}\n"
        "sys.exit(', '.join(slow & sys.modules.keys()) or None)\n"
    )
    subprocess.run([sys.executable, "-c", program, sqlite_url], check=True, cwd=ROOT, timeout=30)


# -- refused ---------------------------------------------------------------------------------------


async def test_a_newer_schema_is_refused_and_not_touched(new_url: str) -> None:
    make_ready(database_of(new_url))
    execute(new_url, "UPDATE alembic_version SET version_num = '0999'")
    before = contents(new_url)
    with pytest.raises(SchemaTooNewError, match=rf"has schema 0999.* up to {REVISIONS.newest}.* newer"):
        async with open_storage(new_url, now=clock):
            pass
    assert contents(new_url) == before


def test_tables_without_a_version_are_refused(new_url: str) -> None:
    make_ready(database_of(new_url))
    execute(new_url, "DROP TABLE alembic_version")
    with pytest.raises(DatabaseError, match="without a schema version"):
        make_ready(database_of(new_url))


def test_a_version_that_never_was_is_refused(new_url: str) -> None:
    make_ready(database_of(new_url))
    execute(new_url, "UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(DatabaseError, match="cannot be brought up to date"):
        make_ready(database_of(new_url))


async def test_tables_of_others_are_left_alone(new_url: str) -> None:
    database_of(new_url).prepare()
    with engine(new_url).begin() as connection:
        connection.execute(text("CREATE TABLE of_others (id INTEGER)"))
    async with open_storage(new_url, now=clock) as storage:
        await storage.book.save_station(HOME)
        assert await durable(storage)
    assert count(new_url, "of_others") == 0
