"""Prices of the exchange: what is known of them, and a marked estimate where nothing is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from enum import Enum

from chargedeck.energy.prices import HOUR, QUARTER, PricePerKwh, PriceSlot, quarter_of
from chargedeck.energy.schedule_clock import instant_of
from chargedeck.energy.tariff_bands import Place

ESTIMATE_DAYS = 7
"""An estimate looks at the same quarter of an hour on so many days before."""

_ESTIMATE = Decimal("0.000001")

Spots = Mapping[datetime, PricePerKwh]
"""The exchange's price of each known quarter of an hour, by its start in UTC."""


class SpotSlot(Enum):
    """How long one price of a spot tariff holds."""

    QUARTER = 15
    HOUR = 60


@dataclass(frozen=True, slots=True)
class Spot:
    """The exchange's price times `factor` plus `add`; `fallback` counts where no day gives an estimate.

    A tariff by the hour takes the mean of the hour's four quarters.
    """

    fallback: PricePerKwh
    factor: Decimal = Decimal(1)
    add: Decimal = Decimal(0)
    slot: SpotSlot = SpotSlot.HOUR

    def price(self, instant: datetime, place: Place, spots: Spots) -> tuple[PricePerKwh, bool]:
        """The price at `instant`, and whether any of it is an estimate."""
        quarters = [self._exchange(at, place, spots) for at in self._quarters(instant)]
        exchange = sum((price for price, _ in quarters), Decimal(0)) / len(quarters)
        return PricePerKwh(exchange * self.factor + self.add), any(guessed for _, guessed in quarters)

    def _quarters(self, instant: datetime) -> tuple[datetime, ...]:
        first = quarter_of(instant)
        if self.slot is SpotSlot.QUARTER:
            return (first,)
        hour = first - timedelta(minutes=first.minute)
        return tuple(hour + QUARTER * place for place in range(HOUR // QUARTER))

    def _exchange(self, at: datetime, place: Place, spots: Spots) -> tuple[PricePerKwh, bool]:
        price = spots.get(at)
        return (self._estimate(at, place, spots), True) if price is None else (price, False)

    def _estimate(self, at: datetime, place: Place, spots: Spots) -> PricePerKwh:
        known = [price for before in _days_before(at, place) if (price := spots.get(before)) is not None]
        if not known:
            return self.fallback
        mean = sum(known, Decimal(0)) / len(known)
        return PricePerKwh(mean.quantize(_ESTIMATE))


def _days_before(at: datetime, place: Place) -> Iterator[datetime]:
    """The same time on the wall on each of the days before; a time that was left out is skipped."""
    wall = at.astimezone(place.zone)
    clock = time(wall.hour, wall.minute)
    for days in range(1, ESTIMATE_DAYS + 1):
        before = instant_of(wall.date() - timedelta(days=days), clock, place.zone)
        if before.astimezone(place.zone).time() == clock:
            yield before


def spots_of(slots: Iterator[PriceSlot]) -> dict[datetime, PricePerKwh]:
    """Lay price slots of any length out in quarters of an hour; their buying price is the exchange's."""
    spots: dict[datetime, PricePerKwh] = {}
    for slot in slots:
        at = quarter_of(slot.start)
        while at < slot.end:
            spots[at] = slot.buy
            at += QUARTER
    return spots
