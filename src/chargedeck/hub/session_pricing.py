"""Prices one session from its facts: what is kept of it, and what is told while it goes on; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from chargedeck.energy.cost import DayCost, Note, SessionCost, SessionFacts, session_cost
from chargedeck.energy.cost_amounts import Amounts
from chargedeck.energy.cost_energy import portions
from chargedeck.energy.cost_quarters import (
    DayShare,
    KeptCost,
    QuarterCost,
    Rounding,
    exact,
    kept_cost,
    told_cost,
)
from chargedeck.energy.cost_saving import saving
from chargedeck.energy.cost_statement import Statement, statement
from chargedeck.energy.prices import Currency, Money, PricePerKwh, quarter_of
from chargedeck.energy.schedule_clock import local_day, midnight
from chargedeck.energy.tariff import ZERO, Part, TariffBook
from chargedeck.energy.tariff_prices import TariffPrices
from chargedeck.energy.tariff_spot import Spots
from chargedeck.hub.cost_records import SessionSlot
from chargedeck.hub.records import SessionCostRecord

_WH = Decimal(1000)
_FINEST_WH = Decimal("0.001")
_FINEST = Decimal("0.000001")
_DAY = timedelta(days=1)
_TWO_WEEKS = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Pricing:
    """All that the price of a session follows from; `flat` is the price that savings are told against."""

    book: TariffBook
    facts: SessionFacts
    spots: Spots
    flat: PricePerKwh | None
    as_of: datetime


class Savings(NamedTuple):
    """By how much a session was cheaper than otherwise, in its currency."""

    by_own_energy: Decimal
    by_timing: Decimal | None
    flat_price: Decimal | None
    flat_is_average: bool


@dataclass(frozen=True, slots=True)
class ToldCost:
    """A cost as it is shown; without a tariff there is no statement."""

    statement: Statement | None
    savings: Savings | None
    notes: frozenset[Note]
    final: bool
    tariff_as_of: datetime | None = None


def price(pricing: Pricing) -> tuple[SessionCostRecord, tuple[SessionSlot, ...]]:
    """What is kept of a session: its cost in all, and its slots, which add up to it."""
    cost = session_cost(pricing.book, pricing.facts, pricing.spots)
    kept = kept_cost(cost, pricing.book)
    grid, solar, battery = _energies(kept.quarters)
    record = SessionCostRecord(
        grid,
        solar,
        battery,
        kept.total,
        cost.currency,
        estimated=bool(cost.notes),
        detail=_detail(pricing, cost, kept),
        tariff_as_of=pricing.as_of,
    )
    return record, tuple(map(_slot, kept.quarters))


def unpriced(facts: SessionFacts) -> tuple[SessionCostRecord, tuple[SessionSlot, ...]]:
    """The energy of a session for which there is no tariff."""
    slots = tuple(
        SessionSlot(
            quarter_of(one.start),
            one.grid_kwh * _WH,
            one.solar_kwh * _WH,
            one.battery_kwh * _WH,
            notes=frozenset({Note.INTERPOLATED_ENERGY}) if one.interpolated else frozenset(),
        )
        for one in portions(facts.readings, facts.flows)
        if one.kwh
    )
    cost = SessionCostRecord(
        sum((slot.grid_wh for slot in slots), ZERO),
        sum((slot.solar_wh for slot in slots), ZERO),
        sum((slot.battery_wh for slot in slots), ZERO),
    )
    return cost, slots


def _energies(quarters: Iterable[QuarterCost]) -> tuple[Decimal, Decimal, Decimal]:
    grid = solar = battery = ZERO
    for quarter in quarters:
        grid += quarter.grid_kwh
        solar += quarter.solar_kwh
        battery += quarter.battery_kwh
    grid, solar, battery = ((kwh * _WH).quantize(_FINEST_WH) for kwh in (grid, solar, battery))
    return grid, solar, battery


def _slot(quarter: QuarterCost) -> SessionSlot:
    return SessionSlot(
        quarter.start,
        quarter.grid_kwh * _WH,
        quarter.solar_kwh * _WH,
        quarter.battery_kwh * _WH,
        quarter.amounts,
        quarter.quote,
        quarter.notes,
    )


# -- what the slots do not hold ------------------------------------------------------------------------


def _detail(pricing: Pricing, cost: SessionCost, kept: KeptCost) -> dict[str, Any]:
    saved = _savings(pricing, cost)
    return {
        "decimals": pricing.book.decimals,
        "days": [_day_words(share) for share in kept.days],
        "by_own_energy": f"{saved.by_own_energy:f}",
        "by_timing": None if saved.by_timing is None else f"{saved.by_timing:f}",
        "flat_price": None if saved.flat_price is None else f"{saved.flat_price:f}",
        "flat_is_average": saved.flat_is_average,
        "notes": sorted(cost.notes),
        "rounding": None if kept.rounding is None else _rounding_words(kept.rounding),
    }


def _rounding_words(rounding: Rounding) -> list[str]:
    return [rounding.start.isoformat(), rounding.piece, f"{rounding.added:f}"]


def price_per_kwh(cost: SessionCostRecord, energy_wh: float) -> Decimal | None:
    """What a kilowatt-hour came to, by the amount before it was rounded."""
    if cost.amount is None or energy_wh <= 0:
        return None
    rounding = None if cost.detail is None else _rounding(cost.detail)
    amount = cost.amount if rounding is None else cost.amount - rounding.added
    return (amount * _WH / Decimal(repr(energy_wh))).quantize(_FINEST)


def _day_words(share: DayShare) -> list[Any]:
    """When, of which day, for what, and the pieces."""
    pieces = [f"{piece:f}" for piece in share.cost.amounts]
    return [share.start.isoformat(), share.cost.day.isoformat(), share.cost.part.value, *pieces]


def _savings(pricing: Pricing, cost: SessionCost) -> Savings:
    flat = pricing.flat
    average = flat is None
    if flat is None:
        flat = _average(pricing)
    saved = saving(pricing.book, pricing.facts, pricing.spots, cost, flat)
    return Savings(saved.by_own_energy, saved.by_timing, flat, average)


def _average(pricing: Pricing) -> PricePerKwh | None:
    """The mean price, all included, of the days on which the session charged."""
    readings, zone = pricing.facts.readings, pricing.book.place.zone
    start = midnight(local_day(readings[0].at, zone), zone)
    last = min(readings[-1].at, start + _TWO_WEEKS)
    end = midnight(local_day(last, zone) + _DAY, zone)
    slots = TariffPrices(pricing.book, pricing.spots).between(start, end).slots
    if not slots:
        return None
    mean = sum((slot.buy for slot in slots), ZERO) / len(slots)
    return PricePerKwh(mean.quantize(_FINEST))


# -- what is told --------------------------------------------------------------------------------------


def told_now(pricing: Pricing) -> ToldCost:
    """The cost of a session as it stands."""
    cost = session_cost(pricing.book, pricing.facts, pricing.spots)
    shown = statement(cost, pricing.book.decimals)
    return ToldCost(shown, _savings(pricing, cost), cost.notes, final=False, tariff_as_of=pricing.as_of)


def told_again(
    kept: SessionCostRecord, slots: Iterable[SessionSlot], lasted: tuple[datetime, datetime]
) -> ToldCost:
    """The cost of a session as it was kept."""
    if kept.currency is None or kept.amount is None or kept.detail is None:
        notes = frozenset(note for slot in slots for note in slot.notes)
        return ToldCost(None, None, notes, final=True)
    detail: Mapping[str, Any] = kept.detail
    days = [_day_share(words) for words in detail["days"]]
    quarters = exact([*map(_quarter, slots)], _rounding(detail))
    cost = told_cost(Currency(kept.currency), quarters, days, lasted)
    shown = statement(cost, detail["decimals"], kept.amount)
    shown = Statement(
        Money(kept.amount, kept.currency),
        shown.exact,
        shown.by_part,
        shown.by_source,
        shown.rows,
        shown.days,
        estimated=kept.estimated,
    )
    saved = Savings(
        Decimal(detail["by_own_energy"]),
        None if detail["by_timing"] is None else Decimal(detail["by_timing"]),
        None if detail["flat_price"] is None else Decimal(detail["flat_price"]),
        detail["flat_is_average"],
    )
    notes = frozenset(map(Note, detail["notes"]))
    return ToldCost(shown, saved, notes, final=True, tariff_as_of=kept.tariff_as_of)


def _quarter(slot: SessionSlot) -> QuarterCost:
    return QuarterCost(
        slot.start,
        slot.grid_wh / _WH,
        slot.solar_wh / _WH,
        slot.battery_wh / _WH,
        slot.amounts,
        slot.quote,
        slot.notes,
    )


def _rounding(detail: Mapping[str, Any]) -> Rounding | None:
    """None where nothing was left over, and where it was not kept apart yet."""
    words = detail.get("rounding")
    if words is None:
        return None
    start, piece, added = words
    return Rounding(datetime.fromisoformat(start), piece, Decimal(added))


def _day_share(words: list[str]) -> DayShare:
    start, day, part, *pieces = words
    cost = DayCost(datetime.fromisoformat(day).date(), Part(part), Amounts(*map(Decimal, pieces)))
    return DayShare(datetime.fromisoformat(start), cost)
