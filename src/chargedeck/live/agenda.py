"""Which resources are to be told of, and when: an order over monotonic seconds, without a timer."""

import heapq
import itertools
from collections import deque

from chargedeck.live.cadence import due_at
from chargedeck.live.told import Entry, Mark


class Agenda:
    """Marked entries: those of the next tick, and those that were told of too recently."""

    def __init__(self) -> None:
        self._soon: deque[Entry] = deque()
        self._later: list[tuple[float, int, Entry]] = []
        self._order = itertools.count()

    def __len__(self) -> int:
        """How many wait for the next tick."""
        return len(self._soon)

    def add(self, entry: Entry, now: float, *, urgent: bool) -> None:
        """Mark an entry; one that waits for later and turns urgent moves ahead."""
        due = due_at(entry.told_at, now, urgent=urgent)
        if due <= now:
            entry.mark = Mark.SOON
            self._soon.append(entry)
        else:
            entry.mark = Mark.LATER
            heapq.heappush(self._later, (due, next(self._order), entry))

    def take(self, now: float, limit: int) -> list[Entry]:
        """Answer at most `limit` entries whose time has come; they are told of at `now`.

        An entry may stand here more than once, or be gone by now: only its mark counts.
        """
        while self._later and self._later[0][0] <= now:
            _, _, entry = heapq.heappop(self._later)
            if entry.mark is Mark.LATER and due_at(entry.told_at, now, urgent=False) <= now:
                entry.mark = Mark.SOON
                self._soon.append(entry)
        taken: list[Entry] = []
        while self._soon and len(taken) < limit:
            entry = self._soon.popleft()
            if entry.mark is Mark.SOON:
                entry.mark = Mark.CLEAN
                entry.told_at = now
                taken.append(entry)
        return taken

    def next_at(self, next_tick: float) -> float | None:
        """When to look again, given the earliest moment of the next tick; None: nothing waits."""
        if self._soon:
            return next_tick
        if self._later:
            return max(next_tick, self._later[0][0])
        return None

    def clear(self) -> None:
        """Forget everything."""
        self._soon.clear()
        self._later.clear()
