"""A charger's answers to the words of the domain; the wire's own words end here."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from chargedeck.chargers.lektrico import wire
from chargedeck.chargers.lektrico.wire import Payload
from chargedeck.domain.causes import Cause, CauseCode
from chargedeck.domain.counters import Presence
from chargedeck.domain.errors import ErrorType
from chargedeck.domain.events import OutletSeen, OutletState
from chargedeck.domain.limits import LimitReason, Rung
from chargedeck.domain.reading import PhaseReading, Reading, spread
from chargedeck.domain.units import Amps, Celsius, Volts, WattHours, Watts
from chargedeck.hub.counting import Look
from chargedeck.hub.unit_settings import DeviceSettings

LARGEST_SESSION_WH = 1e6
LARGEST_TOTAL_KWH = 1e8
LARGEST_CURRENT_A = 1_000
LONGEST_SESSION_S = 90 * 86_400
NO_PHASE_V = 50
"""Below it nothing is connected to the phase."""
DRAWING_W = 50

OTA = "OTA"
LOCKED = "LOCKED"
PAUSED = "B_PAUSE"

PRESENCE = {
    "A": Presence.ABSENT,
    "B": Presence.HELD,
    "B_AUTH": Presence.WAITING,
    "B_PAUSE": Presence.HELD,
    "B_SCHEDULER": Presence.HELD,
    "C": Presence.DRAWING,
    "D": Presence.DRAWING,
}
_STATES = {
    "A": OutletState.AVAILABLE,
    "B": OutletState.SUSPENDED_BY_CAR,
    "B_AUTH": OutletState.PREPARING,
    "B_PAUSE": OutletState.SUSPENDED_BY_CHARGER,
    "B_SCHEDULER": OutletState.SUSPENDED_BY_CHARGER,
    "C": OutletState.CHARGING,
    "D": OutletState.CHARGING,
    "E": OutletState.FAULTED,
    "F": OutletState.FAULTED,
    OTA: OutletState.UNAVAILABLE,
    LOCKED: OutletState.UNAVAILABLE,
}

ERRORS: Mapping[str, ErrorType] = {
    "contactor_failure": ErrorType.RELAY_FAILURE,
    "state_e_activated": ErrorType.CAR_ERROR,
    "state_machine_e_activated": ErrorType.CAR_ERROR,  # its name before firmware 1.30
    "overtemp": ErrorType.DEVICE_HOT,
    "critical_temp": ErrorType.CRITICAL_TEMPERATURE,
    "overcurrent": ErrorType.OVERCURRENT,
    "undervoltage_error": ErrorType.VOLTAGE_OUT_OF_RANGE,
    "overvoltage_error": ErrorType.VOLTAGE_OUT_OF_RANGE,
    "voltage_error": ErrorType.VOLTAGE_OUT_OF_RANGE,  # old firmware has one for both
    "rcd_error": ErrorType.RESIDUAL_CURRENT,
    "meter_fault": ErrorType.METERING_ERROR,
    "cp_diode_failure": ErrorType.EV_COMMUNICATION_ERROR,
}
_NOT_ERRORS = frozenset({"has_active_errors"})
MOST_FLAGS = 64

SCHEDULE, EM_OFFLINE, EM, OCPP, HOT, SWITCHING, ONE_PHASE = 4, 5, 6, 7, 8, 9, 11
_REASONS = {
    SCHEDULE: LimitReason.SCHEDULE,
    EM_OFFLINE: LimitReason.METER_LOST,
    EM: LimitReason.LOAD_BALANCING,
    OCPP: LimitReason.OCPP,
    HOT: LimitReason.TEMPERATURE,
    SWITCHING: LimitReason.PHASE_SWITCHING,
    ONE_PHASE: LimitReason.PHASE_SWITCHING,
}
"""`current_limit_reason`; 1 to 3 and 10 are settings, which have keys of their own."""

_DETAILS = {ONE_PHASE: ("charging on one phase is disabled", Cause(CauseCode.ONE_PHASE))}


class Word(NamedTuple):
    """The state in the device's own word, and as far as it is known in ours."""

    said: str
    state: OutletState | None
    presence: Presence


