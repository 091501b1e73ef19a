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


ASLEEP_W = 50.0
"""An inverter that last gave no more than this and fell silent has gone to sleep with the sun."""

NIGHT = timedelta(hours=18)
"""So long an inverter may sleep; after the longest night its silence means something else."""


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
    METER = "meter"
    """One that we ask."""
    ENERGY_MODULE = "energy_module"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Heard:
    """A reading and who told it."""

    reading: MeterReading
    origin: Origin
    device: DeviceId | None = None
    meter: str | None = None


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


PUSHED = ""
"""In place of the name of a meter that we ask."""


class StationMeters:
    """The last reading of each meter. An energy module's counts where no other of the grid comes."""

    __slots__ = ("_asked", "_circuits", "_module", "_others")

    def __init__(self) -> None:
        self._circuits: dict[CircuitId, Heard] = {}
        self._others: dict[Source, dict[str, MeterReading]] = {}
        self._asked: dict[str, Source] = {}
        self._module: Heard | None = None

    @property
    def has_spoken(self) -> bool:
        """Whether anything was ever measured here."""
        return bool(self._circuits or self._others) or self._module is not None

    @property
    def others(self) -> Collection[Source]:
        """What is measured here beside the grid connection."""
        return self._others.keys() | (set(self._asked.values()) - {Source.GRID})

    # -- who is asked --------------------------------------------------------------------------

    def attach(self, meter: str, source: Source) -> None:
        """Readings are expected of this meter from now on."""
        self.detach(meter)
        self._asked[meter] = source

    def detach(self, meter: str) -> None:
        """It measures here no more, and what it last said holds no more."""
        self._asked.pop(meter, None)
        for readings in self._others.values():
            readings.pop(meter, None)
        self._others = {source: readings for source, readings in self._others.items() if readings}
        self._circuits = {id_: heard for id_, heard in self._circuits.items() if heard.meter != meter}

    # -- what is heard -------------------------------------------------------------------------

    def push(
        self, source: Source, circuit: CircuitId, reading: MeterReading, meter: str | None = None
    ) -> None:
        """A reading has come, of a meter that we ask or from somebody; a late one says nothing of now."""
        if source is Source.GRID:
            known = self._circuits.get(circuit)
            if known is None or reading.at >= known.reading.at:
                origin = Origin.PUSHED if meter is None else Origin.METER
                self._circuits[circuit] = Heard(reading, origin, meter=meter)
            return
        readings = self._others.setdefault(source, {})
        before = readings.get(meter or PUSHED)
        if before is None or reading.at >= before.at:
            readings[meter or PUSHED] = reading

    def module_says(self, device: DeviceId, reading: MeterReading) -> bool:
        """An energy module has measured; answers whether that is news."""
        heard = Heard(measured(*reading), Origin.ENERGY_MODULE, device)
        if heard == self._module:
            return False
        self._module = heard
        return True

    # -- what is known -------------------------------------------------------------------------

    def main(self, circuit: CircuitId, now: datetime) -> Heard | None:
        """The last reading of the grid connection."""
        heard = self._circuits.get(circuit)
        if heard is not None and (self._module is None or now - heard.reading.at <= METER_LOST_AFTER):
            return heard
        return self._module

    def of(self, circuit: CircuitId, main: CircuitId, now: datetime) -> MeterReading | None:
        """The last reading of a circuit."""
        heard = self.main(main, now) if circuit == main else self._circuits.get(circuit)
        return None if heard is None else heard.reading

    def other(self, source: Source, now: datetime) -> Watts | None:
        """What comes from the sun or the battery: the sum of all its meters, while each of them says so.

        What is pushed beside meters that we ask counts while it comes. An inverter that sleeps gives nothing.
        """
        readings = self._others.get(source, {})
        asked = [meter for meter, its_source in self._asked.items() if its_source is source]
        powers = [_power(readings.get(meter), source, now) for meter in asked or [PUSHED]]
        if asked and (pushed := _power(readings.get(PUSHED), source, now)) is not None:
            powers.append(pushed)
        known = [power for power in powers if power is not None]
        return Watts(sum(known)) if len(known) == len(powers) else None


def _power(reading: MeterReading | None, source: Source, now: datetime) -> Watts | None:
    if reading is None or reading.power_w is None:
        return None
    age = now - reading.at
    if age <= SHOWN_FOR:
        return reading.power_w
    asleep = source is Source.SOLAR and abs(reading.power_w) <= ASLEEP_W and age <= NIGHT
    return Watts(0.0) if asleep else None
