"""Who gets a step, one after the other in an order, as long as the limits have room; thousands at a time.

Asking one after the other is what the order means, and what `filling` does. Here all are asked at once:
whoever has room even if everybody before it were given a step, gets it; whoever has none even now, never
will. The others are asked again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from chargedeck.energy.wide_levels import TOLERANCE
from chargedeck.energy.wide_site import Flags, Floats, Indices, Ranks, runs_of


@dataclass(frozen=True, slots=True)
class Turns:
    """Cars that ask for a step each."""

    asking: Indices
    steps: Floats
    ordered: Callable[[Indices], Indices]
    """Puts cars in the order in which they are to be asked."""

    def given(self, site: Ranks, left: Sequence[Floats]) -> Indices:
        """Who gets a step of what the limits, layer by layer, have left."""
        asks = np.zeros(len(self.steps))
        asks[self.asking] = self.steps[self.asking]
        takes = site.per_amp * site.of_ranks(asks)
        lacking = [
            layer.sums(takes) > rests + TOLERANCE for layer, rests in zip(site.layers, left, strict=True)
        ]
        if not any(lacks.any() for lacks in lacking):
            return self.asking
        entries = _entries(site, asks, takes, lacking)
        among = np.zeros(len(asks), dtype=bool)
        among[entries.turn] = True
        order = self.ordered(np.flatnonzero(among))
        turn = np.empty(len(asks), dtype=np.intp)
        turn[order] = np.arange(len(order))
        entries = _Entries(turn[entries.turn], entries.limit, entries.takes).sorted()
        got = entries.served(np.concatenate([rests.reshape(-1) for rests in left]), len(order))
        return np.concatenate((self.asking[~among[self.asking]], order[got]))


def _entries(site: Ranks, asks: Floats, takes: Floats, lacking: Sequence[Flags]) -> "_Entries":
    """The cars of the limits that have not enough for all of theirs; each limit has a number."""
    parts, numbered = [], 0
    for layer, lacks in zip(site.layers, lacking, strict=True):
        kinds, ranks = np.nonzero(lacks[:, layer.run_of] & (takes > 0))
        cars, counts = runs_of(site.starts, site.sizes, ranks), site.sizes[ranks]
        limit = np.repeat(numbered + kinds * lacks.shape[1] + layer.run_of[ranks], counts)
        needs = np.repeat(site.per_amp[kinds, ranks], counts) * asks[cars]
        asking = np.flatnonzero(needs)
        parts.append((cars[asking], limit[asking], needs[asking]))
        numbered += lacks.size
    return _Entries(*(np.concatenate(part) for part in zip(*parts, strict=True)))


@dataclass(frozen=True, slots=True)
class _Entries:
    """Each car once for each limit that lacks room: its turn, the limit, and what it takes of that."""

    turn: Indices
    limit: Indices
    takes: Floats

    def only(self, which: Flags | Indices) -> "_Entries":
        return _Entries(self.turn[which], self.limit[which], self.takes[which])

    def sorted(self) -> "_Entries":
        return self.only(np.argsort(self.limit * (self.turn.max(initial=0) + 1) + self.turn))

    def served(self, room: Floats, cars: int) -> Flags:
        """Which turns get their step."""
        entries, served, room = self, np.zeros(cars, dtype=bool), room + TOLERANCE
        while len(entries.turn):
            sure, never = entries.asked(room, cars)
            served |= sure
            took = entries.only(sure[entries.turn])
            room -= np.bincount(took.limit, took.takes, minlength=len(room))
            entries = entries.only(~(sure | never)[entries.turn])
        return served

    def asked(self, room: Floats, cars: int) -> tuple[Flags, Flags]:
        """Who has room whatever those before it get, and who has none even now."""
        total, rest = np.cumsum(self.takes), room[self.limit]
        starts = np.flatnonzero(np.diff(self.limit, prepend=-1))
        before = np.repeat((total - self.takes)[starts], np.diff(starts, append=len(total)))
        sure, never = np.zeros(cars, dtype=bool), np.zeros(cars, dtype=bool)
        never[self.turn[self.takes > rest]] = True
        sure[self.turn] = True
        sure[self.turn[total - before > rest]] = False
        return sure, never
