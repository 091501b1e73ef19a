"""What a test of a running charge point touches, and how it comes to run."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from tests.simulator.central_system import CentralSystem

from chargedeck.simulator.car import Car
from chargedeck.simulator.clock import Seconds, Speed
from chargedeck.simulator.commands import Command, Word, parse
from chargedeck.simulator.fleet import Fleet, Passwords
from chargedeck.simulator.hands import Hands
from chargedeck.simulator.identity import Identity
from chargedeck.simulator.link import Link, Server
from chargedeck.simulator.ocpp16.charge_point import ChargePoint
from chargedeck.simulator.ocpp16.connector import Connector
from chargedeck.simulator.pace import Pace
from chargedeck.simulator.world import World, new_world


@dataclass
class Site:
    """All that a test touches."""

    system: CentralSystem
    world: World
    fleet: Fleet
    hands: Hands
    point: ChargePoint
    link: Link

    @property
    def connector(self) -> Connector:
        return self.point.connectors[0]

    async def charging(self, id_tag: str = "CARD") -> dict[str, Any]:
        """Plug in, swipe, and wait until the car charges; the StartTransaction."""
        await passes(lambda: self.point.calls.is_online)
        self.connector.plug(Car())
        self.connector.session.swipe(id_tag)
        start = await self.system.saw("StartTransaction")
        await self.system.saw_status("Charging")
        return start


async def passes(holds: Callable[[], bool]) -> None:
    """Wait for something that no message tells of."""
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.005)


@asynccontextmanager
async def running_site(
    system: CentralSystem,
    identity: Identity,
    speed: float = 240,
    passwords: Passwords | None = None,
    state_dir: Path | None = None,
) -> AsyncIterator[Site]:
    world = new_world(Speed(speed))
    server = Server(system.url, Pace(500), first_wait=Seconds(0.05), longest_wait=Seconds(0.3))
    fleet = Fleet(world, server, passwords or Passwords(), state_dir)
    post = fleet.add(identity)
    async with fleet.running():
        yield Site(system, world, fleet, Hands(fleet), post.point, post.link)


def command(do: Word, **fields: Any) -> Command:
    """A command for the hands."""
    return parse(msgspec.json.encode({"do": do, **fields}))
