"""What the meters of one station last said, wherever it came from; it decides nothing about it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from chargedeck.domain.meter import MeterPhase, MeterReading, signed, told_phases, total
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


CLOCK_STEP = timedelta(seconds=3)
"""A clock that is put back by less is waited for; by more, what came before it says nothing of now."""


def is_fresh(at: datetime, now: datetime, within: timedelta) -> bool:
    """Whether something is no older than this; how old what lies ahead of the clock is, nobody knows."""
    return -CLOCK_STEP <= now - at <= within


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


class Part(NamedTuple):
    """One phase as it was told last, and when that was."""

    at: datetime
    phase: MeterPhase


def joined(known: Mapping[int, Part], reading: MeterReading, now: datetime) -> Mapping[int, Part]:
    """The last word of each phase, with what a reading says of some or all; what comes late says nothing."""
    parts = dict(known)
    for phase in reading.phases:
        before = known.get(phase.phase)
        if before is None or _follows(reading.at, before.at, now):
            parts[phase.phase] = Part(reading.at, phase)
    return parts


def whole(parts: Mapping[int, Part], reading: MeterReading) -> MeterReading:
    """The reading that all phases make together, as old as the oldest of them.

    So a phase that is told no more makes the meter old, and never counts as one that nothing flows on.
    """
    phases = tuple(parts[number].phase for number in sorted(parts))
    if phases == reading.phases:
        return reading
    return MeterReading(min(part.at for part in parts.values()), phases, total(phases))


def _follows(at: datetime, before: datetime, now: datetime) -> bool:
    """Whether a reading is later than another; one of the future is of a clock that has been put back."""
    return at >= before or before > now


PUSHED = ""
"""In place of the name of a meter that we ask."""


class StationMeters:
    """The last reading of each meter. An energy module's counts where no other of the grid comes."""

    __slots__ = ("_asked", "_circuits", "_module", "_others", "_parts", "_told")

    def __init__(self) -> None:
        self._circuits: dict[CircuitId, Heard] = {}
        self._others: dict[Source, dict[str, MeterReading]] = {}
        self._asked: dict[str, Source] = {}
        self._module: Heard | None = None
        self._parts: dict[CircuitId, Mapping[int, Part]] = {}
        """Of what is pushed, each phase that was ever told."""
        self._told: frozenset[int] = frozenset()
        """The phases that the energy module has ever told."""

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
        self,
        source: Source,
        circuit: CircuitId,
        reading: MeterReading,
        now: datetime,
        meter: str | None = None,
    ) -> None:
        """A reading has come, of a meter that we ask or from somebody; a late one says nothing of now."""
        if source is Source.GRID:
            if meter is None:
                parts = self._parts[circuit] = joined(self._parts.get(circuit, {}), reading, now)
                reading = whole(parts, reading)
            known = self._circuits.get(circuit)
            if known is None or _follows(reading.at, known.reading.at, now):
                origin = Origin.PUSHED if meter is None else Origin.METER
                self._circuits[circuit] = Heard(reading, origin, meter=meter)
            return
        readings = self._others.setdefault(source, {})
        before = readings.get(meter or PUSHED)
        if before is None or _follows(reading.at, before.at, now):
            readings[meter or PUSHED] = reading

    def forget(self, circuit: CircuitId) -> None:
        """No meter is expected at a breaker: one that is pushed there later may have other phases."""
        self._parts.pop(circuit, None)

    def module_says(self, device: DeviceId, reading: MeterReading) -> bool:
        """An energy module has measured; answers whether that is news.

        Where it leaves out a phase that it has told before, what it said last grows old.
        """
        heard = Heard(measured(*reading), Origin.ENERGY_MODULE, device)
        if self._module is not None and self._module.device != device:
            self._told = frozenset()
        told = told_phases(heard.reading)
        if heard == self._module or self._told - told:
            return False
        self._module, self._told = heard, told
        return True

    # -- what is known -------------------------------------------------------------------------

    def main(self, circuit: CircuitId, now: datetime) -> Heard | None:
        """The last reading of the grid connection."""
        heard = self._circuits.get(circuit)
        if heard is not None and (self._module is None or is_fresh(heard.reading.at, now, METER_LOST_AFTER)):
            return heard
        return self._module

    def of(self, circuit: CircuitId, main: CircuitId, now: datetime) -> MeterReading | None:
        """The last reading of a circuit, if it tells any current: a power alone guards no breaker."""
        heard = self.main(main, now) if circuit == main else self._circuits.get(circuit)
        return None if heard is None or not told_phases(heard.reading) else heard.reading

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
    if is_fresh(reading.at, now, SHOWN_FOR):
        return reading.power_w
    asleep = source is Source.SOLAR and abs(reading.power_w) <= ASLEEP_W and is_fresh(reading.at, now, NIGHT)
    return Watts(0.0) if asleep else None
