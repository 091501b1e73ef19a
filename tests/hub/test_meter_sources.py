"""Meters that are asked: set up, read in turn, lost and found; only the meter's end is scripted."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from tests.hub.controlled import control_of
from tests.hub.rig import ANNA, Rig

from chargedeck.domain.meter import MeterPhase
from chargedeck.domain.problems import ConflictError, OutOfRangeError, UnknownResourceError
from chargedeck.domain.sentences import Sentence
from chargedeck.domain.units import Amps, StationId, Volts, Watts
from chargedeck.energy.circuits import CircuitId
from chargedeck.hub.management import MAIN, ManagedCircuit
from chargedeck.hub.meter_records import Answered, MeterFailedError, MeterKind, MeterRecord, MeterTrouble
from chargedeck.hub.meter_sources import MeterSources
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.polled_meter import LAST_RETRY_S, PolledMeter
from chargedeck.hub.station_meters import Origin, Source
from chargedeck.hub.stations import Station
from chargedeck.hub.views import EnergyView

pytestmark = pytest.mark.virtual_time

HOME = StationId("home")
CELLAR = CircuitId("cellar")
LOST = MeterFailedError(MeterTrouble.NOT_FOUND, Sentence("Nothing answers; check its power"))


class Line:
    """A meter that says what it is told to say."""

    def __init__(self, street: "Street", record: MeterRecord) -> None:
        self._street = street
        self._address = record.address

    async def read(self) -> Answered:
        await asyncio.sleep(0.01)
        self._street.asked.append(self._address)
        answer = self._street.answers[self._address]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def close(self) -> None:
        self._street.closed += 1


class Street:
    """The meters that there are, by address."""

    def __init__(self) -> None:
        self.answers: dict[str, Answered | Exception] = {}
        self.asked: list[str] = []
        self.closed = 0

    def check(self, record: MeterRecord) -> MeterRecord:
        if " " in record.address:
            raise InvalidValueError("address", Sentence("must be an address"))
        return replace(record, address=record.address.lower())

    def line(self, record: MeterRecord) -> Line:
        return Line(self, record)


def says(*powers: float, total: float | None = None) -> Answered:
    phases = tuple(
        MeterPhase(number, Volts(230), power_w=Watts(power)) for number, power in enumerate(powers, 1)
    )
    return Answered(phases, None if total is None else Watts(total), "Test 1")


def draft(address: str = "roof", **more: Any) -> MeterRecord:
    settings = {"source": Source.SOLAR} | more
    return MeterRecord("", HOME, address.title(), MeterKind.SHELLY, address, **settings)


class Place:
    """A station with meters."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.street = Street()
        self.open()

    def open(self) -> None:
        self.control = control_of(self.rig.context, self.rig.fleet)
        self.meters = MeterSources(self.rig.context, self.rig.fleet, self.control, self.street)

    @property
    def station(self) -> Station:
        return self.rig.fleet.station(HOME)

    @property
    def energy(self) -> EnergyView:
        return self.station.energy()

    async def add(self, address: str, answer: Answered | Exception, **more: Any) -> PolledMeter:
        self.street.answers[address] = answer
        meter = await self.meters.add(draft(address, **more), ANNA)
        await self.rig.pass_time(0.1)
        return meter

    async def circuits(self, **metered: bool) -> None:
        main = ManagedCircuit(MAIN, "Main", None, Amps(25), metered=True)
        others = (
            ManagedCircuit(CircuitId(name), name, MAIN, Amps(16), metered=on) for name, on in metered.items()
        )
        circuits = (main, *others)
        await self.control.change(HOME, lambda known: replace(known, circuits=circuits), ANNA)


@pytest.fixture
async def place(rig: Rig) -> AsyncIterator[Place]:
    made = Place(rig)
    yield made
    await made.meters.aclose()


# -- what they measure -----------------------------------------------------------------------------


async def test_the_sun_of_two_roofs_is_their_sum(place: Place) -> None:
    await place.add("roof", says(1000))
    await place.add("barn", says(500))
    assert place.energy.flow.solar_w == 1500


