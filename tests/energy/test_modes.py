"""Hybrid and green: how the sun becomes a limit, when charging starts and stops, and on how many phases."""

from datetime import timedelta
from typing import Any

import pytest
from tests.energy.causes import told_by_cause
from tests.energy.household import at, seconds

from chargedeck.domain.limits import LimitReason, Rung
from chargedeck.domain.problems import OutOfRangeError
from chargedeck.domain.units import Amps, Watts
from chargedeck.energy.modes import Average, Delayed, Mode, SolarCharger, SolarSettings, Steady

GREEN, HYBRID = Mode.GREEN, Mode.HYBRID
LATE = timedelta(minutes=4)


class Sun:
    """Shines on one charger; a quarter of a minute passes between two looks at it."""

    def __init__(self, mode: Mode = GREEN, phases: int = 1, **settings: Any) -> None:
        self.mode, self.on = mode, phases
        self.charger = SolarCharger(SolarSettings(**settings))
        self.second = 0

    def shines(self, watts: float, minutes: float) -> Rung:
        rung = None
        for _ in range(int(minutes * 4)):
            rung = self.charger.rung(at(self.second), Watts(watts), self.mode, self.on)
            self.second += 15
        return told_by_cause(rung)

    def phases_at(self, watts: float, minutes: float) -> int:
        phases = 0
        for _ in range(int(minutes * 4)):
            phases = self.charger.phases(at(self.second), Watts(watts), self.mode)
            self.charger.rung(at(self.second), Watts(watts), self.mode, phases)
            self.second += 15
        return phases


class TestGreen:
    def test_charging_starts_when_the_sun_has_been_enough_for_long_enough(self) -> None:
        sun = Sun()
        assert sun.shines(2300, 3).current_a == 0.0
        assert sun.shines(2300, 1) == Rung(LimitReason.SOLAR, Amps(10), "sun 2.3 kW")

    def test_a_cloud_before_the_start_begins_the_wait_anew(self) -> None:
        sun = Sun()
        sun.shines(2300, 2.5)
        sun.shines(500, 1)
        assert sun.shines(2300, 2.5).current_a == 0.0

    def test_too_little_sun_is_said_in_numbers(self) -> None:
        assert Sun(phases=3).shines(2300, 5) == Rung(LimitReason.SOLAR, Amps(0), "sun 2.3 kW of 4.1 kW")

    def test_a_short_cloud_is_bridged_at_the_minimum(self) -> None:
        sun = Sun()
        sun.shines(2300, 5)
        assert sun.shines(0, 1).current_a == 6.0
        assert sun.shines(2300, 1).current_a == 10.0

    def test_a_long_one_stops_charging(self) -> None:
        sun = Sun()
        sun.shines(2300, 5)
        assert sun.shines(0, 4).current_a == 0.0

    def test_charging_goes_on_with_less_sun_than_the_car_takes_where_the_owner_says_so(self) -> None:
        sun = Sun(least_solar_a=Amps(3))
        sun.shines(2300, 5)
        assert sun.shines(800, 10).current_a == 6.0
        assert sun.shines(500, 10).current_a == 0.0
        assert sun.shines(800, 10).current_a == 0.0

    def test_a_car_that_needs_more_than_6_a_gets_it(self) -> None:
        sun = Sun(car_minimum_a=Amps(8))
        assert sun.shines(1600, 5).current_a == 0.0
        assert sun.shines(1900, 5).current_a == 8.0


class TestHybrid:
    @pytest.mark.parametrize(("watts", "amps"), [(0, 8), (1500, 8), (2300, 10), (-3000, 8)])
    def test_the_sun_and_at_least_the_minimum(self, watts: float, amps: float) -> None:
        rung = Sun(HYBRID, hybrid_minimum_a=Amps(8)).shines(watts, 1)
        assert rung == Rung(LimitReason.SOLAR, Amps(amps), f"sun {watts / 1000:.1f} kW, at least 8 A")


