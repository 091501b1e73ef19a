"""Work at an even pace: no failure ends it, and no delay is made up for."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
from tests.hub.virtual_time import VirtualTimeLoop

from chargedeck.hub.background import Background
from chargedeck.hub.ticking import each_second

pytestmark = pytest.mark.virtual_time


class Ticks:
    """When it was called; fails as often as it is told to."""

    def __init__(self) -> None:
        self.at: list[float] = []
        self.failing = 0

    def __call__(self) -> None:
        self.at.append(round(asyncio.get_running_loop().time(), 3))
        if self.failing:
            self.failing -= 1
            raise ValueError("no such station")


@pytest.fixture
async def tasks() -> AsyncIterator[Background]:
    background = Background()
    yield background
    await background.aclose()


async def test_it_ticks_once_a_second(tasks: Background) -> None:
    ticks, began = Ticks(), asyncio.get_running_loop().time()
    tasks.start(each_second(ticks, "count"), name="ticks")
    await asyncio.sleep(3.5)
    assert ticks.at == [pytest.approx(began + second, abs=0.01) for second in (1, 2, 3)]


async def test_failures_end_nothing_and_the_first_of_several_is_told(
    tasks: Background, caplog: pytest.LogCaptureFixture
) -> None:
    ticks = Ticks()
    ticks.failing = 3
    tasks.start(each_second(ticks, "count the stations"), name="ticks")
    with caplog.at_level(logging.ERROR):
        await asyncio.sleep(5.5)
        assert len(ticks.at) == 5
        ticks.failing = 1
        await asyncio.sleep(1)
    told = [record.getMessage() for record in caplog.records]
    assert told == ["failed, and is tried each second: count the stations"] * 2
    assert "no such station" in caplog.text


async def test_seconds_that_were_missed_are_not_made_up_for(tasks: Background) -> None:
    ticks = Ticks()
    tasks.start(each_second(ticks, "count"), name="ticks")
    await asyncio.sleep(1.5)
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualTimeLoop)
    loop.hold_up(10)
    await asyncio.sleep(1.2)
    assert ticks.at == [1, 11.5, 12]
