"""What devices send, as it may be: any value missing, null, renamed, or a text in place of a number.

Nothing here raises; what cannot be read is missing. The names of methods and keys are at home here.
"""

import math
from collections.abc import Mapping
from typing import Any

Payload = Mapping[str, Any]

EMPTY: Payload = {}

DEVICE_ID = "Device_id.Get"
CHARGER_CONFIG = "charger_config.get"
MODULE_CONFIG = "M2w_config.Get"
CHARGER_INFO = "charger_info.get"
METER_INFO = "Meter_info.Get"
SOFTWARE = "Sw_version.Get"
ACTIVE_ERRORS = "active_errors.get"
LOGGED_ERRORS = "logged_errors.get"
COUNTERS = "counters_config.get"
APP_CONFIG = "app_config.get"
APP_CONFIG_SET = "app_config.set"
DYNAMIC = "dynamic_current.get"
DYNAMIC_SET = "dynamic_current.set"
START = "charge.start"
STOP = "charge.stop"
PAUSE = "charge.pause"
RESUME = "charge.resume"
OVERRIDE = "Charging_schedule.Override"
RESET = "device.reset"

_WORDS = {"true": True, "on": True, "1": True, "false": False, "off": False, "0": False}
_LONGEST_TEXT = 200


def number(payload: Payload, *keys: str, low: float = -1e12, high: float = 1e12) -> float | None:
    """The first of the keys that has a finite number within bounds; firmware writes some as texts."""
    for key in keys:
        found = as_number(payload.get(key))
        if found is not None and low <= found <= high:
            return found
    return None


def as_number(value: Any) -> float | None:
    """A finite number, or a text that is one."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def integer(payload: Payload, *keys: str, low: int = -(2**31), high: int = 2**31) -> int | None:
    """A whole number within bounds."""
    found = number(payload, *keys, low=low, high=high)
    return None if found is None else round(found)


def flag(payload: Payload, *keys: str) -> bool | None:
    """The first of the keys that is true or false, in whatever spelling."""
    for key in keys:
        value = payload.get(key)
        if isinstance(value, bool):
            return value
        if isinstance(value, int) and value in (0, 1):
            return bool(value)
        if isinstance(value, str) and (found := _WORDS.get(value.strip().lower())) is not None:
            return found
    return None


def text(payload: Payload, *keys: str) -> str | None:
    """The first of the keys that says something; a number counts as its digits."""
    for key in keys:
        value = payload.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = f"{value:.15g}"
        if isinstance(value, str) and (found := _printable(value)):
            return found
    return None


def _printable(value: str) -> str:
    return "".join(c for c in value[:_LONGEST_TEXT] if c.isprintable()).strip()


def numbers(payload: Payload, key: str, *, low: float = -1e9, high: float = 1e9) -> list[float | None]:
    """A list of three with a number or nothing in each place; empty where there is no list."""
    values = payload.get(key)
    if not isinstance(values, list):
        return []
    found = [as_number(value) for value in values[:3]]
    return [None if value is None or not low <= value <= high else value for value in found]
