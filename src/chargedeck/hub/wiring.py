"""What a charger draws on its own phases, when that was, and where these lie on the grid."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chargedeck.domain.units import NO_CURRENT, Amps
from chargedeck.energy.circuits import NOMINAL_VOLTAGE, PHASES
from chargedeck.energy.detection import STRAIGHT, Rotation, on_grid, phases_used
from chargedeck.energy.snapshot import NOTHING, Phases
from chargedeck.energy.wiring import rearranged
from chargedeck.hub.phase_switch import is_single

if TYPE_CHECKING:
    from chargedeck.hub.charger import Charger

_FIRST = (1,)


def outlet_phases(charger: Charger) -> tuple[int, ...]:
    """Its own phases that a car may draw from."""
    if is_single(charger):
        return _FIRST
    reading = charger.reading
    seen = () if reading is None else tuple(sorted(phase.phase for phase in reading.phases))
    return seen or PHASES


def own_currents(charger: Charger) -> Phases | None:
    """What flows on its own phases; without a meter for each, its power spread over them."""
    reading = charger.reading
    if reading is None:
        return None
    told = {phase.phase: phase.current_a for phase in reading.phases if phase.current_a is not None}
    if not told and reading.power_w:
        phases = outlet_phases(charger)
        told = dict.fromkeys(phases, Amps(reading.power_w / (NOMINAL_VOLTAGE * len(phases))))
    first, second, third = (told.get(phase, NO_CURRENT) for phase in PHASES)
    return first, second, third


def drawn_at(charger: Charger, now: datetime) -> datetime | None:
    """When that was measured, by our clock."""
    reading = charger.reading
    if reading is None:
        return None
    ahead = timedelta(seconds=charger.device.clock_offset_s or 0)
    return min(now, reading.at - ahead)


def drawn_on_grid(charger: Charger, rotation: Rotation | None) -> Phases | None:
    """What it draws on the grid's phases; straight until somebody knows better."""
    own = own_currents(charger)
    return None if own is None else rearranged(own, rotation or STRAIGHT)


def used_on_grid(charger: Charger, rotation: Rotation | None) -> tuple[int, ...]:
    """The grid's phases that its car draws from, or could."""
    used = phases_used(own_currents(charger) or NOTHING)
    return on_grid(used or outlet_phases(charger), rotation or STRAIGHT)
