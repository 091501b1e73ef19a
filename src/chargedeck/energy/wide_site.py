"""A site of thousands as arrays: who stands under which circuits, in an order that keeps each together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from chargedeck.domain.units import Amps, ChargerId, Watts
from chargedeck.energy.circuits import PHASES, Circuit, CircuitId, CircuitTree

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]
Number = TypeVar("Number", np.float64, np.intp)

KINDS = 4
"""What a circuit limits: the amperes of three phases, and all of them together, which its watts do."""
POWER = 3
_NONE = np.zeros(0, dtype=np.intp)
_LARGE = 31 << 20
"""Bytes just below what glibc learns from, when they are freed, that freed memory is worth keeping.

Else it hands every large array back to the kernel: a step among 100,000 outlets takes 22,500 page faults
then, a fifth of its time.
"""


@dataclass(frozen=True, slots=True)
class Layer:
    """The circuits of one depth as consecutive runs of ranks; a run without a circuit limits nothing."""

    starts: Indices
    deeper: Indices
    """Where its runs begin among those of the next deeper layer."""
    circuits: npt.NDArray[np.object_]
    run_of: Indices

    def only(self, ranks: Indices, below: Indices) -> tuple["Layer", Indices]:
        """What is left of it with some of the ranks, and which runs that are."""
        run_of = self.run_of[ranks]
        starts = firsts_of(run_of)
        runs = run_of[starts]
        number = np.zeros(len(self.starts), dtype=np.intp)
        number[runs] = np.arange(len(runs))
        return Layer(starts, np.searchsorted(below, starts), self.circuits[runs], number[run_of]), runs


@dataclass(frozen=True, slots=True)
class Ranks:
    """Outlets in ranks: all of one circuit on the same phases, whom all limits see alike.

    Ranks stand in the tree's order, so that those below any circuit are one run of them, and the outlets
    of a rank stand together. Limits have numbers: layer by layer, the deepest first; in a layer kind by
    kind; and of a kind run by run.
    """

    starts: Indices
    sizes: Indices
    of_outlet: Indices
    per_amp: Floats
    layers: tuple[Layer, ...]
    limits: "Limits"

    @staticmethod
    def of(sizes: Indices, per_amp: Floats, layers: Sequence[Layer]) -> "Ranks":
        """Ranks of so many outlets each."""
        of_outlet = np.arange(len(sizes)).repeat(sizes)
        limits = Limits.of(layers, len(per_amp))
        return Ranks(starts_of(sizes), sizes, of_outlet, per_amp, tuple(layers), limits)

    def of_ranks(self, values: Floats) -> Floats:
        """The sum of each rank's outlets."""
        sums = np.bincount(self.of_outlet, weights=values, minlength=len(self.sizes))
        return sums.astype(float, copy=False)

    def to_outlets(self, values: npt.NDArray[Number]) -> npt.NDArray[Number]:
        """The value of its rank for each outlet."""
        return values.take(self.of_outlet)

    def loads(self, current: Floats) -> Floats:
        """What the outlets take of each limit; a run's sum is that of the deeper runs in it."""
        sums, loads = self.per_amp * self.of_ranks(current), []
        for layer in self.layers:
            sums = np.add.reduceat(sums, layer.deeper, axis=-1)
            loads.append(sums)
        return flat(loads)

    def only(self, outlets: Indices, capacities: Sequence[Floats]) -> tuple["Ranks", Floats]:
        """Some of the outlets, and what their limits have, of what is known layer by layer."""
        if len(outlets) == len(self.of_outlet):
            return self, flat(capacities)
        sizes = np.bincount(self.of_outlet[outlets], minlength=len(self.sizes))
        kept = np.flatnonzero(sizes)
        layers, rests, below = [], [], np.arange(len(kept))
        for layer, capacity in zip(self.layers, capacities, strict=True):
            rest, runs = layer.only(kept, below)
            layers.append(rest)
            rests.append(capacity[:, runs])
            below = rest.starts
        return Ranks.of(sizes[kept], self.per_amp[:, kept], layers), flat(rests)


@dataclass(frozen=True, slots=True)
class Limits:
    """The run of ranks below each limit, and what kind of limit it is."""

    starts: Indices
    sizes: Indices
    kinds: Indices

    @staticmethod
    def of(layers: Sequence[Layer], kinds: int) -> "Limits":
        """All limits, in the order of their numbers."""
        starts = [np.tile(layer.starts, kinds) for layer in layers]
        sizes = [np.tile(np.bincount(layer.run_of), kinds) for layer in layers]
        numbers = [np.arange(kinds).repeat(len(layer.starts)) for layer in layers]
        return Limits(*(np.concatenate([_NONE, *parts]) for parts in (starts, sizes, numbers)))

    def members(self, site: Ranks, limits: Indices) -> tuple[Indices, Indices, Floats]:
        """The ranks that take of some of the limits: the place among these, the rank, and its part."""
        sizes = self.sizes[limits]
        places, ranks = np.arange(len(limits)).repeat(sizes), runs_of(self.starts, self.sizes, limits)
        row = (self.kinds[limits] * len(site.sizes)).repeat(sizes)
        per_amp = site.per_amp.reshape(-1).take(row + ranks)
        taking = per_amp > 0
        return places.compress(taking), ranks.compress(taking), per_amp.compress(taking)


@dataclass(frozen=True, slots=True)
class Outlet:
    """Where a charger hangs, what it can be told, and what decides when all else is equal."""

    charger: ChargerId
    circuit: CircuitId
    phases: tuple[int, ...]
    step_a: Amps = Amps(1)


