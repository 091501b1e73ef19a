"""What must hold for every site that can be drawn: nothing too much, nothing unfair, nothing by chance."""

from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.energy.sites import amps, demand, demands, overdrawn, trees

from chargedeck.domain.units import Amps
from chargedeck.energy.circuits import CircuitTree
from chargedeck.energy.share import Demand, share

FEW = settings(max_examples=40)
Site = tuple[CircuitTree, list[Demand]]


def sites(*, unbalance: bool = False, watts: bool = True, **cars: object) -> st.SearchStrategy[Site]:
    return trees(watts=watts, unbalance=unbalance).flatmap(
        lambda tree: st.tuples(st.just(tree), demands(tree, **cars))  # type: ignore[arg-type]
    )


@FEW
@given(sites() | sites(unbalance=True))
def test_no_circuit_and_no_phase_is_granted_more_than_it_has(site: Site) -> None:
    tree, asked = site
    assert overdrawn(tree, {}, asked, amps(share(tree, {}, asked))) == []


@FEW
@given(sites() | sites(unbalance=True))
def test_everybody_gets_nothing_or_at_least_its_minimum_in_whole_steps(site: Site) -> None:
    tree, asked = site
    for car, grant in zip(asked, share(tree, {}, asked), strict=True):
        assert grant.charger == car.charger
        assert not grant.current_a or max(car.min_a, 6) <= grant.current_a <= car.max_a
        assert abs(grant.current_a / car.step_a - round(grant.current_a / car.step_a)) < 1e-6


@FEW
@given(sites() | sites(unbalance=True), st.randoms())
def test_the_order_of_the_demands_does_not_matter(site: Site, chance: Random) -> None:
    tree, asked = site
    shuffled = chance.sample(asked, len(asked))
    assert set(share(tree, {}, shuffled)) == set(share(tree, {}, asked))


@FEW
@given(sites() | sites(unbalance=True))
def test_nobody_could_have_a_step_more(site: Site) -> None:
    tree, asked = site
    current = amps(share(tree, {}, asked))
    for car in asked:
        had = current[car.charger]
        more = had + car.step_a if had else max(car.min_a, 6)
        if more <= car.max_a:
            assert overdrawn(tree, {}, asked, current | {str(car.charger): more + 1e-4})


@FEW
@given(sites(steps=[Amps(0.001)]))
def test_a_starved_car_can_only_have_more_from_one_that_has_less(site: Site) -> None:
    """Max-min fairness: whoever lacks something is held by a full limit whose others have no more."""
    tree, asked = site
    grants = share(tree, {}, asked)
    level = {grant.charger: grant.current_a / car.weight for car, grant in zip(asked, grants, strict=True)}
    for car, grant in zip(asked, grants, strict=True):
        if not grant.current_a or grant.current_a + 0.01 > car.max_a:
            continue
        held = [
            all(
                other.weight * level[other.charger] <= max(other.min_a, 6) + 1e-2
                or level[other.charger] <= level[car.charger] + 1e-2
                for other in asked
                if each in tree.path(other.circuit)
                and level[other.charger]
                and (phase is None or phase in other.phases)
            )
            for each, phase in full(tree, asked, amps(grants))
            if each in tree.path(car.circuit) and (phase is None or phase in car.phases)
        ]
        assert any(held), (car, grant)


def full(tree: CircuitTree, asked: list[Demand], current: dict[str, float]) -> list[tuple[str, int | None]]:
    """The phases, and the watts, of the circuits that have no room for another thousandth of each car."""
    found: list[tuple[str, int | None]] = []
    for each in tree:
        here = [car for car in asked if each.id in tree.path(car.circuit)]
        loads = [sum(current[car.charger] for car in here if phase in car.phases) for phase in (1, 2, 3)]
        found += [(each.id, phase) for phase in (1, 2, 3) if loads[phase - 1] > each.rating_a - 0.0011]
        if each.max_w is not None and sum(loads) > each.max_w / tree.voltage - 0.0031:
            found.append((each.id, None))
    return found


@FEW
@given(sites(most=1))
def test_a_lone_car_gets_the_maximum(site: Site) -> None:
    tree, asked = site
    assume(asked)
    car, current = asked[0], share(tree, {}, asked)[0].current_a
    path = [tree[each] for each in tree.path(car.circuit)]
    watts = [c.max_w / tree.voltage / len(car.phases) for c in path if c.max_w is not None]
    most = min([car.max_a, *(each.rating_a for each in path), *watts])
    assert current > most - car.step_a - 1e-6 or most < max(car.min_a, 6) + 1e-6


@FEW
@given(sites(), st.data())
def test_equal_cars_get_equal_shares_up_to_a_step(site: Site, data: st.DataObject) -> None:
    tree, asked = site
    assume(asked)
    twins = [
        Demand(f"twin {n}", *(getattr(asked[0], name) for name in Demand.__slots__[1:]))  # type: ignore[arg-type]
        for n in range(data.draw(st.integers(2, 5)))
    ]
    current = [grant.current_a for grant in share(tree, {}, [*asked, *twins])[len(asked) :]]
    charging = [each for each in current if each]
    assert not charging or max(charging) - min(charging) <= asked[0].step_a + 1e-6


@st.composite
def growing(draw: st.DrawFn, *, tallest: int, widest: float) -> Site:
    """Alike cars on one phase; the last of them is the one that is added."""
    tree = draw(trees(watts=False, ratings=st.floats(6, widest)))
    cars = demands(tree, most=8, phases=[(2,)], steps=[Amps(1)], weights=[1.0], leasts=[6], tallest=tallest)
    asked = [car for car in draw(cars) if car.max_a >= 6]
    return tree, [*asked, demand("another", (2,), draw(st.integers(6, tallest)))]


@FEW
@given(growing(tallest=40, widest=200))
def test_adding_a_car_never_gives_another_more(site: Site) -> None:
    """When all have their minimum before and after; `test_share` has the cases where it cannot hold."""
    tree, asked = site
    after = amps(share(tree, {}, asked))
    if all(after.values()):
        before = amps(share(tree, {}, asked[:-1]))
        assert all(after[name] <= before[name] for name in before)


@FEW
@given(growing(tallest=6, widest=60))
def test_adding_a_car_never_makes_another_begin(site: Site) -> None:
    tree, asked = site
    before, after = amps(share(tree, {}, asked[:-1])), amps(share(tree, {}, asked))
    assert all(after[name] <= before[name] for name in before)
