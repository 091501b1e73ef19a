"""A session's cost as it is kept: quarters that add up to the rounded whole, and back; it knows no store."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from itertools import groupby
from typing import NamedTuple

from chargedeck.energy.cost import DayCost, Note, SessionCost, SlotCost
from chargedeck.energy.cost_amounts import NOTHING, Amounts, added
from chargedeck.energy.cost_energy import Portion
from chargedeck.energy.prices import QUARTER, Currency, quarter_of
from chargedeck.energy.schedule_clock import local_day
from chargedeck.energy.tariff import ZERO, Quote, TariffBook

_EXACT = Context(prec=80)
_FINEST = Decimal("1e-9")


class QuarterCost(NamedTuple):
    """A quarter of an hour by its start; its amounts hold its share of day, month and rounding."""

    start: datetime
    grid_kwh: Decimal
    solar_kwh: Decimal
    battery_kwh: Decimal
    amounts: Amounts
    quote: Quote | None
    notes: frozenset[Note]

    @property
    def kwh(self) -> Decimal:
        """All its energy."""
        return self.grid_kwh + self.solar_kwh + self.battery_kwh


class DayShare(NamedTuple):
    """What a session bears of a day or a month, and the quarter that holds it."""

    start: datetime
    cost: DayCost


class Rounding(NamedTuple):
    """What rounding the whole has added, and to which piece of which quarter's amounts it was given."""

    start: datetime
    piece: str
    added: Decimal


@dataclass(frozen=True, slots=True)
class KeptCost:
    """The rounded whole, and quarters that add up to it; those without energy and cost are left out."""

    total: Decimal
    quarters: tuple[QuarterCost, ...]
    days: tuple[DayShare, ...]
    rounding: "Rounding | None" = None


def kept_cost(cost: SessionCost, book: TariffBook) -> KeptCost:
    """Lay a cost out for keeping."""
    with localcontext(_EXACT):
        total = cost.amounts.total.quantize(Decimal(1).scaleb(-book.decimals), ROUND_HALF_UP)
        days = tuple(_day_shares(cost, book))
        by_start = {
            start: added(share.cost.amounts for share in shares)
            for start, shares in groupby(sorted(days, key=_start), _start)
        }
        quarters = [_quarter(slot, by_start) for slot in cost.slots]
        rounding = _take_up(quarters, total)
        kept = tuple(quarter for quarter in quarters if _counts(quarter))
        return KeptCost(total, kept, days, rounding)


def exact(quarters: Sequence[QuarterCost], rounding: Rounding | None) -> tuple[QuarterCost, ...]:
    """The quarters as they were before the whole was rounded, which their prices follow from."""
    if rounding is None:
        return tuple(quarters)
    with localcontext(_EXACT):
        return tuple(_without(quarter, rounding) for quarter in quarters)


def _without(quarter: QuarterCost, rounding: Rounding) -> QuarterCost:
    if quarter.start != rounding.start:
        return quarter
    held = getattr(quarter.amounts, rounding.piece)
    return quarter._replace(amounts=quarter.amounts._replace(**{rounding.piece: held - rounding.added}))


def _start(share: DayShare) -> datetime:
    return share.start


def _day_shares(cost: SessionCost, book: TariffBook) -> Iterator[DayShare]:
    """Each on the last quarter that begins on its day."""
    last = {local_day(slot.energy.start, book.place.zone): slot.energy.start for slot in cost.slots}
    for day in cost.days:
        yield DayShare(quarter_of(last[day.day]), DayCost(day.day, day.part, _finest(day.amounts)))


def _quarter(slot: SlotCost, days: Mapping[datetime, Amounts]) -> QuarterCost:
    energy, start = slot.energy, quarter_of(slot.energy.start)
    amounts = added((_finest(slot.amounts), days.get(start, NOTHING)))
    return QuarterCost(
        start,
        energy.grid_kwh,
        energy.solar_kwh,
        energy.battery_kwh,
        amounts,
        slot.quote,
        slot.notes,
    )


def _finest(amounts: Amounts) -> Amounts:
    return Amounts(*(piece.quantize(_FINEST) for piece in amounts))


def _take_up(quarters: list[QuarterCost], total: Decimal) -> Rounding | None:
    """Give what rounding left over to the largest piece there is, where it is the least of a change."""
    left = total - sum((quarter.amounts.total for quarter in quarters), ZERO)
    if not left:
        return None
    largest, place, number = max(
        (abs(piece), place, number)
        for number, quarter in enumerate(quarters)
        for place, piece in enumerate(quarter.amounts)
    )
    assert largest > 0
    pieces = list(quarters[number].amounts)
    pieces[place] += left
    quarters[number] = quarters[number]._replace(amounts=Amounts(*pieces))
    return Rounding(quarters[number].start, Amounts._fields[place], left)


def _counts(quarter: QuarterCost) -> bool:
    return bool(quarter.kwh) or any(quarter.amounts)


def told_cost(
    currency: Currency,
    quarters: Sequence[QuarterCost],
    days: Sequence[DayShare],
    lasted: tuple[datetime, datetime],
) -> SessionCost:
    """The cost that was kept, with the days apart from the quarters, as it is to be shown."""
    with localcontext(_EXACT):
        slots = tuple(_slot(quarter, days, lasted) for quarter in quarters)
        return SessionCost(currency, slots, tuple(share.cost for share in days))


def _slot(quarter: QuarterCost, days: Sequence[DayShare], lasted: tuple[datetime, datetime]) -> SlotCost:
    start, end = max(quarter.start, lasted[0]), min(quarter.start + QUARTER, lasted[1])
    shares = added(share.cost.amounts for share in days if share.start == quarter.start)
    own = Amounts(*(all_of - share for all_of, share in zip(quarter.amounts, shares, strict=True)))
    energy = Portion(
        start,
        end,
        quarter.grid_kwh,
        quarter.solar_kwh,
        quarter.battery_kwh,
        Note.INTERPOLATED_ENERGY in quarter.notes,
    )
    return SlotCost(energy, quarter.quote, own, quarter.notes)
