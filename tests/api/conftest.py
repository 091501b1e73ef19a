"""A server per test, each with a database of its own."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.api.site import Site, site_in, template


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(template(tmp_path_factory.mktemp("database")))


@pytest.fixture
async def site(tmp_path: Path, empty_database: Path) -> AsyncIterator[Site]:
    async with site_in(tmp_path, empty_database) as made:
        yield made
