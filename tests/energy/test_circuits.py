"""Circuits make a tree or are refused, with what to do about it."""

import pytest
from tests.energy.sites import circuit

from chargedeck.domain.units import Amps, Volts
from chargedeck.energy.circuits import Circuit, CircuitId, CircuitTree, InvalidCircuitsError

HOUSE = [circuit("garage", "house", 20), circuit("house", "main", 25), circuit("main", None, 35)]


def test_a_path_leads_to_the_root() -> None:
    tree = CircuitTree(HOUSE)
    assert tree.root == "main"
    assert tree.path(CircuitId("garage")) == ("garage", "house", "main")
    assert tree.path(tree.root) == ("main",)
    assert tree[CircuitId("house")].rating_a == Amps(25)


def test_parents_come_before_children_however_they_are_listed() -> None:
    tree = CircuitTree(HOUSE)
    assert [each.id for each in tree] == ["main", "house", "garage"]
    assert len(tree) == 3
    assert CircuitId("garage") in tree
    assert CircuitId("shed") not in tree


def test_watts_become_amperes_at_the_voltage_of_the_place() -> None:
    assert CircuitTree(HOUSE).voltage == Volts(230)
    assert CircuitTree(HOUSE, Volts(120)).voltage == Volts(120)


@pytest.mark.parametrize(
    ("circuits", "says"),
    [
        pytest.param([], "there is none", id="no circuit"),
        pytest.param([circuit("a", None, 1), circuit("b", None, 1)], "there is a, b", id="two roots"),
        pytest.param([circuit("a", None, 1), circuit("a", "a", 1)], "same id", id="twice"),
        pytest.param([circuit("a", None, 1), circuit("b", "c", 1)], "hangs on 'c'", id="unknown parent"),
        pytest.param(
            [circuit("a", None, 1), circuit("b", "c", 1), circuit("c", "b", 1)], "ring: b, c", id="a ring"
        ),
        pytest.param([circuit("a", "a", 1)], "there is none", id="its own parent"),
        pytest.param([circuit("a", None, -1)], "rating_a of circuit 'a' is -1", id="less than nothing"),
        pytest.param([circuit("a", None, float("nan"))], "rating_a", id="not a number"),
        pytest.param([circuit("a", None, float("inf"))], "rating_a", id="without end"),
        pytest.param([circuit("a", None, 1, max_w=-1)], "max_w", id="watts below nothing"),
        pytest.param([circuit("a", None, 1, unbalance_a=-1)], "unbalance_a", id="unbalance below nothing"),
    ],
)
def test_what_is_no_tree_is_refused(circuits: list[Circuit], says: str) -> None:
    with pytest.raises(InvalidCircuitsError, match=says):
        CircuitTree(circuits)


def test_an_unknown_circuit_is_named() -> None:
    with pytest.raises(InvalidCircuitsError, match="no circuit 'shed'"):
        CircuitTree(HOUSE).path(CircuitId("shed"))
