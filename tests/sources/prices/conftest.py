"""A source of prices on loopback."""

from collections.abc import AsyncIterator

import pytest
from tests.sources.prices.replay import Replay, replaying


@pytest.fixture
async def source() -> AsyncIterator[Replay]:
    async with replaying() as replay:
        yield replay
