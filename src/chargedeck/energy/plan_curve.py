"""The cost of all energy that is still needed, as a curve; it knows neither clock nor charger.

A curve is the energy that can be had in the slots behind it, the cheapest first, as much as is needed:
its sum is the least that energy can cost. A slot before them offers pieces at its own prices, and the
curve in front of it is both laid together in order of price. That is exact for one future, since whoever
needs less takes the cheaper pieces. The mean over several futures is the expected cost of a planner who
will know by then which future came; it is taken at as many points as `CELLS` says.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple, NewType

from chargedeck.domain.units import WattHours

Worth = NewType("Worth", float)
"""A price per kWh to choose by, never to bill with."""

Expense = NewType("Expense", float)
"""An expected cost to choose by, never to bill with."""

CELLS = 32
"""How finely an expected cost is drawn; three times as many save a household 3 cents in a year."""


class Piece(NamedTuple):
    """So much energy at this price."""

    worth: Worth
    size_wh: WattHours


@dataclass(frozen=True, slots=True)
class Curve:
    """Pieces in order of price, how far each reaches, and what all up to there cost."""

    pieces: tuple[Piece, ...]
    worths: tuple[Worth, ...]
    reach_wh: tuple[WattHours, ...]
    sums: tuple[Expense, ...]

    def expense(self, energy_wh: WattHours) -> Expense:
        """The least that `energy_wh` costs in the slots behind the curve."""
        energy = min(max(0.0, energy_wh), self.reach_wh[-1])
        place = max(0, bisect_left(self.reach_wh, energy) - 1)
        return Expense(self.sums[place] + (energy - self.reach_wh[place]) * self.worths[place] / 1000)

    def expenses(self, energies_wh: Iterable[float]) -> Iterator[float]:
        """The same for many energies in rising order, none of them above what is needed."""
        place, last = 0, len(self.worths) - 1
        for energy in energies_wh:
            while place < last and self.reach_wh[place + 1] < energy:
                place += 1
            yield self.sums[place] + (energy - self.reach_wh[place]) * self.worths[place] / 1000

    def cheaper_than(self, worth: Worth) -> tuple[WattHours, WattHours]:
        """How much energy is had later below `worth`, and how much at `worth` or below."""
        below, up_to = bisect_left(self.worths, worth), bisect_right(self.worths, worth)
        return self.reach_wh[below], self.reach_wh[up_to]


def curve(pieces: Iterable[Piece], needed_wh: WattHours) -> Curve:
    """Lay pieces out in order, the cheapest first, until what is needed is reached."""
    ordered = sorted(pieces)
    ends = list(accumulate(size for _, size in ordered))
    count = min(bisect_left(ends, needed_wh) + 1, len(ordered))
    taken = ordered[:count]
    worth, size = taken[-1]
    taken[-1] = Piece(worth, WattHours(size - max(0.0, ends[count - 1] - needed_wh)))
    worths = tuple(worth for worth, _ in taken)
    costs = accumulate(worth * size / 1000 for worth, size in taken)
    return Curve(
        tuple(taken),
        worths,
        (WattHours(0), *map(WattHours, ends[: count - 1]), WattHours(min(ends[count - 1], needed_wh))),
        (Expense(0), *map(Expense, costs)),
    )


def flat(worth: Worth, needed_wh: WattHours) -> Curve:
    """The curve behind the last slot: all that is missing then costs the same."""
    return curve([Piece(worth, needed_wh)], needed_wh)


def with_offers(behind: Curve, futures: Sequence[Sequence[Piece]]) -> Curve:
    """The curve in front of a slot, which offers one of `futures`, each as likely as the other."""
    needed = behind.reach_wh[-1]
    return mean([curve((*behind.pieces, *offers), needed) for offers in futures])


def mean(futures: Sequence[Curve]) -> Curve:
    """The expected curve over futures of which one will be known before its energy is bought."""
    if len(futures) == 1:
        return futures[0]
    needed = futures[0].reach_wh[-1]
    points = sorted({needed * cell / CELLS for cell in range(CELLS + 1)} | {futures[0].reach_wh[-2]})
    each = [list(future.expenses(points)) for future in futures]
    costs = [sum(same) / len(futures) for same in zip(*each, strict=True)]
    return curve(
        (
            Piece(Worth((costs[place + 1] - costs[place]) / (end - start) * 1000), WattHours(end - start))
            for place, (start, end) in enumerate(pairwise(points))
            if end > start
        ),
        needed,
    )
