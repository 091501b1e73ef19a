"""Learns from measured steps which phases a car uses and where they lie on the grid; it orders nothing.

A charger's own L1 may be any phase of the grid. When its current changes, so does the current at the
meter on the phase where it lies; loads that change by chance at the same time do so on any phase, so
that a few steps tell the wiring from chance.
"""

from itertools import permutations

from chargedeck.domain.units import Amps
from chargedeck.energy.circuits import PHASES
from chargedeck.energy.snapshot import NOTHING, Phases

Rotation = tuple[int, int, int]
"""The grid's phases on which a charger's own L1, L2 and L3 lie."""

STRAIGHT: Rotation = (1, 2, 3)

USED_FROM = Amps(2)
"""Less than this is a charger's own consumption, or noise."""

STEADY_WITHIN = Amps(0.5)
STEADY_SAMPLES = 3
"""So many readings in a row without a change: car and meter are over the step."""

STEP_FROM = Amps(3)
"""A smaller step drowns in the loads of a house."""

STEP_COUNTS_AT_MOST = 25.0
"""Squared amperes: one coincidence with a large load decides nothing."""

CERTAIN_FROM = 50.0
"""How much better, over all steps, the best wiring must be than any that lies elsewhere."""

_ROTATIONS: tuple[Rotation, ...] = tuple(permutations(PHASES, 3))


def phases_used(drawn: Phases) -> tuple[int, ...]:
    """The charger's own phases that a car draws from, or none while it draws too little to tell.

    No car has to draw alike: 16, 7 and 7 A are three phases. One that charges to its end draws less than
    is noise elsewhere; then what is half of its highest counts.
    """
    highest = max(drawn)
    if highest < USED_FROM:
        return ()
    least = min(USED_FROM, highest / 2)
    return tuple(phase for phase, amps in zip(PHASES, drawn, strict=True) if amps >= least)


def on_grid(phases: tuple[int, ...], rotation: Rotation) -> tuple[int, ...]:
    """The grid's phases of a charger's own, in order."""
    return tuple(sorted(rotation[phase - 1] for phase in phases))


class Detector:
    """What is known of one charger's wiring and of the car that is there."""

    __slots__ = ("_errors", "_last", "_samples", "_steady", "used")

    def __init__(self) -> None:
        self.used: tuple[int, ...] = ()
        self._errors = dict.fromkeys(_ROTATIONS, 0.0)
        self._last = NOTHING
        self._samples = 0
        self._steady: tuple[Phases, Phases] | None = None

    def unplugged(self) -> None:
        """The car has left; the wiring stays."""
        self.used = ()

    def observe(self, drawn: Phases, grid: Phases) -> None:
        """Take in what the charger draws on its own phases and what flows at the meter, at one instant."""
        moved = max(abs(now - before) for now, before in zip(drawn, self._last, strict=True))
        self._samples = 1 if moved > STEADY_WITHIN else self._samples + 1
        self._last = drawn
        if self._samples < STEADY_SAMPLES:
            return
        self.used = phases_used(drawn) or self.used
        if self._steady is not None:
            self._compare(*self._steady, drawn, grid)
        self._steady = drawn, grid

    def _compare(self, drawn_before: Phases, grid_before: Phases, drawn: Phases, grid: Phases) -> None:
        own = [now - before for now, before in zip(drawn, drawn_before, strict=True)]
        if max(map(abs, own)) < STEP_FROM:
            return
        seen = [now - before for now, before in zip(grid, grid_before, strict=True)]
        wrong = {
            rotation: sum((seen[phase - 1] - step) ** 2 for phase, step in zip(rotation, own, strict=True))
            for rotation in _ROTATIONS
        }
        least = min(wrong.values())
        for rotation, error in wrong.items():
            self._errors[rotation] += min(error - least, STEP_COUNTS_AT_MOST)

    @property
    def rotation(self) -> Rotation | None:
        """How the charger is wired, as far as its car's phases show; None until that is certain."""
        best = min(_ROTATIONS, key=self._errors.__getitem__)
        lies_on = on_grid(self.used, best)
        elsewhere = [
            error for rotation, error in self._errors.items() if on_grid(self.used, rotation) != lies_on
        ]
        certain = bool(elsewhere) and min(elsewhere) - self._errors[best] >= CERTAIN_FROM
        return best if certain else None
