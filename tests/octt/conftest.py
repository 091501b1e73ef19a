"""One server for all test cases, a charge point of its own for each of them."""

from collections.abc import AsyncIterator, Iterator

import pytest
from tests.octt.charge_point import ChargePoint
from tests.octt.operating import Operator
from tests.octt.registry import Registry, registry_at
from tests.support.server import Server, running_server


@pytest.fixture(scope="session")
def central_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    """The system under test, without TLS, and an operator's token for it."""
    with running_server(tmp_path_factory.mktemp("octt")) as server:
        yield server, server.token("operator")


@pytest.fixture
async def registry(central_system: tuple[Server, str]) -> AsyncIterator[Registry]:
    server, token = central_system
    async with registry_at(server.url, token) as registry:
        yield registry


@pytest.fixture
async def point(registry: Registry) -> AsyncIterator[ChargePoint]:
    """A charge point that is expected, and connected."""
    point = await registry.charge_point()
    await point.connect()
    yield point
    await point.disconnect()
    assert point.unanswered == [], "the central system asked for something the test case does not have"


@pytest.fixture
def operator(registry: Registry, point: ChargePoint) -> Operator:
    """Somebody who operates the charge point."""
    return registry.operator(point)


@pytest.fixture
async def card(operator: Operator) -> str:
    """The tag of a card that may charge."""
    return await operator.adds_card(label="Blue card")