class TestPhases:
    def test_a_charger_that_stands_still_starts_on_what_the_sun_is_enough_for(self) -> None:
        assert Sun().phases_at(3000, 1) == 1
        assert Sun().phases_at(5000, 1) == 3

    @pytest.mark.parametrize(
        ("before", "after", "minutes", "phases"),
        [
            pytest.param(5000, 4300, 30, 3, id="within the band, three stay"),
            pytest.param(3000, 4300, 30, 1, id="within the band, one stays"),
            pytest.param(3000, 4500, 9, 1, id="enough for three, but not for long"),
            pytest.param(3000, 4500, 11, 3, id="enough for three, for long enough"),
            pytest.param(5000, 4160, 9, 3, id="too little for three, but not for long"),
            pytest.param(5000, 4160, 11, 1, id="too little for three, for long enough"),
        ],
    )
    def test_a_switch_while_charging_has_to_be_worth_it(
        self, before: float, after: float, minutes: float, phases: int
    ) -> None:
        sun = Sun()
        sun.phases_at(before, 5)
        assert sun.phases_at(after, minutes) == phases

    def test_hybrid_waits_before_it_switches_since_it_always_charges(self) -> None:
        sun = Sun(HYBRID)
        assert sun.phases_at(2000, 9) == 3
        assert sun.phases_at(2000, 2) == 1

    @pytest.mark.parametrize(
        ("mode", "forced", "phases"),
        [
            (GREEN, {"green_forced_single_phase": True}, 1),
            (GREEN, {"hybrid_forced_single_phase": True}, 3),
            (HYBRID, {"hybrid_forced_single_phase": True}, 1),
            (HYBRID, {"green_forced_single_phase": True}, 3),
        ],
    )
    def test_the_owner_may_force_one_phase(self, mode: Mode, forced: dict[str, bool], phases: int) -> None:
        assert Sun(mode, **forced).phases_at(9000, 20) == phases


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"hybrid_minimum_a": Amps(5)}, "hybrid_minimum_a"),
        ({"hybrid_minimum_a": Amps(33)}, "hybrid_minimum_a"),
        ({"least_solar_a": Amps(0)}, "least_solar_a"),
        ({"least_solar_a": Amps(7)}, "least_solar_a"),
        ({"car_minimum_a": Amps(11)}, "car_minimum_a"),
        ({"one_phase_below_w": Watts(4500)}, "one_phase_below_w"),
    ],
)
def test_settings_outside_their_range_are_refused_by_name(settings: dict[str, Any], field: str) -> None:
    with pytest.raises(OutOfRangeError) as refused:
        SolarSettings(**settings)
    assert refused.value.field == field


def test_an_average_starts_with_its_first_value_and_follows() -> None:
    average = Average(seconds(30))
    assert average.add(at(0), Watts(3000)) == 3000.0
    assert average.add(at(3), Watts(0)) == pytest.approx(2700)
    assert average.add(at(60), Watts(1000)) == 1000.0


@pytest.mark.parametrize(
    ("current", "after", "steady"),
    [
        pytest.param(10.9, 60, 10, id="not an ampere more"),
        pytest.param(11.0, 60, 11, id="an ampere more"),
        pytest.param(9.6, 60, 10, id="not half an ampere less"),
        pytest.param(9.4, 60, 9, id="half an ampere less"),
        pytest.param(16.0, 29, 10, id="too soon"),
    ],
)
def test_steady(current: float, after: float, steady: float) -> None:
    amps = Steady()
    amps.follow(at(0), Amps(10.4))
    assert amps.follow(at(after), Amps(current)) == steady


def test_a_delayed_yes_forgets_a_wish_that_passes() -> None:
    switch = Delayed()
    for second, wanted in ((0, True), (50, False), (60, True), (119, True)):
        assert not switch.update(at(second), wanted, on_after=seconds(60), off_after=seconds(0))
    assert switch.update(at(120), True, on_after=seconds(60), off_after=seconds(0))
    assert not switch.update(at(121), False, on_after=seconds(60), off_after=seconds(0))
