"""Every contract runs on every database: SQLite always, PostgreSQL where it is installed."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from scripts import parts
from tests.contracts.postgres_server import PostgresServer, running
from tests.contracts.records import HOME, clock

from chargedeck.storage import Pace, Storage, open_storage
from chargedeck.storage.opening import database_of, make_ready
from chargedeck.storage.tables import METADATA, SCHEMA_VERSION

DATABASES = ["sqlite", "postgresql"]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    postgres = parts.find(parts.POSTGRESQL)
    if postgres is None:
        pytest.skip(parts.missing(parts.POSTGRESQL))
    with running(postgres) as server:
        yield server


@pytest.fixture(scope="session")
def used_postgres_url(postgres_server: PostgresServer) -> str:
    url = postgres_server.new_database()
    make_ready(database_of(url))
    return url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'data' / 'chargedeck.db'}"


@pytest.fixture
def postgres_url(used_postgres_url: str) -> str:
    """A database with the schema and no rows: emptying one takes a hundredth of making one."""
    rows_of = [table.name for table in reversed(METADATA.sorted_tables) if table is not SCHEMA_VERSION]
    with psycopg.connect(used_postgres_url, autocommit=True) as connection:
        connection.execute("; ".join(f"DELETE FROM {name}" for name in rows_of).encode())
    return used_postgres_url


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest) -> str:
    """A database without rows."""
    found: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return found


@pytest.fixture(params=DATABASES)
def new_url(request: pytest.FixtureRequest) -> str:
    """A database without anything."""
    if request.param == "sqlite":
        found: str = request.getfixturevalue("sqlite_url")
        return found
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return server.new_database()


@pytest.fixture
async def storage(url: str) -> AsyncIterator[Storage]:
    """An open database with one station."""
    async with open_storage(url, now=clock) as storage:
        await storage.book.save_station(HOME)
        yield storage


@pytest.fixture(params=[pytest.param(10**9, id="fresh"), pytest.param(1, id="filed")])
def pace(request: pytest.FixtureRequest) -> Pace:
    """Samples where they arrive, and where they end up."""
    return Pace(file_from=request.param)