def word(info: Payload) -> Word:
    """What the charger says of itself; a state nobody has seen yet is told by its letter, or by its power."""
    said = (wire.text(info, "extended_charger_state", "charger_state") or "").upper()
    letter = (wire.text(info, "charger_state") or said[:1]).upper()[:1]
    if said == LOCKED and letter in ("A", "B", "C", "D"):
        plain = {"A": "A", "B": "B_AUTH"}.get(letter, "C")
        return Word(said, _STATES[plain], PRESENCE[plain])
    if said in _STATES:
        presence = PRESENCE.get(said, Presence.UNKNOWN)
        return Word(said, _STATES[said], presence)
    if (wire.number(info, "instant_power") or 0) >= DRAWING_W:
        letter = "C"
    if letter in _STATES:
        return Word(said, _STATES[letter], PRESENCE.get(letter, Presence.UNKNOWN))
    return Word(said, None, Presence.UNKNOWN)


def outlet_seen(
    found: Word, errors: tuple[tuple[ErrorType, str], ...], *, in_session: bool, at: datetime
) -> OutletSeen | None:
    """What the hub is told; None while nothing can be made of the state."""
    state = found.state
    if state is None:
        if not errors:
            return None
        state = OutletState.FAULTED
    if found.presence is Presence.HELD and not in_session:
        state = OutletState.FINISHING
    if not errors:
        return OutletSeen(at, state, found.said)
    (kind, detail), *further = errors
    return OutletSeen(at, state, found.said, kind, detail, tuple(further))


def errors(info: Payload, flags: Payload | None) -> tuple[tuple[ErrorType, str], ...]:
    """The errors that are active, the worst first; a flag that nobody knows is a system error by its name.

    A charger that is in state F, or says that it has errors, has one even if no flag is set.
    """
    found: dict[ErrorType, list[str]] = {}
    for name, value in list((flags or wire.EMPTY).items())[:MOST_FLAGS]:
        if name not in _NOT_ERRORS and wire.flag({name: value}, name):
            kind = ERRORS.get(name, ErrorType.SYSTEM_ERROR)
            found.setdefault(kind, []).append(wire.text({"": name}, "") or "")
    said = (wire.text(info, "extended_charger_state", "charger_state") or "").upper()
    if said == "E" and not found:
        found[ErrorType.CAR_ERROR] = ["state E"]
    elif not found and (said == "F" or (wire.flag(info, "has_active_errors") and flags is not None)):
        found[ErrorType.SYSTEM_ERROR] = [f"state {said}" if said == "F" else "has_active_errors"]
    order = list(dict.fromkeys(ERRORS.values()))
    return tuple(
        (kind, ", ".join(names))
        for kind, names in sorted(
            found.items(), key=lambda one: order.index(one[0]) if one[0] in order else len(order)
        )
    )


def look(info: Payload, found: Word, now: datetime) -> Look:
    """The counters, in watt-hours: the session's comes in Wh, the lifetime's in kWh."""
    total = wire.number(info, "total_charged_energy", low=0, high=LARGEST_TOTAL_KWH)
    number, session, seconds = counted(info)
    return Look(
        found.presence,
        number,
        None if session is None else WattHours(session),
        None if total is None else WattHours(round(total * 1000, 3)),
        None if seconds is None else now - timedelta(seconds=seconds),
    )


class Counted(NamedTuple):
    """A session's own counters: the device's number of it, Wh, and seconds."""

    session: str | None
    session_wh: float | None
    seconds: float | None


def counted(info: Payload) -> Counted:
    """How far the session is, by its counters."""
    number = wire.integer(info, "session_id", low=0)
    return Counted(
        None if number is None else str(number),
        wire.number(info, "session_energy", "energy_index", low=0, high=LARGEST_SESSION_WH),
        wire.number(info, "charging_time", low=0, high=LONGEST_SESSION_S),
    )


def reading(info: Payload, register: WattHours, at: datetime, *, phases: int) -> Reading:
    """What the charger measures; it has one power for all phases, which the domain shares out."""
    power = wire.number(info, "instant_power", low=-100_000, high=100_000)
    temperature = wire.number(info, "temperature", low=-100, high=200)
    offered = wire.number(info, "pwm_current", low=0, high=LARGEST_CURRENT_A)
    watts, measured = None if power is None else Watts(power), _phases(info, phases)
    return Reading(
        at,
        register,
        watts,
        measured,
        None if temperature is None else Celsius(temperature),
        None,
        None if offered is None else Amps(offered),
        spread(measured, watts, named=phases == 1 or _by_phase(info)),
    )


