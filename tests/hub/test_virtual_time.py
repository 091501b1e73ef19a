"""The clock of the tests: it leaps, keeps the order of timers, and never waits for nothing."""

import asyncio

import pytest
from tests.hub.virtual_time import NothingToWaitForError, VirtualTimeLoop

pytestmark = pytest.mark.virtual_time


async def test_a_day_passes_at_once() -> None:
    loop = asyncio.get_running_loop()
    before = loop.time()
    await asyncio.sleep(86_400)
    assert loop.time() == pytest.approx(before + 86_400)


async def test_timers_fire_in_the_order_of_their_time() -> None:
    fired: list[int] = []
    loop = asyncio.get_running_loop()
    for seconds in (30, 10, 20):
        loop.call_later(seconds, fired.append, seconds)
    await asyncio.sleep(25)
    assert fired == [10, 20]


async def test_a_timeout_is_one() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(60):
            await asyncio.sleep(61)


async def test_the_work_of_a_thread_takes_no_time() -> None:
    assert await asyncio.to_thread(sum, [1, 2]) == 3
    with pytest.raises(ZeroDivisionError):
        await asyncio.to_thread(divmod, 1, 0)


def test_to_wait_for_nothing_is_an_error_and_no_hang() -> None:
    loop = VirtualTimeLoop()
    try:
        with pytest.raises(NothingToWaitForError):
            loop.run_until_complete(loop.create_future())
    finally:
        loop.close()
