"""A charge point under power, connected to a central system, in fast time."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from tests.simulator.central_system import CentralSystem, central_system
from tests.simulator.site import Site, running_site

from chargedeck.simulator.identity import Identity

MakeSite = Callable[..., AbstractAsyncContextManager[Site]]


@pytest.fixture
async def system() -> AsyncIterator[CentralSystem]:
    """A central system that answers yes; at the end nothing it was sent may have been wrong."""
    async with central_system() as running:
        yield running


@pytest.fixture
def make_site(system: CentralSystem) -> MakeSite:
    """Switch on a charge point of one's own making."""

    def make(identity: Identity | None = None, **options: Any) -> AbstractAsyncContextManager[Site]:
        return running_site(system, identity or Identity("cp"), **options)

    return make


@pytest.fixture
async def site(make_site: MakeSite) -> AsyncIterator[Site]:
    """One three-phase charge point that the central system has accepted."""
    async with make_site() as ready:
        await ready.system.saw_status("Available")
        yield ready
