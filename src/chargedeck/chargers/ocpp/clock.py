"""How far a device's clock is from ours, from the times in its messages. Pure: our time is an argument.

A message can be late (queued while the network was down, or a state that began hours ago told
again), so its time may lie before the device's clock, never after it. The least late message of a
while is therefore the best estimate, and a clock that seems slow is believed only after a while.
"""

from datetime import datetime, timedelta

WHILE = timedelta(minutes=2)
NEGLIGIBLE_S = 2.0


class ClockEstimate:
    """One per connection: the offset of the device's clock, ahead is positive."""

    __slots__ = ("_best_s", "_last", "_since", "_times", "_told_s")

    def __init__(self) -> None:
        self._since: datetime | None = None
        self._best_s = 0.0
        self._last: datetime | None = None
        self._times = 0
        self._told_s: float | None = None

    def sample(self, at: datetime, now: datetime) -> float | None:
        """Take the time of a message; answers the offset in seconds when there is news of it."""
        offset_s = (at - now).total_seconds()
        if self._since is None or now - self._since > WHILE:
            self._since, self._best_s, self._times, self._last = now, offset_s, 0, None
        if at != self._last:
            self._last = at
            self._times += 1
        self._best_s = max(self._best_s, offset_s)
        is_sure = self._best_s > -NEGLIGIBLE_S or (self._times > 2 and now - self._since > WHILE / 2)
        if not is_sure or (self._told_s is not None and abs(self._told_s - self._best_s) < NEGLIGIBLE_S / 2):
            return None
        self._told_s = self._best_s
        return self._best_s
