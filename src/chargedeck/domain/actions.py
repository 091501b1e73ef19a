"""Which commands make sense now; the screen's buttons are made from this and from nothing else."""

from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from chargedeck.domain.limits import OVERRIDABLE, LimitReason
from chargedeck.domain.problems import (
    ChargeDeckError,
    ChargerLockedError,
    ChargerOfflineError,
    InspectionRequiredError,
    NotPossibleNowError,
)
from chargedeck.domain.session import IN_SESSION, State, Trigger, possible


class Action(StrEnum):
    """The commands of the API, the most important first."""

    AUTHORIZE = "authorize"
    START = "start"
    RESUME = "resume"
    CHARGE_NOW = "charge-now"
    STOP = "stop"
    PAUSE = "pause"
    BACK_TO_PLAN = "back-to-plan"
    ALLOWED_CURRENT = "allowed-current"
    UNLOCK = "unlock"
    RESET = "reset"


class ActionFacts(NamedTuple):
    """All that the choice depends on."""

    online: bool
    state: State
    plug_and_charge: bool
    user_paused: bool
    held_by: LimitReason | None
    faulted: bool
    locked: bool
    inspection_required: bool
    unlocks: bool = True
    """Whether the device can release its cable."""
    slowed_by: LimitReason | None = None
    """The winner of the ladder when it allows some current."""
    charge_now: bool = False
    """Whether schedule, price and solar are set aside already."""


_TRIGGERS = {
    Action.AUTHORIZE: Trigger.AUTHORIZE,
    Action.START: Trigger.START,
    Action.STOP: Trigger.STOP,
    Action.PAUSE: Trigger.PAUSE,
    Action.RESUME: Trigger.RESUME,
}

_ENERGIZING = frozenset({Action.AUTHORIZE, Action.START, Action.RESUME, Action.CHARGE_NOW})


def obstacle(action: Action, facts: ActionFacts) -> ChargeDeckError | None:
    """Why the action cannot be done now, or None when it can.

    The lock after a relay failure outlives the error and the connection, so it is asked first.
    """
    if action in _ENERGIZING and facts.inspection_required:
        return InspectionRequiredError()
    if not facts.online:
        return ChargerOfflineError()
    if action in _ENERGIZING and facts.locked:
        return ChargerLockedError()
    if not _fits(action, facts):
        state = "in error" if facts.faulted else facts.state.value
        return NotPossibleNowError(command=action.value, state=state)
    return None


def _fits(action: Action, facts: ActionFacts) -> bool:
    trigger = _TRIGGERS.get(action)
    if trigger is not None and not possible(facts.state, trigger):
        return False
    match action:
        case Action.AUTHORIZE:
            return not facts.plug_and_charge and not facts.faulted
        case Action.START:
            return not facts.faulted
        case Action.UNLOCK:
            return facts.unlocks
        case Action.PAUSE:
            return not facts.user_paused
        case Action.RESUME:
            return facts.user_paused
        case Action.CHARGE_NOW:
            limited_by = facts.held_by or facts.slowed_by
            return facts.state in IN_SESSION and not facts.charge_now and limited_by in OVERRIDABLE
        case Action.BACK_TO_PLAN:
            return facts.state in IN_SESSION and facts.charge_now
        case _:
            return True


@lru_cache(maxsize=4_096)  # every view asks, and chargers are mostly in a few situations
def actions(facts: ActionFacts) -> tuple[Action, ...]:
    """Everything to be offered now, the most important first.

    To authorise and to start are one deed with two names: a car that waits for somebody's word is
    authorised, in every other state charging is started. To a car that charges already, Charge now only
    means faster: then it comes behind Stop.
    """
    other_name = Action.START if facts.state is State.PLUGGED else Action.AUTHORIZE
    possible_now = [action for action in Action if obstacle(action, facts) is None]
    twice = Action.START in possible_now and Action.AUTHORIZE in possible_now
    offered = [action for action in possible_now if not (twice and action is other_name)]
    if facts.held_by is None and Action.CHARGE_NOW in offered:
        offered.remove(Action.CHARGE_NOW)
        offered.insert(offered.index(Action.STOP) + 1, Action.CHARGE_NOW)
    return tuple(offered)
