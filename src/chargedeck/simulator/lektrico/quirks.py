"""Odd LEKTRI.CO firmware, by name; says what the oddities are, not how they are done."""

from enum import StrEnum


class Quirk(StrEnum):
    """One oddity."""

    OLD_FIRMWARE = "old-firmware"
    NO_LIMIT_REASON = "no-limit-reason"
    NO_USER_CURRENT = "no-user-current"
    NO_DYNAMIC_CURRENT = "no-dynamic-current"
    NO_RELAY_MODE = "no-relay-mode"
    OLD_CAR_ERROR = "old-car-error"
    ONE_VOLTAGE_ERROR = "one-voltage-error"
    PAUSE_METHODS = "pause-methods"
    NEWER_FIRMWARE = "newer-firmware"
    UNKNOWN_ERROR_FLAG = "unknown-error-flag"
    NUMBERS_AS_STRINGS = "numbers-as-strings"
    NULLS = "nulls"
    ANOTHER_ID = "another-id"
    LOW_HEAP = "low-heap"
    REFUSES = "refuses"
    FAILS = "fails"
    FORGETS = "forgets"
    WRONG_CONTENT_TYPE = "wrong-content-type"
    NO_CONTENT_TYPE = "no-content-type"
    NOT_JSON = "not-json"
    SLOW_ANSWERS = "slow-answers"
    STUCK_ANSWERS = "stuck-answers"
    DROPS = "drops"
    HALF_ANSWERS = "half-answers"
    ENDLESS_ANSWERS = "endless-answers"
    HANGS_UP = "hangs-up"
    REDIRECTS = "redirects"
    REBOOTS = "reboots"


QUIRKS: dict[Quirk, str] = {
    Quirk.OLD_FIRMWARE: "Firmware 1.22: all of no-… below, old-car-error, one-voltage-error, pause-methods",
    Quirk.NO_LIMIT_REASON: "charger_info has no current_limit_reason",
    Quirk.NO_USER_CURRENT: "Knows no user_current (before 1.41)",
    Quirk.NO_DYNAMIC_CURRENT: "Knows no dynamic_current: neither the key nor the methods",
    Quirk.NO_RELAY_MODE: "dynamic_current.get has no relay_mode",
    Quirk.OLD_CAR_ERROR: "Says state_machine_e_activated in place of state_e_activated",
    Quirk.ONE_VOLTAGE_ERROR: "Says voltage_error in place of undervoltage_error and overvoltage_error",
    Quirk.PAUSE_METHODS: "Has charge.pause and charge.resume, refuses dynamic current 0 (before 1.45)",
    Quirk.NEWER_FIRMWARE: "Has states, limit reasons and keys that nobody has seen yet",
    Quirk.UNKNOWN_ERROR_FLAG: "A system error raises a flag that nobody has seen yet",
    Quirk.NUMBERS_AS_STRINGS: "Writes numbers as strings",
    Quirk.NULLS: "Writes null where it has measured nothing new: temperature, currents, voltages, power",
    Quirk.ANOTHER_ID: "Answers with the id of another device",
    Quirk.LOW_HEAP: "Has 2 kB of heap left",
    Quirk.REFUSES: "Refuses every change with result false",
    Quirk.FAILS: "Fails at every change with code -1",
    Quirk.FORGETS: "Says that a change was made, and makes none",
    Quirk.WRONG_CONTENT_TYPE: "Answers as text/plain",
    Quirk.NO_CONTENT_TYPE: "Answers without a content type",
    Quirk.NOT_JSON: "Answers with half a web page",
    Quirk.SLOW_ANSWERS: "Takes 2 s for every answer",
    Quirk.STUCK_ANSWERS: "Takes 30 s for every answer",
    Quirk.DROPS: "Closes the connection in place of every third answer",
    Quirk.HALF_ANSWERS: "Closes the connection in the middle of every answer",
    Quirk.ENDLESS_ANSWERS: "Never comes to the end of an answer",
    Quirk.HANGS_UP: "Closes the connection after every answer",
    Quirk.REDIRECTS: "Sends whoever asks to another address",
    Quirk.REBOOTS: "Loses its power for a moment every two minutes",
}

_OLD = frozenset(
    {
        *(Quirk.NO_LIMIT_REASON, Quirk.NO_USER_CURRENT, Quirk.NO_DYNAMIC_CURRENT, Quirk.NO_RELAY_MODE),
        *(Quirk.OLD_CAR_ERROR, Quirk.ONE_VOLTAGE_ERROR, Quirk.PAUSE_METHODS),
    }
)


def spelled_out(quirks: frozenset[Quirk]) -> frozenset[Quirk]:
    """The oddities with every part of those that stand for several."""
    return quirks | _OLD if Quirk.OLD_FIRMWARE in quirks else quirks
