"""What flows at a station is counted every second, and a crash takes half a minute of it at most."""

import pytest
from tests.hub.rig import Rig

from chargedeck.domain.meter import MeterPhase
from chargedeck.domain.units import StationId, Volts, Watts
from chargedeck.energy.prices import QUARTER, quarter_of
from chargedeck.energy.station_energy import StationEnergy
from chargedeck.hub.management import MAIN
from chargedeck.hub.station_flows import StationFlows
from chargedeck.hub.station_meters import Source, measured

pytestmark = pytest.mark.virtual_time

HOME = StationId("home")


class Place:
    """A house that buys and makes power, with meters that are pushed every second."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.powers: dict[Source, float] = {Source.GRID: 3600}
        self.car: float | None = None
        self.ref = ""

    async def open(self) -> StationFlows:
        self.flows = StationFlows(self.rig.context, self.rig.fleet)
        await self.flows.load()
        self.flows.start()
        return self.flows

    async def pass_time(self, seconds: int) -> None:
        for _ in range(seconds):
            for source, power in self.powers.items():
                phase = MeterPhase(1, Volts(230), power_w=Watts(power))
                reading = measured(self.rig.now, [phase], None)
                self.rig.fleet.station(HOME).meters.push(source, MAIN, reading, self.rig.now)
            if self.car is not None:
                await self.rig.meter(1_000, ref=self.ref, power=self.car)
            await self.rig.pass_time(1)

    async def known(self) -> StationEnergy:
        (known,) = await self.flows.between(HOME, quarter_of(self.rig.now), self.rig.now)
        return known


@pytest.fixture
async def place(rig: Rig) -> Place:
    made = Place(rig)
    await made.open()
    return made


async def test_a_station_without_a_meter_has_no_ledger(place: Place) -> None:
    place.powers.clear()
    await place.pass_time(120)
    place.flows.save()
    assert await place.flows.between(HOME, place.rig.ago(3600), place.rig.now) == []


async def test_sun_grid_and_car_are_told_apart_in_mode_off(place: Place) -> None:
    place.ref = str((await place.rig.charging()).ref)
    place.powers, place.car = {Source.GRID: 360, Source.SOLAR: 1800}, 1440
    await place.pass_time(102)
    known = await place.known()
    assert known.grid_s == pytest.approx(100, abs=1)
    assert known.from_grid_wh == pytest.approx(known.grid_s / 10)
    assert known.solar_wh == pytest.approx(known.solar_s / 2)
    assert known.chargers_wh == pytest.approx(known.chargers_s * 0.4)
    assert known.house_wh == pytest.approx(known.house_s * 0.2)


async def test_a_lost_meter_leaves_its_time_out(place: Place) -> None:
    place.powers = {Source.GRID: 3600, Source.SOLAR: 360}
    await place.pass_time(30)
    del place.powers[Source.SOLAR]
    await place.pass_time(120)
    known = await place.known()
    assert known.grid_s == pytest.approx(150, abs=2)
    assert known.solar_s == pytest.approx(90, abs=2), "a value is held for a minute"
    assert known.house_s == known.solar_s, "without the sun nobody knows what the house takes"


async def test_a_charger_that_cannot_be_seen_hides_the_house(place: Place) -> None:
    await place.rig.charging()
    await place.pass_time(60)
    known = await place.known()
    assert (known.chargers_s, known.house_s) == (0, 0)
    assert known.grid_s > 55


async def test_quarters_follow_one_another_without_a_second_between(place: Place) -> None:
    begun = place.rig.now
    await place.pass_time(1000)
    first, second = await place.flows.between(HOME, begun, place.rig.now)
    assert (first.start, second.start) == (begun, begun + QUARTER)
    assert first.grid_s == pytest.approx(899, abs=1)
    assert second.grid_s == pytest.approx(99, abs=1)
    assert first in await place.rig.context.archive.station_energy(begun, begun + QUARTER)


async def test_a_crash_takes_half_a_minute_at_most_and_the_quarter_goes_on(place: Place) -> None:
    await place.pass_time(110)
    before = await place.known()
    await place.rig.crash()
    await place.open()
    after = await place.known()
    assert 0 <= before.grid_s - after.grid_s <= 31
    await place.pass_time(60)
    assert (await place.known()).grid_s == pytest.approx(after.grid_s + 60, abs=2)


async def test_what_is_written_down_at_a_stop_is_all_there_is(place: Place) -> None:
    await place.pass_time(47)
    before = await place.known()
    place.flows.save()
    await place.rig.restart()
    await place.open()
    assert await place.known() == before


async def test_a_station_that_is_gone_is_forgotten(place: Place) -> None:
    await place.pass_time(5)
    assert place.flows.recent(HOME)
    del place.rig.fleet.stations[HOME]
    await place.rig.pass_time(2)
    assert not place.flows.recent(HOME)
