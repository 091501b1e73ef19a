"""How often a charger may be told something: a bucket that fills slowly; a cut is never refused."""

from datetime import datetime, timedelta

from chargedeck.domain.units import Amps

CAPACITY = 12.0
"""Commands that may be spent at once, when an evening is lively."""

DEARER_BELOW = 6.0
"""From this many left, a raise has to be worth more."""

STEEPEST = 6.0
"""How much more, at the last one."""

_HOUR = timedelta(hours=1)


class CommandBudget:
    """What is left for one charger."""

    __slots__ = ("_an_hour", "_at", "_left")

    def __init__(self, commands_an_hour: float, at: datetime) -> None:
        self._an_hour, self._at, self._left = commands_an_hour, at, CAPACITY

    def left(self, now: datetime) -> float:
        """Commands that may be spent now; less than none after many cuts."""
        self._left = min(CAPACITY, self._left + (now - self._at) / _HOUR * self._an_hour)
        self._at = now
        return self._left

    def spend(self, now: datetime) -> None:
        """Count a command."""
        self._left = self.left(now) - 1

    def worthwhile(self, now: datetime, least: Amps) -> Amps:
        """By how much a current has to change to be worth a command; infinite when none is left."""
        left = self.left(now)
        if left < 1:
            return Amps(float("inf"))
        scarcity = max(0.0, DEARER_BELOW - left) / (DEARER_BELOW - 1)
        return Amps(least * (1 + (STEEPEST - 1) * scarcity))
