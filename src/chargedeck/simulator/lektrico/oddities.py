"""How odd firmware changes what a well one would say; the network's oddities are the door's."""

from collections.abc import Collection
from typing import Any, TypeVar

from chargedeck.simulator.lektrico.charger import Charger
from chargedeck.simulator.lektrico.charger_methods import PAUSE_METHODS
from chargedeck.simulator.lektrico.codes import Code, RpcError
from chargedeck.simulator.lektrico.device import Device
from chargedeck.simulator.lektrico.methods import Method, Methods
from chargedeck.simulator.lektrico.nameplate import Nameplate
from chargedeck.simulator.lektrico.quirks import Quirk, spelled_out

D = TypeVar("D", bound=Device)
Answer = dict[str, Any]

_ANOTHER_SERIAL = 1_000_000
_LEFT_OUT: dict[Quirk, tuple[str, ...]] = {
    Quirk.NO_LIMIT_REASON: ("current_limit_reason",),
    Quirk.NO_USER_CURRENT: ("user_current",),
    Quirk.NO_DYNAMIC_CURRENT: ("dynamic_current",),
    Quirk.NO_RELAY_MODE: ("relay_mode",),
}
_RENAMED = {
    Quirk.OLD_CAR_ERROR: ("state_machine_e_activated", ("state_e_activated",)),
    Quirk.ONE_VOLTAGE_ERROR: ("voltage_error", ("undervoltage_error", "overvoltage_error")),
}
_MEASURED = frozenset({"temperature", "current", "currents", "voltage", "voltages", "instant_power"})


class Oddities:
    """The oddities of one device; they may come and go while it runs."""

    def __init__(self, quirks: Collection[Quirk]) -> None:
        self._named = frozenset(quirks)

    @property
    def named(self) -> frozenset[Quirk]:
        """Those that were asked for."""
        return self._named

    def has(self, quirk: Quirk) -> bool:
        """Whether the firmware has this one."""
        return quirk in spelled_out(self._named)

    def put(self, quirk: Quirk, *, off: bool) -> None:
        """Add one, or take it away."""
        self._named = self._named - {quirk} if off else self._named | {quirk}

    def device_id(self, plate: Nameplate) -> str:
        """What the device calls itself."""
        if self.has(Quirk.ANOTHER_ID):
            return plate.numbered(plate.serial + _ANOTHER_SERIAL).device_id
        return plate.device_id

    def knows(self, key: object) -> bool:
        """Whether the firmware has a configuration key."""
        return not any(self.has(quirk) and key in left_out for quirk, left_out in _LEFT_OUT.items())

    def verdict(self) -> bool | None:
        """The answer to every change, if it does not depend on the change."""
        if self.has(Quirk.FAILS):
            raise RpcError(Code.GENERAL)
        return False if self.has(Quirk.REFUSES) else True if self.has(Quirk.FORGETS) else None

    def methods(self, methods: Methods[D]) -> Methods[D]:
        """Those that the firmware knows."""
        if self.has(Quirk.PAUSE_METHODS) and "charge.start" in methods:
            methods = {**methods, **_for_any(PAUSE_METHODS)}
        if self.has(Quirk.NO_DYNAMIC_CURRENT):
            methods = {name: method for name, method in methods.items() if "dynamic_current" not in name}
        return methods

    def dressed(self, method: str, answer: Answer, device: Device) -> Answer:
        """An answer as the firmware would write it."""
        answer = dict(answer)
        for quirk, keys in _LEFT_OUT.items():
            if self.has(quirk):
                answer = {key: value for key, value in answer.items() if key not in keys}
        for quirk, (new, olds) in _RENAMED.items():
            if self.has(quirk) and olds[0] in answer:
                answer[new] = any([answer.pop(old) for old in olds])  # noqa: C419 - each must go
        match method:
            case "Charger_info.Get":
                answer = self._info(answer)
            case "Active_errors.Get" if self.has(Quirk.UNKNOWN_ERROR_FLAG) and isinstance(device, Charger):
                answer["pen_fault"] = device.faults.has("state_f_activated")
            case "Device_id.Get":
                answer["device_id"] = self.device_id(device.plate)
            case "Charger_config.Get" | "M2w_config.Get" if self.has(Quirk.ANOTHER_ID):
                answer["serial_number"] += _ANOTHER_SERIAL
            case _:
                pass
        return _strings(answer) if self.has(Quirk.NUMBERS_AS_STRINGS) else answer

    def _info(self, answer: Answer) -> Answer:
        if self.has(Quirk.LOW_HEAP):
            answer["heap_free"] = 2_048
        if self.has(Quirk.NULLS):
            answer = {key: None if key in _MEASURED else value for key, value in answer.items()}
        if self.has(Quirk.NEWER_FIRMWARE):
            answer |= {"current_limit_reason": 17, "grid_frequency": 50.01, "pen": {"state": "ok", "v": [0]}}
            if answer["extended_charger_state"] == "C":
                answer["extended_charger_state"] = "C_SOLAR"
        return answer


def _strings(value: Any) -> Any:
    """Numbers, however deep, as their text."""
    match value:
        case bool():
            return value
        case int() | float():
            return str(value)
        case list():
            return [_strings(part) for part in value]
        case dict():
            return {key: _strings(part) for key, part in value.items()}
        case _:
            return value


def _for_any(methods: Methods[Charger]) -> dict[str, Method[Any]]:
    return dict(methods)
