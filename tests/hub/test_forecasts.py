"""What the sun and the house are expected to do, with somebody who forecasts or without."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.hub.rig import ANNA, Rig

from chargedeck.domain.units import StationId, WattHours, Watts
from chargedeck.energy.prices import QUARTER, quarter_of
from chargedeck.energy.station_energy import StationEnergy
from chargedeck.energy.sun import Degrees, Plane, Roof, clear_sky
from chargedeck.hub.forecast_outlook import ForecastOutlook
from chargedeck.hub.forecasts import ASKED_EVERY, HOLDS_FOR, LEARNED_EVERY_S, Forecasts
from chargedeck.hub.outlooks import StationOutlook
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.solar_sites import SkyError, SkyService, SolarSite
from chargedeck.hub.station_flows import StationFlows
from chargedeck.hub.stations import Station

pytestmark = pytest.mark.virtual_time

HOME = StationId("home")
ROOF = Roof(Degrees(50.0), Degrees(10.0), (Plane(Watts(5000), Degrees(35), Degrees(180)),))
PANELS = SolarSite(HOME, ROOF)
ASKING = SolarSite(HOME, ROOF, SkyService.OPEN_METEO)
DAY = timedelta(days=1)


class Somebody:
    """Forecasts the same power at all times, or has nothing to say."""

    def __init__(self) -> None:
        self.power: float | None = 2000
        self.asked = 0

    async def expected(self, roof: Roof, now: datetime) -> Mapping[datetime, Watts]:
        self.asked += 1
        if self.power is None:
            raise SkyError("It cannot be reached")
        first = quarter_of(now) - 2 * DAY
        return {first + QUARTER * place: Watts(self.power) for place in range(96 * 5)}


class Place:
    """A station with a past."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.sky = Somebody()
        self.open()

    def open(self) -> None:
        flows = StationFlows(self.rig.context, self.rig.fleet)
        self.forecasts = Forecasts(self.rig.context, self.rig.fleet, flows, {SkyService.OPEN_METEO: self.sky})

    @property
    def station(self) -> Station:
        return self.rig.fleet.station(HOME)

    @property
    def tomorrow_noon(self) -> datetime:
        return (self.rig.now + DAY).replace(hour=12, minute=0, second=0, microsecond=0)

    async def lived(self, days: int, *, sun: float, house: float = 500) -> None:
        """So many days of so much of a clear sky."""
        first = quarter_of(self.rig.now) - days * DAY
        for place in range(96 * days):
            start = first + QUARTER * place
            power = clear_sky(ROOF, start + QUARTER / 2) * sun
            self.rig.context.journal.energy(
                StationEnergy(
                    HOME,
                    start,
                    solar_wh=WattHours(power / 4),
                    solar_s=900,
                    house_wh=WattHours(house / 4),
                    house_s=900,
                )
            )
        await self.rig.settle()


@pytest.fixture
def place(rig: Rig) -> Place:
    return Place(rig)


async def test_nothing_is_expected_where_nothing_is_known(place: Place) -> None:
    await place.forecasts.learn(place.station)
    assert place.forecasts.solar(HOME)(place.tomorrow_noon) == Watts(0)
    assert place.forecasts.house(HOME)(place.tomorrow_noon) == Watts(0)


async def test_the_house_will_do_as_it_did(place: Place) -> None:
    await place.lived(3, sun=0, house=640)
    await place.forecasts.learn(place.station)
    assert place.forecasts.house(HOME)(place.tomorrow_noon) == Watts(640)


async def test_without_a_service_a_clear_sky_is_scaled_by_the_last_days(place: Place) -> None:
    await place.lived(5, sun=0.4)
    known = await place.forecasts.set_up(place.station, PANELS, ANNA)
    expected = clear_sky(ROOF, place.tomorrow_noon + QUARTER / 2) * 0.4
    assert place.forecasts.solar(HOME)(place.tomorrow_noon) == pytest.approx(expected, rel=0.05)
    assert (known.by_service, known.problem, place.sky.asked) == (False, None, 0)


