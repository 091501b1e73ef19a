"""The ticks of the last moments, so that a reader whose connection broke misses nothing."""

from collections import deque

from chargedeck.live.frames import Tick


class Ring:
    """Ticks in order, bounded in bytes and number; the oldest go first."""

    def __init__(self, *, max_bytes: int, max_ticks: int) -> None:
        self._max_bytes, self._max_ticks = max_bytes, max_ticks
        self._ticks: deque[Tick] = deque()
        self._size = 0

    def append(self, tick: Tick) -> None:
        """Keep a tick, and let go of as many old ones as it takes."""
        self._ticks.append(tick)
        self._size += tick.size
        while self._size > self._max_bytes or len(self._ticks) > self._max_ticks:
            self._size -= self._ticks.popleft().size

    def clear(self) -> None:
        """Forget everything."""
        self._ticks.clear()
        self._size = 0

    def since(self, position: int, *, now_at: int) -> list[Tick] | None:
        """All ticks after `position`, or None when some of them are no longer here."""
        if position > now_at:
            return None
        missed = now_at - position
        if missed > len(self._ticks):
            return None
        return [tick for tick in self._ticks if tick.position > position]
