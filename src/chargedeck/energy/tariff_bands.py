"""Prices by time of use: weekdays, hours, seasons and public holidays, by the wall clock."""

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from itertools import chain

from chargedeck.domain.problems import ChargeDeckError
from chargedeck.domain.sentences import Sentence, said
from chargedeck.energy.prices import PricePerKwh

HOLIDAY = 7
"""The weekday of a public holiday, whatever day of the week it falls on."""

ALL_DAYS = frozenset(range(8))
WORKDAYS = frozenset(range(5))
NO_HOLIDAYS: frozenset[date] = frozenset()


class OffQuarterError(ChargeDeckError):
    """A band of a tariff begins or ends within a quarter of an hour."""

    code = "off_quarter"

    def __init__(self, at: time) -> None:
        super().__init__(at)
        self.at = at

    @property
    def sentence(self) -> Sentence:
        return said(
            "A band begins or ends at {time}; use a whole quarter of an hour", time=f"{self.at:%H:%M:%S}"
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tariff holds: its wall clock and its public holidays, an `in` of dates."""

    zone: tzinfo
    holidays: Container[date] = field(default=NO_HOLIDAYS)


@dataclass(frozen=True, slots=True)
class Season:
    """From one day of the year to another, both included; it may go over the new year."""

    first: tuple[int, int]
    last: tuple[int, int]

    def holds(self, day: date) -> bool:
        """Whether `day` is in it."""
        at = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= at <= self.last
        return at >= self.first or at <= self.last


@dataclass(frozen=True, slots=True)
class Band:
    """A price from `start` until `end` on the wall clock; equal times are the whole day.

    Hours after midnight belong to the day that they are on, not to the one that they began on.
    """

    price: PricePerKwh
    start: time = time.min
    end: time = time.min
    weekdays: frozenset[int] = ALL_DAYS
    season: Season | None = None

    def __post_init__(self) -> None:
        for at in (self.start, self.end):
            if at.minute % 15 or at.second or at.microsecond:
                raise OffQuarterError(at)

    def holds(self, wall: datetime, weekday: int) -> bool:
        """Whether this is the price at `wall` on a day that counts as `weekday`."""
        if weekday not in self.weekdays or (self.season and not self.season.holds(wall.date())):
            return False
        at = wall.time()
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


@dataclass(frozen=True, slots=True)
class TimeOfUse:
    """The first band that holds gives the price, else `otherwise`."""

    otherwise: PricePerKwh
    bands: tuple[Band, ...] = ()
    knows_holidays: bool = True

    def price(self, instant: datetime, place: Place) -> PricePerKwh:
        """The price at `instant`."""
        wall = instant.astimezone(place.zone)
        holiday = self.knows_holidays and wall.date() in place.holidays
        weekday = HOLIDAY if holiday else wall.weekday()
        prices = (band.price for band in self.bands if band.holds(wall, weekday))
        return next(chain(prices, (self.otherwise,)))
