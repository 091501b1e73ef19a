"""A garage delivers what can be delivered, never above a limit, and pays for no peak it can avoid."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.energy.garages import FIVE_A_PHASE, HOURS, VOLTS, Visit, delta, simulated

from chargedeck.energy.garage import Bill, Stay, Wiring, Worth
from chargedeck.energy.garage_charging import Garage, draws_at_most
from chargedeck.energy.garage_pilots import fitted
from chargedeck.energy.garage_plan import Task, planned

WHOLE = tuple(float(amps) for amps in range(6, 33))
COARSE = (8.0, 16.0, 24.0, 32.0)
WORKDAY = 96


def everybody(needs: float, leaves: int = WORKDAY) -> list[Visit]:
    return [Visit(outlet, 0, leaves, needs) for outlet in range(FIVE_A_PHASE)]


# --- wiring


def test_a_balanced_load_of_a_delta_is_root_three_times_its_current() -> None:
    wiring = delta(100, outlets=3)
    assert wiring.currents(np.full(3, 20.0))[:3] == pytest.approx(20 * np.sqrt(3))
    assert wiring.currents(np.array([20.0, 0, 0]))[:3] == pytest.approx([20, 20, 0])


def test_room_is_what_reaches_the_nearest_limit() -> None:
    wiring = delta(50, outlets=3)
    assert wiring.room(np.zeros(4, dtype=complex), 0) == pytest.approx(50)
    carried = wiring.phasors @ np.array([0, 20.0, 0])
    more = wiring.room(carried, 0)
    assert wiring.currents(np.array([more, 20.0, 0])).max() == pytest.approx(50)
    assert wiring.room(wiring.phasors @ np.array([60.0, 0, 0]), 0) == 0


def test_outlets_that_all_limits_see_alike_are_planned_together() -> None:
    assert len(set(delta(50).alike[3:].tolist())) == 3
    assert len(set(delta(50).alike.tolist())) == 6


def test_an_outlet_without_a_limit_needs_no_tangent() -> None:
    wiring = Wiring(np.zeros((1, 1), dtype=complex), np.array([5.0]), np.array([VOLTS]))
    assert Garage(wiring, HOURS).currents([Stay(0, 100, 10, 32)]).tolist() == [32]


# --- pilots


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.floats(0, 32), st.floats(0.1, 400)), min_size=FIVE_A_PHASE, max_size=FIVE_A_PHASE),
    st.floats(5, 120),
    st.sampled_from([(), WHOLE, COARSE]),
    st.floats(0, 20_000) | st.just(np.inf),
)
def test_pilots_are_what_outlets_have_and_limits_carry(
    cars: list[tuple[float, float]], line_a: float, pilots: tuple[float, ...], most_w: float
) -> None:
    wiring = delta(line_a)
    stays = [Stay(outlet, needs, 10, 32, pilots) for outlet, (_, needs) in enumerate(cars)]
    plan = np.array([min(amps, needs) for amps, needs in cars])
    amps = fitted(wiring, stays, plan, most_w=most_w)
    assert not pilots or set(amps.tolist()) <= {0.0, *pilots}
    drawn = np.minimum(amps, [needs for _, needs in cars])
    assert (wiring.currents(drawn) <= wiring.limits_a).all()
    assert wiring.volts @ drawn <= max(most_w, wiring.volts @ plan) + 1e-3


def test_what_rounding_leaves_goes_to_who_has_lost_most() -> None:
    wiring = delta(1000, outlets=3, cable_a=500)
    stays = [Stay(outlet, 100, 10, 32, WHOLE) for outlet in range(3)]
    amps = fitted(wiring, stays, np.array([10.9, 10.2, 0.0]), most_w=21.0 * VOLTS)
    assert amps.tolist() == [11, 10, 0]


def test_a_car_that_draws_less_than_a_pilot_counts_with_what_it_draws() -> None:
    wiring = delta(31.8, outlets=3)
    assert fitted(wiring, [Stay(0, 400, 10, 31.7, WHOLE)], np.array([31.7])).tolist() == [32]
    assert fitted(wiring, [Stay(0, 3, 10, 32, WHOLE)], np.array([3.0])).tolist() == [6]


def test_what_a_car_draws_is_learned_when_it_is_offered_more() -> None:
    assert draws_at_most(np.inf, 32, 31.7) == 31.7
    assert draws_at_most(31.7, 16, 16) == 31.7
    assert draws_at_most(np.inf, 16, 15.99) == np.inf


# --- plans


def one_cable(amps: float) -> Wiring:
    return Wiring(np.ones((1, 2), dtype=complex), np.array([amps]), np.full(2, VOLTS))


def test_without_a_shortage_all_charge_at_once() -> None:
    assert Garage(delta(1000), HOURS).currents([Stay(0, 100, 10, 32), Stay(1, 7, 10, 32)]).tolist() == [32, 7]


def test_who_leaves_first_charges_first() -> None:
    stays = [Stay(0, 300, 200, 32), Stay(1, 64, 4, 32)]
    amps = Garage(one_cable(40), HOURS).currents(stays)
    assert amps.tolist() == pytest.approx([8, 32], abs=1e-3)


def test_a_plan_tells_whether_it_needs_what_should_be_kept_free() -> None:
    for needs, stretched in ((50, False), (150, True)):
        stays = [Stay(0, needs, 6, 32), Stay(1, 32, 6, 32)]
        plan = planned(Task(one_cable(32), stays, HOURS, None, Worth()))
        assert plan.stretched == stretched
        assert plan.now.sum() == pytest.approx(32)


@pytest.mark.parametrize(
    ("pilots", "part"),
    [
        pytest.param((), 0.97, id="any current"),
        pytest.param(WHOLE, 0.93, id="whole amperes"),
        pytest.param(COARSE, 0.9, id="four pilots"),
    ],
)
def test_what_can_be_delivered_is_delivered(pilots: tuple[float, ...], part: float) -> None:
    wiring = delta(60)
    carries = 60 / np.sqrt(3) * 3 * WORKDAY
    visits = everybody(part * carries / FIVE_A_PHASE)
    share, _ = simulated(Garage(wiring, HOURS), wiring, visits, pilots=pilots)
    assert share > 0.99


def test_of_what_cannot_be_delivered_the_connection_delivers_all_that_it_carries() -> None:
    wiring = delta(60)
    carries = 60 / np.sqrt(3) * 3 * WORKDAY
    visits = everybody(2 * carries / FIVE_A_PHASE)
    simulated(Garage(wiring, HOURS), wiring, visits)
    assert sum(visit.got for visit in visits) > 0.995 * carries


def test_energy_for_cars_to_come_is_not_left_to_the_last_moment() -> None:
    wiring = delta(60)
    early, late = everybody(120), [Visit(outlet, 60, WORKDAY, 200) for outlet in range(3, 9)]
    early = [visit for visit in early if visit.outlet not in range(3, 9)]
    share, _ = simulated(Garage(wiring, HOURS), wiring, [*early, *late])
    assert share > 0.999


# --- bills


def flat(price: float = 0.1, per_kw: float = 15.0) -> Bill:
    return Bill(np.full(WORKDAY + 1, price), per_kw, 0.0)


def test_a_peak_that_can_be_avoided_is_not_paid() -> None:
    wiring = delta(1000, cable_a=500)
    without, high = simulated(Garage(wiring, HOURS), wiring, everybody(8 * WORKDAY))
    share, powers = simulated(Garage(wiring, HOURS), wiring, everybody(8 * WORKDAY), bill=flat())
    assert without == pytest.approx(1)
    assert share == pytest.approx(1, abs=1e-4)
    assert high.max() == pytest.approx(FIVE_A_PHASE * 32 * VOLTS / 1000)
    assert powers.max() < 1.3 * FIVE_A_PHASE * 8 * VOLTS / 1000


def test_energy_waits_for_a_lower_price() -> None:
    prices = np.where(np.arange(WORKDAY + 1) < 48, 0.3, 0.1)
    wiring = delta(1000, cable_a=500)
    visits = [Visit(3, 0, WORKDAY, 16 * 10)]
    share, powers = simulated(Garage(wiring, HOURS), wiring, visits, bill=Bill(prices, 0.0, 0.0))
    assert share == pytest.approx(1, abs=1e-4)
    assert powers[:48].sum() == pytest.approx(0, abs=1e-6)


def test_where_the_wiring_is_short_energy_comes_before_the_bill() -> None:
    wiring = delta(60)
    carries = 60 / np.sqrt(3) * 3 * WORKDAY
    visits = everybody(2 * carries / FIVE_A_PHASE)
    simulated(Garage(wiring, HOURS), wiring, visits, bill=flat())
    assert sum(visit.got for visit in visits) > 0.995 * carries


def test_a_peak_that_costs_more_than_it_delivers_is_not_a_shortage() -> None:
    wiring = delta(1000, cable_a=500)
    garage = Garage(wiring, HOURS)
    (amps,) = garage.currents([Stay(3, 32, 1, 32)], flat(per_kw=1000.0))
    assert amps == pytest.approx(0, abs=1e-6)
    (amps,) = garage.currents([Stay(3, 32, 1, 32)], flat(per_kw=1.0))
    assert amps == pytest.approx(32, abs=1e-3)


def test_the_same_facts_make_the_same_plan() -> None:
    stays = [Stay(outlet, 50 + outlet, 20 + outlet, 32) for outlet in range(FIVE_A_PHASE)]
    one, other = (Garage(delta(60), HOURS).currents(stays, flat()) for _ in range(2))
    assert one.tolist() == other.tolist()
