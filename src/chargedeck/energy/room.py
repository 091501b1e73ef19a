"""What circuits have left beside the loads that nobody manages, and whether it is exceeded."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations

from chargedeck.domain.units import Amps, Watts
from chargedeck.energy.circuits import PHASES, Circuit, CircuitId, CircuitTree
from chargedeck.energy.snapshot import NOTHING, Phases

HAIR = Amps(0.01)
"""What sums of floats may be off where nothing is measured."""


@dataclass(frozen=True, slots=True)
class Room:
    """Amperes and watts for the chargers, of those circuits where something else flows too."""

    available: Mapping[CircuitId, Phases]
    available_w: Mapping[CircuitId, Watts]


@dataclass(frozen=True, slots=True)
class Use:
    """So much current on these phases of a circuit and of all before it."""

    circuit: CircuitId
    phases: tuple[int, ...]
    current_a: Amps


def room(tree: CircuitTree, loads: Mapping[CircuitId, Phases], margin: Amps) -> Room:
    """What the loads leave of each circuit, and of its watts where they are limited."""
    available: dict[CircuitId, Phases] = {}
    watts: dict[CircuitId, Watts] = {}
    for name, load in loads.items():
        circuit = tree[name]
        rating = circuit.rating_a - margin
        available[name] = (Amps(rating - load[0]), Amps(rating - load[1]), Amps(rating - load[2]))
        if circuit.max_w is not None:
            watts[name] = Watts(circuit.max_w - sum(load) * tree.voltage)
    return Room(available, watts)


def used(tree: CircuitTree, uses: Iterable[Use]) -> dict[CircuitId, Phases]:
    """The sum of all uses in each circuit that has any."""
    alike: dict[tuple[CircuitId, tuple[int, ...]], float] = {}
    for use in uses:
        where = use.circuit, use.phases
        alike[where] = alike.get(where, 0.0) + use.current_a
    sums: dict[CircuitId, Phases] = {}
    for (circuit, phases), current in alike.items():
        sums |= added(tree, sums, Use(circuit, phases, Amps(current)))
    return sums


def added(tree: CircuitTree, sums: Mapping[CircuitId, Phases], use: Use) -> dict[CircuitId, Phases]:
    """The sums of the circuits that a use counts in, with it; a negative one is taken away."""
    one, two, three = (use.current_a if phase in use.phases else 0.0 for phase in PHASES)
    with_it = {}
    for name in tree.path(use.circuit):
        first, second, third = sums.get(name, NOTHING)
        with_it[name] = (Amps(first + one), Amps(second + two), Amps(third + three))
    return with_it


def exceeded(
    tree: CircuitTree, left: Room, sums: Mapping[CircuitId, Phases], tolerance: Amps
) -> dict[CircuitId, tuple[int, ...]]:
    """The circuits that would carry too much, and on which phases."""
    over = {}
    for name, total in sums.items():
        circuit = tree[name]
        slack = tolerance if name in left.available else HAIR
        available = left.available.get(name, (circuit.rating_a,) * 3)
        phases = set(_too_much(available, total, slack))
        if circuit.max_w is not None:
            watts = left.available_w.get(name, circuit.max_w)
            if sum(total) * tree.voltage > watts + slack * tree.voltage:
                phases |= {phase for phase in PHASES if total[phase - 1] > 0}
        if circuit.unbalance_a is not None:
            phases |= set(_too_uneven(circuit, circuit.unbalance_a + slack, available, total))
        if phases:
            over[name] = tuple(sorted(phases))
    return over


def _too_much(available: Phases, total: Phases, slack: Amps) -> Iterator[int]:
    for phase, left, amps in zip(PHASES, available, total, strict=True):
        if amps > left + slack and amps > 0:
            yield phase


def _too_uneven(circuit: Circuit, limit: float, available: Phases, total: Phases) -> Iterator[int]:
    flowing = [circuit.rating_a - left + amps for left, amps in zip(available, total, strict=True)]
    for high, low in permutations(PHASES, 2):
        if flowing[high - 1] - flowing[low - 1] > limit and total[high - 1] > 0:
            yield high


def spare(
    tree: CircuitTree,
    left: Room,
    sums: Mapping[CircuitId, Phases],
    circuit: CircuitId,
    phases: tuple[int, ...],
) -> Amps:
    """How much more may flow on the phases of a circuit, as its breaker and all before it allow."""
    least = float("inf")
    for name in tree.path(circuit):
        available = left.available.get(name, (tree[name].rating_a,) * 3)
        total = sums.get(name, NOTHING)
        least = min(least, *(available[phase - 1] - total[phase - 1] for phase in phases))
    return Amps(least)


def together(one: Mapping[CircuitId, Phases], other: Mapping[CircuitId, Phases]) -> dict[CircuitId, Phases]:
    """The sums of both."""
    both = dict(one)
    for name, more in other.items():
        had = one.get(name, NOTHING)
        both[name] = (Amps(had[0] + more[0]), Amps(had[1] + more[1]), Amps(had[2] + more[2]))
    return both


def beside(
    tree: CircuitTree,
    left: Room,
    kept: Mapping[CircuitId, Phases],
    at_least: Mapping[CircuitId, Phases],
) -> Room:
    """The room beside what is kept free, but never less than `at_least` of what the circuit had."""
    available, watts = dict(left.available), dict(left.available_w)
    for name, amps in kept.items():
        circuit = tree[name]
        had = left.available.get(name, (circuit.rating_a,) * 3)
        least = at_least.get(name, NOTHING)
        first, second, third = (
            Amps(min(one, max(one - less, most))) for one, less, most in zip(had, amps, least, strict=True)
        )
        available[name] = (first, second, third)
        if circuit.max_w is not None:
            had_w = left.available_w.get(name, circuit.max_w)
            watts[name] = Watts(had_w - sum(amps) * tree.voltage)
    return Room(available, watts)


def in_use(room_left: Room, sums: Mapping[CircuitId, Phases]) -> Room:
    """The room, but never less than what is in use: what a car has, no doubt takes from it."""
    available: dict[CircuitId, Phases] = {}
    for name, left in room_left.available.items():
        total = sums.get(name, NOTHING)
        available[name] = (max(left[0], total[0]), max(left[1], total[1]), max(left[2], total[2]))
    return Room(available, room_left.available_w)
