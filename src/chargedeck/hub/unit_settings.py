"""What a device keeps of its own settings, as it tells them and as it may be asked to change them."""

from dataclasses import dataclass, fields
from enum import StrEnum

from chargedeck.domain.problems import OutOfRangeError
from chargedeck.domain.units import Amps

BRIGHTNESS_STEP = 5
LONGEST_DIMMING_S = 86_400


class DeviceKind(StrEnum):
    """What a device is, as it says itself."""

    CHARGER = "charger"
    ENERGY_MODULE = "energy_module"


class DeviceTrouble(StrEnum):
    """Why a device that is asked cannot be used."""

    NOT_FOUND = "not_found"
    UNAUTHORIZED = "unauthorized"
    NOT_ALLOWED = "not_allowed"
    NOT_UNDERSTOOD = "not_understood"
    IDENTITY_CHANGED = "identity_changed"
    LITTLE_MEMORY = "little_memory"


class BalancingMode(StrEnum):
    """What an energy module does with the chargers behind it."""

    OFF = "off"
    POWER = "power"
    HYBRID = "hybrid"
    GREEN = "green"
    POWER_SHARE = "power_share"
    """Listed by the vendor and not documented: shown and kept, never set."""
    UNKNOWN = "unknown"


SETTABLE_MODES = (BalancingMode.OFF, BalancingMode.POWER, BalancingMode.HYBRID, BalancingMode.GREEN)


@dataclass(frozen=True, slots=True)
class DeviceSettings:
    """A charger's own settings; None where it has no such setting, or where it is to stay as it is."""

    plug_and_charge: bool | None = None
    locked: bool | None = None
    single_phase: bool | None = None
    installation_current_a: Amps | None = None
    user_current_a: Amps | None = None
    led_brightness_percent: int | None = None
    led_dimming_delay_s: int | None = None
    auto_update: bool | None = None


@dataclass(frozen=True, slots=True)
class LoadBalancing:
    """An energy module's own settings; None where it has no such setting, or where it is to stay as it is."""

    mode: BalancingMode | None = None
    breaker_rating_a: Amps | None = None
    meter_type: str | None = None
    pv_minimum_current_a: Amps | None = None
    hybrid_current_a: Amps | None = None
    meter_lost_current_a: Amps | None = None
    car_minimum_current_a: Amps | None = None
    reverse_current: bool | None = None
    green_single_phase: bool | None = None
    hybrid_single_phase: bool | None = None


RANGES: dict[str, tuple[float, float]] = {
    "installation_current_a": (6, 32),
    "user_current_a": (6, 32),
    "led_brightness_percent": (0, 100),
    "led_dimming_delay_s": (0, LONGEST_DIMMING_S),
    "breaker_rating_a": (10, 1000),
    "pv_minimum_current_a": (1, 6),
    "hybrid_current_a": (6, 32),
    "meter_lost_current_a": (6, 32),
    "car_minimum_current_a": (6, 10),
}
"""What the vendor documents; brightness from 0, which newer firmware takes."""


def given(settings: DeviceSettings | LoadBalancing) -> dict[str, object]:
    """What is set, by name."""
    values = ((field.name, getattr(settings, field.name)) for field in fields(settings))
    return {name: value for name, value in values if value is not None}


def check(settings: DeviceSettings | LoadBalancing) -> None:
    """Raise OutOfRangeError for a value that no device takes; nothing has been asked yet."""
    for name, value in given(settings).items():
        if name in RANGES and isinstance(value, int | float):
            low, high = RANGES[name]
            if not low <= value <= high:
                raise OutOfRangeError(name, value, low, high)
