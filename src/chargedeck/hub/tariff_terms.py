"""The terms of a tariff as an owner writes them and as they are kept; what they mean is `energy.tariff`."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chargedeck.domain.sentences import said
from chargedeck.energy.prices import Currency, PricePerKwh
from chargedeck.energy.tariff import (
    ALL_PARTS,
    FREE,
    Fee,
    Part,
    PeakDemand,
    Tariff,
    Tax,
    Tier,
    TierOrderError,
    fixed,
)
from chargedeck.energy.tariff_bands import ALL_DAYS, HOLIDAY, Band, Season, TimeOfUse
from chargedeck.energy.tariff_spot import Spot, SpotSlot
from chargedeck.hub.people_problems import InvalidValueError

MOST_BANDS = 64
MOST_STEPS = 16
_LEAP_YEAR = 2024

Price = Annotated[
    str,
    Meta(
        pattern=r"^-?[0-9]{1,6}(\.[0-9]{1,8})?$",
        description="An amount of the tariff's currency as a decimal string; it may be negative.",
        examples=["0.2875"],
    ),
]
Positive = Annotated[str, Meta(pattern=r"^[0-9]{1,7}(\.[0-9]{1,8})?$", examples=["12.5"])]
Ratio = Annotated[
    str, Meta(pattern=r"^[0-9](\.[0-9]{1,8})?$", description="A share: 19 % is 0.19.", examples=["0.19"])
]
Clock = Annotated[
    str,
    Meta(
        pattern="^([01][0-9]|2[0-3]):(00|15|30|45)$",
        description="The station's wall clock, on a quarter of an hour.",
        examples=["22:00"],
    ),
]
DayOfYear = Annotated[str, Meta(pattern="^[01][0-9]-[0-3][0-9]$", examples=["11-01"])]
Label = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]+$")]


class Day(StrEnum):
    """A day of the week; a public holiday counts as `holiday`, whatever day it falls on."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"
    HOLIDAY = "holiday"


_NUMBERS = {day: number for number, day in enumerate(Day)}
assert _NUMBERS[Day.HOLIDAY] == HOLIDAY


class SourceKind(StrEnum):
    """Where the prices of an exchange come from."""

    PUSH = "push"
    AWATTAR = "awattar"
    ENERGY_CHARTS = "energy_charts"
    ENTSOE = "entsoe"
    OCTOPUS = "octopus"
    TIBBER = "tibber"
    NORD_POOL = "nord_pool"


class _Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=False):
    """What all parts of a tariff have in common."""


class PriceSource(_Terms, frozen=True):
    """Who tells the exchange's prices, and for which area; `push` is whoever sends them here."""

    kind: SourceKind
    area: Annotated[str, Meta(max_length=80, pattern=r"^[A-Za-z0-9_\-/.]*$", examples=["DE-LU"])] = ""


class HolidayCalendar(_Terms, frozen=True):
    """Whose public holidays count."""

    country: Annotated[str, Meta(pattern="^[A-Z]{2}$", examples=["DE"])]
    subdivision: Annotated[str, Meta(pattern="^[A-Z0-9]{1,3}$", examples=["BY"])] | None = None


class SeasonTerms(_Terms, frozen=True):
    """From one day of the year to another, both included."""

    first: DayOfYear
    last: DayOfYear


class BandTerms(_Terms, frozen=True):
    """A price from `start` until `end`; equal times are the whole day. The first band that holds counts."""

    price_per_kwh: Price
    start: Clock = "00:00"
    end: Clock = "00:00"
    days: Annotated[list[Day], Meta(min_length=1, max_length=8)] = msgspec.field(
        default_factory=lambda: list(Day)
    )
    season: SeasonTerms | None = None

    def band(self, field: str) -> Band:
        """The same for the energy core."""
        days = frozenset(_NUMBERS[day] for day in self.days)
        return Band(
            _price(self.price_per_kwh),
            time.fromisoformat(self.start),
            time.fromisoformat(self.end),
            ALL_DAYS if days == ALL_DAYS else days,
            None if self.season is None else _season(self.season, field),
        )


class FixedTerms(_Terms, frozen=True, tag_field="kind", tag="fixed"):
    """The same price at all times."""

    price_per_kwh: Price

    def energy(self, field: str) -> TimeOfUse:  # noqa: ARG002  (a fixed price cannot be wrong)
        """The same for the energy core."""
        return fixed(_price(self.price_per_kwh))


class TimeOfUseTerms(_Terms, frozen=True, tag_field="kind", tag="time_of_use"):
    """Prices by weekday, hour, season and public holiday; elsewhere `price_per_kwh`."""

    price_per_kwh: Price
    bands: Annotated[list[BandTerms], Meta(min_length=1, max_length=MOST_BANDS)]
    knows_holidays: bool = True

    def energy(self, field: str) -> TimeOfUse:
        """The same for the energy core."""
        bands = tuple(band.band(f"{field}.bands[{place}]") for place, band in enumerate(self.bands))
        return TimeOfUse(_price(self.price_per_kwh), bands, knows_holidays=self.knows_holidays)


