"""Time for simulated things: a clock that may run fast and an agenda of what is due; neither ever sleeps."""

import heapq
import itertools
from collections.abc import Callable
from typing import NewType

Seconds = NewType("Seconds", float)

Instant = NewType("Instant", float)
"""Seconds since 1970 by a simulated clock."""

Speed = NewType("Speed", float)
"""How many simulated seconds pass in a real one."""

REAL_TIME = Speed(1)


def after(start: Instant, wait: Seconds) -> Instant:
    """The instant that comes `wait` later."""
    return Instant(start + wait)


def between(start: Instant, end: Instant) -> Seconds:
    """How long it is from one instant to another."""
    return Seconds(end - start)


class Clock:
    """Runs `speed` times as fast as `real`; a change of speed never makes it jump."""

    __slots__ = ("_real", "_real_base", "_sim_base", "_speed")

    def __init__(self, real: Callable[[], float], started_at: Instant, speed: Speed = REAL_TIME) -> None:
        self._real = real
        self._real_base = real()
        self._sim_base = started_at
        self._speed = speed

    @property
    def speed(self) -> Speed:
        """How fast it runs."""
        return self._speed

    def now(self) -> Instant:
        """The time it shows."""
        return Instant(self._sim_base + (self._real() - self._real_base) * self._speed)

    def run_at(self, speed: Speed) -> None:
        """Go on from here at another speed."""
        self._sim_base, self._real_base = self.now(), self._real()
        self._speed = speed

    def real_wait(self, until: Instant) -> Seconds:
        """How long one really waits until the clock shows `until`."""
        return Seconds(max(until - self.now(), 0.0) / self._speed)


class Timer:
    """Something to be done at an instant, unless it is cancelled before."""

    __slots__ = ("_action", "at")

    def __init__(self, at: Instant, action: Callable[[Instant], None]) -> None:
        self.at = at
        self._action: Callable[[Instant], None] | None = action

    def cancel(self) -> None:
        """Forget it."""
        self._action = None

    @property
    def is_cancelled(self) -> bool:
        """Whether it will do nothing any more."""
        return self._action is None

    def fire(self, now: Instant) -> None:
        """Do it, once."""
        action, self._action = self._action, None
        if action is not None:
            action(now)


class Agenda:
    """All timers of one clock in one heap, so that ten thousand chargers need a single real timer."""

    __slots__ = ("_count", "_heap", "on_earlier")

    def __init__(self) -> None:
        self._heap: list[tuple[Instant, int, Timer]] = []
        self._count = itertools.count()
        self.on_earlier: Callable[[], None] = _nothing
        """Called when a timer came in front of all others."""

    def call_at(self, at: Instant, action: Callable[[Instant], None]) -> Timer:
        """Remember `action`; it is given the time at which it really runs."""
        timer = Timer(at, action)
        entry = (at, next(self._count), timer)
        heapq.heappush(self._heap, entry)
        if self._heap[0] is entry:
            self.on_earlier()
        return timer

    def unhook(self) -> None:
        """Nobody wants to know about earlier timers any more."""
        self.on_earlier = _nothing

    def next_due(self) -> Instant | None:
        """When the next timer is due, if there is one."""
        while self._heap and self._heap[0][2].is_cancelled:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def run_due(self, now: Instant, at_most: int = 32) -> None:
        """Fire what is due; no more than `at_most`, so that sockets get their turn."""
        for _ in range(at_most):
            due = self.next_due()
            if due is None or due > now:
                return
            heapq.heappop(self._heap)[2].fire(now)


def _nothing() -> None:
    return None
