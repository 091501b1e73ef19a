"""Who gets what, drawn by hand: a breaker, its cars, and the amperes of each."""

import pytest
from tests.energy.sites import amps, circuit, demand, left, overdrawn

from chargedeck.domain.units import Amps, ChargerId, Watts
from chargedeck.energy.circuits import CircuitId, CircuitTree, InvalidCircuitsError
from chargedeck.energy.share import Bound, BoundKind, Demand, Grant, InvalidDemandError, share

ONE, TWO, THREE = (1,), (2,), (3,)


def main(rating: float, **more: float) -> CircuitTree:
    return CircuitTree([circuit("main", None, rating, **more)])


@pytest.mark.parametrize(
    ("rating", "demands", "expected"),
    [
        # one car
        pytest.param(25, [demand("a")], {"a": 25}, id="a lone car has the breaker"),
        pytest.param(25, [demand("a", amps=16)], {"a": 16}, id="or what it can take"),
        pytest.param(5, [demand("a")], {"a": 0}, id="below 6 A is nothing"),
        pytest.param(6, [demand("a")], {"a": 6}, id="6 A is something"),
        pytest.param(9, [demand("a", least=10)], {"a": 0}, id="below the car's own minimum is nothing"),
        pytest.param(25, [demand("a", amps=5)], {"a": 0}, id="a car that may not have 6 A"),
        pytest.param(13.7, [demand("a")], {"a": 13}, id="in whole amperes"),
        pytest.param(13.78, [demand("a", step=0.1)], {"a": 13.7}, id="or in tenths"),
        pytest.param(32, [demand("a", least=3)], {"a": 32}, id="a minimum below 6 A is 6 A"),
        pytest.param(0, [demand("a")], {"a": 0}, id="nothing there"),
        # several
        pytest.param(20, [demand("a"), demand("b")], {"a": 10, "b": 10}, id="two alike"),
        pytest.param(21, [demand("a"), demand("b")], {"a": 11, "b": 10}, id="the odd ampere to the first"),
        pytest.param(
            21, [demand("a"), demand("b", waiting=60)], {"a": 10, "b": 11}, id="or to who has waited longer"
        ),
        pytest.param(26, [demand("a", amps=10), demand("b")], {"a": 10, "b": 16}, id="a modest one"),
        pytest.param(11, [demand("a"), demand("b")], {"a": 11, "b": 0}, id="11 A charge one car, not two"),
        pytest.param(12, [demand("a"), demand("b")], {"a": 6, "b": 6}, id="12 A charge two"),
        pytest.param(
            30,
            [demand("a", ONE), demand("b", TWO), demand("c", THREE)],
            dict.fromkeys("abc", 30),
            id="own phases",
        ),
        pytest.param(
            20,
            [demand("a"), demand("b", ONE), demand("c", TWO)],
            {"a": 10, "b": 10, "c": 10},
            id="mixed phases",
        ),
        pytest.param(
            30,
            [demand("a"), demand("b", ONE), demand("c", ONE), demand("d", TWO)],
            {"a": 10, "b": 10, "c": 10, "d": 20},
            id="who shares the fullest phase leaves more of the others",
        ),
        # weights
        pytest.param(24, [demand("a", weight=2), demand("b")], {"a": 16, "b": 8}, id="twice the need"),
        pytest.param(15, [demand("a", weight=9), demand("b")], {"a": 9, "b": 6}, id="but a minimum"),
        pytest.param(
            32, [demand("a", weight=3, amps=16), demand("b")], {"a": 16, "b": 16}, id="and its own maximum"
        ),
        # who charges when not all can
        pytest.param(11, [demand("a"), demand("b", priority=1)], {"a": 0, "b": 11}, id="priority first"),
        pytest.param(
            11,
            [demand("a", weight=2), demand("b", priority=1)],
            {"a": 0, "b": 11},
            id="priority before weight",
        ),
        pytest.param(11, [demand("a"), demand("b", weight=2)], {"a": 0, "b": 11}, id="then weight"),
        pytest.param(
            11,
            [demand("a", waiting=600), demand("b", weight=2)],
            {"a": 0, "b": 11},
            id="weight before waiting",
        ),
        pytest.param(11, [demand("a"), demand("b", waiting=9)], {"a": 0, "b": 11}, id="then who waited"),
        pytest.param(
            14,
            [demand("a", least=10, priority=1), demand("b", least=8), demand("c", amps=4)],
            {"a": 14, "b": 0, "c": 0},
            id="who does not fit is passed over",
        ),
        pytest.param(
            16,
            [demand("a", least=10, priority=1), demand("b", least=8), demand("c")],
            {"a": 10, "b": 0, "c": 6},
            id="and the next one that fits has it",
        ),
    ],
)
def test_one_breaker(rating: float, demands: list[Demand], expected: dict[str, float]) -> None:
    assert amps(share(main(rating), {}, demands)) == expected


