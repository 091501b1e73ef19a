"""Every contract runs on every database: SQLite always, PostgreSQL where it is installed."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from scripts import parts
from tests.contracts.postgres_server import PostgresServer, running
from tests.contracts.records import HOME, clock

from chargedeck.storage import Storage, open_storage


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    postgres = parts.find(parts.POSTGRESQL)
    if postgres is None:
        pytest.skip(parts.missing(parts.POSTGRESQL))
    with running(postgres) as server:
        yield server


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'data' / 'chargedeck.db'}"


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> str:
    return postgres_server.new_database()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """An empty database."""
    found: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return found


@pytest.fixture
async def storage(url: str) -> AsyncIterator[Storage]:
    """An open database with one station."""
    async with open_storage(url, now=clock) as storage:
        await storage.book.save_station(HOME)
        yield storage
