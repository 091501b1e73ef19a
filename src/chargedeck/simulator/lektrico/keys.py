"""The configuration keys with their types, ranges and defaults, and a device's values for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from chargedeck.simulator.lektrico.codes import Code, RpcError

Value: TypeAlias = bool | int | str

_LONGEST_DELAY = 2**31 - 1
_LONGEST_TEXT = 256


@dataclass(frozen=True, slots=True)
class Key:
    """One key; `least` and `most` are those of a number, or of a string's length."""

    name: str
    default: Value
    least: int = 0
    most: int = _LONGEST_TEXT

    def checked(self, value: object) -> Value:
        """The value, if the key takes it."""
        if isinstance(value, bool) and isinstance(self.default, bool):
            return value
        if isinstance(value, bool) or type(value) is not type(self.default):
            raise RpcError(Code.TYPE)
        if isinstance(value, int):
            if not self.least <= value <= self.most:
                raise RpcError(Code.RANGE)
            return value
        assert isinstance(value, str)
        if not self.least <= len(value) <= self.most:
            raise RpcError(Code.LENGTH)
        return value


def _by_name(*keys: Key) -> Mapping[str, Key]:
    return {key.name: key for key in keys}


CHARGER_KEYS = _by_name(
    Key("headless", default=True),
    Key("install_current", 6, 6, 32),
    Key("user_current", 32, 6, 32),
    Key("led_max_brightness", 10, 10, 100),
    Key("led_dimming_delay", 0, 0, _LONGEST_DELAY),
    Key("charger_locked", default=False),
    Key("auto_update", default=True),
    Key("led_template_enabled", default=False),
    Key("led_template", "", 0, 12 * 4),
)

METER_TYPES = frozenset({"Off", "Onboard", "Alfa by Sinapsi"})
"""Besides those whose name begins with Shelly; the vendor's list goes on where it could not be read."""

MODULE_KEYS = _by_name(
    Key("breaker_rating", 32, 10, 1000),
    Key("load_balancing_mode", 0, 0, 4),
    Key("lb_meter_type", "Off", 0, 64),
    Key("lb_pv_minimum_current", 6, 1, 6),
    Key("reverse_current", default=False),
    Key("energy_management_enabled", default=False),
    Key("lb_hybrid_current", 6, 6, 32),
    Key("lb_meter_offline_current", 6, 6, 32),
    Key("car_minimum_current", 6, 6, 10),
    Key("green_forced_single_phase", default=False),
    Key("hybrid_forced_single_phase", default=False),
    Key("auto_update", default=True),
    Key("chargers_list", ""),
    Key("owner_id", ""),
)


class Settings:
    """What a device is set to; survives a loss of power."""

    def __init__(self, keys: Mapping[str, Key], installed: Mapping[str, Value]) -> None:
        self._keys = keys
        self.values: dict[str, Value] = {name: key.default for name, key in keys.items()} | dict(installed)

    def set(self, name: str, value: object) -> None:
        """Take a value; raises RpcError and keeps the old one if the key is unknown or does not take it."""
        key = self._keys.get(name)
        if key is None:
            raise RpcError(Code.KEY)
        checked = key.checked(value)
        _check_meaning(name, checked)
        self.values[name] = checked

    def flag(self, name: str) -> bool:
        """A key that is true or false."""
        value = self.values[name]
        assert isinstance(value, bool)
        return value

    def number(self, name: str) -> int:
        """A key that is a number."""
        value = self.values[name]
        assert isinstance(value, int)
        return value

    def text(self, name: str) -> str:
        """A key that is a string."""
        return str(self.values[name])

    def restore(self, values: Mapping[str, Value]) -> None:
        """Take what was kept over a loss of power."""
        self.values.update({name: value for name, value in values.items() if name in self._keys})


def _check_meaning(name: str, value: Value) -> None:
    """Refuse strings that are short enough and still mean nothing."""
    if name == "led_template" and value != "":
        colours = str(value).split(",")
        if len(colours) != 12:
            raise RpcError(Code.FORMAT)
        if not all(colour.strip().isdecimal() and int(colour) <= 255 for colour in colours):
            raise RpcError(Code.RANGE)
    if name == "lb_meter_type" and value not in METER_TYPES and not str(value).startswith("Shelly"):
        raise RpcError(Code.RANGE)