TREE = CircuitTree(
    [
        circuit("main", None, 40),
        circuit("left", "main", 16),
        circuit("right", "main", 32),
        circuit("shed", "right", 10, max_w=4600),
    ]
)


@pytest.mark.parametrize(
    ("demands", "expected"),
    [
        pytest.param(
            [demand("a", at="left"), demand("b", at="left"), demand("c", at="right")],
            {"a": 8, "b": 8, "c": 24},
            id="what a branch cannot take goes to the other",
        ),
        pytest.param(
            [demand("a", at="left"), demand("b", at="right"), demand("c", at="right")],
            {"a": 14, "b": 13, "c": 13},
            id="the main breaker holds all",
        ),
        pytest.param([demand("a", at="shed")], {"a": 6}, id="watts of three phases"),
        pytest.param([demand("a", ONE, at="shed")], {"a": 10}, id="on one phase the amperes bind first"),
        pytest.param(
            [demand("a", ONE, at="shed"), demand("b", TWO, at="shed")],
            {"a": 10, "b": 10},
            id="on two phases the watts just suffice",
        ),
        pytest.param([], {}, id="nobody asks"),
    ],
)
def test_a_tree(demands: list[Demand], expected: dict[str, float]) -> None:
    found = amps(share(TREE, {}, demands))
    assert found == expected


@pytest.mark.parametrize(
    ("demands", "bounds"),
    [
        pytest.param([demand("a", amps=10, at="right")], [None], id="its own maximum"),
        pytest.param([demand("a", amps=4, at="right")], [None], id="a maximum below 6 A"),
        pytest.param([demand("a", ONE, at="left")], [("left", 1)], id="the nearest breaker"),
        pytest.param([demand("a", at="left")], [("left", 1)], id="the first of equal phases"),
        pytest.param(
            [demand("a", TWO, at="left"), demand("b", TWO, at="right")],
            [("left", 2), ("main", 2)],
            id="each one",
        ),
        pytest.param(
            [demand("a", ONE, at="shed"), demand("b", ONE, at="shed")],
            [("shed", 1), ("shed", 1)],
            id="also of who gets nothing",
        ),
    ],
)
def test_everybody_is_told_what_holds_it(demands: list[Demand], bounds: list[tuple[str, int] | None]) -> None:
    found = [grant.bound for grant in share(TREE, {}, demands)]
    assert found == [None if bound is None else Bound(CircuitId(bound[0]), bound[1]) for bound in bounds]


def test_watts_are_told_as_such() -> None:
    (grant,) = share(TREE, {}, [demand("a", at="shed")])
    assert grant == Grant(ChargerId("a"), Amps(6), Bound(CircuitId("shed"), None, BoundKind.POWER))


def test_what_is_left_of_a_circuit_goes_before_its_rating() -> None:
    assert amps(share(TREE, left(main=(13, 20, 40)), [demand("a", at="right")])) == {"a": 13}
    assert amps(share(TREE, left(main=(-4, 20, 40)), [demand("a", at="right")])) == {"a": 0}
    assert amps(share(TREE, left(right=(60, 60, 60)), [demand("a", amps=63, at="right")])) == {"a": 40}
    assert amps(share(TREE, {}, [demand("a", at="shed")], {CircuitId("shed"): Watts(6900)})) == {"a": 10}
    assert amps(share(TREE, {}, [demand("a", at="left")], {CircuitId("left"): Watts(0)})) == {"a": 16}


# --- unbalance


