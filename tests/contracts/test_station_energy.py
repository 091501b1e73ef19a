"""The ledger of what flowed at the stations, as the journal keeps it and the archive gives it back."""

from dataclasses import replace

from tests.contracts.records import HOME, MINUTE, NOON, clock, count, durable, execute, until

from chargedeck.domain.units import StationId, WattHours
from chargedeck.energy.station_energy import StationEnergy
from chargedeck.storage import Storage, open_storage

QUARTER = 15 * MINUTE
GARAGE = StationId("garage")
KNOWN = StationEnergy(
    HOME.id,
    NOON,
    from_grid_wh=WattHours(410.125),
    to_grid_wh=WattHours(3.5),
    grid_s=900,
    solar_wh=WattHours(1210.75),
    solar_s=899.5,
    from_battery_wh=WattHours(20.25),
    to_battery_wh=WattHours(70.5),
    battery_s=898,
    house_wh=WattHours(-12.125),
    house_s=897,
    chargers_wh=WattHours(1600.5),
    chargers_s=896,
)


async def keep(storage: Storage, *known: StationEnergy) -> None:
    for each in known:
        storage.journal.energy(each)
    assert await durable(storage)


async def test_what_was_handed_over_is_there_after_a_restart(url: str) -> None:
    async with open_storage(url, now=clock) as storage:
        await keep(storage, KNOWN)
    async with open_storage(url, now=clock) as storage:
        assert await storage.archive.station_energy(NOON, NOON + QUARTER) == [KNOWN]


async def test_a_quarter_handed_over_again_is_one_as_it_was_last(storage: Storage, url: str) -> None:
    await keep(storage, replace(KNOWN, grid_s=30), replace(KNOWN, grid_s=60))
    await keep(storage, KNOWN)
    assert await storage.archive.station_energy(NOON, NOON + QUARTER) == [KNOWN]
    assert count(url, "station_energy") == 1


async def test_a_period_is_from_its_start_to_before_its_end_and_oldest_first(storage: Storage) -> None:
    quarters = [replace(KNOWN, start=NOON + place * QUARTER) for place in range(6)]
    await keep(storage, *reversed(quarters))
    assert await storage.archive.station_energy(NOON + QUARTER, NOON + 4 * QUARTER) == quarters[1:4]


async def test_of_what_waited_for_the_database_the_last_is_kept(url: str) -> None:
    async with open_storage(url, now=clock) as storage:
        execute(url, "ALTER TABLE station_energy RENAME TO gone")
        storage.journal.energy(replace(KNOWN, grid_s=30))
        assert not await durable(storage)
        storage.journal.energy(KNOWN)
        execute(url, "ALTER TABLE gone RENAME TO station_energy")
        await until(lambda: storage.health().problem is None)
        assert await storage.archive.station_energy(NOON, NOON + QUARTER) == [KNOWN]


async def test_stations_are_told_apart(storage: Storage) -> None:
    other = replace(KNOWN, station_id=GARAGE, solar_wh=WattHours(1))
    await keep(storage, KNOWN, other)
    assert await storage.archive.station_energy(NOON, NOON + QUARTER, GARAGE) == [other]
    assert await storage.archive.station_energy(NOON, NOON + QUARTER) == [other, KNOWN]


async def test_what_flowed_outlives_the_station(storage: Storage) -> None:
    await storage.book.save_station(replace(HOME, id=GARAGE, is_default=False))
    await keep(storage, replace(KNOWN, station_id=GARAGE))
    await storage.book.delete_station(GARAGE)
    assert len(await storage.archive.station_energy(NOON, NOON + QUARTER, GARAGE)) == 1
