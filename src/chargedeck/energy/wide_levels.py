"""Exact max-min fair shares of thousands of cars: the level at which each limit holds them, in arrays.

A car has what its weight makes of the lowest level among its limits. A limit's level is the one at which
its cars together take just what it has, each of them as its other limits let it. Levels of which all say
this of each other are the max-min fair ones, and there is but one such set. They are found by asking the
limits in turn, the deepest first: the lowest level is right after one round, the next one after two at
the latest. A limit is asked again only when one of its cars has been given another level elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chargedeck.energy.wide_site import KINDS, Floats, Indices, Layer, Ranks, runs_of, starts_of

TOLERANCE = 1e-6
"""As in `limiting`: both paths must take the same decisions."""

_EXACT = 1e-11
_APART = 1e-9
"""Levels nearer than this are one; else the last digits of floats would be asked about for ever."""
_STEPS = 100
"""More than Newton's method and halving need for any number of a float."""
_NONE = np.zeros(0, dtype=np.intp)


@dataclass(frozen=True, slots=True)
class Cars:
    """The cars that charge: what each may have, and what it deserves."""

    least: Floats
    most: Floats
    weight: Floats

    def only(self, which: Indices) -> "Cars":
        """Some of them."""
        return Cars(self.least[which], self.most[which], self.weight[which])

    def at(self, level: Floats) -> Floats:
        """What the cars have at their levels."""
        return np.minimum(np.maximum(self.weight * level, self.least), self.most)


def fair(site: Ranks, cars: Cars, capacities: Sequence[Floats]) -> Floats:
    """What each car has when all are raised together until the limits hold them."""
    most = site.per_amp * site.of_ranks(cars.most)
    depths = zip(site.layers, capacities, strict=True)
    held = [_Depth(site, cars, layer, capacity, most) for layer, capacity in depths]
    held = [each for each in held if len(each.ranks)]
    levels = _Levels(len(held), len(site.starts))
    changed = len(held)
    while changed:
        changed = sum(each.asked(levels, depth) for depth, each in enumerate(held))
    return cars.at(site.to_outlets(levels.lowest))


class _Levels:
    """At which level each kind of limit at each depth holds each rank, the lowest, and what changed when."""

    __slots__ = ("changed", "held", "lowest", "now")

    def __init__(self, depths: int, ranks: int) -> None:
        self.held = np.full((depths * KINDS, ranks), np.inf)
        self.lowest = np.full(ranks, np.inf)
        self.changed = np.zeros(ranks, dtype=np.int32)
        self.now = 0

    def elsewhere(self, rows: Indices, ranks: Indices, here: Floats) -> Floats:
        """The lowest level of ranks without the one that their row holds them at."""
        lowest = self.lowest[ranks]
        held = np.flatnonzero((here <= lowest) & (lowest < np.inf))
        if len(held):
            others = self.held[:, ranks[held]]
            others[rows[held], np.arange(len(held))] = np.inf
            lowest[held] = others.min(axis=0)
        return lowest

    def hold(self, rows: Indices, ranks: Indices, levels: Floats) -> None:
        """Take note of new levels."""
        self.now += 1
        self.held[rows, ranks] = levels
        self.changed[ranks] = self.now
        again = np.flatnonzero(self.changed == self.now)
        self.lowest[again] = self.held[:, again].min(axis=0)


