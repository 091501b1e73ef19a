"""Builds charge points and keeps them running together: links, clocks, files; speaks no OCPP itself."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from chargedeck.simulator.clock import Speed
from chargedeck.simulator.house import House
from chargedeck.simulator.identity import Identity
from chargedeck.simulator.link import Link, Server
from chargedeck.simulator.motion import Motion
from chargedeck.simulator.ocpp16.charge_point import ChargePoint
from chargedeck.simulator.ocpp16.memory import Memory
from chargedeck.simulator.post import Post
from chargedeck.simulator.state_file import StateFile, file_name
from chargedeck.simulator.world import World


@dataclass(frozen=True, slots=True)
class Passwords:
    """One for all, or one for each id."""

    by_id: Mapping[str, str] = field(default_factory=dict, repr=False)
    for_all: str | None = field(default=None, repr=False)

    def of(self, point_id: str) -> str | None:
        """The password of a charge point."""
        return self.by_id.get(point_id, self.for_all)


class Fleet:
    """All simulated charge points of a process."""

    def __init__(
        self, world: World, server: Server, passwords: Passwords, state_dir: Path | None = None
    ) -> None:
        self.world = world
        self._server = server
        self._passwords = passwords
        self._state_dir = state_dir
        self._posts: dict[str, Post] = {}
        self._motion = Motion(world)
        self._keeping: asyncio.Future[None] | None = None

    def __iter__(self) -> Iterator[Post]:
        return iter(self._posts.values())

    def __len__(self) -> int:
        return len(self._posts)

    @property
    def house(self) -> House | None:
        """Charge points alone make no house."""
        return None

    def add(self, identity: Identity) -> Post:
        """Build a charge point; it connects when the fleet is opened."""
        link = Link(self.world, self._server, identity.point_id, self._passwords.of(identity.point_id))
        if self._state_dir is None:
            point = ChargePoint(identity, self.world, link)
        else:
            file = StateFile(self._state_dir / file_name(identity.point_id), Memory)
            point = ChargePoint(identity, self.world, link, memory=file.load(), keep=file.save)
        post = self._posts[identity.point_id] = Post(point, link)
        return post

    def run_at(self, speed: Speed) -> None:
        """Let time pass this fast."""
        self._motion.run_at(speed)
        for post in self:
            post.point.speed_changed()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Switch everything on, and off again at the end."""
        async with self._motion.running():
            for post in self:
                post.link.open(post.point)
            if self._state_dir is not None:
                self._keeping = self.world.spawn(self._keep_registers())
            try:
                yield
            finally:
                self._switch_off()

    def _switch_off(self) -> None:
        for post in self:
            for connector in post.point.connectors:
                connector.advance()
            post.point.save()
            post.point.stop()
            post.link.close()

    async def _keep_registers(self) -> None:
        """Save registers as they move, so that a kill costs a second of energy at most."""
        while True:
            await asyncio.sleep(1)
            for post in self:
                for connector in post.point.connectors:
                    connector.advance()
                post.point.save()
