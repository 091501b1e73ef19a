"""The Archive's samples: in buckets, wherever they lie, each once."""

import secrets
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from tests.contracts.records import (
    GARAGE,
    MINUTE,
    NOON,
    clock,
    durable,
    engine,
    reading,
    three_phases,
)

from chargedeck.domain.units import Amps, ChargerId
from chargedeck.storage import Pace, Storage, open_storage

HOUR = 60 * MINUTE


def numbers(*values: float | None) -> tuple[float | None, ...]:
    """Values without their units, to be compared with plain numbers."""
    return values


def room(url: str, table: str) -> int:
    """How many bytes a table takes on disk."""
    if url.startswith("postgresql"):
        query = text("SELECT pg_relation_size(:name)")
    else:
        query = text("SELECT sum(pgsize) FROM dbstat WHERE name = :name")
    with engine(url).connect() as connection:
        return int(connection.scalar(query, {"name": table}) or 0)


async def test_samples_in_buckets(url: str, pace: Pace) -> None:
    async with open_storage(url, now=clock, pace=pace) as storage:
        for second, register, power, limit in (
            (0, 1000, 6000, 16),
            (20, 1010, 8000, 16),
            (59.9, 1020, None, 10),
            (60, None, 3000, 10),
            (180, 1100, 1000, 10),
        ):
            storage.journal.sample(GARAGE, reading(second, register, power), Amps(limit))
        storage.journal.sample(ChargerId("other"), reading(30, 9, 9), Amps(9))
        assert await durable(storage)
        points = await storage.archive.samples(GARAGE, NOON, NOON + HOUR, 60)
    assert [(p.at - NOON, *numbers(p.register_wh, p.power_w, p.limit_a)) for p in points] == [
        (0 * MINUTE, 1020, 7000, 14),
        (1 * MINUTE, None, 3000, 10),
        (3 * MINUTE, 1100, 1000, 10),
    ]


async def test_phases_up_to_the_last_one_known(url: str, pace: Pace) -> None:
    async with open_storage(url, now=clock, pace=pace) as storage:
        one_phase = three_phases(2, 10)
        storage.journal.sample(GARAGE, three_phases(0, 10), None)
        storage.journal.sample(GARAGE, one_phase._replace(phases=one_phase.phases[:1]), None)
        storage.journal.sample(GARAGE, reading(4, 1), None)
        odd = one_phase.phases[0]._replace(phase=7)
        storage.journal.sample(GARAGE, three_phases(6, 10)._replace(phases=(odd,)), None)
        assert await durable(storage)
        points = await storage.archive.samples(GARAGE, NOON, NOON + HOUR, 1)
    assert [p.current_a for p in points] == [(11, 12, 13), (11,), (), ()]
    assert [p.voltage_v for p in points] == [(230, 231, 232), (230,), (), ()]


async def test_the_period_takes_its_start_and_not_its_end(storage: Storage) -> None:
    for number in range(5):
        storage.journal.sample(GARAGE, reading(number, number), None)
    assert await durable(storage)
    second = timedelta(seconds=1)
    points = await storage.archive.samples(GARAGE, NOON + second, NOON + 3 * second, 0)
    assert numbers(*(p.register_wh for p in points)) == (1, 2)
    assert await storage.archive.samples(ChargerId("unheard-of"), NOON, NOON + HOUR, 60) == []


async def test_what_came_twice_or_in_halves_is_one_sample(url: str) -> None:
    async with open_storage(url, now=clock, pace=Pace(file_from=1)) as storage:
        for half in (reading(1, 1500), reading(1, None, 7000), reading(1, 1500)):
            storage.journal.sample(GARAGE, half, None)
            storage.journal.sample(GARAGE, half, None)
            assert await durable(storage)
        (point,) = await storage.archive.samples(GARAGE, NOON, NOON + HOUR, 0)
        assert numbers(point.register_wh, point.power_w) == (1500, 7000)


async def test_a_half_that_comes_late_completes_the_one_that_was_filed(url: str) -> None:
    async with open_storage(url, now=clock, pace=Pace(file_from=4)) as storage:
        for number in range(4):
            storage.journal.sample(GARAGE, reading(number, 1000 + number), None)
        assert await durable(storage)
        for number in (2, 5, 6, 7):
            storage.journal.sample(GARAGE, reading(number, None, 7000 + number), None)
        assert await durable(storage)
        points = await storage.archive.samples(GARAGE, NOON, NOON + HOUR, 1)
    assert [(p.at - NOON) // timedelta(seconds=1) for p in points] == [0, 1, 2, 3, 5, 6, 7]
    assert numbers(points[2].register_wh, points[2].power_w) == (1002, 7002)


async def test_room_that_filed_samples_leave_is_used_again(url: str) -> None:
    sizes = list[int]()
    async with open_storage(url, now=clock, pace=Pace(file_from=500)) as storage:
        for round_ in range(12):
            for number in range(500):
                storage.journal.sample(GARAGE, reading(500 * round_ + number, number), None)
            assert await durable(storage)
            await storage.book.reserve_numbers("transactions", 1)  # the writer files before it does this
            sizes.append(room(url, "fresh_samples"))
    assert 0 < max(sizes) <= 3 * sizes[0]


instants = st.lists(st.integers(0, 600_000), unique=True, max_size=40)


@pytest.mark.parametrize("file_from", [1, 30, 10**9])
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(instants=instants, resolution_s=st.sampled_from([0, 0.5, 7, 60, 3600]), data=st.data())
async def test_where_samples_lie_changes_nothing_that_is_read(
    url: str, file_from: int, instants: list[int], resolution_s: float, data: st.DataObject
) -> None:
    charger, other = ChargerId(secrets.token_hex(8)), ChargerId("other")
    expected = dict[int, list[float]]()
    noon, width = round(NOON.timestamp() * 1000), max(1, round(resolution_s * 1000))
    async with open_storage(url, now=clock, pace=Pace(file_from=file_from)) as storage:
        for at in instants:
            power = data.draw(st.floats(0, 22_000))
            storage.journal.sample(charger, reading(at / 1000, 1000 + at, power), None)
            storage.journal.sample(other, reading(at / 1000, at, power), None)
            expected.setdefault((noon + at) // width, []).append(power)
            if data.draw(st.booleans()):
                assert await durable(storage)
        assert await durable(storage)
        points = await storage.archive.samples(charger, NOON, NOON + HOUR, resolution_s)
    means = [sum(values) / len(values) for _, values in sorted(expected.items())]
    assert [point.power_w for point in points] == [pytest.approx(mean) for mean in means]