async def test_a_service_is_asked_and_believed(place: Place) -> None:
    known = await place.forecasts.set_up(place.station, ASKING, ANNA)
    assert (known.by_service, known.problem, place.sky.asked) == (True, None, 1)
    assert place.forecasts.solar(HOME)(place.tomorrow_noon) == pytest.approx(2000 * 0.85)


async def test_offline_the_sky_is_clear_and_the_reason_is_known(place: Place) -> None:
    place.sky.power = None
    known = await place.forecasts.set_up(place.station, ASKING, ANNA)
    assert (known.by_service, str(known.problem)) == (False, "It cannot be reached")
    expected = clear_sky(ROOF, place.tomorrow_noon + QUARTER / 2) * 0.5
    assert place.forecasts.solar(HOME)(place.tomorrow_noon) == pytest.approx(expected)


async def test_a_service_that_fails_is_asked_again_and_its_last_word_holds_for_a_day(place: Place) -> None:
    await place.forecasts.set_up(place.station, ASKING, ANNA)
    place.sky.power = None
    place.forecasts.start()
    await place.rig.pass_time(ASKED_EVERY.total_seconds() + LEARNED_EVERY_S + 10)
    known = place.forecasts.known(HOME)
    assert (known.by_service, str(known.problem)) == (True, "It cannot be reached")
    await place.rig.pass_time(HOLDS_FOR.total_seconds())
    assert not place.forecasts.known(HOME).by_service
    place.sky.power = 1000
    await place.rig.pass_time(3600)
    known = place.forecasts.known(HOME)
    assert (known.by_service, known.problem) == (True, None)


async def test_a_service_is_asked_every_three_hours(place: Place) -> None:
    await place.forecasts.set_up(place.station, ASKING, ANNA)
    place.forecasts.start()
    await place.rig.pass_time(DAY.total_seconds() + 10)
    assert place.sky.asked == 9


async def test_panels_are_there_after_a_restart(place: Place) -> None:
    await place.forecasts.set_up(place.station, ASKING, ANNA)
    await place.rig.crash()
    place.open()
    await place.forecasts.load()
    assert place.forecasts.known(HOME).site == ASKING
    await place.forecasts.learn(place.station)
    assert place.forecasts.known(HOME).by_service


async def test_panels_that_are_gone_bring_nothing(place: Place) -> None:
    await place.lived(1, sun=0.4)
    await place.forecasts.set_up(place.station, ASKING, ANNA)
    await place.forecasts.remove(place.station, ANNA)
    assert place.forecasts.solar(HOME)(place.tomorrow_noon) == Watts(0)
    assert place.forecasts.house(HOME)(place.tomorrow_noon) == Watts(500)
    assert place.rig.disk.memory.tables.solar_sites == {}  # type: ignore[attr-defined]


async def test_other_panels_are_asked_for_at_once(place: Place) -> None:
    await place.forecasts.set_up(place.station, ASKING, ANNA)
    larger = replace(ROOF, planes=(*ROOF.planes, *ROOF.planes))
    await place.forecasts.set_up(place.station, replace(ASKING, roof=larger), ANNA)
    assert place.sky.asked == 2


def test_a_site_has_panels() -> None:
    with pytest.raises(InvalidValueError, match="planes"):
        SolarSite(HOME, replace(ROOF, planes=()))


# -- for plans -------------------------------------------------------------------------------------


async def test_a_plan_looks_at_what_is_expected(place: Place) -> None:
    await place.lived(3, sun=0.4, house=640)
    await place.forecasts.set_up(place.station, ASKING, ANNA)
    start = place.rig.now
    first, *later = ForecastOutlook(StationOutlook(), place.forecasts)(
        place.station, start, start + DAY
    ).slots
    assert (first.solar_w, first.load_w) == (Watts(0), Watts(0)), "the first is measured"
    assert {slot.load_w for slot in later} == {Watts(640)}
    assert [slot.solar_w for slot in later] == [place.forecasts.solar(HOME)(slot.start) for slot in later]


async def test_where_nothing_is_known_a_plan_looks_at_what_is(place: Place) -> None:
    start = place.rig.now
    plain = StationOutlook()(place.station, start, start + DAY)
    assert ForecastOutlook(StationOutlook(), place.forecasts)(place.station, start, start + DAY) == plain
