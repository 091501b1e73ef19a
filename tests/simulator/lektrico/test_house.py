"""The house that devices stand in: a day of load and sun, and what its meter makes of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargedeck.domain.units import Watts
from chargedeck.simulator.clock import Instant
from chargedeck.simulator.house import House, HouseModel, load_power, sun_power

DAY = 1_800_057_600 // 86_400 * 86_400
"""A midnight in UTC."""
MODEL = HouseModel()


def at(hour: float) -> Instant:
    return Instant(DAY + hour * 3600)


@pytest.mark.parametrize(
    ("hour", "least", "most"), [(0, 0, 0), (5.9, 0, 0), (12, 4_500, 6_500), (18.1, 0, 0)]
)
def test_the_sun_rises_and_sets(hour: float, least: float, most: float) -> None:
    assert least <= sum(sun_power(MODEL, at(hour))) <= most


def test_the_evening_is_busier_than_the_night() -> None:
    assert sum(load_power(MODEL, at(19))) > 3 * sum(load_power(MODEL, at(3)))


@given(st.floats(0, 48))
def test_load_and_sun_are_never_negative_and_move_smoothly(hour: float) -> None:
    for power in (load_power, sun_power):
        before, after = power(MODEL, at(hour)), power(MODEL, Instant(at(hour) + 1))
        assert all(watts >= 0 for watts in before)
        assert abs(sum(after) - sum(before)) < 150


def test_a_house_on_one_phase_has_two_dead_ones() -> None:
    house = House(HouseModel(phases=1))
    live, *dead = house.grid(at(19))
    assert live.power_w > 1_000
    assert not any(reading.voltage_v or reading.power_w or reading.current_a for reading in dead)


@given(st.lists(st.floats(0, 20_000), min_size=3, max_size=3), st.floats(0, 30_000), st.floats(0, 22_000))
def test_what_crosses_the_meter_adds_up(load: list[float], sun: float, car: float) -> None:
    house = House()
    house.set(load, sun)
    house.consumers.append(lambda _now: (Watts(car), Watts(0), Watts(0)))
    readings = house.grid(at(12))
    assert sum(reading.power_w for reading in readings) == pytest.approx(sum(load) - sun + car, abs=1e-3)
    for reading in readings:
        apparent = reading.voltage_v * abs(reading.current_a)
        assert apparent * reading.power_factor == pytest.approx(abs(reading.power_w), abs=1e-3)
        assert reading.current_a * reading.power_w >= 0
