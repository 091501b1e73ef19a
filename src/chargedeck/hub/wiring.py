"""What a charger draws on its own phases, when that was, and where these lie on the grid."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chargedeck.domain.reading import Spread
from chargedeck.domain.units import NO_CURRENT, Amps
from chargedeck.energy.circuits import NOMINAL_VOLTAGE, PHASES
from chargedeck.energy.detection import STRAIGHT, Rotation, on_grid, phases_used
from chargedeck.energy.snapshot import NOTHING, Phases
from chargedeck.energy.wiring import rearranged
from chargedeck.hub.phase_switch import is_single
from chargedeck.hub.station_meters import CLOCK_STEP

if TYPE_CHECKING:
    from chargedeck.domain.reading import PhaseReading, Reading
    from chargedeck.hub.charger import Charger

SUM_FROM = 1.25
"""So much more than its installation allows no charger gives on a phase."""

_FIRST = (1,)


def outlet_phases(charger: Charger) -> tuple[int, ...]:
    """Its own phases that a car may draw from."""
    if is_single(charger):
        return _FIRST
    reading = charger.reading
    if reading is None or reading.spread is Spread.ANY or _is_sum(charger, reading):
        return PHASES
    return tuple(sorted(phase.phase for phase in reading.phases)) or PHASES


def phases_shown(charger: Charger) -> int:
    """On how many of its phases a reading has shown anything; what is only possible is no help to a plan."""
    reading = charger.reading
    if is_single(charger):
        return len(_FIRST)
    return len(PHASES) if reading is None or not reading.phases else len(reading.phases)


def own_currents(charger: Charger) -> Phases | None:
    """What flows on its own phases.

    Without a meter for each it is what each may carry: the one current on every phase that a car may
    draw from, or the power spread over them.
    """
    reading = charger.reading
    if reading is None:
        return None
    told = {phase.phase: amps for phase in reading.phases if (amps := _current(phase)) is not None}
    phases = outlet_phases(charger)
    if told and _is_sum(charger, reading):
        told = dict.fromkeys(phases, Amps(max(told.values()) / len(phases)))
    elif told and reading.spread is Spread.ANY:
        told = dict.fromkeys(phases, max(told.values()))
    elif not told and reading.power_w:
        told = dict.fromkeys(phases, Amps(reading.power_w / (NOMINAL_VOLTAGE * len(phases))))
    first, second, third = (told.get(phase, NO_CURRENT) for phase in PHASES)
    return first, second, third


def _current(phase: PhaseReading) -> Amps | None:
    if phase.current_a is None and phase.power_w is not None:
        return Amps(phase.power_w / (phase.voltage_v or NOMINAL_VOLTAGE))
    return phase.current_a


def _is_sum(charger: Charger, reading: Reading) -> bool:
    """Whether one current for all phases is more than a phase can carry: then it is that of all together."""
    highest = reading.current_a
    most = charger.record.installation_current_a * SUM_FROM
    return reading.spread is Spread.ONE and highest is not None and highest > most


def drawn_at(charger: Charger, now: datetime) -> datetime | None:
    """When that was measured, by our clock; None when that lies ahead of it, so that nobody knows."""
    reading = charger.reading
    if reading is None:
        return None
    at = reading.at - timedelta(seconds=charger.device.clock_offset_s or 0)
    return min(now, at) if at <= now + CLOCK_STEP else None


def drawn_on_grid(charger: Charger, rotation: Rotation | None) -> Phases | None:
    """What it draws on the grid's phases; straight until somebody knows better."""
    own = own_currents(charger)
    return None if own is None else rearranged(own, rotation or STRAIGHT)


def used_on_grid(charger: Charger, rotation: Rotation | None) -> tuple[int, ...]:
    """The grid's phases that its car draws from, or could."""
    used = phases_used(own_currents(charger) or NOTHING)
    return on_grid(used or outlet_phases(charger), rotation or STRAIGHT)
