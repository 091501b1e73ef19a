"""What a station has to expect, by its tariff and by what its meters say now."""

from datetime import datetime, timedelta

import pytest
from tests.hub.rig import Rig

from chargedeck.domain.meter import MeterPhase
from chargedeck.domain.units import Amps, Volts, Watts
from chargedeck.energy.prices import QUARTER
from chargedeck.hub.management import MAIN
from chargedeck.hub.outlooks import StationOutlook
from chargedeck.hub.station_meters import Source, measured
from chargedeck.hub.stations import Station

pytestmark = pytest.mark.virtual_time

DAY = timedelta(days=1)


def meter(rig: Rig, grid_a: float, solar_w: float | None = None) -> Station:
    station = rig.fleet.station("home")
    phase = MeterPhase(1, Volts(230), Amps(grid_a))
    station.meters.push(Source.GRID, MAIN, measured(rig.now, [phase], None), rig.now)
    if solar_w is not None:
        station.meters.push(Source.SOLAR, MAIN, measured(rig.now, [], Watts(solar_w)), rig.now)
    return station


def powers(station: Station, now: datetime) -> list[tuple[float, float]]:
    """Sun and house, in the slot at hand and in the next one."""
    told = StationOutlook()(station, now, now + DAY)
    assert told.currency is None
    assert len(told.slots) == DAY // QUARTER
    return [(slot.solar_w, slot.load_w) for slot in told.slots[:2]]


@pytest.mark.parametrize(
    ("grid_a", "solar_w", "expected"),
    [
        pytest.param(10, None, [(0, 2300), (0, 2300)], id="a house without panels"),
        pytest.param(-10, None, [(2300, 0), (0, 0)], id="panels that nobody measures"),
        pytest.param(-10, 3000, [(3000, 700), (0, 700)], id="panels with a meter"),
        pytest.param(10, 0, [(0, 2300), (0, 2300)], id="panels at night"),
    ],
)
async def test_the_slot_at_hand_is_measured_and_the_house_goes_on_as_it_is(
    rig: Rig, grid_a: float, solar_w: float | None, expected: list[tuple[float, float]]
) -> None:
    assert powers(meter(rig, grid_a, solar_w), rig.now) == expected


async def test_without_a_meter_nothing_is_expected_and_no_time_is_better_than_another(rig: Rig) -> None:
    assert powers(rig.fleet.station("home"), rig.now) == [(0, 0), (0, 0)]
    slots = StationOutlook()(rig.fleet.station("home"), rig.now, rig.now + DAY).slots
    assert len({slot.worth for slot in slots}) == 1