class WideSite:
    """Circuits and outlets that seldom change, laid out once for many instants."""

    def __init__(self, tree: CircuitTree, outlets: Sequence[Outlet]) -> None:
        np.empty(_LARGE, dtype=np.uint8)
        self.tree = tree
        order = {circuit: place for place, circuit in enumerate(_depth_first(tree))}
        ranks = [(order[tree[outlet.circuit].id], tuple(sorted(outlet.phases))) for outlet in outlets]
        self.given = np.array(sorted(range(len(outlets)), key=ranks.__getitem__), dtype=np.intp)
        """The place, among the outlets as given, of each one in the order of the ranks."""
        self.outlets = tuple(outlets[place] for place in self.given)
        self.step = np.array([outlet.step_a for outlet in self.outlets], dtype=float)
        ranks = [ranks[place] for place in self.given]
        first = [place for place, rank in enumerate(ranks) if place == 0 or rank != ranks[place - 1]]
        layers = _layers(tree, [self.outlets[n].circuit for n in first])
        self._runs = _runs(layers)
        self._limited = {circuit for circuit in self._runs if tree[circuit].max_w is not None}
        kinds = KINDS if self._limited else POWER
        per_amp = _per_amp([ranks[place][1] for place in first])[:kinds]
        self.ranks = Ranks.of(np.diff([*first, len(ranks)]).astype(np.intp), per_amp, layers)
        self._ratings = [
            np.array([self._rating(each) for each in layer.circuits]).T[:kinds] for layer in layers
        ]
        self.by_name = _places(sorted(range(len(ranks)), key=lambda place: self.outlets[place].charger))

    def capacities(
        self, available: Mapping[CircuitId, tuple[Amps, Amps, Amps]], available_w: Mapping[CircuitId, Watts]
    ) -> list[Floats]:
        """What each circuit has of each kind, layer by layer."""
        capacities = [ratings.copy() for ratings in self._ratings]
        for circuit in available.keys() & self._runs.keys():
            layer, run = self._runs[circuit]
            capacities[layer][:POWER, run] = available[circuit]
        for circuit in available_w.keys() & self._limited:
            layer, run = self._runs[circuit]
            capacities[layer][POWER, run] = available_w[circuit] / self.tree.voltage
        return capacities

    def _rating(self, circuit: Circuit | None) -> tuple[float, ...]:
        if circuit is None:
            return (np.inf,) * KINDS
        power = np.inf if circuit.max_w is None else circuit.max_w / self.tree.voltage
        return (*(circuit.rating_a,) * len(PHASES), power)


def _depth_first(tree: CircuitTree) -> list[CircuitId]:
    """Every circuit directly before all that hang on it."""
    children: dict[CircuitId, list[CircuitId]] = {circuit.id: [] for circuit in tree}
    for circuit in tree:
        if circuit.parent is not None:
            children[circuit.parent].append(circuit.id)
    found, waiting = [], [tree.root]
    while waiting:
        found.append(next_one := waiting.pop())
        waiting += reversed(children[next_one])
    return found


def _layers(tree: CircuitTree, circuits: Sequence[CircuitId]) -> tuple[Layer, ...]:
    """The deepest first: nobody's share can be judged before what holds it nearest."""
    paths = [tree.path(circuit)[::-1] for circuit in circuits]
    depths = range(max(map(len, paths), default=0))
    layers, below = [], np.arange(len(paths))
    for depth in reversed(depths):
        layers.append(_layer(tree, [path[: depth + 1] for path in paths], depth, below))
        below = layers[-1].starts
    return tuple(layers)


def _layer(tree: CircuitTree, above: Sequence[tuple[CircuitId, ...]], depth: int, below: Indices) -> Layer:
    starts = np.array([n for n, path in enumerate(above) if n == 0 or path != above[n - 1]])
    circuits = np.empty(len(starts), dtype=object)
    circuits[:] = [tree[above[n][depth]] if len(above[n]) > depth else None for n in starts]
    run_of = np.arange(len(starts)).repeat(np.diff(starts, append=len(above)))
    return Layer(starts, np.searchsorted(below, starts), circuits, run_of)


def _runs(layers: Sequence[Layer]) -> dict[CircuitId, tuple[int, int]]:
    """Where each circuit stands: its layer and the number of its run."""
    runs: dict[CircuitId, tuple[int, int]] = {}
    for number, layer in enumerate(layers):
        for run, circuit in enumerate(layer.circuits):
            if circuit is not None:
                runs[circuit.id] = number, run
    return runs


def _per_amp(ranks: Sequence[tuple[int, ...]]) -> Floats:
    """What an ampere of each rank takes of every kind."""
    per_amp = np.array([[float(phase in phases) for phases in ranks] for phase in PHASES])
    return np.vstack((per_amp, per_amp.sum(axis=0)))


def _places(order: Sequence[int]) -> Indices:
    places = np.empty(len(order), dtype=np.intp)
    places[list(order)] = np.arange(len(order))
    return places


def flat(layers: Sequence[Floats]) -> Floats:
    """Values of limits layer by layer, kind by kind, run by run, in the order of the limits' numbers."""
    return np.concatenate([np.zeros(0), *(each.reshape(-1) for each in layers)])


def firsts_of(values: Indices) -> Indices:
    """Where equal values that stand together begin."""
    first = np.ones(len(values), dtype=bool)
    np.not_equal(values[1:], values[:-1], out=first[1:])
    return np.flatnonzero(first)


def runs_of(starts: Indices, sizes: Indices, chosen: Indices) -> Indices:
    """The places in some of the runs, one run after the other."""
    lengths = sizes[chosen]
    ends = lengths.cumsum()
    places: Indices = (starts[chosen] - ends + lengths).repeat(lengths)
    places += np.arange(len(places))
    return places


def starts_of(sizes: Indices) -> Indices:
    """Where runs of these sizes begin when they follow each other."""
    return sizes.cumsum() - sizes
