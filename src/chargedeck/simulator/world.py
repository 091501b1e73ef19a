"""What the simulated devices of a process share: clocks, agendas, counters, the record of what happened."""

import asyncio
import itertools
import secrets
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field

from chargedeck.simulator.clock import REAL_TIME, Agenda, Clock, Instant, Seconds, Speed, after
from chargedeck.simulator.statistics import Statistics

_LEAST_REAL_INTERVAL = Seconds(0.25)

JournalEntry = dict[str, str | int | float | None]


def _ignore(_entry: JournalEntry) -> None:
    return None


def message_ids() -> Iterator[str]:
    """Ids that no other process uses, at most 36 characters."""
    run = secrets.token_hex(8)
    return (f"{run}-{number}" for number in itertools.count(1))


@dataclass(slots=True)
class World:
    """Handed to every device."""

    clock: Clock
    """Simulated time: physics and the protocol's own intervals."""
    wall: Clock
    """Real time: what concerns the network."""
    agenda: Agenda = field(default_factory=Agenda)
    wall_agenda: Agenda = field(default_factory=Agenda)
    statistics: Statistics = field(default_factory=Statistics)
    message_ids: Iterator[str] = field(default_factory=message_ids)
    journal: Callable[[JournalEntry], None] = _ignore
    checks_answers: bool = True
    spawn: Callable[[Coroutine[None, None, None]], asyncio.Future[None]] = asyncio.ensure_future
    """Starts a task that ends with the run; the fleet puts its task group here."""

    @property
    def is_recorded(self) -> bool:
        """Whether somebody wants to know what truly happens."""
        return self.journal is not _ignore

    def interval(self, wanted: Seconds) -> Seconds:
        """How often something repeats: as wanted, but never so often that fast time floods the server."""
        return Seconds(max(wanted, _LEAST_REAL_INTERVAL * self.clock.speed))

    async def sleep(self, wait: Seconds) -> None:
        """Wait in simulated time."""
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def wake(_now: Instant) -> None:
            if not woken.done():
                woken.set_result(None)

        timer = self.agenda.call_at(after(self.clock.now(), wait), wake)
        try:
            await woken
        finally:
            timer.cancel()


def new_world(speed: Speed = REAL_TIME) -> World:
    """A world that starts now."""
    started_at = Instant(time.time())
    return World(
        clock=Clock(time.monotonic, started_at, speed),
        wall=Clock(time.monotonic, started_at),
    )
