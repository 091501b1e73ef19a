"""A session's energy from the meter's register: never a sum of samples, never lost, never doubled.

A register only counts up. A reading below the highest one seen is a late message, a device that
rebooted into an older value or a lie: it never adds and never takes away. The value at the
session's stop decides, because it is the one that the device vouches for.
"""

from enum import StrEnum
from typing import NamedTuple

from chargedeck.domain.units import WattHours


class Anomaly(StrEnum):
    """Something about a session's numbers that its owner should know."""

    REGISTER_WENT_BACK = "register_went_back"
    STOP_BELOW_START = "stop_below_start"
    START_UNKNOWN = "start_unknown"
    STOP_UNKNOWN = "stop_unknown"
    CLOCK_OFF = "clock_off"
    OVERLAPPING = "overlapping"


class Register(NamedTuple):
    """The register at the session's start and the highest value since, in Wh."""

    start_wh: WattHours
    highest_wh: WattHours
    went_back: bool = False

    @property
    def energy_wh(self) -> WattHours:
        """What the session has drawn so far."""
        return WattHours(self.highest_wh - self.start_wh)


def opened(start_wh: WattHours) -> Register:
    """Begin to count at `start_wh`."""
    return Register(start_wh, start_wh)


def read(register: Register, value_wh: WattHours) -> Register:
    """Take one reading; the same one twice, or an older one, changes no energy."""
    if value_wh > register.highest_wh:
        return Register(register.start_wh, value_wh, register.went_back)
    if value_wh < register.highest_wh and not register.went_back:
        return Register(register.start_wh, register.highest_wh, went_back=True)
    return register


def recalled(register: Register, value_wh: WattHours) -> Register:
    """Take a reading that is known to be of the past: that it is lower than others says nothing."""
    return read(register, value_wh) if value_wh > register.highest_wh else register


def closed(register: Register, stop_wh: WattHours | None) -> tuple[Register, tuple[Anomaly, ...]]:
    """Settle the session at the register the device gave for its stop.

    A stop below the start cannot be true: then the highest reading stands and the session says so.
    """
    if stop_wh is None:
        return register, (Anomaly.STOP_UNKNOWN,)
    if stop_wh < register.start_wh:
        return register, (Anomaly.STOP_BELOW_START,)
    if stop_wh < register.highest_wh:
        return Register(register.start_wh, stop_wh, went_back=True), (Anomaly.REGISTER_WENT_BACK,)
    return Register(register.start_wh, stop_wh, register.went_back), ()
