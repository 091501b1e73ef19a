"""`share` for a site of thousands, in arrays: the same steps as `filling`, and the same decisions.

An unbalance limit is not among what it knows: `share` leaves such a site to `filling`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from chargedeck.domain.units import MINIMUM_CURRENT, Amps, Watts
from chargedeck.energy.circuits import Circuit, CircuitId, CircuitTree
from chargedeck.energy.demand import Bound, BoundKind, Demand, Grant
from chargedeck.energy.wide_levels import TOLERANCE, Cars, fair
from chargedeck.energy.wide_site import POWER, Floats, Indices, Outlet, WideSite
from chargedeck.energy.wide_turns import Turns

_HAIR = 1e-6
"""As in `demand`: what a fraction of a step may lack and still be whole."""


def shared(
    tree: CircuitTree,
    available: Mapping[CircuitId, tuple[Amps, Amps, Amps]],
    demands: Sequence[Demand],
    available_w: Mapping[CircuitId, Watts],
) -> tuple[Grant, ...]:
    """Grant each demand its amperes; what is shared how stands in `chargedeck.energy.share`."""
    outlets = [Outlet(each.charger, each.circuit, each.phases, each.step_a) for each in demands]
    instant = Instant(WideSite(tree, outlets), asked_by(demands), available, available_w)
    current, bounds = instant.currents(), instant.bounds()
    return tuple(
        Grant(demand.charger, Amps(amps), bound)
        for demand, amps, bound in zip(demands, current.tolist(), bounds, strict=True)
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What the outlets of a site ask for at one instant, in the order in which the site was given them."""

    min_a: Floats
    max_a: Floats
    weight: Floats
    priority: Floats
    waiting_s: Floats


def asked_by(demands: Sequence[Demand]) -> Asked:
    """What demands ask for, as arrays."""
    return Asked(
        np.array([each.min_a for each in demands]),
        np.array([each.max_a for each in demands]),
        np.array([each.weight for each in demands]),
        np.array([float(each.priority) for each in demands]),
        np.array([each.waiting.total_seconds() for each in demands]),
    )


class Instant:
    """A site at one instant; inside, only those who ask, in the order of the site's ranks."""

    def __init__(
        self,
        site: WideSite,
        asked: Asked,
        available: Mapping[CircuitId, tuple[Amps, Amps, Amps]],
        available_w: Mapping[CircuitId, Watts],
    ) -> None:
        least = _whole(np.ceil, np.maximum(asked.min_a, MINIMUM_CURRENT)[site.given], site.step, -_HAIR)
        most = _whole(np.floor, asked.max_a[site.given], site.step, _HAIR)
        asking = np.flatnonzero(least <= most)
        self._ranks, self._capacities = site.ranks.only(asking, site.capacities(available, available_w))
        self._given, self._all = site.given[asking], len(most)
        self._least, self._most, self._step = least[asking], most[asking], site.step[asking]
        self._weight, self._priority, self._waiting = (
            part[self._given] for part in (asked.weight, asked.priority, asked.waiting_s)
        )
        self._name = site.by_name[asking]
        self._current = self._shared() if len(asking) else np.zeros(0)

    def currents(self) -> Floats:
        """The amperes of each outlet, in the order in which the site was given them."""
        currents = np.zeros(self._all)
        currents[self._given] = self._current
        return currents

    def bounds(self) -> list[Bound | None]:
        """The fullest limit of each outlet that has no room for what it lacks; the nearest of several."""
        lacks = np.where(self._current > 0, self._step, self._least)
        wants = self._current + lacks <= self._most + TOLERANCE
        fullest, held = np.full(len(lacks), np.inf), np.full(len(lacks), -1)
        left, number = self._left(self._current), 0
        for layer in self._ranks.layers:
            run, runs = self._ranks.to_outlets(layer.run_of), len(layer.starts)
            for kind in range(len(self._ranks.per_amp)):
                room = left[number + run]
                per_amp, full = self._ranks.to_outlets(self._ranks.per_amp[kind]), np.round(room, 6)
                here = wants & (room < lacks * per_amp - TOLERANCE) & (full < fullest)
                fullest[here], held[here] = full[here], number + run[here]
                number += runs
        kinds = [
            _bound(circuit, kind)
            for layer in self._ranks.layers
            for kind in range(len(self._ranks.per_amp))
            for circuit in layer.circuits
        ]
        bounds: list[Bound | None] = [None] * self._all
        for place, bound in zip(self._given.tolist(), held.tolist(), strict=True):
            bounds[place] = None if bound < 0 else kinds[bound]
        return bounds

    def _shared(self) -> Floats:
        """Minima, fair shares, whole steps, and what they leave over."""
        ranks, step, everybody = self._ranks, self._step, np.arange(len(self._step))
        admitted = np.zeros(len(step), dtype=bool)
        admitted[Turns(everybody, self._least, self._by_place).given(ranks, self._capacities)] = True
        charging = np.flatnonzero(admitted)
        least, most = np.zeros(len(step)), np.zeros(len(step))
        least[charging], most[charging] = self._least[charging], self._most[charging]
        current = _whole(
            np.floor, fair(ranks, Cars(least, most, self._weight), self._capacities), step, _HAIR
        )
        asking = charging
        while len(asking := asking[current[asking] + step[asking] <= most[asking] + TOLERANCE]):
            turns = Turns(asking, step, partial(self._by_level, levels=current / self._weight))
            asking = turns.given(ranks, self._left(current))
            current[asking] = np.round(current[asking] + step[asking], 9)
        return current

    def _left(self, current: Floats) -> Floats:
        return self._capacities - self._ranks.loads(current)

    def _by_place(self, cars: Indices) -> Indices:
        keys = [key[cars] for key in (self._name, -self._waiting, -self._weight, -self._priority)]
        return cars[np.lexsort([key for key in keys if (key != key[:1]).any()] or keys)]

    def _by_level(self, cars: Indices, levels: Floats) -> Indices:
        ordered = cars[np.argsort(levels[cars])]
        if (np.diff(levels[ordered]) > 0).all():
            return ordered
        cars = self._by_place(cars)
        return cars[np.argsort(levels[cars], kind="stable")]


def _bound(circuit: Circuit | None, kind: int) -> Bound | None:
    if circuit is None:
        return None
    return Bound(circuit.id, None, BoundKind.POWER) if kind == POWER else Bound(circuit.id, kind + 1)


def _whole(rounded: np.ufunc, amps: Floats, step: Floats, hair: float) -> Floats:
    steps: Floats = rounded(amps / step + hair)
    return np.round(steps * step, 9)
