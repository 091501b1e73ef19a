"""Puts what chargers say of their own phases onto the phases of the grid; it decides no current."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from chargedeck.domain.units import NO_CURRENT, Amps, ChargerId
from chargedeck.energy.circuits import PHASES
from chargedeck.energy.detection import STRAIGHT, Detector, Rotation, on_grid
from chargedeck.energy.snapshot import ManagedCharger, MeterReading, Phases


class Wiring:
    """What a station has learned of its chargers' wiring and of the cars that are there."""

    def __init__(
        self, clocks_agree_within: timedelta, known: Mapping[ChargerId, Rotation] | None = None
    ) -> None:
        self._within = clocks_agree_within
        self._known = dict(known or {})
        self._detectors: dict[ChargerId, Detector] = {}
        self._compared_at: dict[ChargerId, datetime] = {}

    def learned(self, charger: ChargerId) -> Rotation | None:
        """How a charger is wired as its steps have shown now or once, for whoever wants to write it down."""
        detector = self._detectors.get(charger)
        shown = None if detector is None else detector.rotation
        if shown is not None:
            self._known[charger] = shown
        return self._known.get(charger)

    def used(self, charger: ChargerId) -> tuple[int, ...]:
        """The charger's own phases that the car there has drawn from; none before it did."""
        detector = self._detectors.get(charger)
        return () if detector is None else detector.used

    def on_grid(
        self, charger: ManagedCharger, rotation: Rotation | None, reading: MeterReading | None
    ) -> ManagedCharger:
        """The charger with the grid's phases; without a known rotation it may be on any of them.

        What it draws on a phase that its offer is not counted on stays with the loads of the house, so
        that no current is ever left out of both.
        """
        detector = self._watched(charger, reading)
        used = tuple(phase for phase in detector.used if phase in charger.phases) or charger.phases
        wired = rotation or self.learned(charger.charger)
        if wired is None and len(used) < len(PHASES):
            return replace(charger, phases=PHASES, phases_known=False)
        wired = wired or STRAIGHT
        phases = on_grid(used, wired)
        if wired == STRAIGHT and phases == charger.phases == PHASES:
            return charger
        drawn = None if charger.drawn_a is None else _only(rearranged(charger.drawn_a, wired), phases)
        return replace(charger, phases=phases, drawn_a=drawn)

    def _watched(self, charger: ManagedCharger, reading: MeterReading | None) -> Detector:
        name = charger.charger
        detector = self._detectors.setdefault(name, Detector())
        if not charger.wants:
            detector.unplugged()
        elif (
            reading is not None
            and charger.drawn_a is not None
            and charger.drawn_at is not None
            and abs(charger.drawn_at - reading.at) <= self._within
            and reading.at != self._compared_at.get(name)
        ):
            self._compared_at[name] = reading.at
            detector.observe(charger.drawn_a, reading.current_a)
        return detector


def _only(drawn: Phases, phases: tuple[int, ...]) -> Phases:
    """The currents of these phases, and nothing on the others."""
    first, second, third = (
        amps if phase in phases else NO_CURRENT for phase, amps in zip(PHASES, drawn, strict=True)
    )
    return first, second, third


def rearranged(own: Phases, rotation: Rotation) -> Phases:
    """Currents of a charger's own phases, in the order of the grid's."""
    grid = [Amps(own[rotation.index(phase)]) for phase in PHASES]
    return grid[0], grid[1], grid[2]
