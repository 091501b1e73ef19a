"""Dimming by the grid operator: 4.2 kW for a device, and less for each of several."""

import pytest

from chargedeck.domain.units import Watts
from chargedeck.energy.grid_operator import dimmed, floor_for


@pytest.mark.parametrize(
    ("devices", "heat", "watts"),
    [
        pytest.param(0, 0, 0, id="nothing to dim"),
        pytest.param(1, 0, 4200, id="a charger"),
        pytest.param(2, 0, 4200 + 0.8 * 4200, id="two chargers"),
        pytest.param(3, 0, 4200 + 2 * 0.75 * 4200, id="three chargers"),
        pytest.param(9, 0, 4200 + 8 * 0.45 * 4200, id="nine chargers"),
        pytest.param(20, 0, 4200 + 19 * 0.45 * 4200, id="twenty chargers"),
        pytest.param(2, 15_000, 6000 + 0.8 * 4200, id="a large heat pump and a charger"),
        pytest.param(2, 5000, 4200 + 0.8 * 4200, id="a small heat pump and a charger"),
    ],
)
def test_what_an_energy_manager_is_left_at_least(devices: int, heat: float, watts: float) -> None:
    assert floor_for(devices, Watts(heat)) == pytest.approx(watts)


@pytest.mark.parametrize(
    ("ordered", "solar", "watts"),
    [
        pytest.param(0, 0, 4200, id="an order is never below the floor"),
        pytest.param(6000, 0, 6000, id="a milder order"),
        pytest.param(0, 3000, 7200, id="own sun comes on top"),
        pytest.param(0, -3000, 4200, id="a house that takes from the grid has no sun to add"),
    ],
)
def test_what_the_devices_may_take(ordered: float, solar: float, watts: float) -> None:
    assert dimmed(Watts(ordered), 1, solar=Watts(solar)) == watts
