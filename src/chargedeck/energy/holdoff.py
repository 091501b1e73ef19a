"""How long a phase waits before it trusts that a load is gone; it knows loads, not chargers.

Kettles, ovens and dryers come and go. What they freed is given to the cars only when it has stayed free
for a while, and for how long is learned: a raise that had to be taken back soon doubles the wait, and
every quiet hour halves what was added. Waiting twice as long after each mistake costs, over any sequence
of loads, at most a fixed multiple of what knowing the sequence would.
"""

from collections import deque
from datetime import datetime, timedelta

from chargedeck.domain.units import Amps

LONGEST = timedelta(minutes=15)
"""What comes back later than this is another load, and worth the short overload it brings."""

REGRET = timedelta(minutes=10)
"""A raise that is taken back within this time was a mistake; later it was worth its while."""

HALVED_IN = timedelta(hours=1)

REACTIONS = 20
"""The shortest wait, in times that a cut takes to work: the longer an overload, the dearer a mistake."""


class Holdoff:
    """The highest load of a phase during the wait, and the wait itself."""

    __slots__ = ("_extra_s", "_falling", "_raised_at", "_since", "_updated_at")

    def __init__(self) -> None:
        # Loads that nothing later has reached, oldest and highest first: a sliding maximum.
        self._falling: deque[tuple[datetime, Amps]] = deque()
        self._since: datetime | None = None
        self._raised_at: datetime | None = None
        self._extra_s = 0.0
        self._updated_at: datetime | None = None

    def seen(self, at: datetime, load: Amps) -> None:
        """Take note of a load; instants only go forward."""
        falling = self._falling
        while falling and falling[-1][1] <= load:
            falling.pop()
        falling.append((at, load))
        if self._since is None:
            self._since = at
        oldest = at - LONGEST
        while falling[0][0] < oldest:
            falling.popleft()

    def forget(self) -> None:
        """What was seen before a gap says nothing about what happened in it."""
        self._falling.clear()
        self._since = None

    def wait(self, now: datetime, reaction: timedelta) -> timedelta:
        """For how long a load has to be gone."""
        if self._updated_at is not None:
            quiet_hours = (now - self._updated_at) / HALVED_IN
            self._extra_s *= 0.5**quiet_hours
        self._updated_at = now
        return min(LONGEST, reaction * REACTIONS + timedelta(seconds=self._extra_s))

    def peak(self, now: datetime, wait: timedelta) -> Amps | None:
        """The highest load within the wait; None where nothing was seen yet."""
        since = now - wait
        for at, load in self._falling:
            if at >= since:
                return load
        return self._falling[-1][1] if self._falling else None

    def watched_for(self, now: datetime) -> timedelta:
        """For how long the loads have been known without a gap."""
        return timedelta(0) if self._since is None else now - self._since

    def raised(self, now: datetime) -> None:
        """Somebody was given more on this phase."""
        self._raised_at = now

    def cut(self, now: datetime, reaction: timedelta) -> None:
        """A load came that made a cut necessary; if a raise was to blame, wait longer from now on."""
        if self._raised_at is not None and now - self._raised_at < REGRET:
            wait = self.wait(now, reaction)
            self._extra_s = (min(LONGEST, wait * 2) - reaction * REACTIONS).total_seconds()
            self._raised_at = None
