"""What a meter at the grid connection says at one instant: signed, positive is import."""

from datetime import datetime
from typing import NamedTuple

from chargedeck.domain.units import Amps, Ratio, Volts, Watts


class MeterPhase(NamedTuple):
    """One phase; current and power carry the sign of the flow, missing values stay missing."""

    phase: int
    voltage_v: Volts | None = None
    current_a: Amps | None = None
    power_w: Watts | None = None
    power_factor_ratio: Ratio | None = None


class MeterReading(NamedTuple):
    """One instant at the grid connection."""

    at: datetime
    phases: tuple[MeterPhase, ...] = ()
    power_w: Watts | None = None


def signed(phase: MeterPhase) -> MeterPhase:
    """Give a current the sign of its power, for meters that count currents without one."""
    if phase.current_a is None or phase.power_w is None or phase.power_w >= 0:
        return phase
    return phase._replace(current_a=Amps(-abs(phase.current_a)))


def told_phases(reading: MeterReading) -> frozenset[int]:
    """The phases whose current a reading tells."""
    return frozenset(phase.phase for phase in reading.phases if phase.current_a is not None)


def total(phases: tuple[MeterPhase, ...]) -> Watts | None:
    """The power over all phases, where each has one."""
    powers = [phase.power_w for phase in phases if phase.power_w is not None]
    return Watts(sum(powers)) if powers and len(powers) == len(phases) else None
