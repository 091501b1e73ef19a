"""What a kilowatt-hour costs, slot by slot, and the port that prices come through; never where from."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import NewType, Protocol

from chargedeck.domain.problems import ConflictError, OutOfRangeError
from chargedeck.domain.sentences import Sentence, said

Currency = NewType("Currency", str)
"""Three letters of ISO 4217."""

PricePerKwh = NewType("PricePerKwh", Decimal)
"""An amount of the tariff's currency for one kilowatt-hour; it may be negative."""

QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)


def quarter_of(instant: datetime) -> datetime:
    """The start of the quarter of an hour that `instant` lies in, the same in every time zone."""
    past = timedelta(minutes=instant.minute % 15, seconds=instant.second, microseconds=instant.microsecond)
    return instant - past


class OverlappingPricesError(ConflictError):
    """Two prices are given for one time."""

    code = "overlapping_prices"

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.at = at

    @property
    def sentence(self) -> Sentence:
        return said("Two prices are given for {at}; send each slot once", at=self.at.isoformat())


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with its currency."""

    amount: Decimal
    currency: Currency


@dataclass(frozen=True, slots=True)
class PriceSlot:
    """What buying and selling one kilowatt-hour is worth from `start` until `end`."""

    start: datetime
    end: datetime
    buy: PricePerKwh
    sell: PricePerKwh
    estimated: bool = False

    def __post_init__(self) -> None:
        if self.end <= self.start:
            seconds = (self.end - self.start).total_seconds()
            raise OutOfRangeError("seconds of a price slot", seconds, 1, 86_400)


@dataclass(frozen=True, slots=True)
class PriceSeries:
    """Price slots in order of time, without overlap; there may be gaps between them."""

    currency: Currency
    slots: tuple[PriceSlot, ...] = ()

    def __post_init__(self) -> None:
        for one, next_one in pairwise(self.slots):
            if next_one.start < one.end:
                raise OverlappingPricesError(next_one.start)

    def at(self, instant: datetime) -> PriceSlot | None:
        """The slot that holds at `instant`, or None in a gap."""
        place = bisect_right(self.slots, instant, key=_start) - 1
        if place < 0 or self.slots[place].end <= instant:
            return None
        return self.slots[place]

    def between(self, start: datetime, end: datetime) -> tuple[PriceSlot, ...]:
        """Every slot that holds at some time from `start` until `end`."""
        return tuple(slot for slot in self.slots if slot.start < end and slot.end > start)


def _start(slot: PriceSlot) -> datetime:
    return slot.start


def price_series(currency: Currency, slots: Iterable[PriceSlot]) -> PriceSeries:
    """Bring slots into order; raises where two of them overlap."""
    return PriceSeries(currency, tuple(sorted(slots, key=_start)))


class Prices(Protocol):
    """Where prices come from; what is not known yet is a gap."""

    def between(self, start: datetime, end: datetime) -> PriceSeries:
        """All that is known of the prices from `start` until `end`."""
        ...


@dataclass(frozen=True, slots=True)
class FixedPrice:
    """The same price at all times, in slots of an hour."""

    currency: Currency
    buy: PricePerKwh
    sell: PricePerKwh

    def between(self, start: datetime, end: datetime) -> PriceSeries:
        """The hours that hold at some time from `start` until `end`."""
        first = quarter_of(start)
        first -= timedelta(minutes=first.minute)
        hours = max(0, -((first - end) // HOUR)) if end > start else 0
        return PriceSeries(
            self.currency,
            tuple(
                PriceSlot(first + HOUR * place, first + HOUR * (place + 1), self.buy, self.sell)
                for place in range(hours)
            ),
        )
