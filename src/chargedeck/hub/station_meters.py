"""What the meters of one station last said, wherever it came from; it decides nothing about it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chargedeck.domain.meter import MeterPhase, MeterReading, signed, total
from chargedeck.domain.units import NO_CURRENT, Amps, DeviceId, Watts
from chargedeck.energy.circuits import NOMINAL_VOLTAGE, PHASES, CircuitId
from chargedeck.energy.snapshot import Phases
from chargedeck.hub.management import METER_LOST_AFTER

SHOWN_FOR = timedelta(seconds=60)
"""Older than this a reading says nothing about what flows."""


AHEAD_AT_MOST = timedelta(seconds=60)
"""A meter whose clock is further ahead of ours has to be set right first."""


class Source(StrEnum):
    """What a meter measures; what flows into the house from there is positive."""

    GRID = "grid"
    SOLAR = "solar"
    BATTERY = "battery"


class Origin(StrEnum):
    """How the readings of the grid connection reach us."""

    PUSHED = "pushed"
    ENERGY_MODULE = "energy_module"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Heard:
    """A reading and who told it."""

    reading: MeterReading
    origin: Origin
    device: DeviceId | None = None


def measured(at: datetime, phases: Iterable[MeterPhase], power: Watts | None) -> MeterReading:
    """A reading with the currents and the sum that can be computed from what was told."""
    completed = tuple(_completed(phase) for phase in sorted(phases, key=lambda each: each.phase))
    return MeterReading(at, completed, total(completed) if power is None else power)


def _completed(phase: MeterPhase) -> MeterPhase:
    voltage = phase.voltage_v or NOMINAL_VOLTAGE
    if phase.current_a is None and phase.power_w is not None:
        return phase._replace(current_a=Amps(phase.power_w / voltage))
    if phase.power_w is None and phase.current_a is not None:
        return phase._replace(power_w=Watts(phase.current_a * voltage))
    return signed(phase)


def currents(reading: MeterReading) -> Phases:
    """The signed currents by phase; a phase that the meter does not have carries nothing."""
    told = {phase.phase: phase.current_a for phase in reading.phases}
    first, second, third = (told.get(phase) or NO_CURRENT for phase in PHASES)
    return first, second, third


def _later(known: MeterReading | None, told: MeterReading) -> MeterReading:
    """What was sent late says nothing of now."""
    return told if known is None or told.at >= known.at else known


class StationMeters:
    """The last reading of each meter. What is pushed comes before an energy module's, while it comes."""

    __slots__ = ("_circuits", "_module", "_others")

    def __init__(self) -> None:
        self._circuits: dict[CircuitId, MeterReading] = {}
        self._others: dict[Source, MeterReading] = {}
        self._module: Heard | None = None

    @property
    def has_spoken(self) -> bool:
        """Whether anything was ever measured here."""
        return bool(self._circuits or self._others) or self._module is not None

    @property
    def others(self) -> Collection[Source]:
        """What is measured here beside the grid connection."""
        return self._others.keys()

    def push(self, source: Source, circuit: CircuitId, reading: MeterReading) -> None:
        """Somebody has sent a reading."""
        if source is Source.GRID:
            self._circuits[circuit] = _later(self._circuits.get(circuit), reading)
        else:
            self._others[source] = _later(self._others.get(source), reading)

    def module_says(self, device: DeviceId, reading: MeterReading) -> bool:
        """An energy module has measured; answers whether that is news."""
        heard = Heard(measured(*reading), Origin.ENERGY_MODULE, device)
        if heard == self._module:
            return False
        self._module = heard
        return True

    def main(self, circuit: CircuitId, now: datetime) -> Heard | None:
        """The last reading of the grid connection."""
        pushed = self._circuits.get(circuit)
        if pushed is not None and (self._module is None or now - pushed.at <= METER_LOST_AFTER):
            return Heard(pushed, Origin.PUSHED)
        return self._module

    def of(self, circuit: CircuitId, main: CircuitId, now: datetime) -> MeterReading | None:
        """The last reading of a circuit."""
        if circuit != main:
            return self._circuits.get(circuit)
        heard = self.main(main, now)
        return None if heard is None else heard.reading

    def other(self, source: Source, now: datetime) -> Watts | None:
        """What comes from the sun or the battery, while somebody says so."""
        reading = self._others.get(source)
        return None if reading is None or now - reading.at > SHOWN_FOR else reading.power_w
