"""Whether a meter still speaks: learns how often it does and notices when it is late; it reads none."""

from datetime import datetime, timedelta

GRACE = timedelta(seconds=3)
"""What a network may take on top of everything before it means anything."""

FORGET = 0.999
"""How much of the longest pause is still believed after each reading that came sooner."""

MEAN_OF = 16


class MeterWatch:
    """The rhythm of a meter: its mean interval and the longest pause that was nothing."""

    __slots__ = ("_interval_s", "_last", "_longest_s", "_lost_after")

    def __init__(self, lost_after: timedelta) -> None:
        self._lost_after = lost_after
        self._last: datetime | None = None
        self._interval_s = 1.0
        self._longest_s: float | None = None

    def heard(self, at: datetime, now: datetime) -> None:
        """A new reading, which was taken at `at`; the one before has been the latest until `now`."""
        if self._last is not None:
            waited = (now - self._last).total_seconds()
            if waited <= self._lost_after.total_seconds():
                self._learn((at - self._last).total_seconds(), waited)
        self._last = at

    def _learn(self, pause: float, waited: float) -> None:
        if self._longest_s is None:
            self._interval_s, self._longest_s = pause, waited
        self._interval_s += (pause - self._interval_s) / MEAN_OF
        self._longest_s = max(waited, self._longest_s * FORGET)

    @property
    def interval(self) -> timedelta:
        """How long it is silent between two readings, on average."""
        return timedelta(seconds=self._interval_s)

    @property
    def patience(self) -> timedelta:
        """How old a reading may be: a meter that never was late is missed soon, and any other in the end."""
        if self._longest_s is None:
            return self._lost_after
        return min(self._lost_after, timedelta(seconds=2 * self._longest_s) + GRACE)

    def silent(self, now: datetime) -> bool:
        """Whether nothing it said before may be believed any more."""
        return self._last is None or now - self._last > self.patience
