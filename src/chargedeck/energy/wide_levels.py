"""Exact max-min fair shares of thousands of cars: the level at which each limit holds them, in arrays.

A car has what its weight makes of the lowest level among its limits. As long as others hold no car, a
limit's level is the one at which its cars together take just what it has; whoever others hold lower
leaves more to the rest, and the level rises. So a limit whose cars have no lower one is settled, and its
cars are: they are taken out, what they have is taken from their other limits, and these have new levels.

Most limits hold nobody, since all of their cars are held lower elsewhere. So a level is only looked for
if the cars would take more than the limit has when all are as high as those about to be settled.
"""

from dataclasses import dataclass

import numpy as np

from chargedeck.energy.wide_site import Flags, Floats, Indices, Ranks, runs_of, starts_of

TOLERANCE = 1e-6
"""As in `limiting`: both paths must take the same decisions."""

_EXACT = 1e-11
_STEPS = 100
"""More than Newton's method and halving need for any number of a float."""


@dataclass(frozen=True, slots=True)
class Cars:
    """The cars that charge: what each may have, and what it deserves."""

    least: Floats
    most: Floats
    weight: Floats

    def only(self, which: Indices) -> "Cars":
        """Some of them."""
        return Cars(self.least[which], self.most[which], self.weight[which])

    def also(self, others: "Cars") -> "Cars":
        """These and others."""
        return Cars(
            np.concatenate((self.least, others.least)),
            np.concatenate((self.most, others.most)),
            np.concatenate((self.weight, others.weight)),
        )

    def times(self, factor: Floats) -> "Cars":
        """What they take of a limit that each of their amperes takes so much of."""
        return Cars(self.least * factor, self.most * factor, self.weight * factor)

    def at(self, level: Floats | float) -> Floats:
        """What the cars have at their levels, or all at one."""
        current = self.weight * level
        np.maximum(current, self.least, out=current)
        return np.minimum(current, self.most, out=current)


def fair(site: Ranks, cars: Cars, capacities: Floats) -> Floats:
    """What each car has when all are raised together until the limits hold them."""
    filling = _Filling(site, cars, capacities)
    while filling.settle():
        pass
    return filling.cars.most


class _Filling:
    """How far the cars of a site are settled; a settled one has the same least and most."""

    def __init__(self, site: Ranks, cars: Cars, capacities: Floats) -> None:
        self.cars = Cars(cars.least.copy(), cars.most.copy(), cars.weight)
        self._site, self._capacities = site, capacities
        self._unlevelled = capacities + TOLERANCE
        """What may be taken of a limit without a level; of those that have one, anything."""
        self._settled = np.zeros(len(site.sizes), dtype=bool)
        self._taken = np.zeros(len(site.sizes))
        """What the cars of each settled rank have."""
        self._open = _Open.none()

    def settle(self) -> bool:
        """Settle the cars of the limits that nothing can raise any more; whether there is more to do."""
        settled, lowest = self._open.settled(len(self._settled))
        height = self._open.level[settled].max() if settled.any() else np.inf
        exceeded = self._exceeded(height)
        if len(exceeded):
            self._unlevelled[exceeded] = np.inf
            found = _Open.of(self._site, exceeded, self.cars, self._capacities)
            self._open = self._open.also(found.without(self._settled, self._taken))
            if height == np.inf:
                return True
            settled, lowest = self._open.settled(len(self._settled))
            settled &= self._open.level <= height
        if not settled.any():
            return False
        now = np.zeros(len(self._settled), dtype=bool)
        now[self._open.ranks.compress(settled.repeat(self._open.lengths))] = True
        self._raise(np.flatnonzero(now), lowest)
        self._open = self._open.without(now, self._taken)
        return True

    def _raise(self, ranks: Indices, lowest: Floats) -> None:
        """Let the cars of ranks have what they have at their lowest levels, for good."""
        sizes = self._site.sizes[ranks]
        cars = runs_of(self._site.starts, self._site.sizes, ranks)
        current = self.cars.only(cars).at(lowest[ranks].repeat(sizes))
        self.cars.least[cars] = self.cars.most[cars] = current
        self._taken[ranks] = np.add.reduceat(current, starts_of(sizes))
        self._settled[ranks] = True

    def _exceeded(self, height: float) -> Indices:
        """The limits without a level that are exceeded if all are raised to a level.

        If that is as high as the cars can be, only the widest: most others will turn out to hold nobody.
        """
        exceeded = np.flatnonzero(self._site.loads(self.cars.at(height)) > self._unlevelled)
        if height < np.inf or not len(exceeded):
            return exceeded
        widths: Indices = self._site.limits.sizes[exceeded]
        return exceeded.compress(widths == widths.max())


