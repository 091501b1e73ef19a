"""Emulated LEKTRI.CO devices that a test can ask, one of each type."""

from collections.abc import AsyncIterator

import pytest
from tests.simulator.lektrico.residence import Residence, residence

from chargedeck.simulator.lektrico.nameplate import Kind, Nameplate

PLATES = (
    Nameplate(Kind.CHARGER_1P7K, 500_006),
    Nameplate(Kind.CHARGER_3P22K, 500_007),
    Nameplate(Kind.MODULE_EM, 810_001),
    Nameplate(Kind.MODULE_3EM, 830_002),
)


@pytest.fixture
async def home() -> AsyncIterator[Residence]:
    """A 1P7K, a 3P22K, an EM and a 3EM, in this order, sixty times as fast as real."""
    async with residence(*PLATES) as running:
        yield running
