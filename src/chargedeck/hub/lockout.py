"""How many failures are forgiven, and for how long the next attempt must wait: decides, checks nothing."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Patience:
    """From the `free`th failure on each one doubles the wait, from `first` to `most`; quiet mends all."""

    free: int
    first: timedelta = timedelta(seconds=30)
    most: timedelta = timedelta(minutes=15)
    forgotten_after: timedelta = timedelta(hours=1)


def wait_after(failures: int, patience: Patience) -> timedelta:
    """How long nobody may try after the last of so many failures."""
    over = failures - patience.free
    if over < 0:
        return timedelta(0)
    return min(patience.most, patience.first * (1 << min(over, 16)))


class Lockout:
    """Failures by key; the keys longest unheard of go first when there are too many."""

    def __init__(self, patience: Patience, *, most_keys: int = 10_000) -> None:
        self._patience = patience
        self._most_keys = most_keys
        self._failures: OrderedDict[Hashable, tuple[int, datetime]] = OrderedDict()

    def remaining(self, key: Hashable, now: datetime) -> timedelta:
        """How long this key must still wait; zero when it may try."""
        failures, last = self._failures.get(key, (0, now))
        if now - last >= self._patience.forgotten_after:
            return timedelta(0)
        return max(timedelta(0), last + wait_after(failures, self._patience) - now)

    def attempt(self, key: Hashable, now: datetime) -> None:
        """Count an attempt as failed until `succeeded` says otherwise, so that many at once win nothing."""
        failures, last = self._failures.pop(key, (0, now))
        if now - last >= self._patience.forgotten_after:
            failures = 0
        self._failures[key] = (failures + 1, now)
        if len(self._failures) > self._most_keys:
            self._failures.popitem(last=False)

    def succeeded(self, key: Hashable) -> None:
        """Forgive."""
        self._failures.pop(key, None)

    def took_back(self, key: Hashable) -> None:
        """One attempt was no failure; those before it still count."""
        known = self._failures.get(key)
        if known is not None:
            failures, last = known
            self._failures[key] = (max(0, failures - 1), last)
