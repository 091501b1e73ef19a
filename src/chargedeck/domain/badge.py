"""The badge: one of six words for a charger, and the reason for it, from facts alone."""

from enum import StrEnum
from typing import NamedTuple

from chargedeck.domain.errors import Severity
from chargedeck.domain.limits import LimitReason
from chargedeck.domain.session import IN_SESSION, State


class Status(StrEnum):
    """The six badges."""

    AVAILABLE = "available"
    CHARGING = "charging"
    AWAITING = "awaiting"
    OFFLINE = "offline"
    ERROR = "error"
    PAUSED = "paused"


class StatusReason(StrEnum):
    """Why a charger waits, pauses or will not start."""

    AUTHORIZATION = "authorization"
    VEHICLE = "vehicle"
    SCHEDULE = "schedule"
    LOAD_BALANCING = "load_balancing"
    SOLAR = "solar"
    PRICE = "price"
    USER = "user"
    LOCKED = "locked"
    UPDATING = "updating"
    INSPECTION = "inspection"


class BadgeFacts(NamedTuple):
    """All that the badge depends on. `held_by` is the winner of the ladder when it allows 0 A."""

    online: bool
    severity: Severity | None
    state: State
    held_by: LimitReason | None = None
    plug_and_charge: bool = False
    locked: bool = False
    updating: bool = False
    inspection_required: bool = False
    reserved: bool = False


class Badge(NamedTuple):
    """What the screen shows."""

    status: Status
    reason: StatusReason | None = None


_PAUSE_REASONS = {
    LimitReason.SCHEDULE: StatusReason.SCHEDULE,
    LimitReason.PRICE: StatusReason.PRICE,
    LimitReason.SOLAR: StatusReason.SOLAR,
    LimitReason.USER: StatusReason.USER,
    LimitReason.LOAD_BALANCING: StatusReason.LOAD_BALANCING,
    LimitReason.METER_LOST: StatusReason.LOAD_BALANCING,
    LimitReason.GRID_OPERATOR: StatusReason.LOAD_BALANCING,
}


def badge(facts: BadgeFacts) -> Badge:
    """Derive the badge; the order of the questions is the order of what matters to an owner."""
    if not facts.online:
        return Badge(Status.OFFLINE)
    if facts.severity is not None and facts.severity >= Severity.ERROR:
        return Badge(Status.ERROR)
    if facts.state is State.CHARGING:
        if facts.inspection_required:
            # Energy behind a relay that has failed and that nobody has looked at is the danger itself.
            return Badge(Status.ERROR, StatusReason.INSPECTION)
        return Badge(Status.CHARGING)
    hindrance = _hindrance(facts)
    if facts.state is State.PAUSED or (facts.held_by is not None and facts.state in _HOLDABLE):
        held_by = None if facts.held_by is None else _PAUSE_REASONS.get(facts.held_by)
        return Badge(Status.PAUSED, hindrance or held_by)
    if facts.state in _HOLDABLE:
        return Badge(Status.AWAITING, hindrance or StatusReason.VEHICLE)
    if hindrance is not None:
        return Badge(Status.AVAILABLE, hindrance)
    if facts.reserved or (facts.state is State.PLUGGED and not facts.plug_and_charge):
        return Badge(Status.AWAITING, StatusReason.AUTHORIZATION)
    return Badge(Status.AVAILABLE)


_HOLDABLE = IN_SESSION | {State.STARTING}


def _hindrance(facts: BadgeFacts) -> StatusReason | None:
    """What keeps the whole charger from starting, whatever the car does."""
    if facts.inspection_required:
        return StatusReason.INSPECTION
    if facts.updating:
        return StatusReason.UPDATING
    if facts.locked:
        return StatusReason.LOCKED
    return None
