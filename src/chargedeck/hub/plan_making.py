"""Makes one charger's plan from what is known of it and its station; remembers nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from chargedeck.domain.session import IN_SESSION
from chargedeck.domain.units import Amps, WattHours, Watts
from chargedeck.energy.circuits import NOMINAL_VOLTAGE, PHASES
from chargedeck.energy.detection import phases_used
from chargedeck.energy.modes import Mode
from chargedeck.energy.plan import at_once, plan
from chargedeck.energy.plan_outlook import thinned, window
from chargedeck.energy.plan_powers import Outlet
from chargedeck.energy.schedule import Schedule, allowed_spans, next_departure
from chargedeck.energy.snapshot import NOTHING
from chargedeck.hub.phase_switch import can_switch
from chargedeck.hub.timetable import PlannedCharge, Target
from chargedeck.hub.wiring import outlet_phases, own_currents, phases_shown

if TYPE_CHECKING:
    from datetime import datetime

    from chargedeck.energy.plan_experience import Experience
    from chargedeck.energy.plan_slot import PlanSlot
    from chargedeck.hub.charger import Charger
    from chargedeck.hub.outlooks import Outlook
    from chargedeck.hub.stations import Station

HORIZON = timedelta(days=7)
"""A departure that is further away is not planned for yet."""

BY_QUARTERS = timedelta(hours=24)
"""How far ahead a plan looks at each quarter of an hour; behind it, at whole hours."""

KNOWN_AFTER_S = 60.0
"""So long a car has charged before the most that it has drawn says what it can draw."""

CAR_IS_LESS = Amps(3)
"""A car that draws so much less than it is offered cannot draw more."""

_CARS_AT_LEAST = Amps(6)


def target_of(charger: Charger, rules: Schedule, now: datetime) -> Target | None:
    """The departure to charge for: the first one, and of two at one time the one that needs more."""
    record, found = charger.timetable.record, next_departure(rules, now)
    weekly = None if found is None else Target(found.at, found.energy_wh, weekly=True)
    once = None
    if record.ready_by is not None and record.energy_wh is not None and record.ready_by > now:
        once = Target(record.ready_by, record.energy_wh, weekly=False)
    coming = [each for each in (weekly, once) if each is not None and each.ready_by - now <= HORIZON]
    return min(coming, key=lambda each: (each.ready_by, -each.energy_wh), default=None)


def outlet_of(charger: Charger, station: Station) -> Outlet:
    """What the charger and its car can do, as far as it is known."""
    record = charger.record
    most = _car_takes(charger, Amps(min(record.installation_current_a, record.allowed_current_a)))
    least = station.management.car_minimum_current_a
    if can_switch(charger):
        return Outlet((1, len(PHASES)), least, most)
    used = _used(charger, station) or charger.timetable.record.car_phases or phases_shown(charger)
    return Outlet((min(used, len(outlet_phases(charger))),), least, most)


def _used(charger: Charger, station: Station) -> int:
    """On how many phases the car there has drawn."""
    drawn = phases_used(own_currents(charger) or NOTHING) if charger.state in IN_SESSION else ()
    if not drawn and station.wiring is not None:
        drawn = station.wiring.used(charger.id)
    return len(drawn)


def _car_takes(charger: Charger, most: Amps) -> Amps:
    """The most that the car can draw: less than the charger's where it was offered more for a while."""
    session, measured = charger.session, charger.measured_a
    if session is None or measured is None or measured < _CARS_AT_LEAST:
        return most
    offered = min(most, charger.control.offered_a)
    settled = session.charging_time_s(charger.context.now()) >= KNOWN_AFTER_S
    if settled and measured <= offered - CAR_IS_LESS:
        return Amps(math.ceil(measured))
    return most


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a plan depends on beside its charger."""

    station: Station
    rules: Schedule
    outlook: Outlook
    experience: Experience


def planned(charger: Charger, around: Circumstances, target: Target, now: datetime) -> PlannedCharge:
    """The plan from now until the departure."""
    outlet = outlet_of(charger, around.station)
    slots = _bounded(thinned(around.outlook.slots, now + BY_QUARTERS), around.station, outlet)
    ahead = window(slots, now, target.ready_by, allowed_spans(around.rules, now, target.ready_by))
    charged = charger.timetable.charged_wh(charger.session)
    needed = WattHours(max(0.0, target.energy_wh - charged))
    request = around.experience.request(ahead, needed, outlet.powers)
    currency = around.outlook.currency
    return PlannedCharge(target, plan(request), outlet, now, at_once(request).expense, currency)


def _bounded(slots: Sequence[PlanSlot], station: Station, outlet: Outlet) -> Sequence[PlanSlot]:
    """What the main breaker leaves beside the house, where it is shared out at all."""
    management = station.management
    if management.mode is Mode.OFF:
        return slots
    phases = max(outlet.phases)
    breaker = management.breaker_rating_a * NOMINAL_VOLTAGE * phases
    return [
        replace(slot, most_w=Watts(max(0.0, breaker - slot.load_w * phases / len(PHASES)))) for slot in slots
    ]


def still_needed(charge: PlannedCharge, charged: WattHours) -> WattHours:
    """What the car has yet to get."""
    return WattHours(max(0.0, charge.target.energy_wh - charged))