async def test_without_one_of_the_two_nobody_knows_the_sum(place: Place) -> None:
    await place.add("roof", says(1000))
    await place.add("barn", LOST)
    assert place.energy.flow.solar_w is None
    place.street.answers["barn"] = says(200)
    await place.rig.pass_time(10)
    assert place.energy.flow.solar_w == 1200


async def test_the_grid_s_meter_watches_the_breaker(place: Place) -> None:
    meter = await place.add("house", says(2300, -1150, 0), source=Source.GRID)
    energy = place.energy
    assert (energy.meter.source, energy.meter.meter_id) == (Origin.METER, meter.record.id)
    assert [phase.current_a for phase in energy.phases] == [10, -5, 0]
    assert energy.flow.grid_w == 1150


async def test_a_phase_that_has_fallen_silent_is_missed_though_the_others_go_on(place: Place) -> None:
    await place.add("house", says(2300, 2300, 2300)._replace(age_s=10), source=Source.GRID)
    assert place.energy.meter.at is not None
    assert 10 <= (place.rig.context.now() - place.energy.meter.at).total_seconds() < 12
    assert not place.energy.meter.lost
    place.street.answers["house"] = says(2300, 2300, 2300)._replace(age_s=16)
    await place.rig.pass_time(6)
    assert place.energy.meter.lost


@pytest.mark.parametrize(
    ("more", "currents"),
    [
        ({}, [10, -5, 0]),
        ({"inverted": True}, [-10, 5, 0]),
        ({"rotation": (2, 3, 1)}, [0, 10, -5]),
        ({"rotation": (3, 1, 2), "inverted": True}, [5, 0, -10]),
    ],
)
async def test_signs_and_phases_are_turned(place: Place, more: dict[str, Any], currents: list[float]) -> None:
    await place.add("house", says(2300, -1150, 0), source=Source.GRID, **more)
    assert [phase.current_a for phase in place.energy.phases] == currents
    assert place.energy.flow.grid_w == sum(230 * current for current in currents)


async def test_a_meter_s_own_sum_is_turned_as_well(place: Place) -> None:
    await place.add("roof", says(total=-3000), inverted=True)
    assert place.energy.flow.solar_w == 3000


async def test_a_meter_below_the_main_breaker_is_expected_to_speak(place: Place) -> None:
    await place.circuits(cellar=False)
    meter = await place.add("cellar", says(230), source=Source.GRID, circuit=CELLAR)
    cellar = place.energy.circuits[1]
    assert (cellar.metered, cellar.phases[0].headroom_a) == (True, 15)
    await place.meters.remove(meter, ANNA)
    assert not place.energy.circuits[1].metered


async def test_a_battery_empties_into_the_house(place: Place) -> None:
    await place.add("house", says(100, 0, 0), source=Source.GRID)
    await place.add("battery", says(total=900), source=Source.BATTERY)
    assert (place.energy.flow.battery_w, place.energy.flow.house_w) == (900, 1000)


# -- how they are asked ----------------------------------------------------------------------------


async def test_each_is_asked_at_its_own_pace(place: Place) -> None:
    await place.add("fast", says(1), interval_s=1)
    await place.add("slow", says(1), interval_s=10)
    place.street.asked.clear()
    await place.rig.pass_time(60)
    assert place.street.asked.count("fast") == pytest.approx(60, abs=1)
    assert place.street.asked.count("slow") == pytest.approx(6, abs=1)


async def test_one_that_is_lost_says_why_and_since_when(place: Place) -> None:
    await place.add("roof", says(1000))
    place.street.answers["roof"] = LOST
    await place.rig.pass_time(2)
    since = place.rig.now
    await place.rig.pass_time(100)
    (meter,) = place.energy.meters
    assert meter.problem is not None
    assert (meter.problem.code, meter.problem.detail) == (MeterTrouble.NOT_FOUND, str(LOST))
    assert abs((meter.problem.since - since).total_seconds()) <= 2
    assert (meter.power_w, place.energy.flow.solar_w) == (1000, None)
    place.street.answers["roof"] = says(7)
    await place.rig.pass_time(LAST_RETRY_S + 1)
    (meter,) = place.energy.meters
    assert (meter.problem, meter.power_w) == (None, 7)


