"""Old samples become fewer, and what is read of them stays what it was, register by register."""

from datetime import timedelta

import pytest
from tests.contracts.records import GARAGE, HOME, MINUTE, NOON, clock, durable, reading

from chargedeck.domain.units import Amps
from chargedeck.hub.ports import SamplePoint
from chargedeck.storage import Pace, Storage, open_storage
from chargedeck.storage.opening import database_of
from chargedeck.storage.thinning import Retention, thin_some

HOUR = 60 * MINUTE
DAY = 24 * HOUR
QUARTER_S = 900


def thin(url: str, age: timedelta, retention: Retention | None = None) -> int:
    """Thin all there is when the samples are so old; answers how many steps that took."""
    database = database_of(url)
    engine, steps = database.for_writing(), 0
    with engine.connect() as connection:
        while True:
            with connection.begin():
                if not thin_some(connection, database, retention or Retention(), NOON + age):
                    break
            steps += 1
            assert steps < 100
    engine.dispose()
    return steps


async def fill(url: str) -> None:
    """Ten hours of a sample every ten seconds, that rises by 20 Wh a minute and pauses now and then."""
    async with open_storage(url, now=clock, pace=Pace(file_from=1)) as storage:
        await storage.book.save_station(HOME)
        for second in range(0, 36_000, 10):
            power = 0.0 if second // 600 % 5 == 4 else 1_200.0
            storage.journal.sample(GARAGE, reading(second, 1_000 + second / 3, power), Amps(16))
        assert await durable(storage)


async def read(storage: Storage, resolution_s: float) -> list[SamplePoint]:
    return list(await storage.archive.samples(GARAGE, NOON, NOON + 10 * HOUR, resolution_s))


async def test_minutes_and_then_quarters_read_as_all_samples_did(url: str) -> None:
    await fill(url)
    async with open_storage(url, now=clock) as storage:
        minutes, quarters = await read(storage, 60), await read(storage, QUARTER_S)
        thin(url, 29 * DAY)
        assert len(await read(storage, 0)) == 3_600
        assert thin(url, 40 * DAY) >= 2, "a few hours at a time"
        assert len(await read(storage, 0)) == 600
        same(await read(storage, 60), minutes)
        assert thin(url, 40 * DAY) == 0
        thin(url, 400 * DAY)
        assert len(await read(storage, 0)) == 40
        same(await read(storage, QUARTER_S), quarters)


def same(found: list[SamplePoint], expected: list[SamplePoint]) -> None:
    assert [(point.at, point.register_wh, point.limit_a) for point in found] == [
        (point.at, point.register_wh, point.limit_a) for point in expected
    ]
    assert [point.power_w for point in found] == [pytest.approx(point.power_w) for point in expected]


async def test_what_was_late_is_thinned_too(url: str) -> None:
    await fill(url)
    thin(url, 40 * DAY)
    async with open_storage(url, now=clock, pace=Pace(file_from=1)) as storage:
        for second in range(5, 600, 10):
            storage.journal.sample(GARAGE, reading(second, 1_000 + second / 3, 1_200.0), Amps(16))
        assert await durable(storage)
        await storage.book.save_station(HOME)  # done in turn with the filing
        assert len(await read(storage, 0)) == 660
        thin(url, 40 * DAY)
        assert len(await read(storage, 0)) == 600
        assert (await read(storage, 600))[0].register_wh == 1_000 + 595 / 3


async def test_who_keeps_all_for_ever_keeps_all(url: str) -> None:
    await fill(url)
    assert thin(url, 4_000 * DAY, Retention(None, None)) == 0
    thin(url, 4_000 * DAY, Retention(None, 365 * DAY))
    async with open_storage(url, now=clock) as storage:
        assert len(await read(storage, 0)) == 40
