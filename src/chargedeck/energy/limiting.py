"""Cars and the limits they share, as `filling` counts with them; decides nothing by itself."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations

from chargedeck.domain.units import Amps, Watts
from chargedeck.energy.circuits import PHASES, Circuit, CircuitId, CircuitTree
from chargedeck.energy.demand import Bound, BoundKind, Demand, Place

TOLERANCE = 1e-6
"""Amperes that no breaker and no pilot can tell apart; sums of floats are compared with it."""


class Limit:
    """Something that runs out: amperes on a phase of a circuit, its watts, or its unbalance.

    Members take `per_amp` of it for each ampere. Counters, which unbalance alone has, give it back.
    """

    __slots__ = ("bound", "capacity", "counters", "left", "members")

    def __init__(self, bound: Bound, capacity: float) -> None:
        self.bound = bound
        self.capacity = self.left = capacity
        self.members: list[tuple[Car, float]] = []
        self.counters: list[Car] = []


class Car:
    """A demand that has something or nothing: from `least` to `most` in steps of its charger."""

    __slots__ = ("counters", "current", "demand", "least", "limits", "most")

    def __init__(self, demand: Demand) -> None:
        self.demand = demand
        self.least, self.most = demand.range()
        self.current = 0.0
        self.limits: list[tuple[Limit, float]] = []
        self.counters: list[Limit] = []

    def place(self) -> Place:
        """Where it stands when not all can be served."""
        return self.demand.place()

    @property
    def level(self) -> float:
        """What it has for its weight: what is made equal."""
        return self.current / self.demand.weight

    @property
    def wants_more(self) -> bool:
        """Whether another step is within its own maximum."""
        return self.current + self.demand.step_a <= self.most + TOLERANCE

    def at(self, level: float) -> float:
        """What it has at a level."""
        return min(max(level * self.demand.weight, self.least), self.most)

    def fits(self, more: float) -> bool:
        """Whether all limits have room for so many amperes more."""
        return all(more * per_amp <= limit.left + TOLERANCE for limit, per_amp in self.limits)

    def take(self, more: float) -> None:
        """Have so many amperes more, or less, at the expense of the limits."""
        self.current = round(self.current + more, 9)
        for limit, per_amp in self.limits:
            limit.left -= more * per_amp
        for limit in self.counters:
            limit.left += more


def site(
    tree: CircuitTree,
    available: Mapping[CircuitId, tuple[Amps, Amps, Amps]],
    demands: Sequence[Demand],
    available_w: Mapping[CircuitId, Watts],
) -> tuple[list[Car], list[Limit]]:
    """The cars in the order of their demands, with every limit that any of them has."""
    cars = [Car(demand) for demand in demands]
    under: dict[CircuitId, list[Car]] = {}
    for car in cars:
        for above in tree.path(car.demand.circuit):
            under.setdefault(above, []).append(car)
    limits: list[Limit] = []
    for circuit in reversed([each for each in tree if each.id in under]):
        members = under[circuit.id]
        left = available.get(circuit.id, (circuit.rating_a,) * 3)
        limits += _currents(circuit, left, members)
        limits += _power(circuit, available_w.get(circuit.id, circuit.max_w), members, tree.voltage)
        limits += _unbalance(circuit, left, members)
    return cars, limits


def _currents(circuit: Circuit, left: tuple[Amps, Amps, Amps], cars: list[Car]) -> Iterator[Limit]:
    for phase, amps in zip(PHASES, left, strict=True):
        yield _limit(Bound(circuit.id, phase), amps, [car for car in cars if phase in car.demand.phases])


def _power(circuit: Circuit, watts: Watts | None, cars: list[Car], voltage: float) -> Iterator[Limit]:
    if circuit.max_w is not None and watts is not None:
        limit = Limit(Bound(circuit.id, None, BoundKind.POWER), watts / voltage)
        for car in cars:
            _join(limit, car, len(car.demand.phases))
        yield limit


def _unbalance(circuit: Circuit, left: tuple[Amps, Amps, Amps], cars: list[Car]) -> Iterator[Limit]:
    if circuit.unbalance_a is None:
        return
    for high, low in permutations(PHASES, 2):
        apart = circuit.unbalance_a + left[high - 1] - left[low - 1]
        only = [car for car in cars if high in car.demand.phases and low not in car.demand.phases]
        limit = _limit(Bound(circuit.id, high, BoundKind.UNBALANCE), apart, only)
        limit.counters = [car for car in cars if low in car.demand.phases and high not in car.demand.phases]
        for car in limit.counters:
            car.counters.append(limit)
        yield limit


def _limit(bound: Bound, capacity: float, cars: list[Car]) -> Limit:
    limit = Limit(bound, capacity)
    for car in cars:
        _join(limit, car, 1)
    return limit


def _join(limit: Limit, car: Car, per_amp: float) -> None:
    limit.members.append((car, per_amp))
    car.limits.append((limit, per_amp))
