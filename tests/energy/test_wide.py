"""Arrays and plain Python take the same decisions, and arrays take them for thousands."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.energy.sites import amps, circuit, demand, demands, left, overdrawn, trees

from chargedeck.domain.units import Amps, ChargerId, Watts
from chargedeck.energy import filling, wide
from chargedeck.energy.circuits import CircuitTree, InvalidCircuitsError
from chargedeck.energy.share import Demand, share
from chargedeck.energy.wide_site import Outlet, WideSite

Site = tuple[CircuitTree, list[Demand]]
SITES = trees().flatmap(lambda tree: st.tuples(st.just(tree), demands(tree, most=16)))
ALIKE = trees().flatmap(
    lambda tree: st.tuples(st.just(tree), demands(tree, most=16, weights=[1.0], steps=[Amps(1)], leasts=[6]))
)


@settings(max_examples=80)
@given(SITES | ALIKE)
def test_both_paths_grant_the_same_and_give_the_same_reason(site: Site) -> None:
    tree, asked = site
    assert wide.shared(tree, {}, asked, {}) == filling.shared(tree, {}, asked, {})


def test_what_is_available_goes_before_ratings() -> None:
    tree = CircuitTree([circuit("main", None, 63), circuit("a", "main", 32, max_w=22_000)])
    asked = [demand("one", at="a"), demand("two", (1,), at="a"), demand("three")]
    available, watts = (
        left(main=(20, 30, 40), a=(25, 25, 25)),
        {tree.root: Watts(1), circuit("a", None, 0).id: Watts(9000)},
    )
    grants = filling.shared(tree, available, asked, watts)
    assert wide.shared(tree, available, asked, watts) == grants
    assert overdrawn(tree, available, asked, amps(grants)) == []


def test_a_site_where_nobody_can_charge() -> None:
    tree = CircuitTree([circuit("main", None, 63)])
    assert [grant.current_a for grant in wide.shared(tree, {}, [demand("low", amps=5)], {})] == [Amps(0)]
    assert wide.shared(tree, {}, [], {}) == ()


def test_an_outlet_needs_a_circuit() -> None:
    tree = CircuitTree([circuit("main", None, 63)])
    with pytest.raises(InvalidCircuitsError, match="nowhere"):
        wide.shared(tree, {}, [demand("lost", at="nowhere")], {})


@pytest.mark.parametrize("rating", [24, 25, 61, 62])
def test_a_limit_that_the_minima_just_fill_has_a_level_below_all(rating: float) -> None:
    tree = CircuitTree([circuit("main", None, rating)])
    asked = [
        demand("a", (2, 3), weight=3.7),
        demand("b", (2,), 7, weight=3.7),
        demand("c", (3,), 31, weight=0.5),
    ]
    asked += [demand("d", (2,), 6), demand("e", (2, 3), 24, least=6, weight=2)]
    assert wide.shared(tree, {}, asked, {}) == filling.shared(tree, {}, asked, {})


def test_two_limits_that_hold_the_same_cars_do_not_wait_for_each_other() -> None:
    tree = CircuitTree([circuit("main", None, 20)])
    asked = [demand("one"), demand("two", weight=0.7)]
    assert wide.shared(tree, {}, asked, {}) == filling.shared(tree, {}, asked, {})


def garage(chargers: int) -> Site:
    chance = np.random.default_rng(7)
    circuits = [circuit("main", None, 4.5 * chargers)]
    circuits += [circuit(f"floor {n}", "main", chance.uniform(350, 500)) for n in range(chargers // 100)]
    circuits += [
        circuit(f"row {n}", f"floor {n // 10}", chance.uniform(40, 70)) for n in range(chargers // 10)
    ]
    phases = [(1, 2, 3), (1, 2, 3), (1,), (2,), (3,)]
    return CircuitTree(circuits), [
        demand(
            f"{n:05}",
            phases[chance.integers(5)],
            chance.choice([11, 16, 32]),
            at=f"row {n // 10}",
            weight=chance.uniform(0.5, 2),
            waiting=int(chance.integers(100)),
        )
        for n in range(chargers)
    ]


def test_hundreds_of_chargers_are_shared_alike_by_both_paths() -> None:
    tree, asked = garage(300)
    grants = share(tree, {}, asked)
    assert grants == filling.shared(tree, {}, asked, {})
    assert overdrawn(tree, {}, asked, amps(grants)) == []
    assert {grant.current_a > 0 for grant in grants} == {True, False}


def test_a_site_laid_out_once_serves_many_instants() -> None:
    tree, asked = garage(200)
    site = WideSite(tree, [Outlet(ChargerId(d.charger), d.circuit, d.phases, d.step_a) for d in asked])
    for share_of in (1.0, 0.5):
        rest = {tree.root: (Amps(share_of * 900),) * 3}
        current = wide.Instant(site, wide.asked_by(asked), rest, {}).currents()
        assert current.tolist() == [grant.current_a for grant in filling.shared(tree, rest, asked, {})]
