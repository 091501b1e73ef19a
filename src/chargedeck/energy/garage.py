"""A garage's wiring and the cars that stay in it, for planning ahead; no clock, no memory, no decision.

A limit is the magnitude of a sum of phasors: a cable, a line or a winding of a transformer, of which
each outlet's ampere takes a complex share. So the limits of a three-phase delta are exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]
Indices = npt.NDArray[np.intp]

HAIR = 1e-7
"""Amperes below a limit that no rounding of floats may use up."""

_TANGENTS = np.deg2rad([-30, -15, -6, 0, 6, 15, 30])
"""Where a limit's circle is touched, around the direction of a balanced load, where garages are full."""


@dataclass(frozen=True)
class Wiring:
    """`phasors[limit, outlet]` is what an ampere of the outlet adds to the limit's current."""

    phasors: Complexes
    limits_a: Floats
    volts: Floats

    def currents(self, amps: Floats) -> Floats:
        """The magnitude of the current at each limit."""
        return np.abs(self.phasors @ amps)

    def carries(self, amps: Floats) -> bool:
        """Whether no limit is exceeded."""
        return bool((self.currents(amps) <= self.limits_a - HAIR).all())

    def room(self, carried: Complexes, outlet: int) -> float:
        """How many amperes an outlet can add to what the limits carry: the nearest root of their circles."""
        shares = self.phasors[:, outlet]
        touched = np.abs(shares) > 0
        share, now = shares[touched], carried[touched]
        square = np.abs(share) ** 2
        along = (share.conj() * now).real
        beyond = np.abs(now) ** 2 - (self.limits_a[touched] - HAIR) ** 2
        roots = (np.sqrt(np.maximum(along**2 - square * beyond, 0.0)) - along) / square
        return max(float(roots.min(initial=np.inf)), 0.0)

    @cached_property
    def alike(self) -> Indices:
        """A number for each outlet, the same for those that all limits see alike."""
        return np.unique(self.phasors, axis=1, return_inverse=True)[1].reshape(-1)

    @cached_property
    def tangents(self) -> tuple[Floats, Floats]:
        """Lines around the limits: coefficients for each number of `alike`, and what they may sum to."""
        first = np.unique(self.alike, return_index=True)[1]
        rows, limits = [], []
        for shares, limit in zip(self.phasors[:, first], self.limits_a, strict=True):
            kinds = np.unique(shares[np.abs(shares) > 0])
            middle = np.angle(kinds.sum()) if len(kinds) else 0.0
            for turn in _TANGENTS if len(kinds) > 1 else (0.0,):
                rows.append((shares * np.exp(-1j * (middle + turn))).real)
                limits.append(limit)
        return np.array(rows), np.array(limits)


@dataclass(frozen=True, slots=True)
class Stay:
    """A car at an outlet: the ampere-periods it still wants, the periods it stays, and what it can draw.

    `pilots` are the only currents, besides none, that its outlet can offer; without them it offers any.
    """

    outlet: int
    needs: float
    periods: int
    max_a: float
    pilots: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Bill:
    """What power costs: energy in each period from now, and the highest power of the billing month."""

    per_kwh: Floats
    per_kw: float
    peak_kw: float


@dataclass(frozen=True, slots=True)
class Worth:
    """What the plan weighs against each other, in the bill's currency for a kilowatt-hour."""

    delivered: float = 20.0
    """Of a kilowatt-hour that a car gets: far more than it costs, since a driver waits for it."""
    reserve: float = 0.15
    """Share of it that a future kilowatt-hour loses which leaves no room for cars still to come."""
    kept_free: float = 0.2
    """Share of every future period's capacity that is such a reserve."""
    haste: float = 2.5e-4
    """Share of it that a day's delay costs: to charge early what can be charged early."""
    urgency: float = 24.0
    """Hours of delay of a car that leaves in an hour, for one hour of a car that leaves in a day."""
