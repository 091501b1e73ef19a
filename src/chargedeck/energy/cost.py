"""What a session cost, quarter by quarter, each cent traceable to a register and a price; never rounded.

All amounts are exact decimals: energy to a thousandth of a watt-hour times prices, fees and taxes. The
only division is that of a day's fee by the day's length, kept to a billionth.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Context, Decimal, localcontext
from enum import StrEnum
from typing import NamedTuple

from chargedeck.energy.cost_amounts import NOTHING, Amounts, added
from chargedeck.energy.cost_energy import Flows, Portion, RegisterAt, portions
from chargedeck.energy.prices import Currency
from chargedeck.energy.schedule_clock import day_length, local_day, midnight
from chargedeck.energy.tariff import ZERO, Month, Part, Quote, Source, Tariff, TariffBook, quote
from chargedeck.energy.tariff_spot import Spots

_EXACT = Context(prec=80)
_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)
_FINEST = Decimal("1e-9")


class MonthPeak(NamedTuple):
    """The month's highest mean power with and without the session."""

    month: Month
    before_kw: Decimal
    after_kw: Decimal


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What was measured of a session and of the house around it."""

    readings: tuple[RegisterAt, ...]
    flows: Flows = field(default_factory=dict)
    month_kwh: Mapping[Month, Decimal] = field(default_factory=dict)
    """What the house had taken from the grid in each month before the session, for the tiers."""
    peaks: tuple[MonthPeak, ...] = ()


class Note(StrEnum):
    """What an owner should know about an amount."""

    ESTIMATED_PRICE = "estimated_price"
    INTERPOLATED_ENERGY = "interpolated_energy"
    NO_TARIFF = "no_tariff"


@dataclass(frozen=True, slots=True)
class SlotCost:
    """One quarter of an hour: its energy, its prices, what they come to."""

    energy: Portion
    quote: Quote | None
    amounts: Amounts
    notes: frozenset[Note]


@dataclass(frozen=True, slots=True)
class DayCost:
    """What a session bears of a day's fees, or of a month's demand, on the session's last day in it."""

    day: date
    part: Part
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class SessionCost:
    """All of it, in order of time."""

    currency: Currency
    slots: tuple[SlotCost, ...]
    days: tuple[DayCost, ...]

    @property
    def amounts(self) -> Amounts:
        """The sum of all slots and days."""
        with localcontext(_EXACT):
            return added((*(slot.amounts for slot in self.slots), *(day.amounts for day in self.days)))

    @property
    def kwh(self) -> Decimal:
        """All energy."""
        return sum((slot.energy.kwh for slot in self.slots), ZERO)

    @property
    def notes(self) -> frozenset[Note]:
        """What is to be said of any of it."""
        return frozenset(note for slot in self.slots for note in slot.notes)


def session_cost(book: TariffBook, facts: SessionFacts, spots: Spots) -> SessionCost:
    """Price a session by the tariffs in force in each of its quarters."""
    with localcontext(_EXACT):
        energy = portions(facts.readings, facts.flows)
        slots = tuple(_slots(book, energy, facts.month_kwh, spots))
        days = (*_day_fees(book, energy), *_demand(book, energy, facts.peaks)) if energy else ()
        return SessionCost(book.currency, slots, days)


def _slots(
    book: TariffBook, energy: Sequence[Portion], month_kwh: Mapping[Month, Decimal], spots: Spots
) -> Iterator[SlotCost]:
    used = dict(month_kwh)
    for portion in energy:
        tariff = book.at(portion.start)
        month = book.month(portion.start)
        before = used.get(month, ZERO)
        used[month] = before + portion.grid_kwh
        notes = {Note.INTERPOLATED_ENERGY} if portion.interpolated else set()
        if tariff is None:
            yield SlotCost(portion, None, NOTHING, frozenset({*notes, Note.NO_TARIFF}))
            continue
        prices = quote(tariff, portion.start, book.place, spots)
        tiers = tariff.tiers_cost(used[month]) - tariff.tiers_cost(before)
        if _estimated(portion, prices):
            notes.add(Note.ESTIMATED_PRICE)
        yield SlotCost(portion, prices, _amounts(tariff, portion, prices, tiers), frozenset(notes))


def _estimated(portion: Portion, prices: Quote) -> bool:
    energy = {
        Source.GRID: portion.grid_kwh,
        Source.SOLAR: portion.solar_kwh,
        Source.BATTERY: portion.battery_kwh,
    }
    return any(energy[source] > 0 for source in prices.estimated)


def _amounts(tariff: Tariff, portion: Portion, prices: Quote, tiers: Decimal) -> Amounts:
    grid = portion.grid_kwh
    net = Amounts(
        energy=grid * prices.energy + tiers,
        grid_fee=grid * prices.grid_fee,
        fees=grid * prices.fees,
        solar=portion.solar_kwh * prices.solar,
        battery=portion.battery_kwh * prices.battery,
    )
    return _taxed(tariff, net, grid)


def _taxed(tariff: Tariff, net: Amounts, grid_kwh: Decimal) -> Amounts:
    """Add the taxes; solar and battery were taxed when they were bought, or not at all."""
    bought = net._replace(solar=ZERO, battery=ZERO)
    return net._replace(tax=tariff.tax(bought.by_part, grid_kwh))


def _day_fees(book: TariffBook, energy: Sequence[Portion]) -> Iterator[DayCost]:
    """Each day's fees, shared by time: a session bears as much of a day as it lasts of it."""
    zone = book.place.zone
    start, end = energy[0].start, energy[-1].end
    day = local_day(start, zone)
    while (begun := midnight(day, zone)) < end:
        tariff = book.at(begun)
        per_day = sum((fee.per_day for fee in tariff.fees), ZERO) if tariff else ZERO
        if tariff and per_day:
            lasted = (min(end, begun + day_length(day, zone)) - max(start, begun)) // _TICK
            fee = (per_day * lasted / (day_length(day, zone) // _TICK)).quantize(_FINEST)
            yield DayCost(day, Part.FEES, _taxed(tariff, Amounts(fees=fee), ZERO))
        day += _DAY


def _demand(book: TariffBook, energy: Sequence[Portion], peaks: Sequence[MonthPeak]) -> Iterator[DayCost]:
    """What the session raised the month's peak by, at the price in force at its last moment in it."""
    zone = book.place.zone
    last = {book.month(portion.start): portion.start for portion in energy}
    for month, before, after in peaks:
        at = last.get(month)
        tariff = book.at(at) if at else None
        if at and tariff and tariff.demand:
            least = tariff.demand.least_kw
            raised = max(least, before, after) - max(least, before)
            amount = raised * tariff.demand.per_kw
            yield DayCost(local_day(at, zone), Part.DEMAND, _taxed(tariff, Amounts(demand=amount), ZERO))
