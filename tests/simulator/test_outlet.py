"""The physical outlet: what it shows over time, and what no sequence of events can make it do."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chargedeck.domain.errors import ErrorType
from chargedeck.domain.units import Amps, Ratio
from chargedeck.simulator.car import Car, CarModel
from chargedeck.simulator.clock import Instant, Seconds, after
from chargedeck.simulator.faults import fault
from chargedeck.simulator.outlet import Outlet, Pilot, Wiring

START = Instant(1_800_000_000)


def charging_outlet(soc: float = 0.35, amps: float = 16) -> Outlet:
    outlet = Outlet(Wiring(), START)
    outlet.plug(Car(soc=Ratio(soc)))
    outlet.enable(Amps(amps))
    return outlet


def later(outlet: Outlet, seconds: float) -> Outlet:
    outlet.advance(after(outlet.at, Seconds(seconds)))
    return outlet


def test_the_car_answers_within_its_reaction_time_and_ramps_up() -> None:
    outlet = charging_outlet()
    assert outlet.pilot is Pilot.CONNECTED
    assert later(outlet, 1.9).current_a == 0.0
    assert later(outlet, 0.2).pilot is Pilot.CHARGING
    assert 0 < later(outlet, 1.9).current_a < 5
    assert later(outlet, 10).current_a == 16.0


def test_a_lower_offer_is_followed_within_the_reaction_time() -> None:
    outlet = later(charging_outlet(), 60)
    outlet.offer(Amps(10))
    assert outlet.offered_a == 10.0
    assert later(outlet, 1.9).current_a == 16.0
    assert later(outlet, 0.2).current_a == 10.0


def test_an_offer_below_six_amps_pauses_and_a_higher_one_resumes() -> None:
    outlet = later(charging_outlet(), 60)
    outlet.offer(Amps(5.9))
    assert outlet.offered_a == 0.0
    assert later(outlet, 3).pilot is Pilot.CONNECTED
    outlet.offer(Amps(8))
    assert later(outlet, 30).current_a == 8.0


def test_the_current_tapers_and_ends_when_the_battery_is_full() -> None:
    outlet = later(charging_outlet(soc=0.78), 60)
    currents = [later(outlet, 300).current_a for _ in range(60)]
    assert currents[0] == 16.0
    assert currents == sorted(currents, reverse=True)
    later(outlet, 24 * 3600)
    assert outlet.car is not None
    assert outlet.car.is_full
    assert outlet.pilot is Pilot.CONNECTED
    assert outlet.power_w == 0.0


def test_the_housing_warms_up_and_cools_down() -> None:
    outlet = charging_outlet(amps=32)
    outlet.plug(Car(CarModel(max_current_a=Amps(32))))
    warm = later(outlet, 1800).temperature_c
    assert 40 < warm < 55
    outlet.disable()
    assert later(outlet, 3600).temperature_c < 25


def test_a_single_phase_car_uses_one_phase() -> None:
    outlet = Outlet(Wiring(), START)
    outlet.plug(Car(CarModel(phases=1)))
    outlet.enable(Amps(16))
    later(outlet, 60)
    assert [outlet.phase_current_a(phase) for phase in (1, 2, 3)] == [16.0, 0.0, 0.0]
    assert 3500 < outlet.power_w < 3700


def test_unplugging_opens_the_contactor_at_once() -> None:
    outlet = later(charging_outlet(), 60)
    register = outlet.register_wh
    outlet.unplug()
    assert (outlet.pilot, outlet.power_w) == (Pilot.NO_CAR, 0.0)
    assert later(outlet, 3600).register_wh == register


@pytest.mark.parametrize("error", ErrorType)
def test_every_error_but_heat_stops_the_current_at_once(error: ErrorType) -> None:
    outlet = later(charging_outlet(), 60)
    outlet.raise_fault(fault(error))
    if error is ErrorType.DEVICE_HOT:
        assert later(outlet, 5).current_a == 10.0
        assert outlet.temperature_c > 65
    else:
        assert outlet.current_a == 0.0
        assert outlet.pilot is (Pilot.ERROR if error is ErrorType.CAR_ERROR else Pilot.FAULT)


def test_after_the_heat_it_charges_as_before() -> None:
    outlet = later(charging_outlet(), 60)
    outlet.raise_fault(fault(ErrorType.DEVICE_HOT))
    later(outlet, 60)
    outlet.clear_fault()
    assert later(outlet, 60).current_a == 16.0


EVENTS = st.one_of(
    st.tuples(st.just("wait"), st.floats(0.01, 600)),
    st.tuples(st.just("offer"), st.floats(0, 40)),
    st.tuples(st.just("enable"), st.floats(0, 40)),
    st.tuples(st.just("disable"), st.just(0.0)),
    st.tuples(st.just("plug"), st.floats(0, 1)),
    st.tuples(st.just("unplug"), st.just(0.0)),
    st.tuples(st.just("hot"), st.just(0.0)),
    st.tuples(st.just("trip"), st.just(0.0)),
    st.tuples(st.just("clear"), st.just(0.0)),
)


def happen(outlet: Outlet, what: str, value: float) -> None:
    actions = {
        "wait": lambda: later(outlet, value),
        "offer": lambda: outlet.offer(Amps(value)),
        "enable": lambda: outlet.enable(Amps(value)),
        "disable": outlet.disable,
        "plug": lambda: outlet.plug(Car(soc=Ratio(value))),
        "unplug": outlet.unplug,
        "hot": lambda: outlet.raise_fault(fault(ErrorType.DEVICE_HOT)),
        "trip": lambda: outlet.raise_fault(fault(ErrorType.RESIDUAL_CURRENT)),
        "clear": outlet.clear_fault,
    }
    actions[what]()


@given(st.lists(EVENTS, max_size=40))
@settings(max_examples=150, deadline=None)
def test_the_register_never_falls_and_the_pilot_tells_the_truth(events: list[tuple[str, float]]) -> None:
    outlet = Outlet(Wiring(), START)
    for what, value in events:
        before = outlet.register_wh
        happen(outlet, what, value)
        assert outlet.register_wh >= before
        assert outlet.offered_a == 0.0 or 6.0 <= outlet.offered_a <= 32.0
        assert (outlet.current_a > 0) <= outlet.contactor_closed


@given(st.lists(st.tuples(st.floats(0, 40), st.floats(0.1, 30)), min_size=1, max_size=30))
@settings(max_examples=150, deadline=None)
def test_no_car_draws_more_than_was_offered_in_its_reaction_time(offers: list[tuple[float, float]]) -> None:
    outlet = charging_outlet()
    history: list[tuple[float, float]] = [(outlet.at, outlet.offered_a)]
    for amps, wait in offers:
        outlet.offer(Amps(amps))
        history.append((outlet.at, outlet.offered_a))
        later(outlet, wait)
        horizon = outlet.at - 2.001
        old = [offered for at, offered in history if at <= horizon][-1:]
        recent = [offered for at, offered in history if at > horizon]
        assert outlet.current_a <= max(old + recent)


@given(st.lists(st.tuples(st.floats(0, 32), st.integers(1, 300)), min_size=1, max_size=8), st.floats(0.1, 1))
@settings(max_examples=40, deadline=None)
def test_the_register_is_the_integral_of_the_power(offers: list[tuple[float, int]], soc: float) -> None:
    outlet = charging_outlet(soc)
    integral = 0.0
    for amps, seconds in offers:
        outlet.offer(Amps(amps))
        for _ in range(seconds * 2):
            power = outlet.power_w
            later(outlet, 0.5)
            integral += (power + outlet.power_w) / 2 * 0.5 / 3600
    assert outlet.register_wh == pytest.approx(integral, rel=0.01, abs=5)


@given(st.lists(st.floats(0.01, 500), min_size=1, max_size=30))
@settings(deadline=None)
def test_looking_more_often_changes_nothing(waits: list[float]) -> None:
    watched, alone = charging_outlet(), charging_outlet()
    for wait in waits:
        later(watched, wait)
    alone.advance(watched.at)
    assert watched.register_wh == pytest.approx(alone.register_wh, rel=1e-3)
    assert watched.current_a == pytest.approx(alone.current_a, rel=1e-2)
