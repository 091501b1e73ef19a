"""The state that a charger tells: from the facts to `extended_charger_state`; pure."""

from dataclasses import dataclass
from enum import StrEnum

from chargedeck.simulator.lektrico.ladder import Reason, Rung
from chargedeck.simulator.outlet import Pilot


class State(StrEnum):
    """`extended_charger_state`."""

    AVAILABLE = "A"
    CONNECTED = "B"
    NEEDS_AUTHORIZATION = "B_AUTH"
    PAUSED = "B_PAUSE"
    PAUSED_BY_SCHEDULE = "B_SCHEDULER"
    CHARGING = "C"
    CAR_ERROR = "E"
    FAULT = "F"
    UPDATING = "OTA"
    LOCKED = "LOCKED"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the state depends on."""

    pilot: Pilot
    is_plugged: bool
    in_session: bool
    limit: Rung
    is_headless: bool
    is_locked: bool
    is_updating: bool


def state(facts: Facts) -> State:
    """What the charger tells of itself; what comes first outranks what comes later."""
    match facts:
        case Facts(is_updating=True):
            return State.UPDATING
        case Facts(pilot=Pilot.ERROR):
            return State.CAR_ERROR
        case Facts(pilot=Pilot.FAULT):
            return State.FAULT
        case Facts(in_session=False, is_locked=True):
            return State.LOCKED
        case Facts(is_plugged=False):
            return State.AVAILABLE
        case Facts(in_session=False, is_headless=False):
            return State.NEEDS_AUTHORIZATION
        case Facts(in_session=True, limit=Rung(current_a=0, reason=Reason.SCHEDULE)):
            return State.PAUSED_BY_SCHEDULE
        case Facts(in_session=True, limit=Rung(current_a=0, reason=reason)) if (
            reason is not Reason.SWITCHING_PHASES
        ):
            return State.PAUSED
        case Facts(in_session=True, pilot=Pilot.CHARGING):
            return State.CHARGING
        case _:
            return State.CONNECTED
