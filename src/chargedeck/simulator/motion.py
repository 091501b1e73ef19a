"""Lets the time of a world pass, and ends every task of it; knows no device."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chargedeck.simulator.clock import Speed
from chargedeck.simulator.driver import AgendaDriver
from chargedeck.simulator.world import World


class Motion:
    """Timers fire and tasks run between `running` and its end."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._drivers: tuple[AgendaDriver, ...] = ()
        self._tasks: set[asyncio.Task[None]] = set()

    def run_at(self, speed: Speed) -> None:
        """Let time pass this fast."""
        self._world.clock.run_at(speed)
        for driver in self._drivers:
            driver.rearm()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Let time pass."""
        world = self._world
        async with asyncio.TaskGroup() as tasks:
            world.spawn = lambda work: self._watched(tasks.create_task(work))
            self._drivers = (
                AgendaDriver(world.agenda, world.clock),
                AgendaDriver(world.wall_agenda, world.wall),
            )
            with self._drivers[0], self._drivers[1]:
                try:
                    yield
                finally:
                    for task in tuple(self._tasks):
                        task.cancel()

    def _watched(self, task: asyncio.Task[None]) -> asyncio.Task[None]:
        """Remember a task until it is done, so that none outlives the run."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