@dataclass(slots=True)
class _Open:
    """Limits with levels, and of each the ranks that are not settled, and what their cars take of it."""

    capacity: Floats
    rest: Floats
    """What the capacity leaves to those that are not settled."""
    level: Floats
    lengths: Indices
    """How many ranks each limit has; they stand one after the other, and so do their cars."""
    ranks: Indices
    per_amp: Floats
    sizes: Indices
    """How many cars each rank has."""
    takes: Cars

    @staticmethod
    def none() -> "_Open":
        """No limits."""
        floats, indices = np.zeros(0), np.zeros(0, dtype=np.intp)
        cars = Cars(floats, floats, floats)
        return _Open(floats, floats, floats, indices, indices, floats, indices, cars)

    @staticmethod
    def of(site: Ranks, limits: Indices, cars: Cars, capacities: Floats) -> "_Open":
        """Some limits of a site, without their levels."""
        places, ranks, per_amp = site.limits.members(site, limits)
        sizes, rest = site.sizes[ranks], capacities[limits]
        takes = cars.only(runs_of(site.starts, site.sizes, ranks)).times(per_amp.repeat(sizes))
        lengths = np.bincount(places, minlength=len(limits))
        return _Open(rest, rest, np.full(len(limits), np.inf), lengths, ranks, per_amp, sizes, takes)

    def also(self, others: "_Open") -> "_Open":
        """These limits and others."""
        if not len(self.level):
            return others
        return _Open(
            np.concatenate((self.capacity, others.capacity)),
            np.concatenate((self.rest, others.rest)),
            np.concatenate((self.level, others.level)),
            np.concatenate((self.lengths, others.lengths)),
            np.concatenate((self.ranks, others.ranks)),
            np.concatenate((self.per_amp, others.per_amp)),
            np.concatenate((self.sizes, others.sizes)),
            self.takes.also(others.takes),
        )

    def settled(self, ranks: int) -> tuple[Flags, Floats]:
        """The limits whose ranks have no lower level elsewhere, and the lowest level of each rank."""
        lowest, level = np.full(ranks, np.inf), self.level.repeat(self.lengths)
        np.minimum.at(lowest, self.ranks, level)
        settled = self.level < np.inf
        if len(level):
            settled &= ~np.logical_or.reduceat(level > lowest[self.ranks], starts_of(self.lengths))
        return settled, lowest

    def without(self, settled: Flags, current: Floats) -> "_Open":
        """The limits that still have ranks when some are settled, each at its current; with new levels."""
        gone = settled[self.ranks]
        if not gone.any():
            return self.levelled(self.level == np.inf)
        places = np.arange(len(self.lengths)).repeat(self.lengths)
        took = np.add.reduceat(self.per_amp * current[self.ranks] * gone, starts_of(self.lengths))
        stays = ~gone
        left = np.bincount(places.compress(stays), minlength=len(self.lengths))
        kept = np.flatnonzero(left)
        rest = _Open(
            self.capacity[kept],
            (self.rest - took)[kept],
            self.level[kept],
            left[kept],
            self.ranks.compress(stays),
            self.per_amp.compress(stays),
            self.sizes.compress(stays),
            self.takes.only(np.flatnonzero(stays.repeat(self.sizes))),
        )
        return rest.levelled((left < self.lengths)[kept] | (rest.level == np.inf))

    def levelled(self, stale: Flags) -> "_Open":
        """With new levels for some: at which the cars take all, or infinity if they never do."""
        if stale.any():
            sizes = np.add.reduceat(self.sizes, starts_of(self.lengths))
            limits = _Limits(self.takes, sizes, starts_of(sizes), self.rest, _EXACT * self.capacity)
            self.level = limits.levels(self.level, stale)
        return self


@dataclass(frozen=True, slots=True)
class _Limits:
    """Limits, with what the cars of one take of it after those of the other."""

    takes: Cars
    sizes: Indices
    starts: Indices
    capacity: Floats
    exact: Floats

    def levels(self, before: Floats, stale: Flags) -> Floats:
        """New levels of some limits: at which the cars take all, or infinity if they never do."""
        levels = np.where(stale, np.inf, before)
        total = np.add.reduceat(self.takes.most, self.starts)
        over = np.flatnonzero(stale & (total > self.capacity + TOLERANCE))
        if len(over):
            levels[over] = self.only(over).filled(before[over])
        return levels

    def only(self, which: Indices) -> "_Limits":
        """Some of them."""
        if len(which) == len(self.sizes):
            return self
        sizes = self.sizes[which]
        takes = self.takes.only(runs_of(self.starts, self.sizes, which))
        return _Limits(takes, sizes, starts_of(sizes), self.capacity[which], self.exact[which])

    def filled(self, guess: Floats) -> Floats:
        """Newton's method between two bounds; exact once it knows which cars move with the level."""
        gain = self.takes.weight
        level = np.where(guess < np.inf, guess, self.capacity / np.add.reduceat(gain, self.starts))
        low, high = np.zeros(len(level)), np.full(len(level), np.inf)
        spare, current, raised = self._spare(level)
        steps = 0
        while steps < _STEPS and (off := np.abs(spare) > self.exact).any():
            if 2 * np.count_nonzero(off) < len(off):
                left = np.flatnonzero(off)
                level[left] = self.only(left).filled(level[left])
                return level
            low, high = np.where(spare > 0, level, low), np.where(spare < 0, level, high)
            slope = np.add.reduceat(gain * (current == raised), self.starts)
            nearer = level + spare / np.maximum(slope, _EXACT)
            inside = (slope > 0) & (nearer > low) & (nearer < high)
            if not inside.all():
                halfway = np.where(high < np.inf, (low + high) / 2, 2 * level + 1)
                nearer = np.where(inside, nearer, halfway)
            level = np.where(off, nearer, level)
            spare, current, raised = self._spare(level)
            steps += 1
        return level

    def _spare(self, level: Floats) -> tuple[Floats, Floats, Floats]:
        """What a level leaves of each limit, with what its cars have and what the level alone gave them."""
        raised = level.repeat(self.sizes)
        raised *= self.takes.weight
        current = np.maximum(raised, self.takes.least)
        np.minimum(current, self.takes.most, out=current)
        return self.capacity - np.add.reduceat(current, self.starts), current, raised
