"""Who gets a step, one after the other in an order, as long as the limits have room; thousands at a time.

Asking one after the other is what the order means, and what `filling` does. Here all are asked at once:
whoever has room even if everybody before it were given a step, gets it; whoever has none even now, never
will. The others are asked again.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from chargedeck.energy.wide_levels import TOLERANCE
from chargedeck.energy.wide_site import Flags, Floats, Indices, Ranks, firsts_of, runs_of


@dataclass(frozen=True, slots=True)
class Turns:
    """Cars that ask for a step each."""

    asking: Indices
    steps: Floats
    ordered: Callable[[Indices], Indices]
    """Puts cars in the order in which they are to be asked."""

    def given(self, site: Ranks, left: Floats) -> Indices:
        """Who gets a step of what the limits, layer by layer, have left."""
        asking = self._hopeful(site, left)
        if not len(asking):
            return asking
        asks = np.zeros(len(self.steps))
        asks[asking] = self.steps[asking]
        lacking = np.flatnonzero(site.loads(asks) > left + TOLERANCE)
        if not len(lacking):
            return asking
        entries, room = _entries(site, asks, lacking), left[lacking] + TOLERANCE
        among = _flags(len(asks), entries.car)
        waiting = among & (asks > 0)
        waiting[entries.car.compress(entries.takes > room[entries.limit])] = False
        order = self.ordered(np.flatnonzero(waiting))
        turn = np.empty(len(asks), dtype=np.intp)
        turn[order] = np.arange(len(order))
        entries = entries.only(waiting[entries.car]).in_turn(turn)
        got = entries.served(room, len(order))
        return np.concatenate((asking[~among[asking]], order[got]))

    def _hopeful(self, site: Ranks, left: Floats) -> Indices:
        """Who hangs on no limit that has not even the smallest step: the others are not worth ordering."""
        full = np.flatnonzero(left + TOLERANCE < self.steps[self.asking].min())
        _, ranks, _ = site.limits.members(site, full)
        hopeful = ~_flags(len(site.sizes), ranks)
        return self.asking.compress(hopeful[site.of_outlet[self.asking]])


def _entries(site: Ranks, asks: Floats, lacking: Indices) -> "_Entries":
    """The cars of the limits that have not enough for all of theirs."""
    places, ranks, per_amp = site.limits.members(site, lacking)
    cars, counts = runs_of(site.starts, site.sizes, ranks), site.sizes[ranks]
    return _Entries(cars, places.repeat(counts), per_amp.repeat(counts) * asks[cars])


def _flags(size: int, places: Indices) -> Flags:
    flags = np.zeros(size, dtype=bool)
    flags[places] = True
    return flags


@dataclass(frozen=True, slots=True)
class _Entries:
    """Each car once for each limit that lacks room: the car, the limit, and what it takes of that."""

    car: Indices
    limit: Indices
    takes: Floats

    def only(self, which: Flags) -> "_Entries":
        return _Entries(*(part.compress(which) for part in (self.car, self.limit, self.takes)))

    def in_turn(self, turn: Indices) -> "_Entries":
        """Limit by limit, those of each in turn; from now on a car is known by its turn."""
        turns = turn[self.car]
        order = np.argsort(self.limit * (turns.max(initial=0) + 1) + turns)
        return _Entries(turns[order], self.limit[order], self.takes[order])

    def served(self, room: Floats, cars: int) -> Flags:
        """Which turns get their step."""
        entries, served = self, np.zeros(cars, dtype=bool)
        while len(entries.car):
            got = entries.sure(room, cars)
            served |= got
            starts = firsts_of(entries.limit)
            room[entries.limit[starts]] -= np.add.reduceat(entries.takes * got[entries.car], starts)
            got[entries.car.compress(entries.takes > room[entries.limit])] = True
            entries = entries.only(~got[entries.car])
        return served

    def sure(self, room: Floats, cars: int) -> Flags:
        """Who has room whatever those before it get."""
        total = self.takes.cumsum()
        starts = firsts_of(self.limit)
        before = total[starts] - self.takes[starts]
        late = total > (room[self.limit[starts]] + before).repeat(np.diff(starts, append=len(total)))
        sure = _flags(cars, self.car)
        sure[self.car.compress(late)] = False
        return sure
