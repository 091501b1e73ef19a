"""The modes of a station: how much of the sun, and how much beside it, may go into the cars.

A mode is a limit on the ladder like any other. Nothing here looks at a breaker, and nothing waits for
solar longer than its delays say.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chargedeck.domain.causes import Cause, CauseCode
from chargedeck.domain.limits import LimitReason, Rung
from chargedeck.domain.problems import OutOfRangeError
from chargedeck.domain.units import MINIMUM_CURRENT, NO_CURRENT, Amps, Watts
from chargedeck.energy.circuits import NOMINAL_VOLTAGE

STEADY_FOR = timedelta(seconds=30)
"""No charger is told a new solar current sooner; the grid fills in for a passing cloud."""


class Mode(StrEnum):
    """What the owner chose: nothing is managed, all the connection allows, sun and a minimum, sun only."""

    OFF = "off"
    POWER = "power"
    HYBRID = "hybrid"
    GREEN = "green"


@dataclass(frozen=True, slots=True)
class SolarSettings:
    """How the sun is followed; the ranges are those of the chargers' own energy modules.

    `least_solar_a` is how much solar current lets charging in green mode go on, although a car takes at
    least `car_minimum_a`. The power band decides between one phase and three.
    """

    hybrid_minimum_a: Amps = MINIMUM_CURRENT
    least_solar_a: Amps = MINIMUM_CURRENT
    car_minimum_a: Amps = MINIMUM_CURRENT
    start_after: timedelta = timedelta(minutes=3)
    stop_after: timedelta = timedelta(minutes=2)
    averaged_over: timedelta = timedelta(seconds=30)
    one_phase_below_w: Watts = Watts(4200)
    three_phases_above_w: Watts = Watts(4400)
    switch_after: timedelta = timedelta(minutes=10)
    green_forced_single_phase: bool = False
    hybrid_forced_single_phase: bool = False

    def __post_init__(self) -> None:
        _within("hybrid_minimum_a", self.hybrid_minimum_a, 6, 32)
        _within("least_solar_a", self.least_solar_a, 1, 6)
        _within("car_minimum_a", self.car_minimum_a, 6, 10)
        _within("one_phase_below_w", self.one_phase_below_w, 0, self.three_phases_above_w)

    def forces_single_phase(self, mode: Mode) -> bool:
        """Whether a charger has to stay on one phase in a mode."""
        return (mode is Mode.GREEN and self.green_forced_single_phase) or (
            mode is Mode.HYBRID and self.hybrid_forced_single_phase
        )


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise OutOfRangeError(name, value, low, high)


class Average:
    """A current or power without its flicker: an exponential mean over a time."""

    __slots__ = ("_at", "_over", "value")

    def __init__(self, over: timedelta) -> None:
        self._over = over
        self._at: datetime | None = None
        self.value = Watts(0)

    def add(self, now: datetime, value: Watts) -> Watts:
        """Take in what is measured now; the first value counts in full."""
        weight = 1.0 if self._at is None else min(1.0, (now - self._at) / self._over)
        self._at = now
        self.value = Watts(self.value + weight * (value - self.value))
        return self.value


class Delayed:
    """A yes or no that has to hold for a while before it counts."""

    __slots__ = ("_since", "on")

    def __init__(self, *, on: bool = False) -> None:
        self.on = on
        self._since: datetime | None = None

    def update(self, now: datetime, wanted: bool, *, on_after: timedelta, off_after: timedelta) -> bool:
        """Change to what is wanted once it has been for long enough."""
        if wanted is self.on:
            self._since = None
            return self.on
        self._since = self._since or now
        if now - self._since >= (on_after if wanted else off_after):
            self.on, self._since = wanted, None
        return self.on


class Steady:
    """A current in whole amperes that a cloud the size of an ampere does not move."""

    __slots__ = ("_changed_at", "_current")

    def __init__(self) -> None:
        self._current = NO_CURRENT
        self._changed_at: datetime | None = None

    def follow(self, now: datetime, current: Amps) -> Amps:
        """The last current, until it is off by an ampere upwards or by half of one downwards."""
        due = self._changed_at is None or now - self._changed_at >= STEADY_FOR
        if due and not self._current - 0.5 <= current < self._current + 1:
            self._current, self._changed_at = Amps(float(math.floor(current))), now
        return self._current


class SolarCharger:
    """What one charger may take in hybrid or green mode, and on how many phases."""

    __slots__ = ("_charging", "_many", "_settings", "_steady")

    def __init__(self, settings: SolarSettings) -> None:
        self._settings = settings
        self._charging = Delayed()
        self._many = Delayed(on=True)
        self._steady = Steady()

    def phases(self, now: datetime, surplus: Watts, mode: Mode) -> int:
        """On how many phases a charger should be that can switch."""
        settings = self._settings
        if settings.forces_single_phase(mode):
            return 1
        band = settings.one_phase_below_w if self._many.on else settings.three_phases_above_w
        # A charger that stands still can take either at once; a switch interrupts only who charges.
        after = settings.switch_after if self._charging.on or mode is Mode.HYBRID else timedelta(0)
        return 3 if self._many.update(now, surplus >= band, on_after=after, off_after=after) else 1

    def rung(self, now: datetime, surplus: Watts, mode: Mode, phases: int) -> Rung:
        """The limit that hybrid or green mode sets."""
        settings, voltage = self._settings, NOMINAL_VOLTAGE
        solar = self._steady.follow(now, Amps(max(0.0, surplus / (voltage * phases))))
        power_kw = round(surplus / 1000, 1)
        sun, values = f"sun {power_kw:.1f} kW", {"power_kw": power_kw}
        if mode is Mode.HYBRID:
            least = settings.hybrid_minimum_a
            cause = Cause(CauseCode.SUN, values | {"least_a": least})
            return Rung(LimitReason.SOLAR, max(least, solar), f"{sun}, at least {least:g} A", cause)
        enough = settings.least_solar_a if self._charging.on else settings.car_minimum_a
        charging = self._charging.update(
            now, solar >= enough, on_after=settings.start_after, off_after=settings.stop_after
        )
        if not charging:
            needed_kw = round(settings.car_minimum_a * voltage * phases / 1000, 1)
            cause = Cause(CauseCode.SUN, values | {"needed_kw": needed_kw})
            return Rung(LimitReason.SOLAR, NO_CURRENT, f"{sun} of {needed_kw:.1f} kW", cause)
        return Rung(LimitReason.SOLAR, max(settings.car_minimum_a, solar), sun, Cause(CauseCode.SUN, values))
