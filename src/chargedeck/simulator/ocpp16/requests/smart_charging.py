"""Smart Charging profile, OCPP 1.6 §5.5, §5.7, §5.16."""

import math
from typing import TYPE_CHECKING

from chargedeck.domain.units import Amps
from chargedeck.simulator.clock import Instant, Seconds
from chargedeck.simulator.ocpp16.profile_book import BadProfileError, read_profile
from chargedeck.simulator.ocpp16.profiles import Purpose, RateUnit, Situation, composite
from chargedeck.simulator.ocpp16.requests.core import ACCEPTED, REJECTED
from chargedeck.simulator.outlet import NOMINAL_VOLTAGE
from chargedeck.simulator.quirks import Quirk
from chargedeck.simulator.wire import Payload, timestamp

if TYPE_CHECKING:
    from chargedeck.simulator.ocpp16.charge_point import ChargePoint


def set_charging_profile(point: "ChargePoint", request: Payload) -> Payload:
    """Install a profile; it holds at once."""
    number = request["connectorId"]
    if not 0 <= number <= len(point.connectors):
        return REJECTED
    try:
        profile = read_profile(number, request["csChargingProfiles"])
        if profile.unit is RateUnit.AMPS and Quirk.WATT_ONLY in point.identity.quirks:
            return REJECTED
        if profile.purpose is Purpose.TX and not _fits_transaction(point, number, profile.transaction_id):
            return REJECTED
        point.profiles.add(profile)
    except BadProfileError:
        return REJECTED
    point.limits_changed()
    return ACCEPTED


def _fits_transaction(point: "ChargePoint", number: int, transaction_id: int | None) -> bool:
    transaction = point.connectors[number - 1].session.transaction
    return transaction is not None and transaction_id in (None, transaction.transaction_id)


def clear_charging_profile(point: "ChargePoint", request: Payload) -> Payload:
    """Remove the profiles that fit."""
    purpose = request.get("chargingProfilePurpose")
    removed = point.profiles.clear(
        profile_id=request.get("id"),
        connector=request.get("connectorId"),
        purpose=None if purpose is None else Purpose(purpose),
        stack_level=request.get("stackLevel"),
    )
    if not removed:
        return {"status": "Unknown"}
    point.limits_changed()
    return ACCEPTED


def get_composite_schedule(point: "ChargePoint", request: Payload) -> Payload:
    """Tell what all profiles together allow, never more than the outlet was built for."""
    number, duration = request["connectorId"], Seconds(request["duration"])
    refuses = Quirk.NO_COMPOSITE_SCHEDULE in point.identity.quirks
    if refuses or not 0 <= number <= len(point.connectors) or duration <= 0:
        return REJECTED
    default = RateUnit.WATTS if Quirk.WATT_ONLY in point.identity.quirks else RateUnit.AMPS
    unit = RateUnit(request.get("chargingRateUnit", default))
    start = point.device_time(point.now())
    return {
        "status": "Accepted",
        "connectorId": number,
        "scheduleStart": timestamp(start),
        "chargingSchedule": {
            "duration": int(duration),
            "startSchedule": timestamp(start),
            "chargingRateUnit": unit,
            "chargingSchedulePeriod": _periods(point, number, start, duration, unit),
        },
    }


def _periods(
    point: "ChargePoint", number: int, start: Instant, duration: Seconds, unit: RateUnit
) -> list[Payload]:
    wiring = point.identity.wiring
    if number == 0:
        situation = Situation(0, wiring.phases, start)
        built_for = Amps(wiring.max_current_a * len(point.connectors))
    else:
        situation = point.connectors[number - 1].situation(start)
        built_for = wiring.max_current_a
    factor = 1.0 if unit is RateUnit.AMPS else NOMINAL_VOLTAGE * situation.phases
    periods: list[Payload] = []
    for begin, amps in composite(point.profiles, situation, start, duration):
        limit = math.floor(min(amps, built_for) * factor * 10 + 1e-6) / 10
        if not periods or periods[-1]["limit"] != limit:
            period = {"startPeriod": math.ceil(begin), "limit": limit, "numberPhases": situation.phases}
            periods.append(period)
    return periods