@pytest.mark.parametrize(
    ("demands", "expected"),
    [
        pytest.param([demand("a", ONE)], {"a": 20}, id="one phase alone"),
        pytest.param([demand("a")], {"a": 32}, id="three phases are even"),
        pytest.param([demand("a", ONE), demand("b")], {"a": 16, "b": 16}, id="what they draw does not count"),
        pytest.param(
            [demand("a", ONE), demand("b", TWO), demand("c", THREE)],
            dict.fromkeys("abc", 32),
            id="one on each",
        ),
        pytest.param(
            [demand("a", ONE), demand("b", TWO, amps=10), demand("c", THREE, amps=8)],
            {"a": 28, "b": 10, "c": 8},
            id="others raise it",
        ),
        pytest.param(
            [demand(name, ONE) for name in "abcd"],
            {"a": 7, "b": 7, "c": 6, "d": 0},
            id="too many",
        ),
        pytest.param(
            [demand("a", ONE, least=24), demand("b", TWO), demand("c", THREE)],
            {"a": 32, "b": 32, "c": 32},
            id="who is refused first may fit when others have come",
        ),
    ],
)
def test_phases_are_kept_even(demands: list[Demand], expected: dict[str, float]) -> None:
    tree = main(32, unbalance_a=20)
    found = amps(share(tree, {}, demands))
    assert overdrawn(tree, {}, demands, found) == []
    assert found == expected


def test_rounding_does_not_tilt_the_phases() -> None:
    """The tenths of one car are more than the whole amperes of the others can bear."""
    tree = CircuitTree([circuit("main", None, 32, unbalance_a=6.5), circuit("row", "main", 10.7)])
    demands = [demand("a", ONE, step=0.1), demand("b", TWO, at="row"), demand("c", THREE, at="row")]
    assert amps(share(tree, {}, demands)) == {"a": 16.5, "b": 10, "c": 10}


def test_what_the_house_draws_counts_in_its_unbalance() -> None:
    tree = main(32, unbalance_a=10)
    (grant,) = share(tree, left(main=(25, 32, 32)), [demand("a", ONE)])
    assert grant.current_a == Amps(0)  # 7 A drawn and 6 more would be 13
    assert grant.bound == Bound(CircuitId("main"), 1, BoundKind.UNBALANCE)
    assert amps(share(tree, left(main=(32, 25, 25)), [demand("a", ONE)])) == {"a": 17}


# --- adding a car: where nobody else may have more, and where it cannot be avoided


def test_a_car_of_three_phases_that_is_slowed_elsewhere_leaves_more_to_its_neighbour() -> None:
    """Max-min fairness itself asks for it: to deny it would leave amperes unused that harm nobody."""
    tree = main(20)
    before = amps(share(tree, {}, [demand("a"), demand("b", ONE)]))
    after = amps(share(tree, {}, [demand("a"), demand("b", ONE), demand("c", TWO), demand("d", TWO)]))
    assert (before["a"], before["b"]) == (10, 10)
    assert (after["a"], after["b"]) == (7, 13)


def test_a_car_that_takes_anothers_turn_and_less_leaves_more_to_the_rest() -> None:
    tree = main(15)
    before = amps(share(tree, {}, [demand("a"), demand("b")]))
    after = amps(share(tree, {}, [demand("a"), demand("b"), demand("c", amps=6, waiting=60, priority=1)]))
    assert (before["a"], before["b"]) == (8, 7)
    assert (after["a"], after["b"], after["c"]) == (9, 0, 6)


# --- what is no demand


def test_a_charger_demands_once() -> None:
    with pytest.raises(InvalidDemandError, match="twice"):
        share(main(25), {}, [demand("a"), demand("a")])


def test_a_charger_hangs_on_a_circuit_that_exists() -> None:
    with pytest.raises(InvalidCircuitsError, match="no circuit 'shed'"):
        share(main(25), {}, [demand("a", at="shed")])


@pytest.mark.parametrize(
    ("more", "says"),
    [
        pytest.param({"phases": ()}, "phases", id="no phase"),
        pytest.param({"phases": (1, 1)}, "phases", id="a phase twice"),
        pytest.param({"phases": (0,)}, "phases", id="phase 0"),
        pytest.param({"step": 0}, "step_a", id="no step"),
        pytest.param({"weight": 0}, "weight", id="no weight"),
        pytest.param({"weight": float("inf")}, "weight", id="all the weight"),
        pytest.param({"amps": float("nan")}, "max_a", id="not a number"),
        pytest.param({"least": float("inf")}, "min_a", id="an endless minimum"),
    ],
)
def test_what_no_charger_can_ask_for(more: dict[str, float], says: str) -> None:
    with pytest.raises(InvalidDemandError, match=says):
        demand("a", **more)  # type: ignore[arg-type]
