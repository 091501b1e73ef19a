"""One server for all scenarios that leave it as they found it; the others start their own."""

from collections.abc import AsyncIterator, Iterator

import pytest
from tests.support.api import Api, api_client
from tests.support.server import Server, running_server


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that serves."""
    with running_server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(scope="session")
def token(server: Server) -> str:
    """Its owner's token."""
    return server.token()


@pytest.fixture
async def api(server: Server, token: str) -> AsyncIterator[Api]:
    """Its API, as its owner."""
    async with api_client(server.url, token) as client:
        yield client
