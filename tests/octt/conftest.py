"""One server for all test cases, a charge point of its own for each of them."""

from collections.abc import AsyncIterator, Iterator

import pytest
from tests.octt.charge_point import ChargePoint
from tests.octt.operating import Operator
from tests.octt.registry import Home, Registry, registry_at
from tests.support.server import Server, running_server


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("home")
    return Home(folder, Server(folder).token("operator"))


@pytest.fixture(scope="session")
def central_system(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The system under test, without TLS."""
    with running_server(home.copied_to(tmp_path_factory.mktemp("plain"))) as server:
        yield server


@pytest.fixture
async def registry(home: Home, central_system: Server) -> AsyncIterator[Registry]:
    async with registry_at(central_system.url, home.token) as registry:
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
