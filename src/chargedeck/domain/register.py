"""A session's energy from the meter's register: never a sum of samples, never lost, never doubled.

A register only counts up. A reading below the highest one seen is a late message, a device that
rebooted into an older value or a lie: it never adds and never takes away. A reading that is further up
than anything can charge is another meter's, or a lie. The value at the session's stop decides, because
it is the one that the device vouches for.

A meter may begin at nothing in the middle of a session, and some devices mix two of their registers.
Such readings are a second count beside the session's own: what it grows by is the session's as well, for
as long as the first one is not heard of again.
"""

from enum import StrEnum
from typing import NamedTuple

from chargedeck.domain.counters import HIGHEST_POWER
from chargedeck.domain.units import WattHours, Watts

STEP = WattHours(2_000)
"""Some registers count in whole kilowatt-hours, and some devices tell the time in whole minutes."""

USUAL_POWER = Watts(400_000)
"""More than the outlets of today pass; what comes faster is possible, and proves nothing."""

USUAL_SILENCE_S = 900.0
"""Readings are usually no further apart."""

ABOUT_NOTHING = WattHours(1_000)
"""What may have been drawn before a meter that began anew is read for the first time."""

MOST_CARRIED = WattHours(200_000)
"""No car takes more; a register that is further up when it falls was hardly the session's."""

_SURE = 2
"""So many readings in a row, each where it can be expected, show that a register is the session's."""


class Anomaly(StrEnum):
    """Something about a session's numbers that its owner should know."""

    REGISTER_WENT_BACK = "register_went_back"
    REGISTER_LEAPT = "register_leapt"
    STOP_BELOW_START = "stop_below_start"
    START_UNKNOWN = "start_unknown"
    STOP_UNKNOWN = "stop_unknown"
    CLOCK_OFF = "clock_off"
    OVERLAPPING = "overlapping"


class Count(NamedTuple):
    """A second count in the session: from where, how far, and by how many readings."""

    from_wh: WattHours
    upto_wh: WattHours
    readings: int = 0


class Register(NamedTuple):
    """The register at the session's start and the highest value since, in Wh."""

    start_wh: WattHours
    own_wh: WattHours
    """The highest value of the register that the session began with."""
    went_back: bool = False
    leapt: bool = False
    sure: int = 0
    """How many readings in a row were where they could be expected, as far as it matters."""
    beside: Count | None = None

    @property
    def highest_wh(self) -> WattHours:
        """The register as the session's start counts, whatever the meter itself says now."""
        grown = 0.0 if self.beside is None else self.beside.upto_wh - self.beside.from_wh
        return WattHours(self.own_wh + grown)

    @property
    def energy_wh(self) -> WattHours:
        """What the session has drawn so far."""
        return WattHours(self.highest_wh - self.start_wh)


def opened(start_wh: WattHours) -> Register:
    """Begin to count at `start_wh`."""
    return Register(start_wh, start_wh)


def resumed(start_wh: WattHours, highest_wh: WattHours, *, went_back: bool = False) -> Register:
    """Go on with what is on record."""
    sure = _SURE if highest_wh > start_wh else 0
    return Register(start_wh, max(start_wh, highest_wh), went_back, sure=sure)


def is_next(register: Register, value_wh: WattHours, elapsed_s: float | None) -> bool:
    """Whether a reading is where the next one can be expected, so that it is surely of the same register."""
    return _is_usual(value_wh - register.own_wh, elapsed_s)


def read(register: Register, value_wh: WattHours, elapsed_s: float | None) -> Register:
    """Take one reading; the same one twice, or an older one, changes no energy.

    `elapsed_s` is the time since the last reading of the session's own register, None if nobody knows.
    """
    own, beside = register.own_wh, register.beside
    if beside is not None and value_wh >= beside.upto_wh and _is_beside(own, beside, value_wh, elapsed_s):
        return register._replace(beside=Count(beside.from_wh, value_wh, beside.readings + 1))
    if _is_possible(value_wh - own, elapsed_s):
        return _risen(register, value_wh, elapsed_s)
    if value_wh > own:
        return register._replace(leapt=True, beside=Count(value_wh, value_wh))
    if _begins_anew(register, value_wh):
        # A second count that is sure of itself ends here, as the first one did.
        kept = register.highest_wh if beside is not None and beside.readings >= _SURE else own
        return register._replace(own_wh=kept, went_back=True, beside=Count(WattHours(0), value_wh))
    return register._replace(went_back=True)


