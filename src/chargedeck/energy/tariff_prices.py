"""A tariff as prices to plan with: what one more kilowatt-hour costs, all included; never what was."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from chargedeck.energy.prices import QUARTER, PricePerKwh, PriceSeries, PriceSlot, quarter_of
from chargedeck.energy.tariff import ZERO, Month, Part, Source, Tariff, TariffBook, quote
from chargedeck.energy.tariff_spot import Spots

_FINEST = Decimal("0.000001")
_ONE = Decimal(1)

Parts = Mapping[Part, Decimal]
"""What the price of a kilowatt-hour is made of."""


@dataclass(frozen=True, slots=True)
class TariffPrices:
    """The prices of a tariff book; months not in `month_kwh` begin in the first tier."""

    book: TariffBook
    spots: Spots = field(default_factory=dict)
    month_kwh: Mapping[Month, Decimal] = field(default_factory=dict)

    def between(self, start: datetime, end: datetime) -> PriceSeries:
        """Every quarter of an hour that holds at some time from `start` until `end`."""
        return PriceSeries(self.book.currency, tuple(self._slots(start, end)))

    def parts_between(self, start: datetime, end: datetime) -> Iterator[tuple[PriceSlot, Parts]]:
        """The same slots, each with the parts of its buying price."""
        at = quarter_of(start)
        while at < end:
            tariff = self.book.at(at)
            if tariff is not None:
                yield self._slot(tariff, at)
            at += QUARTER

    def _slots(self, start: datetime, end: datetime) -> Iterator[PriceSlot]:
        return (slot for slot, _ in self.parts_between(start, end))

    def _slot(self, tariff: Tariff, at: datetime) -> tuple[PriceSlot, Parts]:
        prices = quote(tariff, at, self.book.place, self.spots)
        used = self.month_kwh.get(self.book.month(at), ZERO)
        net = {
            Part.ENERGY: prices.energy + tariff.tiers_cost(used + _ONE) - tariff.tiers_cost(used),
            Part.GRID_FEE: prices.grid_fee,
            Part.FEES: prices.fees,
            Part.DEMAND: ZERO,
        }
        parts = {**net, Part.TAX: tariff.tax(net, _ONE)}
        estimated = not prices.estimated.isdisjoint((Source.GRID, Source.SOLAR))
        buy, sell = _rounded(sum(parts.values(), ZERO)), _rounded(prices.solar)
        return PriceSlot(at, at + QUARTER, buy, sell, estimated), parts


def _rounded(price: Decimal) -> PricePerKwh:
    return PricePerKwh(price.quantize(_FINEST))
