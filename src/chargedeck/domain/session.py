"""What stands between a car and its energy, as a table of states.

Everything that affects a transition is in `TRANSITIONS`, and the drawing in the documentation is
made from it. Two kinds of trigger move a charger along:

- **Commands** are a person's wish. `fire` refuses one that the table does not know for the state.
- **Facts** are what the device says has happened. They cannot be refused: `observe` follows the
  table where it leads and otherwise adopts the state that the fact itself implies, because after
  a lost connection whole states may have been skipped.
"""

from enum import StrEnum

from chargedeck.domain.problems import NotPossibleNowError


class State(StrEnum):
    """Where a charger is with its car."""

    IDLE = "idle"
    """No cable and no session."""
    PLUGGED = "plugged"
    """A cable is in and nobody has asked for energy yet."""
    STARTING = "starting"
    """Charging was authorised; the cable, the car or the device has yet to respond."""
    SUSPENDED = "suspended"
    """A session is open and the car takes nothing."""
    CHARGING = "charging"
    """Energy flows."""
    PAUSED = "paused"
    """A session is open and held at 0 A on our side of the plug."""
    FINISHING = "finishing"
    """The session is over and the cable is still in."""


class Trigger(StrEnum):
    """What moves a charger from one state to the next."""

    START = "start"
    AUTHORIZE = "authorize"
    STOP = "stop"
    PAUSE = "pause"
    RESUME = "resume"

    PLUGGED_IN = "plugged_in"
    UNPLUGGED = "unplugged"
    SESSION_STARTED = "session_started"
    ENERGY_FLOWS = "energy_flows"
    CAR_HOLDS = "car_holds"
    CHARGER_HOLDS = "charger_holds"
    FINISHED = "finished"
    """The outlet has done with its session, and the cable is still in."""
    SESSION_ENDED = "session_ended"
    """The ledger has closed the session, perhaps long after the car has gone."""
    AUTHORIZATION_LAPSED = "authorization_lapsed"


COMMANDS = frozenset({Trigger.START, Trigger.AUTHORIZE, Trigger.STOP, Trigger.PAUSE, Trigger.RESUME})
FACTS = frozenset(Trigger) - COMMANDS

TRANSITIONS: dict[State, dict[Trigger, State]] = {
    State.IDLE: {
        Trigger.START: State.STARTING,
        Trigger.AUTHORIZE: State.STARTING,
        Trigger.PLUGGED_IN: State.PLUGGED,
        Trigger.UNPLUGGED: State.IDLE,
        Trigger.SESSION_STARTED: State.SUSPENDED,
        Trigger.FINISHED: State.FINISHING,
        Trigger.SESSION_ENDED: State.IDLE,
    },
    State.PLUGGED: {
        Trigger.START: State.STARTING,
        Trigger.AUTHORIZE: State.STARTING,
        Trigger.PLUGGED_IN: State.PLUGGED,
        Trigger.UNPLUGGED: State.IDLE,
        Trigger.SESSION_STARTED: State.SUSPENDED,
        Trigger.FINISHED: State.FINISHING,
        Trigger.SESSION_ENDED: State.PLUGGED,
    },
    State.STARTING: {
        Trigger.STOP: State.PLUGGED,
        Trigger.PLUGGED_IN: State.STARTING,
        Trigger.UNPLUGGED: State.IDLE,
        Trigger.SESSION_STARTED: State.SUSPENDED,
        Trigger.FINISHED: State.STARTING,
        Trigger.SESSION_ENDED: State.STARTING,
        Trigger.AUTHORIZATION_LAPSED: State.PLUGGED,
    },
    State.SUSPENDED: {
        Trigger.STOP: State.FINISHING,
        Trigger.PAUSE: State.PAUSED,
        Trigger.RESUME: State.SUSPENDED,
        Trigger.PLUGGED_IN: State.SUSPENDED,
        Trigger.SESSION_STARTED: State.SUSPENDED,
        Trigger.ENERGY_FLOWS: State.CHARGING,
        Trigger.CAR_HOLDS: State.SUSPENDED,
        Trigger.CHARGER_HOLDS: State.PAUSED,
        Trigger.FINISHED: State.FINISHING,
        Trigger.SESSION_ENDED: State.FINISHING,
    },
    State.CHARGING: {
        Trigger.STOP: State.FINISHING,
        Trigger.PAUSE: State.PAUSED,
        Trigger.RESUME: State.CHARGING,
        Trigger.SESSION_STARTED: State.CHARGING,
        Trigger.ENERGY_FLOWS: State.CHARGING,
        Trigger.CAR_HOLDS: State.SUSPENDED,
        Trigger.CHARGER_HOLDS: State.PAUSED,
        Trigger.FINISHED: State.FINISHING,
        Trigger.SESSION_ENDED: State.FINISHING,
    },
    State.PAUSED: {
        Trigger.STOP: State.FINISHING,
        Trigger.PAUSE: State.PAUSED,
        Trigger.RESUME: State.SUSPENDED,
        Trigger.SESSION_STARTED: State.PAUSED,
        Trigger.ENERGY_FLOWS: State.CHARGING,
        Trigger.CAR_HOLDS: State.SUSPENDED,
        Trigger.CHARGER_HOLDS: State.PAUSED,
        Trigger.FINISHED: State.FINISHING,
        Trigger.SESSION_ENDED: State.FINISHING,
    },
    State.FINISHING: {
        Trigger.START: State.STARTING,
        Trigger.AUTHORIZE: State.STARTING,
        Trigger.PLUGGED_IN: State.FINISHING,
        Trigger.UNPLUGGED: State.IDLE,
        Trigger.SESSION_STARTED: State.SUSPENDED,
        Trigger.FINISHED: State.FINISHING,
        Trigger.SESSION_ENDED: State.FINISHING,
    },
}

IMPLIED: dict[Trigger, State] = {
    Trigger.PLUGGED_IN: State.PLUGGED,
    Trigger.UNPLUGGED: State.IDLE,
    Trigger.SESSION_STARTED: State.SUSPENDED,
    Trigger.ENERGY_FLOWS: State.CHARGING,
    Trigger.CAR_HOLDS: State.SUSPENDED,
    Trigger.CHARGER_HOLDS: State.PAUSED,
    Trigger.FINISHED: State.FINISHING,
    Trigger.SESSION_ENDED: State.FINISHING,
}
"""Where a fact leads when the table does not say: states were skipped while nobody listened."""

IN_SESSION = frozenset({State.SUSPENDED, State.CHARGING, State.PAUSED})


def possible(state: State, command: Trigger) -> bool:
    """Whether a person's wish makes sense in this state."""
    return command in COMMANDS and command in TRANSITIONS[state]


def fire(state: State, command: Trigger) -> State:
    """Where a command leads once the device has confirmed it.

    Raises NotPossibleNowError for a command that the table does not know for this state.
    """
    if not possible(state, command):
        raise NotPossibleNowError(command=command.value, state=state.value)
    return TRANSITIONS[state][command]


def observe(state: State, fact: Trigger) -> State:
    """Adopt what the device says has happened, even where the table would not lead."""
    return TRANSITIONS[state].get(fact, IMPLIED.get(fact, state))