def _by_phase(info: Payload) -> bool:
    """Whether it measures each phase; old firmware has one current and one voltage for all."""
    return any(wire.numbers(info, name, low=0, high=LARGEST_CURRENT_A) for name in ("currents", "voltages"))


def _phases(info: Payload, most: int) -> tuple[PhaseReading, ...]:
    currents = wire.numbers(info, "currents", low=0, high=LARGEST_CURRENT_A)
    voltages = wire.numbers(info, "voltages", low=0, high=1_000)
    if not currents and not voltages:
        current = wire.number(info, "current", low=0, high=LARGEST_CURRENT_A)
        voltage = wire.number(info, "voltage", low=0, high=1_000)
        currents, voltages = [current], [voltage]
    found = []
    for place in range(most):
        current = currents[place] if place < len(currents) else None
        voltage = voltages[place] if place < len(voltages) else None
        if current is None and voltage is None:
            continue
        if place > 0 and (voltage or 0) < NO_PHASE_V and not current:
            continue
        found.append(
            PhaseReading(
                place + 1,
                None if voltage is None else Volts(voltage),
                None if current is None else Amps(current),
            )
        )
    return tuple(found)


def rungs(info: Payload, known: Payload, *, ours: Amps | None) -> tuple[Rung, ...]:
    """The limits that the device reports; `ours` is the dynamic current that we have set ourselves.

    What allows all that the installation allows is no limit. What has no value of its own, as its
    schedule or its temperature, is known by what is offered.
    """
    found: list[Rung] = []
    installed = _amps(known, "install_current")

    def add(
        reason: LimitReason, amps: float | None, detail: str | None = None, cause: Cause | None = None
    ) -> None:
        if amps is not None and (installed is None or amps < installed):
            found.append(Rung(reason, Amps(amps), detail, cause))

    if installed is not None:
        found.append(Rung(LimitReason.INSTALLATION, Amps(installed)))
    add(LimitReason.USER, _amps(known, "user_current"))
    dynamic = _amps(known, "dynamic_current")
    if dynamic != ours:
        add(LimitReason.DYNAMIC, dynamic)
    reason, offered = wire.integer(info, "current_limit_reason"), _amps(info, "pwm_current")
    said = wire.text(info, "extended_charger_state")
    em = _amps(info, "em_current")
    if reason == EM_OFFLINE:
        add(LimitReason.METER_LOST, offered if em is None else em)
    else:
        add(LimitReason.LOAD_BALANCING, offered if em is None and reason == EM else em)
    if said == "B_SCHEDULER":
        add(LimitReason.SCHEDULE, 0)
    elif reason in _REASONS and reason not in (EM, EM_OFFLINE):
        add(_REASONS[reason], offered, *_DETAILS.get(reason, ()))
    return tuple(found)


def laid_over(below: Payload, above: Payload) -> Payload:
    """Both together; what is null above says nothing about what is below."""
    return {**below, **{key: value for key, value in above.items() if value is not None}}


def _amps(payload: Payload, key: str) -> float | None:
    return wire.number(payload, key, low=0, high=LARGEST_CURRENT_A)


def single_phase(known: Payload) -> bool | None:
    """Whether a three-phase charger is held to one phase; None where its firmware does not say."""
    return {1: True, 3: False}.get(wire.integer(known, "relay_mode") or 0)


def settings(info: Payload, known: Payload, *, three_phase: bool) -> DeviceSettings:
    """The settings it keeps, from all that is known of them; a locked state is a lock, whatever they say."""
    installed = wire.number(known, "install_current", low=6, high=LARGEST_CURRENT_A)
    user = wire.number(known, "user_current", low=6, high=LARGEST_CURRENT_A)
    is_locked = (wire.text(info, "extended_charger_state") or "").upper() == LOCKED
    return DeviceSettings(
        plug_and_charge=wire.flag(known, "headless"),
        locked=is_locked or wire.flag(known, "charger_locked"),
        single_phase=single_phase(known) if three_phase else None,
        installation_current_a=None if installed is None else Amps(installed),
        user_current_a=None if user is None else Amps(user),
        led_brightness_percent=wire.integer(known, "led_max_brightness", low=0, high=100),
        led_dimming_delay_s=wire.integer(known, "led_dimming_delay", low=0),
        auto_update=wire.flag(known, "auto_update"),
    )
