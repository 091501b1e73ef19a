"""Sites and demands for the tests of sharing, drawn by hypothesis or written by hand."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from hypothesis import strategies as st

from chargedeck.domain.units import Amps, ChargerId, Watts
from chargedeck.energy.circuits import PHASES, Circuit, CircuitId, CircuitTree
from chargedeck.energy.share import Demand, Grant

MAIN = CircuitId("main")
STEPS = (Amps(1), Amps(0.1))


def circuit(name: str, parent: str | None, amps: float, **more: float) -> Circuit:
    limits = {"max_w": more.get("max_w"), "unbalance_a": more.get("unbalance_a")}
    return Circuit(
        CircuitId(name),
        CircuitId(parent) if parent else None,
        Amps(amps),
        None if limits["max_w"] is None else Watts(limits["max_w"]),
        None if limits["unbalance_a"] is None else Amps(limits["unbalance_a"]),
    )


def demand(
    name: str, phases: Sequence[int] = PHASES, amps: float = 32, *, at: str = "main", **more: float
) -> Demand:
    return Demand(
        ChargerId(name),
        CircuitId(at),
        tuple(phases),
        Amps(amps),
        min_a=Amps(more.get("least", 6)),
        step_a=Amps(more.get("step", 1)),
        weight=more.get("weight", 1.0),
        priority=int(more.get("priority", 0)),
        waiting=timedelta(seconds=more.get("waiting", 0)),
    )


def left(**amps: Sequence[float]) -> dict[CircuitId, tuple[Amps, Amps, Amps]]:
    return {CircuitId(name): (Amps(a), Amps(b), Amps(c)) for name, (a, b, c) in amps.items()}


def amps(grants: Sequence[Grant]) -> dict[str, float]:
    return {str(grant.charger): grant.current_a for grant in grants}


RATINGS = st.integers(0, 130) | st.floats(0, 130).map(lambda a: round(a, 1))


@st.composite
def trees(
    draw: st.DrawFn,
    *,
    watts: bool = True,
    unbalance: bool = False,
    ratings: st.SearchStrategy[float] = RATINGS,
) -> CircuitTree:
    """Up to six circuits, each hanging on any before it."""
    circuits = [circuit("main", None, draw(ratings))]
    for number in range(draw(st.integers(0, 5))):
        parent = draw(st.sampled_from(circuits)).id
        more: dict[str, float] = {}
        if watts and draw(st.booleans()):
            more["max_w"] = draw(st.integers(0, 40_000))
        if unbalance and draw(st.booleans()):
            more["unbalance_a"] = draw(st.integers(0, 25))
        circuits.append(circuit(f"c{number}", parent, draw(ratings), **more))
    return CircuitTree(circuits)


PHASE_SETS = [(1,), (2,), (3,), (1, 2), (2, 3), (1, 2, 3), (1, 2, 3)]


@st.composite
def demands(
    draw: st.DrawFn,
    tree: CircuitTree,
    *,
    most: int = 12,
    phases: Sequence[tuple[int, ...]] = PHASE_SETS,
    steps: Sequence[Amps] = STEPS,
    weights: Sequence[float] = (1.0, 1.0, 0.5, 2.0, 3.7),
    leasts: Sequence[float] = (6, 6, 6, 8, 10),
    tallest: int = 40,
) -> list[Demand]:
    """Cars anywhere in a tree."""
    places = [str(each.id) for each in tree]
    return [
        demand(
            f"car {number}",
            draw(st.sampled_from(phases)),
            draw(st.integers(0, tallest)),
            at=draw(st.sampled_from(places)),
            least=draw(st.sampled_from(leasts)),
            step=draw(st.sampled_from(steps)),
            weight=draw(st.sampled_from(weights)),
            priority=draw(st.sampled_from([0, 0, 0, 1])),
            waiting=draw(st.sampled_from([0, 0, 60, 3600])),
        )
        for number in range(draw(st.integers(0, most)))
    ]


def overdrawn(
    tree: CircuitTree,
    available: Mapping[CircuitId, tuple[Amps, Amps, Amps]],
    asked: Sequence[Demand],
    current: Mapping[str, float],
) -> list[str]:
    """What is granted beyond what a circuit has: written down independently of how it is shared."""
    broken = []
    for each in tree:
        here = [car for car in asked if each.id in tree.path(car.circuit)]
        rests = available.get(each.id, (each.rating_a,) * 3)
        loads = [sum(current[car.charger] for car in here if phase in car.phases) for phase in PHASES]
        if any(load > max(rest, 0) + 1e-5 for load, rest in zip(loads, rests, strict=True)):
            broken.append(f"{each.id}: {loads} of {rests}")
        if each.max_w is not None and sum(loads) * tree.voltage > each.max_w + 1e-2:
            broken.append(f"{each.id}: {sum(loads) * tree.voltage} W of {each.max_w}")
        if each.unbalance_a is not None and any(loads):
            drawn = [load + each.rating_a - rest for load, rest in zip(loads, rests, strict=True)]
            if max(drawn) - min(drawn) > each.unbalance_a + 1e-5:
                broken.append(f"{each.id}: {drawn} are apart by more than {each.unbalance_a}")
    return broken