class SpotTerms(_Terms, frozen=True, tag_field="kind", tag="spot"):
    """The exchange's price times `factor` plus `add_per_kwh`.

    Where its price is not known, that of the same hour of the last days stands for it, or else
    `fallback_per_kwh`.
    """

    fallback_per_kwh: Price
    factor: Ratio = "1"
    add_per_kwh: Price = "0"
    slot_min: Annotated[int, Meta(ge=15, le=60, description="15 or 60.")] = 60

    def energy(self, field: str) -> Spot:
        """The same for the energy core."""
        if self.slot_min not in {15, 60}:
            raise InvalidValueError(f"{field}.slot_min", said("must be 15 or 60"))
        return Spot(
            _price(self.fallback_per_kwh),
            Decimal(self.factor),
            Decimal(self.add_per_kwh),
            SpotSlot(self.slot_min),
        )


EnergyTerms = FixedTerms | TimeOfUseTerms | SpotTerms
FeeTerms = FixedTerms | TimeOfUseTerms


class TierTerms(_Terms, frozen=True):
    """From so much grid energy in a calendar month on, each kilowatt-hour costs `add_per_kwh` more."""

    above_kwh: Positive
    add_per_kwh: Price


class NamedFee(_Terms, frozen=True):
    """A fee by energy from the grid, by day, or both."""

    name: Label
    per_kwh: Price = "0"
    per_day: Price = "0"


class DemandTerms(_Terms, frozen=True):
    """The price of a kilowatt of the month's highest mean power; less than `least_kw` counts as that."""

    per_kw: Positive
    least_kw: Positive = "0"


class TaxTerms(_Terms, frozen=True):
    """One step: an amount by energy from the grid, and a share of the parts it is `on`.

    Where `on` holds `tax`, the share is also taken of the taxes of the steps before.
    """

    name: Label
    per_kwh: Price = "0"
    ratio: Ratio = "0"
    on: Annotated[list[Part], Meta(max_length=5)] = msgspec.field(default_factory=lambda: list(Part))


class TariffTerms(_Terms, frozen=True):
    """A contract. Prices are net where there are taxes.

    `feed_in` is what own solar would have brought if it had been sold: the price of charging with it.
    `battery` is the worth of energy from a battery; without it, that of solar. `flat_price_per_kwh` is
    the price, all included, that a session's saving is told against.
    """

    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$", description="ISO 4217.", examples=["EUR"])]
    energy: EnergyTerms
    grid_fee: FeeTerms | None = None
    tiers: Annotated[list[TierTerms], Meta(max_length=MOST_STEPS)] = []
    fees: Annotated[list[NamedFee], Meta(max_length=MOST_STEPS)] = []
    demand: DemandTerms | None = None
    taxes: Annotated[list[TaxTerms], Meta(max_length=MOST_STEPS)] = []
    feed_in: EnergyTerms | None = None
    battery: EnergyTerms | None = None
    flat_price_per_kwh: Price | None = None
    source: PriceSource | None = None
    holidays: HolidayCalendar | None = None
    decimals: Annotated[int, Meta(ge=0, le=4, description="Of the currency's smallest coin.")] = 2

    @property
    def follows_exchange(self) -> bool:
        """Whether any of its prices is the exchange's."""
        return any(isinstance(price, SpotTerms) for price in (self.energy, self.feed_in, self.battery))

    def tariff(self, valid_from: date) -> Tariff:
        """The same for the energy core; raises InvalidValueError, naming the field."""
        if self.follows_exchange and self.source is None:
            raise InvalidValueError(
                "source", said("is missing: a spot price needs one, or push for your own")
            )
        try:
            return Tariff(
                valid_from,
                self.energy.energy("energy"),
                grid_fee=FREE if self.grid_fee is None else self.grid_fee.energy("grid_fee"),
                tiers=tuple(Tier(Decimal(one.above_kwh), _price(one.add_per_kwh)) for one in self.tiers),
                fees=tuple(Fee(fee.name, Decimal(fee.per_kwh), Decimal(fee.per_day)) for fee in self.fees),
                demand=None if self.demand is None else _demand(self.demand),
                taxes=tuple(map(_tax, self.taxes)),
                feed_in=FREE if self.feed_in is None else self.feed_in.energy("feed_in"),
                battery=None if self.battery is None else self.battery.energy("battery"),
            )
        except TierOrderError as error:
            raise InvalidValueError(
                "tiers", said("must begin above 0 kWh and rise; put them in order")
            ) from error

    @property
    def money(self) -> Currency:
        """Its currency."""
        return Currency(self.currency)


def _demand(terms: DemandTerms) -> PeakDemand:
    return PeakDemand(Decimal(terms.per_kw), Decimal(terms.least_kw))


def _tax(terms: TaxTerms) -> Tax:
    on = frozenset(terms.on)
    return Tax(terms.name, Decimal(terms.per_kwh), Decimal(terms.ratio), ALL_PARTS if on == ALL_PARTS else on)


def _price(words: str) -> PricePerKwh:
    return PricePerKwh(Decimal(words))


def _season(terms: SeasonTerms, field: str) -> Season:
    days = []
    for name in ("first", "last"):
        words = getattr(terms, name)
        try:
            day = date.fromisoformat(f"{_LEAP_YEAR}-{words}")
        except ValueError as error:
            raise InvalidValueError(
                f"{field}.season.{name}", said("is no day of a year, as 11-01")
            ) from error
        days.append((day.month, day.day))
    return Season(*days)
