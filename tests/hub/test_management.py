"""How a station is managed: what will do, what will not, and where chargers hang."""

from dataclasses import replace
from typing import Any

import pytest

from chargedeck.domain.problems import OutOfRangeError
from chargedeck.domain.units import Amps, ChargerId, StationId, Watts
from chargedeck.energy.circuits import CircuitId
from chargedeck.hub.management import MAIN, ManagedCircuit, Management, Placement, settled
from chargedeck.hub.people_problems import InvalidValueError

GARAGE = ChargerId("garage")
CELLAR = CircuitId("cellar")
HOME = Management(StationId("home"))
MAIN_BREAKER = ManagedCircuit(MAIN, "Main breaker", None, Amps(25), metered=True)
BELOW = ManagedCircuit(CELLAR, "Cellar", MAIN, Amps(16))
LOOSE = ManagedCircuit(CELLAR, "Cellar", None, Amps(16))


def test_a_station_is_not_managed_by_itself() -> None:
    assert HOME.mode == "off"
    assert (HOME.breaker_rating_a, HOME.metered()) == (Amps(25), (MAIN,))
    assert HOME.placement(GARAGE) == Placement(MAIN)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"hybrid_current_a": 5}, "hybrid_current_a is 5; it must lie between 6 and 32"),
        ({"hybrid_current_a": 33}, "hybrid_current_a is 33"),
        ({"pv_minimum_current_a": 0}, "pv_minimum_current_a is 0; it must lie between 1 and 6"),
        ({"pv_minimum_current_a": 7}, "pv_minimum_current_a is 7"),
        ({"car_minimum_current_a": 5}, "car_minimum_current_a is 5; it must lie between 6 and 10"),
        ({"car_minimum_current_a": 11}, "car_minimum_current_a is 11"),
        ({"meter_lost_current_a": 3}, "meter_lost_current_a is 3; it must lie between 6 and 32"),
        ({"meter_lost_current_a": float("nan")}, "meter_lost_current_a is nan"),
    ],
)
def test_a_current_out_of_its_range_is_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(OutOfRangeError, match=says):
        replace(HOME, **changes)


@pytest.mark.parametrize("fail_safe", [0, 6, 32])
def test_the_fail_safe_current_is_nothing_or_what_a_car_can_take(fail_safe: float) -> None:
    assert replace(HOME, meter_lost_current_a=Amps(fail_safe)).settings().balancer.meter_lost_a == fail_safe


@pytest.mark.parametrize(
    ("circuits", "says"),
    [
        ((), "must have no parent"),
        ((BELOW,), "must have no parent"),
        ((MAIN_BREAKER, LOOSE), "there is cellar, main"),
        ((MAIN_BREAKER, MAIN_BREAKER), "the same id"),
        ((MAIN_BREAKER, replace(BELOW, parent=CELLAR)), "ring"),
        ((replace(MAIN_BREAKER, id=CircuitId("Ü")),), "small letters"),
        ((replace(MAIN_BREAKER, max_w=Watts(0)),), "have max_w 0"),
        ((replace(MAIN_BREAKER, unbalance_a=Amps(-1)),), "have unbalance_a -1"),
    ],
)
def test_circuits_that_are_no_tree_are_refused(circuits: tuple[ManagedCircuit, ...], says: str) -> None:
    with pytest.raises(InvalidValueError, match=says) as refusal:
        replace(HOME, circuits=circuits)
    assert refusal.value.field == "circuits"


@pytest.mark.parametrize("rating", [9, 1001])
def test_the_main_breaker_has_a_range_of_its_own(rating: float) -> None:
    with pytest.raises(OutOfRangeError, match="breaker_rating_a"):
        replace(HOME, circuits=(replace(MAIN_BREAKER, rating_a=Amps(rating)),))


@pytest.mark.parametrize(
    ("placement", "says"),
    [
        (Placement(CELLAR), "put garage on cellar: no such circuit"),
        (Placement(MAIN, (1, 1, 2)), "must name each phase once"),
    ],
)
def test_a_charger_hangs_where_there_is_something(placement: Placement, says: str) -> None:
    with pytest.raises(InvalidValueError, match=says):
        replace(HOME, placements={GARAGE: placement})


def test_who_hung_on_a_circuit_that_goes_hangs_on_the_main_one() -> None:
    placements = {GARAGE: Placement(CELLAR, (3, 1, 2)), ChargerId("other"): Placement(MAIN)}
    assert settled(placements, [MAIN_BREAKER, BELOW]) == placements
    assert settled(placements, [MAIN_BREAKER])[GARAGE] == Placement(MAIN, (3, 1, 2))


def test_the_main_breaker_can_be_rated_anew() -> None:
    home = replace(HOME, circuits=(MAIN_BREAKER, BELOW))
    changed = replace(home, circuits=home.rated(Amps(40)))
    assert (changed.breaker_rating_a, changed.circuits[1]) == (Amps(40), BELOW)
