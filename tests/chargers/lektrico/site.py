"""A charger of an emulated house in the real hub: what the journeys share."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from tests.chargers.lektrico.hub import Hub, hub_with
from tests.simulator.lektrico.residence import Residence, residence

from chargedeck.domain.session import State
from chargedeck.simulator.lektrico.nameplate import Kind, Nameplate

TRI = Nameplate(Kind.CHARGER_3P22K, 500_007)
ONE_PHASE = Nameplate(Kind.CHARGER_1P7K, 500_006)
MODULE = Nameplate(Kind.MODULE_3EM, 830_002)


@dataclass
class Site:
    """A house with a charger that is ours."""

    hub: Hub
    home: Residence

    async def plug(self) -> None:
        await self.home.do("plug")

    async def charging(self) -> None:
        """A car draws."""
        await self.plug()
        await self.hub.until(lambda: self.hub.charger.state is State.CHARGING)

    def device_says(self, key: str) -> Any:
        return self.home.unit().device.settings.values[key]


@asynccontextmanager
async def site(
    plate: Nameplate = TRI, *others: Nameplate, speed: float = 10, **more: Any
) -> AsyncIterator[Site]:
    async with residence(plate, *others, speed=speed, network=more.get("network")) as home, hub_with() as hub:
        await hub.add(home.unit().address, **more.get("added", {}))
        yield Site(hub, home)
