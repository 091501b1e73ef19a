"""What a car draws: tables from what real cars do, properties for what none may do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargedeck.domain.units import Amps, Ratio, WattHours
from chargedeck.simulator.car import Car, CarModel, charged, energy_to_full, wanted_current

MODELS = st.builds(
    CarModel,
    battery_wh=st.floats(1_000, 200_000).map(WattHours),
    max_current_a=st.floats(6, 63).map(Amps),
    taper_from=st.floats(0, 1).map(Ratio),
    taper_to=st.floats(0, 1).map(Ratio),
)
CARS = st.builds(Car, MODELS, st.floats(0, 1).map(Ratio))


@pytest.mark.parametrize(
    ("soc", "offered", "drawn"),
    [
        pytest.param(0.35, 32, 16, id="its own maximum"),
        pytest.param(0.35, 13, 13, id="what it is offered"),
        pytest.param(0.35, 6, 6, id="the least there is"),
        pytest.param(0.35, 5.9, 0, id="below 6 A is nothing"),
        pytest.param(0.8, 32, 16, id="full current up to 80 %"),
        pytest.param(0.9, 32, 8.64, id="half way down the taper"),
        pytest.param(0.9, 7, 7, id="the offer is below the taper"),
        pytest.param(1.0, 32, 0, id="full"),
    ],
)
def test_wanted_current(soc: float, offered: float, drawn: float) -> None:
    assert wanted_current(Car(soc=Ratio(soc)), Amps(offered)) == pytest.approx(drawn)


@given(CARS, st.floats(0, 100).map(Amps))
def test_no_car_wants_more_than_it_is_offered_or_built_for(car: Car, offered: Amps) -> None:
    assert 0 <= wanted_current(car, offered) <= min(offered, car.model.max_current_a)


@given(CARS, st.floats(0, 500_000).map(WattHours))
def test_a_battery_never_holds_more_than_all_and_never_loses(car: Car, energy: WattHours) -> None:
    assert car.soc <= charged(car, energy).soc <= 1


@given(CARS)
def test_energy_to_full_fills_the_battery(car: Car) -> None:
    assert charged(car, energy_to_full(car)).soc == pytest.approx(1)
