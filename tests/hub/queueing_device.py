"""A device with one true meter, whose messages wait in a queue until they are answered, as OCPP has it."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from tests.hub.rig import CARD, Rig

from chargedeck.domain.errors import ErrorType
from chargedeck.domain.events import OutletState


@dataclass(eq=False)
class Transaction:
    """What the device itself knows of a session."""

    start_wh: float
    started_at: datetime
    tag: str
    ref: int | None = None
    stop_wh: float | None = None
    stopped_at: datetime | None = None


@dataclass(frozen=True)
class Telling:
    """How many of the messages that wait are sent, and whether the last of them stays without an answer."""

    most: int
    loses_the_last_answer: bool = False


@dataclass
class QueueingDevice:
    """It never loses a message, but it may send one more than once, and much too late."""

    rig: Rig
    meter_wh: float = 1_000
    present: Transaction | None = None
    past: list[Transaction] = field(default_factory=list)
    readings: list[tuple[float, datetime]] = field(default_factory=list)
    _queue: deque[tuple[str, Transaction]] = field(default_factory=deque)

    @property
    def online(self) -> bool:
        return self.rig.device.online

    # -- what happens at the device ----------------------------------------------------------------

    def begin(self, tag: str = CARD) -> None:
        """A car begins to charge."""
        assert self.present is None
        self.present = Transaction(self.meter_wh, self.rig.now, tag)
        self._queue.append(("start", self.present))

    def draw(self, energy_wh: float) -> None:
        """Energy goes through the meter."""
        self.meter_wh += energy_wh
        self.readings.append((self.meter_wh, self.rig.now))

    def end(self) -> None:
        """The session is over."""
        assert self.present is not None
        self.present.stop_wh, self.present.stopped_at = self.meter_wh, self.rig.now
        self._queue.append(("stop", self.present))
        self.past.append(self.present)
        self.present = None

    # -- what it says ------------------------------------------------------------------------------

    async def tell(self, telling: Telling) -> None:
        """Send what waits, one after the other; an answer that is lost leaves its message in the queue."""
        count = min(telling.most, len(self._queue)) if self.online else 0
        for place in range(count):
            is_lost = telling.loses_the_last_answer and place == count - 1
            kind, transaction = self._queue[0]
            taken = await (self._tell_start if kind == "start" else self._tell_stop)(
                transaction, lost=is_lost
            )
            if not taken or is_lost:
                return
            self._queue.popleft()

    async def _tell_start(self, transaction: Transaction, *, lost: bool) -> bool:
        begun = await self.rig.begin(transaction.start_wh, at=transaction.started_at, tag=transaction.tag)
        if begun is not None and not lost:
            transaction.ref = begun.ref
        return begun is not None

    async def _tell_stop(self, transaction: Transaction, *, lost: bool) -> bool:
        assert transaction.ref is not None
        stored, _ = await self.rig.end(transaction.ref, transaction.stop_wh, at=transaction.stopped_at)
        return stored

    async def tell_a_stop_again(self, which: int) -> None:
        """Send a stop that was answered long ago."""
        told = [t for t in self.past if t.ref is not None and ("stop", t) not in self._queue]
        if told and self.online:
            await self._tell_stop(told[which % len(told)], lost=False)

    async def tell_reading(self, age: int, *, with_ref: bool) -> None:
        """Send the newest reading, or one that is older."""
        if self.online and self.readings:
            register, at = self.readings[max(0, len(self.readings) - 1 - age)]
            ref = self.present.ref if self.present is not None and with_ref else None
            if self.present is None or at >= self.present.started_at:
                await self.rig.meter(register, ref=ref, at=at, power=2_000, current=9)

    def show(self, state: OutletState, error: ErrorType | None = None) -> None:
        """Say what the outlet does."""
        if self.online:
            self.rig.status(state, error=error)

    async def tell_everything(self) -> None:
        """Until nothing waits any more."""
        if not self.online:
            self.rig.connect()
        async with asyncio.timeout(60):
            while self._queue:
                await self.tell(Telling(most=100))
