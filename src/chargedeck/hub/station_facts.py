"""A station as its control loop sees it: the hub's state as values of the energy core; decides nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from chargedeck.domain.errors import Severity, worst
from chargedeck.domain.limits import LimitReason, Rung
from chargedeck.domain.session import IN_SESSION
from chargedeck.domain.units import NO_CURRENT, Amps
from chargedeck.energy.snapshot import ManagedCharger, MeterReading, Unreachable
from chargedeck.energy.station import StationCharger, StationFacts
from chargedeck.energy.unreachable import Told
from chargedeck.hub.grant import HOLDS_FOR
from chargedeck.hub.phase_switch import can_switch
from chargedeck.hub.station_meters import CLOCK_STEP, currents
from chargedeck.hub.wiring import drawn_at, outlet_phases, own_currents

if TYPE_CHECKING:
    from datetime import datetime

    from chargedeck.hub.charger import Charger
    from chargedeck.hub.stations import Station


def station_facts(station: Station, chargers: Iterable[Charger], now: datetime) -> StationFacts:
    """All that is known now; a reading that lies ahead of the clock is not."""
    management = station.management
    readings = tuple(
        MeterReading(circuit, reading.at, currents(reading))
        for circuit in management.metered()
        if (reading := station.meters.of(circuit, management.main.id, now)) is not None
        and reading.at <= now + CLOCK_STEP
    )
    residents = tuple(_charger(station, one, now) for one in chargers)
    return StationFacts(management.mode, readings, residents, management.operator_w(now))


def wants(charger: Charger) -> bool:
    """Whether a car is there that may charge, at a charger that can be told what it may have."""
    if charger.state not in IN_SESSION or not charger.device.online:
        return False
    severity = worst(charger.errors)
    broken = severity is not None and severity >= Severity.ERROR
    return charger.device.capabilities.limits_current and not broken


def _unreachable(charger: Charger, fallback: Amps, now: datetime) -> Unreachable | None:
    """What one that is not there may be drawing; who was never heard of, or never let in, draws nothing."""
    device, record = charger.device, charger.record
    if device.online or not device.approved or device.seen_at is None:
        return None
    started_at = charger.context.started_at
    kept = min(fallback, record.installation_current_a)
    ends_at = started_at + HOLDS_FOR if device.ends_grants else None
    words = charger.control.last_words(Told(record.installation_current_a, kept, ends_at))
    since = device.link_since or started_at
    return words.unreachable(in_session=charger.state in IN_SESSION, since=since, now=now)


def _charger(station: Station, charger: Charger, now: datetime) -> StationCharger:
    management, record, control = station.management, charger.record, charger.control
    placement = management.placement(charger.id)
    installation = Rung(LimitReason.INSTALLATION, record.installation_current_a)
    offers = charger.state in IN_SESSION
    managed = ManagedCharger(
        charger=charger.id,
        circuit=placement.circuit,
        phases=outlet_phases(charger),
        wants=wants(charger),
        max_a=installation.current_a,
        offered_a=control.offered_a if offers else NO_CURRENT,
        drawn_a=own_currents(charger) if charger.device.online else None,
        drawn_at=drawn_at(charger, now),
        min_a=management.car_minimum_current_a,
        priority=record.priority,
        unreachable=_unreachable(charger, management.meter_lost_current_a, now),
    )
    return StationCharger(
        managed,
        installation,
        (*control.set_by_people, *charger.timetable.rungs),
        charge_now=control.charge_now,
        switches_phases=can_switch(charger),
        rotation=placement.rotation,
        planned=charger.timetable.is_planned,
    )
