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


@dataclass(frozen=True, slots=True)
class Layer:
    """The circuits of one depth as consecutive runs of ranks; a run without a circuit limits nothing."""

    starts: Indices
    circuits: tuple[Circuit | None, ...]
    run_of: Indices

    def sums(self, values: Floats) -> Floats:
        """The sum of each run, for every row of values."""
        return np.add.reduceat(values, self.starts, axis=-1)


@dataclass(frozen=True, slots=True)
class Ranks:
    """Outlets in ranks: all of one circuit on the same phases, whom all limits see alike.

    Ranks stand in the tree's order, so that those below any circuit are one run of them, and the outlets
    of a rank stand together.
    """

    starts: Indices
    sizes: Indices
    per_amp: Floats
    layers: tuple[Layer, ...]

    def of_ranks(self, values: Floats) -> Floats:
        """The sum of each rank's outlets."""
        return np.add.reduceat(values, self.starts)

    def to_outlets(self, values: npt.NDArray[Number]) -> npt.NDArray[Number]:
        """The value of its rank for each outlet."""
        return np.repeat(values, self.sizes)

    def only(self, outlets: Indices, capacities: Sequence[Floats]) -> tuple["Ranks", list[Floats]]:
        """Some of the outlets, and what the circuits before them have."""
        sizes = np.bincount(self.to_outlets(np.arange(len(self.sizes)))[outlets], minlength=len(self.sizes))
        kept = np.flatnonzero(sizes)
        layers, rests = [], []
        for layer, capacity in zip(self.layers, capacities, strict=True):
            run_of = layer.run_of[kept]
            starts = np.flatnonzero(np.diff(run_of, prepend=-1))
            runs = run_of[starts]
            circuits = tuple(layer.circuits[run] for run in runs.tolist())
            layers.append(Layer(starts, circuits, np.searchsorted(runs, run_of)))
            rests.append(capacity[:, runs])
        return Ranks(starts_of(sizes[kept]), sizes[kept], self.per_amp[:, kept], tuple(layers)), rests


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
        self.tree = tree
        order = {circuit: place for place, circuit in enumerate(_depth_first(tree))}
        ranks = [(order[tree[outlet.circuit].id], tuple(sorted(outlet.phases))) for outlet in outlets]
        self.given = np.array(sorted(range(len(outlets)), key=ranks.__getitem__), dtype=np.intp)
        """The place, among the outlets as given, of each one in the order of the ranks."""
        self.outlets = tuple(outlets[place] for place in self.given)
        self.step = np.array([outlet.step_a for outlet in self.outlets], dtype=float)
        ranks = [ranks[place] for place in self.given]
        first = [place for place, rank in enumerate(ranks) if place == 0 or rank != ranks[place - 1]]
        starts, layers = (
            np.array(first, dtype=np.intp),
            _layers(tree, [self.outlets[n].circuit for n in first]),
        )
        sizes = np.diff(starts, append=len(ranks))
        self.ranks = Ranks(starts, sizes, _per_amp([ranks[place][1] for place in first]), layers)
        self._ratings = [np.array([self._rating(each) for each in layer.circuits]).T for layer in layers]
        self._runs = _runs(layers)
        self._limited = {circuit for circuit in self._runs if tree[circuit].max_w is not None}
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
    return tuple(_layer(tree, [path[depth : depth + 1] for path in paths]) for depth in reversed(depths))


def _layer(tree: CircuitTree, above: Sequence[tuple[CircuitId, ...]]) -> Layer:
    starts = [place for place, circuit in enumerate(above) if place == 0 or circuit != above[place - 1]]
    circuits = tuple(tree[above[start][0]] if above[start] else None for start in starts)
    return Layer(
        np.array(starts), circuits, np.repeat(np.arange(len(starts)), np.diff([*starts, len(above)]))
    )


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


def runs_of(starts: Indices, sizes: Indices, chosen: Indices) -> Indices:
    """The places in some of the runs, one run after the other."""
    lengths = sizes[chosen]
    return np.arange(lengths.sum()) + np.repeat(starts[chosen] - starts_of(lengths), lengths)


def starts_of(sizes: Indices) -> Indices:
    """Where runs of these sizes begin when they follow each other."""
    return np.cumsum(sizes) - sizes
