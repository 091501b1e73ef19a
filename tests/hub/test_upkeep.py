"""Work that is done again: when something is new, now and then anyway, and after every failure."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from chargedeck.domain.problems import StorageUnavailableError
from chargedeck.hub.background import Background
from chargedeck.hub.upkeep import Upkeep

pytestmark = pytest.mark.virtual_time

AGAIN_S, SETTLE_S = 60.0, 1.0


class Job:
    """Counts, and fails as it is told to."""

    def __init__(self) -> None:
        self.done_at: list[float] = []
        self.failures: list[Exception] = []
        self.next_s = AGAIN_S

    async def __call__(self) -> float:
        self.done_at.append(round(asyncio.get_running_loop().time(), 1))
        if self.failures:
            raise self.failures.pop(0)
        return self.next_s


@pytest.fixture
async def tasks() -> AsyncIterator[Background]:
    background = Background()
    yield background
    await background.aclose()


def kept_up(job: Job, tasks: Background) -> Upkeep:
    upkeep = Upkeep(job, "Things are done", again_s=AGAIN_S, settle_s=SETTLE_S)
    tasks.start(upkeep.run(), name="upkeep")
    return upkeep


def waits(job: Job) -> list[float]:
    return [round(later - sooner, 1) for sooner, later in zip(job.done_at, job.done_at[1:], strict=False)]


async def test_it_is_done_at_once_and_as_often_as_it_wishes(tasks: Background) -> None:
    job = Job()
    job.next_s = 5
    kept_up(job, tasks)
    await asyncio.sleep(12)
    assert waits(job) == [5, 5]


async def test_what_is_new_is_gathered_and_then_done_once(tasks: Background) -> None:
    job = Job()
    upkeep = kept_up(job, tasks)
    await asyncio.sleep(10)
    upkeep.wake()
    await asyncio.sleep(0.5)
    upkeep.wake()
    await asyncio.sleep(30)
    assert waits(job) == [11]


async def test_a_failure_is_logged_and_it_goes_on(
    tasks: Background, caplog: pytest.LogCaptureFixture
) -> None:
    job = Job()
    job.failures = [KeyError("odd"), StorageUnavailableError("away"), StorageUnavailableError("away")]
    kept_up(job, tasks)
    await asyncio.sleep(3.5 * AGAIN_S)
    assert waits(job) == [AGAIN_S] * 3
    said = [(record.levelno, record.getMessage()) for record in caplog.records]
    assert said == [
        (logging.ERROR, "failed: Things are done"),
        (logging.WARNING, "Things are done when the database answers again"),
    ]
