"""The hub on real storage, or on virtual time with memory for storage; the device is always scripted."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.hub.disk import Disk, MemoryDisk, SqliteDisk
from tests.hub.rig import Rig, rig_on
from tests.hub.timetables import Home
from tests.hub.virtual_time import VirtualTimeLoop


def pytest_configure(config: pytest.Config) -> None:
    """Tests on virtual time say so."""
    config.addinivalue_line("markers", "virtual_time: the clock leaps to the next timer")


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> Mapping[str, Any]:
    """The loop that a test runs on."""
    if item.get_closest_marker("virtual_time"):
        return {"virtual": VirtualTimeLoop}
    return {"real": asyncio.new_event_loop}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What holds on one kind of storage holds on the other; only memory knows virtual time, though."""
    if "disk" in metafunc.fixturenames:
        kinds = ["memory"] if metafunc.definition.get_closest_marker("virtual_time") else ["memory", "sqlite"]
        metafunc.parametrize("disk", kinds, indirect=True)


@pytest.fixture
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Disk:
    """Somewhere to keep things."""
    return MemoryDisk() if request.param == "memory" else SqliteDisk(tmp_path)


@pytest.fixture
async def rig(disk: Disk) -> AsyncIterator[Rig]:
    """A hub with one approved device of one outlet, connected, idle, on 16 A."""
    async with rig_on(disk) as made:
        await made.add_device()
        made.connect()
        yield made


@pytest.fixture
async def home(rig: Rig) -> AsyncIterator[Home]:
    made = Home(rig)
    await made.begin()
    await made.manage(random_delay_s=0)
    yield made
    made.control.close()
