"""What energy costs by contract: price, tiers, fees, demand, taxes, and from when on; no session.

Every price holds for whole quarters of an hour in UTC: clocks are put forward and back, and days and
bands begin, on a border of them. Prices are net where the tariff has taxes.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from chargedeck.domain.problems import ConflictError, OutOfRangeError
from chargedeck.domain.sentences import Sentence, said
from chargedeck.energy.prices import Currency, PricePerKwh
from chargedeck.energy.schedule_clock import local_day
from chargedeck.energy.tariff_bands import Place, TimeOfUse
from chargedeck.energy.tariff_spot import Spot, Spots

ZERO = Decimal(0)
FREE = TimeOfUse(PricePerKwh(ZERO))

EnergyPrice = TimeOfUse | Spot
"""How a kilowatt-hour is priced; a fixed price is a time of use without bands."""


class Source(StrEnum):
    """Where energy came from."""

    GRID = "grid"
    SOLAR = "solar"
    BATTERY = "battery"


class Part(StrEnum):
    """What an amount is paid for."""

    ENERGY = "energy"
    GRID_FEE = "grid_fee"
    FEES = "fees"
    DEMAND = "demand"
    TAX = "tax"


ALL_PARTS = frozenset(Part)

Month = tuple[int, int]
"""Year and month on the wall."""


def fixed(price: PricePerKwh) -> TimeOfUse:
    """The same price at all times."""
    return TimeOfUse(price)


@dataclass(frozen=True, slots=True)
class Tier:
    """From so much grid energy in a calendar month on, each kilowatt-hour costs `add` more."""

    above_kwh: Decimal
    add: PricePerKwh


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee by energy from the grid, by day, or both."""

    name: str
    per_kwh: Decimal = ZERO
    per_day: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class PeakDemand:
    """The price of a kilowatt of the month's highest mean power; less than `least_kw` counts as that."""

    per_kw: Decimal
    least_kw: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Tax:
    """One step: an amount by energy from the grid, and a share of the parts it is `on`.

    Where `on` holds the tax part, the share is also taken of the taxes of the steps before.
    """

    name: str
    per_kwh: Decimal = ZERO
    ratio: Decimal = ZERO
    on: frozenset[Part] = ALL_PARTS


class TierOrderError(ConflictError):
    """Tiers do not rise."""

    code = "tier_order"

    sentence = said("Tiers must begin above 0 kWh and each above the one before; put them in order")


@dataclass(frozen=True, slots=True)
class Tariff:
    """A contract from `valid_from` on, a date at the place where it holds."""

    valid_from: date
    energy: EnergyPrice
    grid_fee: TimeOfUse = FREE
    tiers: tuple[Tier, ...] = ()
    fees: tuple[Fee, ...] = ()
    demand: PeakDemand | None = None
    taxes: tuple[Tax, ...] = ()
    feed_in: EnergyPrice = FREE
    """What own solar would have brought if it had been sold: the price of charging with it."""
    battery: EnergyPrice | None = None
    """The price of energy from the battery; without one, it is worth what solar is."""

    def __post_init__(self) -> None:
        starts = [ZERO, *(tier.above_kwh for tier in self.tiers)]
        if any(one >= other for one, other in pairwise(starts)):
            raise TierOrderError

    def tax(self, net: Mapping[Part, Decimal], grid_kwh: Decimal) -> Decimal:
        """All taxes on these amounts and this energy, step by step."""
        tax = ZERO
        for step in self.taxes:
            parts = {**net, Part.TAX: tax}
            tax += step.per_kwh * grid_kwh + step.ratio * sum((parts[part] for part in step.on), ZERO)
        return tax

    def tiers_cost(self, used_kwh: Decimal) -> Decimal:
        """What the tiers add to the first `used_kwh` of a month."""
        cost, above = ZERO, used_kwh
        for tier in reversed(self.tiers):
            cost += max(ZERO, above - tier.above_kwh) * tier.add
            above = min(above, tier.above_kwh)
        return cost


@dataclass(frozen=True, slots=True)
class Quote:
    """All prices of one quarter of an hour, for each kilowatt-hour, before taxes and tiers."""

    energy: PricePerKwh
    grid_fee: PricePerKwh
    fees: PricePerKwh
    solar: PricePerKwh
    battery: PricePerKwh
    estimated: frozenset[Source] = frozenset()
    """The sources whose price is an estimate."""


class NoTariffError(ConflictError):
    """There is no tariff at all."""

    code = "no_tariff"

    sentence = said("There is no tariff; add one in Energy Management")


class TariffOrderError(ConflictError):
    """A tariff does not begin after the one before it."""

    code = "tariff_order"

    def __init__(self, day: date) -> None:
        super().__init__(day)
        self.day = day

    @property
    def sentence(self) -> Sentence:
        return said("The tariff of {day} must begin later than the one before it", day=self.day.isoformat())


@dataclass(frozen=True, slots=True)
class TariffBook:
    """All tariffs of a place, in order; before the first one begins, nothing has a price."""

    place: Place
    currency: Currency
    tariffs: tuple[Tariff, ...]
    decimals: int = 2

    def __post_init__(self) -> None:
        if not self.tariffs:
            raise NoTariffError
        if not 0 <= self.decimals <= 4:
            raise OutOfRangeError("decimals", self.decimals, 0, 4)
        for one, other in pairwise(self.tariffs):
            if one.valid_from >= other.valid_from:
                raise TariffOrderError(other.valid_from)

    def at(self, instant: datetime) -> Tariff | None:
        """The tariff in force."""
        day = local_day(instant, self.place.zone)
        number = bisect_right(self.tariffs, day, key=lambda tariff: tariff.valid_from)
        return self.tariffs[number - 1] if number else None

    def month(self, instant: datetime) -> Month:
        """The month on the wall."""
        day = local_day(instant, self.place.zone)
        return day.year, day.month


def quote(tariff: Tariff, instant: datetime, place: Place, spots: Spots) -> Quote:
    """All prices that hold in the quarter of an hour of `instant`."""
    battery = tariff.feed_in if tariff.battery is None else tariff.battery
    by_source = {Source.GRID: tariff.energy, Source.SOLAR: tariff.feed_in, Source.BATTERY: battery}
    prices = {source: _price(price, instant, place, spots) for source, price in by_source.items()}
    return Quote(
        energy=prices[Source.GRID][0],
        grid_fee=tariff.grid_fee.price(instant, place),
        fees=PricePerKwh(sum((fee.per_kwh for fee in tariff.fees), ZERO)),
        solar=prices[Source.SOLAR][0],
        battery=prices[Source.BATTERY][0],
        estimated=frozenset(source for source, (_, guessed) in prices.items() if guessed),
    )


def _price(price: EnergyPrice, at: datetime, place: Place, spots: Spots) -> tuple[PricePerKwh, bool]:
    if isinstance(price, Spot):
        return price.price(at, place, spots)
    return price.price(at, place), False
