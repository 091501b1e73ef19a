"""The breakers of a station as a tree: what each carries and which stand before it; it measures nothing."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NewType

from chargedeck.domain.problems import ChargeDeckError
from chargedeck.domain.sentences import said
from chargedeck.domain.units import Amps, Volts, Watts

CircuitId = NewType("CircuitId", str)

PHASES = (1, 2, 3)
NOMINAL_VOLTAGE = Volts(230)
"""Between a phase and neutral; what turns a circuit's watts into amperes."""


class InvalidCircuitsError(ChargeDeckError):
    """The circuits make no tree, or one of them has impossible ratings."""

    code = "invalid_circuits"


@dataclass(frozen=True, slots=True)
class Circuit:
    """A breaker: amperes on each of its phases, and what else its connection may be held to.

    `unbalance_a` is how far the currents of any two phases may lie apart.
    """

    id: CircuitId
    parent: CircuitId | None
    rating_a: Amps
    max_w: Watts | None = None
    unbalance_a: Amps | None = None


class CircuitTree:
    """Circuits with one root; parents stand before their children wherever they are listed."""

    def __init__(self, circuits: Iterable[Circuit], voltage: Volts = NOMINAL_VOLTAGE) -> None:
        given = tuple(circuits)
        self._circuits = {circuit.id: circuit for circuit in given}
        if len(self._circuits) != len(given):
            raise InvalidCircuitsError(said("Two circuits have the same id; give each one its own"))
        for circuit in given:
            _check_ratings(circuit)
        self.root = self._only_root()
        self.voltage = voltage
        self._paths = self._walked()

    def __getitem__(self, circuit: CircuitId) -> Circuit:
        try:
            return self._circuits[circuit]
        except KeyError:
            raise InvalidCircuitsError(
                said("There is no circuit '{circuit}'; add it to the station first", circuit=circuit)
            ) from None

    def __contains__(self, circuit: CircuitId) -> bool:
        return circuit in self._circuits

    def __iter__(self) -> Iterator[Circuit]:
        # From the root down: no circuit comes before its parent.
        return (self._circuits[circuit] for circuit in self._paths)

    def __len__(self) -> int:
        return len(self._circuits)

    def path(self, circuit: CircuitId) -> tuple[CircuitId, ...]:
        """The circuit itself and every one before it, up to the root."""
        return self._paths[self[circuit].id]

    def _only_root(self) -> CircuitId:
        roots = [circuit.id for circuit in self._circuits.values() if circuit.parent is None]
        if len(roots) != 1:
            names = ", ".join(sorted(roots)) or said("none")
            raise InvalidCircuitsError(
                said("One circuit must have no parent: the main breaker; there is {names}", names=names)
            )
        return roots[0]

    def _walked(self) -> dict[CircuitId, tuple[CircuitId, ...]]:
        children: dict[CircuitId, list[CircuitId]] = {circuit: [] for circuit in self._circuits}
        for circuit in self._circuits.values():
            if circuit.parent is not None:
                self._known_parent(circuit, circuit.parent)
                children[circuit.parent].append(circuit.id)
        paths: dict[CircuitId, tuple[CircuitId, ...]] = {self.root: (self.root,)}
        reached = [self.root]
        for parent in reached:  # grows while it is walked
            for child in children[parent]:
                paths[child] = (child, *paths[parent])
                reached.append(child)
        if lost := sorted(self._circuits.keys() - paths.keys()):
            raise InvalidCircuitsError(
                said("Circuits in a ring: {lost}; hang one on another parent", lost=", ".join(lost))
            )
        return paths

    def _known_parent(self, circuit: Circuit, parent: CircuitId) -> None:
        if parent not in self._circuits:
            raise InvalidCircuitsError(
                said("Circuit '{id}' hangs on '{parent}', which does not exist", id=circuit.id, parent=parent)
            )


def _check_ratings(circuit: Circuit) -> None:
    ratings = {"rating_a": circuit.rating_a, "max_w": circuit.max_w, "unbalance_a": circuit.unbalance_a}
    for name, rating in ratings.items():
        if rating is not None and not 0 <= rating < math.inf:
            raise InvalidCircuitsError(
                said(
                    "{name} of circuit '{id}' is {rating}; it must be 0 or more",
                    name=name,
                    id=circuit.id,
                    rating=rating,
                )
            )
