"""Amounts of money by what they are paid for and by where the energy came from; no currency, no rounding."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from chargedeck.energy.tariff import ZERO, Part, Source


class Amounts(NamedTuple):
    """The pieces an amount is made of; each is of one part and of one source."""

    energy: Decimal = ZERO
    """For energy from the grid, tiers included."""
    solar: Decimal = ZERO
    """What own solar would have brought."""
    battery: Decimal = ZERO
    """What energy from the battery is worth."""
    grid_fee: Decimal = ZERO
    fees: Decimal = ZERO
    demand: Decimal = ZERO
    tax: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """All of it."""
        return sum(self, ZERO)

    @property
    def by_part(self) -> dict[Part, Decimal]:
        """What it is paid for; the worth of own energy is energy."""
        return {
            Part.ENERGY: self.energy + self.solar + self.battery,
            Part.GRID_FEE: self.grid_fee,
            Part.FEES: self.fees,
            Part.DEMAND: self.demand,
            Part.TAX: self.tax,
        }

    @property
    def by_source(self) -> dict[Source, Decimal]:
        """Where the energy came from; fees, demand and taxes are the grid's."""
        return {
            Source.GRID: self.energy + self.grid_fee + self.fees + self.demand + self.tax,
            Source.SOLAR: self.solar,
            Source.BATTERY: self.battery,
        }


NOTHING = Amounts()


def added(amounts: Iterable[Amounts]) -> Amounts:
    """Add piece by piece."""
    return Amounts(*(sum(pieces, ZERO) for pieces in zip(NOTHING, *amounts, strict=True)))
