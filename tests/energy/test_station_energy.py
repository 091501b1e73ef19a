"""A quarter of an hour of a station: what it was fed from, however much of it was measured."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from chargedeck.domain.units import StationId, WattHours, Watts
from chargedeck.energy.cost_energy import Flow
from chargedeck.energy.station_energy import StationEnergy, flows_of

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOME = StationId("home")


def energy(
    grid: float = 0, solar: float = 0, battery: float = 0, *, sold: float = 0, stored: float = 0
) -> StationEnergy:
    """All of it measured for the whole quarter."""
    return StationEnergy(
        HOME,
        NOON,
        WattHours(grid),
        WattHours(sold),
        900,
        WattHours(solar),
        900,
        WattHours(battery),
        WattHours(stored),
        900,
    )


@pytest.mark.parametrize(
    ("known", "flow"),
    [
        pytest.param(energy(500), (500, 0, 0), id="the grid alone"),
        pytest.param(energy(500, 300, 200), (500, 300, 200), id="everything together"),
        pytest.param(energy(0, 900, sold=400), (0, 500, 0), id="what was sold did not feed the house"),
        pytest.param(energy(0, 900, stored=300), (0, 600, 0), id="nor what went into the battery"),
        pytest.param(energy(0, 900, sold=400, stored=300), (0, 200, 0), id="nor both"),
        pytest.param(energy(700, 100, stored=300), (500, 0, 0), id="the grid brings what the sun could not"),
        pytest.param(energy(0, 100, 500, sold=300), (0, 0, 300), id="a battery that sells"),
        pytest.param(energy(0, 0, 0, sold=300), (0, 0, 0), id="something unseen feeds in"),
        pytest.param(energy(), (0, 0, 0), id="nothing"),
    ],
)
def test_what_fed_the_house(known: StationEnergy, flow: tuple[int, int, int]) -> None:
    assert known.flow == Flow(*map(Decimal, flow))


def test_without_a_meter_at_the_grid_nothing_is_said() -> None:
    assert StationEnergy(HOME, NOON, solar_wh=WattHours(100), solar_s=900).flow is None


def test_a_part_that_was_measured_stands_for_the_quarter() -> None:
    half = StationEnergy(HOME, NOON, WattHours(100), grid_s=300, solar_wh=WattHours(300), solar_s=900)
    assert half.flow == Flow(Decimal(300), Decimal(300), Decimal(0))


def test_means_are_of_the_time_that_was_measured() -> None:
    known = StationEnergy(
        HOME, NOON, solar_wh=WattHours(100), solar_s=360, house_wh=WattHours(-50), house_s=900
    )
    assert (known.solar_w, known.house_w) == (Watts(1000), Watts(-200))
    assert (energy().solar_w, StationEnergy(HOME, NOON).solar_w) == (Watts(0), None)


def test_a_session_s_cost_gets_the_quarters_that_are_known() -> None:
    unknown = StationEnergy(HOME, NOON.replace(hour=13))
    assert flows_of([energy(500), unknown]) == {NOON: Flow(Decimal(500), Decimal(0), Decimal(0))}
