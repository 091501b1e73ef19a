"""One server for all scenarios that leave it as they found it; the others start their own."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from tests.scenarios.place import SPEED, Place
from tests.support.api import Api, api_client
from tests.support.server import Server, running_server
from tests.support.simulator import commands, simulator_process


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


POINTS = tuple(f"point{number}" for number in range(1, 61))
"""Charge points that share a process; each test takes one that nobody has used."""


@pytest.fixture(scope="session")
def simulator_port(server: Server, token: str) -> Iterator[int]:
    """The control socket of the charge points that are registered and running."""
    passwords: dict[str, str | None] = {}
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(
        base_url=server.url, headers=headers, trust_env=False, verify=False, timeout=30
    ) as client:
        for point in POINTS:
            made = client.post("/api/devices", json={"id": point, "name": point, "driver": "ocpp16"})
            passwords[point] = made.json()["ocpp"]["password"]
    options = ("--speed", SPEED, "--reconnect-max", "0.5")
    with simulator_process(server.ocpp_url, passwords, *options) as port:
        yield port


@pytest.fixture(scope="session")
def unused_points() -> Iterator[str]:
    """The charge points that no test has taken yet."""
    return iter(POINTS)


@pytest.fixture
async def garage(api: Api, simulator_port: int, unused_points: Iterator[str]) -> AsyncIterator[Place]:
    """A charger on a circuit of 16 A that nobody has touched, ready to charge."""
    async with commands(simulator_port) as simulated:
        made = Place(api, simulated, next(unused_points))
        await made.ready()
        try:
            yield made
        finally:
            await made.do("cut")  # it shall not go on charging beside the tests that follow
            await made.do("unplug")