async def test_one_that_is_lost_is_asked_more_and_more_seldom(place: Place) -> None:
    await place.add("roof", LOST)
    await place.rig.pass_time(64)
    assert len(place.street.asked) == 8, "at 0, 1, 3, 7 and 15 s, and then every quarter of a minute"
    await place.rig.pass_time(300)
    assert len(place.street.asked) == 28


@pytest.mark.parametrize("error", [ValueError("what is this"), TimeoutError()])
async def test_whatever_goes_wrong_it_is_asked_again(
    place: Place, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    await place.add("roof", error)
    (meter,) = place.energy.meters
    assert meter.problem is not None
    place.street.answers["roof"] = says(7)
    await place.rig.pass_time(3)
    assert place.energy.flow.solar_w == 7
    assert "cannot be read" in caplog.text


@pytest.mark.parametrize(
    ("source", "answer", "words"),
    [
        (Source.GRID, says(total=1), "phase by phase"),
        (Source.SOLAR, Answered((), None, "x"), "no power"),
        (Source.BATTERY, Answered((), None, "x"), "of a battery"),
    ],
)
async def test_an_answer_that_does_not_tell_what_is_wanted(
    place: Place, source: Source, answer: Answered, words: str
) -> None:
    await place.add("it", answer, source=source)
    (meter,) = place.energy.meters
    assert meter.problem is not None
    assert words in meter.problem.detail


async def test_a_phase_that_is_told_no_more_makes_the_breaker_s_meter_lost(place: Place) -> None:
    meter = await place.add("house", says(2300, 2300, 2300), source=Source.GRID)
    phases = says(2300, 4600, 2300).phases
    place.street.answers["house"] = Answered((phases[0], MeterPhase(2), phases[2]), None, "Test 1")
    await place.rig.pass_time(17)
    (shown,) = place.energy.meters
    assert shown.problem is not None
    assert "does not tell L2 any more" in shown.problem.detail
    assert place.energy.meter.lost
    place.street.answers["house"] = says(2300, 4600, 2300)
    await place.rig.pass_time(LAST_RETRY_S + 1)
    assert (place.energy.meter.lost, place.energy.phases[1].current_a) == (False, 20)
    place.street.answers["house"] = says(2300)
    await place.meters.change(meter, lambda known: replace(known, interval_s=2.0), ANNA)
    await place.rig.pass_time(20)
    assert not place.energy.meter.lost, "set up anew, it may have fewer phases"


# -- set up ----------------------------------------------------------------------------------------


async def test_they_are_there_after_a_restart(place: Place) -> None:
    await place.circuits(cellar=False)
    roof = await place.add("roof", says(1000), inverted=True, secret="hidden", channel=2)
    await place.add("cellar", says(1), source=Source.GRID, circuit=CELLAR, rotation=(2, 3, 1))
    await place.meters.aclose()
    await place.rig.crash()
    place.open()
    await place.meters.load()
    await place.rig.pass_time(6)
    cellar, again = place.meters.of(place.station)
    assert again.record == roof.record
    assert cellar.record.rotation == (2, 3, 1)
    assert place.energy.flow.solar_w == -1000
    assert place.energy.circuits[1].metered


async def test_a_try_keeps_nothing(place: Place) -> None:
    place.street.answers["roof"] = says(230, 0, 0)
    answered, reading = await place.meters.test(draft("ROOF", inverted=True))
    assert (answered.model, reading.power_w) == ("Test 1", Watts(-230))
    assert place.street.closed == 1
    assert not place.station.polled
    assert place.station.view().energy is None


async def test_a_try_of_what_does_not_answer_says_why(place: Place) -> None:
    place.street.answers["roof"] = LOST
    with pytest.raises(MeterFailedError, match="check its power"):
        await place.meters.test(draft())
    assert place.street.closed == 1


async def test_a_change_holds_at_once(place: Place) -> None:
    meter = await place.add("roof", says(1000))
    place.street.answers["barn"] = says(500)
    await place.meters.change(meter, lambda known: replace(known, address="barn", inverted=True), ANNA)
    await place.rig.pass_time(0.1)
    assert place.energy.flow.solar_w == -500
    place.street.asked.clear()
    await place.rig.pass_time(20)
    assert set(place.street.asked) == {"barn"}


async def test_a_change_to_what_it_is_already_changes_nothing(place: Place) -> None:
    meter = await place.add("roof", says(1000))
    assert await place.meters.change(meter, lambda known: known, ANNA) is meter


async def test_what_was_the_sun_s_is_the_sun_s_no_more(place: Place) -> None:
    meter = await place.add("roof", says(1000))
    changed = await place.meters.change(meter, lambda known: replace(known, source=Source.BATTERY), ANNA)
    await place.rig.pass_time(1)
    assert (place.energy.flow.solar_w, place.energy.flow.battery_w) == (None, 1000)
    await place.meters.remove(changed, ANNA)
    assert place.energy.flow.battery_w is None
    assert [event["meter"] for event in place.rig.events("meter_removed")] == ["Roof"]


async def test_one_breaker_has_one_meter(place: Place) -> None:
    await place.circuits(cellar=False)
    await place.add("house", says(1), source=Source.GRID)
    with pytest.raises(ConflictError, match="'House' already measures there"):
        await place.add("other", says(1), source=Source.GRID)
    with pytest.raises(ConflictError):
        await place.add("other", says(1), source=Source.GRID, circuit=MAIN)
    await place.add("other", says(1), source=Source.GRID, circuit=CELLAR)


@pytest.mark.parametrize(
    ("more", "problem", "words"),
    [
        ({"address": "a b"}, InvalidValueError, "address"),
        ({"source": Source.GRID, "circuit": CircuitId("attic")}, InvalidValueError, "no breaker of this"),
        ({"circuit": CELLAR}, InvalidValueError, "for a meter of the grid"),
        ({"rotation": (1, 1, 2)}, InvalidValueError, "phases"),
        ({"interval_s": 0.5}, OutOfRangeError, "interval_s"),
        ({"interval_s": 31}, OutOfRangeError, "interval_s"),
        ({"interval_s": 11, "source": Source.GRID}, OutOfRangeError, "interval_s"),
        ({"channel": 32}, OutOfRangeError, "channel"),
        ({"unit_id": 256}, OutOfRangeError, "unit_id"),
    ],
)
async def test_a_meter_that_cannot_be_is_refused(
    place: Place, more: dict[str, Any], problem: type[Exception], words: str
) -> None:
    with pytest.raises(problem, match=words):
        await place.meters.add(draft(**{"address": "roof", **more}), ANNA)
    assert not place.station.polled


async def test_a_station_that_is_gone_takes_its_meters_with_it(place: Place) -> None:
    work = replace(place.station.record, id=StationId("work"), is_default=False)
    await place.rig.fleet.save_station(work)
    place.street.answers["roof"] = says(1)
    await place.meters.add(replace(draft("roof"), station_id=work.id), ANNA)
    await place.rig.pass_time(1)
    await place.rig.fleet.remove_station(work.id)
    await place.rig.pass_time(10)
    place.street.asked.clear()
    await place.rig.pass_time(30)
    assert place.street.asked == []


async def test_a_meter_is_found_by_its_id(place: Place) -> None:
    meter = await place.add("roof", says(1))
    assert place.meters.get(meter.record.id) is meter
    with pytest.raises(UnknownResourceError):
        place.meters.get("nobody")


async def test_there_are_not_more_than_so_many(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chargedeck.hub.meter_sources.MOST_METERS", 2)
    await place.add("one", says(1))
    await place.add("two", says(1))
    with pytest.raises(ConflictError, match="remove one first"):
        await place.add("three", says(1))
