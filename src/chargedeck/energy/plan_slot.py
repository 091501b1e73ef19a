"""One slot of a plan: what charging in it costs, and the choice between now and later.

Charging first takes the surplus that would be sold, then buys. A car takes nothing or at least its
least power, so the cost of energy in a slot has holes; what lies ahead is planned with the lower hull
of that cost, the choice for the slot at hand is made among the powers that are possible.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from chargedeck.domain.problems import OutOfRangeError
from chargedeck.domain.units import WattHours, Watts
from chargedeck.energy.plan_curve import Curve, Expense, Piece, Worth

NOTHING = Watts(0)
_SAME = 1e-9


class SlotWorth(NamedTuple):
    """What a kilowatt-hour costs when bought and what it brings when sold."""

    buy: Worth
    sell: Worth


@dataclass(frozen=True, slots=True)
class PowerRange:
    """Powers a charger can hold, both ends included."""

    low_w: Watts
    high_w: Watts

    def __post_init__(self) -> None:
        if not 0 < self.low_w <= self.high_w:
            raise OutOfRangeError("low_w", self.low_w, 1, self.high_w)


Powers = tuple[PowerRange, ...]
"""What a charger can do besides nothing, in order: one range, or one for each number of phases."""


@dataclass(frozen=True, slots=True)
class PlanSlot:
    """Facts and forecasts of one slot; `worth` is None while its price is unknown."""

    start: datetime
    end: datetime
    solar_w: Watts
    load_w: Watts
    worth: SlotWorth | None
    allowed: bool = True
    most_w: Watts | None = None
    """What the connection leaves for charging, where that is known."""

    @property
    def hours(self) -> float:
        """How long it lasts."""
        return (self.end - self.start).total_seconds() / 3600

    @property
    def surplus_w(self) -> Watts:
        """What would be sold without charging."""
        return Watts(max(0.0, self.solar_w - self.load_w))

    def powers(self, powers: Powers) -> Powers:
        """What the charger can do in this slot."""
        if not self.allowed:
            return ()
        most = self.most_w
        if most is None:
            return powers
        return tuple(
            PowerRange(each.low_w, Watts(min(each.high_w, most))) for each in powers if each.low_w <= most
        )


@dataclass(frozen=True, slots=True)
class SlotCost:
    """What charging costs in a slot of known worth and surplus, for the powers possible in it."""

    worth: SlotWorth
    surplus_wh: WattHours
    ranges_wh: tuple[tuple[WattHours, WattHours], ...]

    def expense(self, energy_wh: WattHours) -> Expense:
        """The cost of charging so much: first what would be sold, then what is bought."""
        own = min(energy_wh, self.surplus_wh)
        return Expense((own * self.worth.sell + (energy_wh - own) * self.worth.buy) / 1000)

    def pieces(self) -> list[Piece]:
        """The lower convex hull of the cost over what is possible, cheapest energy first."""
        hull: list[tuple[WattHours, Expense]] = [(WattHours(0), Expense(0))]
        for energy in self._corners():
            point = (energy, self.expense(energy))
            while len(hull) > 1 and _slope(hull[-2], hull[-1]) >= _slope(hull[-1], point):
                hull.pop()
            hull.append(point)
        return [Piece(_slope(one, other), WattHours(other[0] - one[0])) for one, other in pairwise(hull)]

    def _corners(self) -> Iterator[WattHours]:
        for low, high in self.ranges_wh:
            yield low
            if low < self.surplus_wh < high:
                yield self.surplus_wh
            if high > low:
                yield high

    def choice(self, needed_wh: WattHours, later: Curve) -> WattHours:
        """The energy to take now, so that now and later together cost the least; earlier if equal.

        Both costs are straight between a few corners, so the least lies at one of them.
        """
        best, least = WattHours(0), later.expense(needed_wh)
        for energy in self._candidates(needed_wh, later):
            total = self.expense(energy) + later.expense(WattHours(needed_wh - energy))
            if total < least - _SAME or (total < least + _SAME and energy > best):
                best, least = energy, Expense(total)
        return best

    def _candidates(self, needed_wh: WattHours, later: Curve) -> Iterator[WattHours]:
        turning = [
            WattHours(needed_wh - cheaper)
            for worth in self.worth
            for cheaper in later.cheaper_than(Worth(worth))
        ]
        for low, high in self.ranges_wh:
            for energy in (low, high, self.surplus_wh, *turning):
                yield WattHours(min(needed_wh, max(low, min(high, energy))))


def _slope(one: tuple[WattHours, Expense], other: tuple[WattHours, Expense]) -> Worth:
    return Worth((other[1] - one[1]) / (other[0] - one[0]) * 1000)


def slot_cost(slot: PlanSlot, worth: SlotWorth, surplus_w: Watts, powers: Powers) -> SlotCost:
    """What charging costs in `slot` at this worth, with this surplus."""
    hours = slot.hours
    return SlotCost(
        worth,
        WattHours(surplus_w * hours),
        tuple(
            (WattHours(each.low_w * hours), WattHours(each.high_w * hours)) for each in slot.powers(powers)
        ),
    )


def power_for(energy_wh: WattHours, slot: PlanSlot, powers: Powers) -> Watts:
    """The power that brings `energy_wh` within the slot; the least one where it is done before."""
    if energy_wh <= 0:
        return NOTHING
    wanted = energy_wh / slot.hours
    possible = (max(each.low_w, min(each.high_w, wanted)) for each in slot.powers(powers))
    return Watts(min(possible, key=lambda power: abs(power - wanted), default=NOTHING))
