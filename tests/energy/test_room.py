"""What is left of circuits beside their loads, and when they carry too much."""

import pytest
from tests.energy.household import MAIN, phases

from chargedeck.domain.units import Amps, Watts
from chargedeck.energy.circuits import Circuit, CircuitId, CircuitTree
from chargedeck.energy.room import Room, Use, added, exceeded, in_use, room, spare, used

GARAGE = CircuitId("garage")
TREE = CircuitTree([Circuit(MAIN, None, Amps(25)), Circuit(GARAGE, MAIN, Amps(16))])
EMPTY = Room({}, {})


def tree(**limits: float) -> CircuitTree:
    return CircuitTree([Circuit(MAIN, None, Amps(25), **limits)])  # type: ignore[arg-type]


def test_room_is_what_loads_and_margin_leave() -> None:
    limited = CircuitTree(
        [Circuit(MAIN, None, Amps(25), max_w=Watts(10_000)), Circuit(GARAGE, MAIN, Amps(16))]
    )
    left = room(limited, {MAIN: phases(5, 26, -3), GARAGE: phases(1, 1, 1)}, Amps(1))
    assert left.available == {MAIN: phases(19, -2, 27), GARAGE: phases(14, 14, 14)}
    assert left.available_w == {MAIN: Watts(10_000 - 28 * 230)}


def test_a_use_counts_in_its_circuit_and_all_before_it() -> None:
    sums = used(TREE, [Use(GARAGE, (1, 2), Amps(10)), Use(MAIN, (2,), Amps(6))])
    assert sums == {GARAGE: phases(10, 10, 0), MAIN: phases(10, 16, 0)}


def test_a_use_that_is_taken_away_leaves_the_others() -> None:
    sums = used(TREE, [Use(GARAGE, (1, 2), Amps(10)), Use(MAIN, (2,), Amps(6))])
    assert added(TREE, sums, Use(MAIN, (2,), Amps(-6))) == {MAIN: phases(10, 10, 0)}


@pytest.mark.parametrize(
    ("amps", "over"),
    [
        pytest.param(16, {}, id="all that there is"),
        pytest.param(16.005, {}, id="less than a float can tell"),
        pytest.param(16.1, {GARAGE: (1, 2)}, id="too much for the smaller breaker"),
        pytest.param(26, {GARAGE: (1, 2), MAIN: (1, 2)}, id="too much for both"),
    ],
)
def test_ratings(amps: float, over: dict[CircuitId, tuple[int, ...]]) -> None:
    assert exceeded(TREE, EMPTY, used(TREE, [Use(GARAGE, (1, 2), Amps(amps))]), Amps(0.4)) == over


@pytest.mark.parametrize(
    ("available", "amps", "over"),
    [
        pytest.param(12, 12.3, {}, id="within the tolerance of a measured circuit"),
        pytest.param(12, 12.5, {MAIN: (2,)}, id="beyond it"),
        pytest.param(-3, 0, {}, id="the house alone is too much, and no charger can help it"),
    ],
)
def test_measured_circuits(available: float, amps: float, over: dict[CircuitId, tuple[int, ...]]) -> None:
    left = Room({MAIN: phases(25, available, 25)}, {})
    assert exceeded(TREE, left, {MAIN: phases(0, amps, 0)}, Amps(0.4)) == over


@pytest.mark.parametrize(
    ("available_w", "over"),
    [
        pytest.param({}, {}, id="of its own limit"),
        pytest.param({MAIN: Watts(3000)}, {MAIN: (1, 3)}, id="of what is left of it"),
    ],
)
def test_watts(available_w: dict[CircuitId, Watts], over: dict[CircuitId, tuple[int, ...]]) -> None:
    limited = tree(max_w=5000)
    assert exceeded(limited, Room({}, available_w), {MAIN: phases(10, 0, 10)}, Amps(0.4)) == over


@pytest.mark.parametrize(
    ("available", "total", "over"),
    [
        pytest.param((25, 25, 25), (20, 0, 0), {}, id="as far apart as allowed"),
        pytest.param((25, 25, 25), (21, 0, 0), {MAIN: (1,)}, id="too far apart"),
        pytest.param((25, 20, 20), (21, 0, 0), {}, id="the house evens it out"),
        pytest.param((4, 25, 25), (0, 0, 0), {}, id="the house alone"),
        pytest.param((25, 25, 20), (0, 0, 16), {MAIN: (3,)}, id="the house and a car on the same phase"),
    ],
)
def test_unbalance(
    available: tuple[float, ...], total: tuple[float, ...], over: dict[CircuitId, tuple[int, ...]]
) -> None:
    limited = tree(unbalance_a=20)
    left = Room({MAIN: phases(*available)}, {})
    assert exceeded(limited, left, {MAIN: phases(*total)}, Amps(0.4)) == over


def test_spare_is_the_least_of_all_breakers_and_phases() -> None:
    left = Room({MAIN: phases(20, 8, 20)}, {})
    assert spare(TREE, left, {MAIN: phases(0, 3, 0)}, GARAGE, (1, 2)) == 5.0
    assert spare(TREE, left, {GARAGE: phases(4, 0, 0)}, GARAGE, (1, 3)) == 12.0


def test_what_is_in_use_is_not_held_back() -> None:
    left = in_use(Room({MAIN: phases(10, 3, 5)}, {}), {MAIN: phases(6, 6, 6)})
    assert left.available == {MAIN: phases(10, 6, 6)}
    assert in_use(left, {}) == left
