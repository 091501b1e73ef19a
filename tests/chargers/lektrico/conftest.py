"""A three-phase charger that is ours, ten times as fast as real."""

from collections.abc import AsyncIterator

import pytest
from tests.chargers.lektrico.site import Site, site


@pytest.fixture
async def tri() -> AsyncIterator[Site]:
    async with site() as made:
        yield made
