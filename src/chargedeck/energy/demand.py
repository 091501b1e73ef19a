"""What a charger asks of its circuits and what it is granted; plain values that decide nothing."""

import math
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from chargedeck.domain.problems import ChargeDeckError
from chargedeck.domain.units import MINIMUM_CURRENT, Amps, ChargerId
from chargedeck.energy.circuits import PHASES, CircuitId

WHOLE_AMPERES = Amps(1)

_HAIR = 1e-6
"""Of a step: what a fraction may lack for float's sake and still be whole."""

Place = tuple[int, float, timedelta, ChargerId]
"""Where a charger stands when not all can be served; the smallest stands first."""


class InvalidDemandError(ChargeDeckError):
    """A demand that no charger can have."""

    code = "invalid_demand"


@dataclass(frozen=True, slots=True)
class Demand:
    """What a charger could take now, from which circuit, and how much it deserves.

    `phases` are those of the grid, after the charger's rotation. Cars that all have their minimum share
    the rest in proportion to `weight` (energy still needed over time left). When not all can have it,
    priority decides, then weight, then who has been `waiting` longer, then the id.
    """

    charger: ChargerId
    circuit: CircuitId
    phases: tuple[int, ...]
    max_a: Amps
    min_a: Amps = MINIMUM_CURRENT
    step_a: Amps = WHOLE_AMPERES
    weight: float = 1.0
    priority: int = 0
    waiting: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        if (
            not self.phases
            or len(set(self.phases)) != len(self.phases)
            or not set(self.phases) <= set(PHASES)
        ):
            raise InvalidDemandError(f"phases of {self.charger!r} are {self.phases}; give some of 1, 2 and 3")
        if not (0 < self.step_a < math.inf and 0 < self.weight < math.inf):
            raise InvalidDemandError(f"step_a and weight of {self.charger!r} must be more than 0")
        if not (math.isfinite(self.min_a) and math.isfinite(self.max_a)):
            raise InvalidDemandError(f"min_a and max_a of {self.charger!r} must be amperes")

    def range(self) -> tuple[float, float]:
        """The least it charges with and the most, in its steps; no car charges below 6 A."""
        least = max(self.min_a, MINIMUM_CURRENT)
        return round(math.ceil(least / self.step_a - _HAIR) * self.step_a, 9), self.whole_steps(self.max_a)

    def whole_steps(self, current: float) -> float:
        """A current rounded down to what the charger can be told."""
        return round(math.floor(current / self.step_a + _HAIR) * self.step_a, 9)

    def place(self) -> Place:
        """Priority, then weight, then who has waited longer, then the id."""
        return -self.priority, -self.weight, -self.waiting, self.charger


class BoundKind(StrEnum):
    """Which rating of a circuit holds a charger down."""

    CURRENT = "current"
    POWER = "power"
    UNBALANCE = "unbalance"


@dataclass(frozen=True, slots=True)
class Bound:
    """The circuit, and the phase of it, that holds a charger down; its watts have no phase."""

    circuit: CircuitId
    phase: int | None
    kind: BoundKind = BoundKind.CURRENT


@dataclass(frozen=True, slots=True)
class Grant:
    """What a charger may draw on each of its phases; without a bound it has all that it could take."""

    charger: ChargerId
    current_a: Amps
    bound: Bound | None = None
