"""How many samples a second get to disk while the screens of the history are read."""

import asyncio
import itertools
import time
from datetime import datetime, timedelta

from bench.history.questions import Question
from chargedeck.domain.reading import PhaseReading, Reading
from chargedeck.domain.units import Amps, ChargerId, Volts, WattHours, Watts
from chargedeck.storage import Storage

GROUP = 1_000
CHARGERS = 1_000
AHEAD = 4
"""Groups that may be on their way while the next is handed over."""
_PHASES = tuple(PhaseReading(phase, Volts(230.1), Amps(16.0)) for phase in (1, 2, 3))
_TICK = timedelta(milliseconds=10)


async def rate(
    storage: Storage,
    questions: list[Question],
    start: datetime,
    seconds: float,
    screens_a_second: float | None,
) -> tuple[float, int]:
    """Durable samples a second, the first of them from `start`, and how many screens were answered meanwhile.

    Screens are asked for at an even pace, or, where that is None, one as soon as the last is there.
    """
    answered, over = 0, asyncio.Event()

    async def read() -> None:
        nonlocal answered
        began = time.perf_counter()
        for question in itertools.cycle(questions):
            if screens_a_second is not None:
                due = began + answered / screens_a_second
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
            if over.is_set():
                return
            await question(storage)
            answered += 1

    reading = asyncio.create_task(read()) if screens_a_second != 0 else None
    room = asyncio.Semaphore(AHEAD)
    began, sent = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        await room.acquire()
        for number in range(GROUP):
            at = start + (sent + number) * _TICK
            storage.journal.sample(ChargerId(f"charger-{number % CHARGERS}"), _reading(at, sent), Amps(16))
        sent += GROUP
        storage.journal.when_durable(lambda stored: room.release() if stored else None)
        await asyncio.sleep(0)
    for _ in range(AHEAD):
        await asyncio.wait_for(room.acquire(), 30)
    took = time.perf_counter() - began
    over.set()
    if reading is not None:
        await reading
    return sent / took, answered


def _reading(at: datetime, number: int) -> Reading:
    return Reading(at, WattHours(1e6 + number), Watts(11_040.5), _PHASES)
