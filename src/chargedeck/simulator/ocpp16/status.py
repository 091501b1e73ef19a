"""The status of a connector in the words of OCPP 1.6 §4.9, as one pure function of what is the case."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """ChargePointStatus."""

    AVAILABLE = "Available"
    PREPARING = "Preparing"
    CHARGING = "Charging"
    SUSPENDED_EVSE = "SuspendedEVSE"
    SUSPENDED_EV = "SuspendedEV"
    FINISHING = "Finishing"
    RESERVED = "Reserved"
    UNAVAILABLE = "Unavailable"
    FAULTED = "Faulted"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a connector's status follows from."""

    is_stopped_by_fault: bool
    is_operative: bool
    is_plugged: bool
    in_transaction: bool
    is_car_charging: bool
    offers_current: bool
    is_authorized: bool
    is_finishing: bool
    is_reserved: bool


def status(facts: Facts) -> Status:
    """The one status that the facts allow."""
    if facts.is_stopped_by_fault:
        return Status.FAULTED
    if facts.in_transaction:
        if facts.is_car_charging:
            return Status.CHARGING
        return Status.SUSPENDED_EV if facts.offers_current else Status.SUSPENDED_EVSE
    if not facts.is_operative:
        return Status.UNAVAILABLE
    if facts.is_finishing:
        return Status.FINISHING
    if facts.is_authorized:
        return Status.PREPARING
    if facts.is_reserved:
        return Status.RESERVED
    return Status.PREPARING if facts.is_plugged else Status.AVAILABLE