def recalled(register: Register, value_wh: WattHours, elapsed_s: float | None) -> Register:
    """Take a reading that is known to be of the past: that it is lower than others says nothing.

    `elapsed_s` is the time since the session began.
    """
    if value_wh <= register.own_wh:
        return register
    if _is_possible(value_wh - register.own_wh, elapsed_s):
        return register._replace(own_wh=value_wh, sure=0)
    return register._replace(leapt=True)


def closed(
    register: Register, stop_wh: WattHours | None, elapsed_s: float | None
) -> tuple[Register, tuple[Anomaly, ...]]:
    """Settle the session at the register the device gave for its stop; `elapsed_s` as for a reading.

    A stop below the start cannot be true, nor one that is too far up: then the highest reading stands and
    the session says so.
    """
    start, own, beside = register.start_wh, register.own_wh, register.beside
    if stop_wh is None:
        return _settled(register, register.highest_wh), (Anomaly.STOP_UNKNOWN,)
    if beside is not None and _is_beside(own, beside, stop_wh, elapsed_s):
        return _settled(register, WattHours(own + stop_wh - beside.from_wh)), ()
    below = (Anomaly.STOP_BELOW_START,) if stop_wh < start else ()
    if stop_wh < own and _begins_anew(register, stop_wh):
        # What a meter that fell before has counted since may be in `own` already.
        since = WattHours(0) if register.went_back else stop_wh
        return _settled(register._replace(went_back=True), WattHours(own + since)), below
    if below:
        return _settled(register, own), below
    if stop_wh < own:
        return _settled(register._replace(went_back=True), stop_wh), ()
    if _is_possible(stop_wh - own, elapsed_s):
        return _settled(register, stop_wh), ()
    return _settled(register._replace(leapt=True), own), ()


def marks(register: Register) -> tuple[Anomaly, ...]:
    """What its owner should know of it."""
    fell = (Anomaly.REGISTER_WENT_BACK,) if register.went_back else ()
    return (*fell, Anomaly.REGISTER_LEAPT) if register.leapt else fell


def _settled(register: Register, highest_wh: WattHours) -> Register:
    return register._replace(own_wh=highest_wh, beside=None)


def _risen(register: Register, value_wh: WattHours, elapsed_s: float | None) -> Register:
    """The session's own register has been heard of: what was beside it was never the session's."""
    grown = value_wh - register.own_wh
    if grown == 0:
        sure = register.sure
    else:
        sure = min(_SURE, register.sure + 1) if _is_usual(grown, elapsed_s) else 0
    return register._replace(own_wh=value_wh, sure=sure, beside=None)


def _is_possible(grown: float, elapsed_s: float | None) -> bool:
    return grown >= 0 and (elapsed_s is None or grown <= HIGHEST_POWER * elapsed_s / 3_600 + STEP)


def _is_usual(grown: float, elapsed_s: float | None) -> bool:
    return 0 <= grown <= USUAL_POWER * min(elapsed_s or 0.0, USUAL_SILENCE_S) / 3_600 + STEP


def _begins_anew(register: Register, value_wh: WattHours) -> bool:
    """Whether a value that fell is that of a meter which counts from nothing again."""
    if register.sure < _SURE or register.own_wh - register.start_wh > MOST_CARRIED:
        return False
    beside = register.beside
    if beside is None or beside.from_wh > 0:
        return value_wh <= min(ABOUT_NOTHING, register.own_wh / 10)
    return beside.readings >= _SURE and value_wh <= min(ABOUT_NOTHING, beside.upto_wh / 10)


def _is_beside(own: WattHours, beside: Count, value_wh: WattHours, elapsed_s: float | None) -> bool:
    """Whether a value is of the second count: it is where that one can be, and nearer to it."""
    apart = abs(value_wh - beside.upto_wh)
    if value_wh < beside.from_wh or not _is_usual(apart, elapsed_s):
        return False
    # A count that is sure of itself passes where the first one ended.
    passes = beside.readings >= _SURE and beside.upto_wh >= own / 2 and apart <= ABOUT_NOTHING
    return passes or apart < abs(value_wh - own)
