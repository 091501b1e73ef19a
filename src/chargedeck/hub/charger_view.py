"""A charger as the screen shows it, laid out from its actor by the domain's rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chargedeck.domain.actions import actions
from chargedeck.domain.badge import badge
from chargedeck.domain.errors import severity
from chargedeck.domain.events import OutletState
from chargedeck.domain.reading import phases_completed
from chargedeck.domain.session import IN_SESSION, State
from chargedeck.domain.units import MINIMUM_CURRENT
from chargedeck.hub.session_view import authorizer_view
from chargedeck.hub.views import (
    CapabilitiesView,
    ChargerView,
    ConnectionView,
    CurrentRangeView,
    ErrorView,
    LimitView,
    LiveSessionView,
    PendingView,
    PhaseView,
    ReservationView,
    RungView,
    WarningView,
    cause_view,
)

if TYPE_CHECKING:
    from datetime import datetime

    from chargedeck.hub.charger import Charger


def charger_view(charger: Charger, now: datetime) -> ChargerView:
    """Lay a charger out for the API, as of `now`."""
    record, device, reading = charger.record, charger.device, charger.reading
    identity = device.record.identity
    status, reason = badge(charger.badge_facts)
    in_session = charger.state in IN_SESSION
    return ChargerView(
        id=record.id,
        name=record.name,
        station_id=record.station_id,
        device_id=record.device_id,
        connector=record.connector,
        driver=device.record.driver,
        vendor=identity.vendor,
        model=identity.model,
        serial=identity.serial,
        firmware=identity.firmware,
        status=status,
        status_reason=reason,
        plugged=charger.plugged,
        plug_and_charge=record.plug_and_charge,
        locked=record.locked,
        inspection_required=record.inspection_required,
        power_w=power_shown(charger),
        session=_session(charger, now),
        allowed_current_a=int(record.allowed_current_a),
        installation_current_a=int(record.installation_current_a),
        current_range_a=CurrentRangeView(int(MINIMUM_CURRENT), int(record.installation_current_a)),
        limit=_limit(charger),
        phases=_phases(charger),
        temperature_c=None if reading is None else reading.temperature_c,
        soc_ratio=None if reading is None or not in_session else reading.soc_ratio,
        lifetime_energy_wh=_lifetime(charger),
        errors=[ErrorView(e.type, severity(e.type).word, e.detail, e.since) for e in charger.errors],
        warnings=_warnings(charger),
        actions=list(actions(charger.action_facts)),
        pending=[PendingView(p.action, p.since, p.by) for p in charger.orders.pending],
        connection=ConnectionView(device.online, device.link_since, device.address, device.protocol),
        capabilities=_capabilities(charger),
        reservation=None if charger.reservation is None else ReservationView(*charger.reservation),
        charge_now=record.charge_now,
        plan=charger.timetable.summary,
        hours=charger.timetable.hours,
        availability="inoperative" if charger.outlet is OutletState.UNAVAILABLE else "operative",
        device_status=charger.device_word,
        priority=record.priority,
        clock_offset_s=device.clock_offset_s,
        seen_at=device.seen_at,
        updated_at=charger.updated_at,
    )


def power_shown(charger: Charger) -> float | None:
    """What it draws; None where that is not known."""
    if charger.state not in IN_SESSION:
        return 0.0
    reading = charger.reading
    if reading is None:
        return None
    if reading.power_w is not None:
        return reading.power_w
    powers = [phase.power_w for phase in phases_completed(reading) if phase.power_w is not None]
    return sum(powers) if powers else None


def _session(charger: Charger, now: datetime) -> LiveSessionView | None:
    session = charger.session
    if session is None:
        return None
    state = charger.state if charger.state in IN_SESSION else State.FINISHING
    return LiveSessionView(
        id=session.record.id,
        state=state.value,
        started_at=session.record.started_at,
        energy_wh=session.register.energy_wh,
        charging_time_s=int(session.charging_time_s(now)),
        meter_start_wh=session.record.meter_start_wh,
        authorized_by=authorizer_view(session.record.authorized_by),
        cost=None if session.cost is None else session.cost.total,
        cost_breakdown=session.cost,
    )


def _limit(charger: Charger) -> LimitView:
    control = charger.control
    stood = control.ladder
    return LimitView(
        current_a=stood.current_a,
        reason=stood.in_force.reason,
        confirmed_a=control.confirmed_a,
        binding=stood.current_a < charger.record.allowed_current_a,
        ladder=[
            RungView(rung.reason, rung.current_a, rung.detail, cause_view(rung.cause)) for rung in stood.rungs
        ],
        car_a=control.car_a if charger.state is State.CHARGING else None,
    )


def _phases(charger: Charger) -> list[PhaseView]:
    if charger.reading is None:
        return []
    return [
        PhaseView(p.phase, p.voltage_v, p.current_a, p.power_w, p.power_factor_ratio, list(p.computed))
        for p in phases_completed(charger.reading)
    ]


def _lifetime(charger: Charger) -> float | None:
    """The register is the device's own count of all it ever gave."""
    if charger.reading is not None and charger.reading.register_wh is not None:
        return charger.reading.register_wh
    return charger.record.lifetime_energy_wh


def _warnings(charger: Charger) -> list[WarningView]:
    since = charger.control.warned_at
    if since is None:
        return []
    measured, limit = charger.measured_a, charger.control.limit_a
    drawn = "" if measured is None else f"{measured:.1f} A measured, "
    return [WarningView("over_limit", f"{drawn}{limit:g} A allowed", since, measured, limit)]


def _capabilities(charger: Charger) -> CapabilitiesView:
    capabilities = charger.device.capabilities
    phases = () if charger.reading is None else charger.reading.phases
    return CapabilitiesView(
        limits_current=capabilities.limits_current,
        unlocks=capabilities.unlocks,
        reserves=capabilities.reserves,
        three_phase=len(phases) > 1 if phases else None,
    )