class _Depth:
    """The limits of one depth that can bind: for each of them a run of ranks, and a level."""

    __slots__ = ("_all", "_asked", "_counts", "_elsewhere", "_kinds", "_levels", "_sizes", "_starts", "ranks")

    def __init__(self, site: Ranks, cars: Cars, layer: Layer, capacity: Floats, most: Floats) -> None:
        tight = layer.sums(most) > capacity + TOLERANCE
        self._kinds, self.ranks = np.nonzero(tight[:, layer.run_of] & (most > 0))
        run = layer.run_of[self.ranks] + self._kinds * len(layer.starts)
        self._starts = np.flatnonzero(np.diff(run, prepend=-1))
        self._sizes = np.diff(self._starts, append=len(run))
        self._levels = np.full(len(self._sizes), np.inf)
        self._elsewhere = np.full(len(self.ranks), np.inf)
        self._asked = -1
        self._counts = site.sizes[self.ranks]
        starts = np.append(starts_of(self._counts), self._counts.sum())[np.append(self._starts, len(run))]
        self._all = _Limits(
            cars.only(runs_of(site.starts, site.sizes, self.ranks)),
            np.repeat(site.per_amp[self._kinds, self.ranks], self._counts),
            np.diff(starts),
            starts[:-1],
            capacity.reshape(-1)[run[self._starts]],
        )

    def asked(self, levels: _Levels, depth: int) -> bool:
        """Find anew the levels of limits whose ranks are held differently now; whether any changed."""
        rows = self._kinds + depth * KINDS
        runs = self._stale(levels, rows)
        if not len(runs):
            return False
        before = self._levels[runs]
        found = self._limits(runs).levels(before)
        changed = (found != before) & ~np.isclose(found, before, rtol=_APART, atol=_APART)
        self._levels[runs[changed]] = found[changed]
        among = runs_of(self._starts, self._sizes, runs[changed])
        level = np.repeat(found[changed], self._sizes[runs[changed]])
        levels.hold(rows[among], self.ranks[among], level)
        return bool(changed.any())

    def _stale(self, levels: _Levels, rows: Indices) -> Indices:
        """The limits of which some rank has another level now than when they were asked last."""
        if self._asked == levels.now or not (levels.changed[self.ranks] > self._asked).any():
            return _NONE
        own = np.repeat(self._levels, self._sizes)
        elsewhere = levels.elsewhere(rows, self.ranks, own)
        before, now = np.minimum(self._elsewhere, own), np.minimum(elsewhere, own)
        # A limit that its ranks did not reach is not reached by lower ones either.
        effect = (now > before) | ((now < before) & (own < np.inf))
        if self._asked < 0:
            effect[:] = True
        self._asked, self._elsewhere = levels.now, elsewhere
        return np.flatnonzero(np.logical_or.reduceat(effect, self._starts))

    def _limits(self, runs: Indices) -> "_Limits":
        """Limits and all of their cars, each of these with the most that its other limits let it have."""
        chosen = self._all.only(runs)
        elsewhere, counts = self._elsewhere, self._counts
        if len(runs) < len(self._sizes):
            places = runs_of(self._starts, self._sizes, runs)
            elsewhere, counts = elsewhere[places], counts[places]
        most = chosen.cars.at(np.repeat(elsewhere, counts))
        cars = Cars(chosen.cars.least, most, chosen.cars.weight)
        return _Limits(cars, chosen.per_amp, chosen.sizes, chosen.starts, chosen.capacity)


@dataclass(frozen=True, slots=True)
class _Limits:
    """Limits, with the cars of one after those of the other."""

    cars: Cars
    per_amp: Floats
    sizes: Indices
    starts: Indices
    capacity: Floats

    def levels(self, before: Floats) -> Floats:
        """The level of each limit: the one at which its cars take all, or infinity if they never do."""
        levels = np.full(len(self.sizes), np.inf)
        total = self.takes(self.cars.most)
        over = np.flatnonzero(total > self.capacity + TOLERANCE)
        if len(over):
            levels[over] = self.only(over).filled(before[over])
        return levels

    def only(self, which: Indices) -> "_Limits":
        """Some of them."""
        if len(which) == len(self.sizes):
            return self
        places, sizes = runs_of(self.starts, self.sizes, which), self.sizes[which]
        cars = self.cars.only(places)
        return _Limits(cars, self.per_amp[places], sizes, starts_of(sizes), self.capacity[which])

    def takes(self, current: Floats) -> Floats:
        """What its cars take of each limit."""
        return np.add.reduceat(current * self.per_amp, self.starts)

    def filled(self, guess: Floats) -> Floats:
        """Newton's method between two bounds; exact once it knows which cars move with the level."""
        gain = self.cars.weight * self.per_amp
        level = np.where(guess < np.inf, guess, self.capacity / np.add.reduceat(gain, self.starts))
        low, high = np.zeros(len(level)), np.full(len(level), np.inf)
        spare, current, raised = self._spare(level)
        steps = 0
        while steps < _STEPS and (off := np.abs(spare) > _EXACT * self.capacity).any():
            low, high = np.where(spare > 0, level, low), np.where(spare < 0, level, high)
            slope = np.add.reduceat(gain * (current == raised), self.starts)
            nearer = level + spare / np.maximum(slope, _EXACT)
            halfway = np.where(high < np.inf, (low + high) / 2, 2 * level + 1)
            better = np.where((slope > 0) & (nearer > low) & (nearer < high), nearer, halfway)
            level = np.where(off, better, level)
            spare, current, raised = self._spare(level)
            steps += 1
        return level

    def _spare(self, level: Floats) -> tuple[Floats, Floats, Floats]:
        """What a level leaves of each limit, with what its cars have and what the level alone gave them."""
        raised = self.cars.weight * np.repeat(level, self.sizes)
        current = np.minimum(np.maximum(raised, self.cars.least), self.cars.most)
        return self.capacity - self.takes(current), current, raised
