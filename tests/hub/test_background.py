"""Tasks with an owner: a crash is in the log, and the owner's end is theirs."""

import asyncio
import logging

import pytest

from chargedeck.hub.background import Background


async def test_a_task_that_crashes_says_so_and_leaves_others_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    tasks, done = Background(), asyncio.Event()

    async def crash() -> None:
        raise ValueError("boom")

    async def work() -> None:
        await asyncio.sleep(0)
        done.set()

    tasks.start(crash(), name="the-crashing-one")
    tasks.start(work(), name="the-good-one")
    await done.wait()
    await tasks.aclose()
    (record,) = caplog.records
    assert (record.levelno, record.getMessage()) == (logging.ERROR, "task the-crashing-one crashed")
    assert record.exc_info is not None


async def test_the_end_of_the_owner_is_theirs(caplog: pytest.LogCaptureFixture) -> None:
    tasks, cancelled = Background(), asyncio.Event()

    async def wait_for_ever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    tasks.start(wait_for_ever(), name="patient")
    await asyncio.sleep(0)
    await tasks.aclose()
    assert cancelled.is_set()
    assert caplog.records == []
