"""A session's cost as it is shown: rounded once, at the end, so that every split adds up to the whole."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, localcontext

from chargedeck.energy.cost import DayCost, Note, SessionCost, SlotCost
from chargedeck.energy.cost_amounts import Amounts, added
from chargedeck.energy.prices import Money
from chargedeck.energy.tariff import ZERO, Part, Quote, Source

_EXACT = Context(prec=80)


@dataclass(frozen=True, slots=True)
class PriceRow:
    """Successive quarters with one price as one row of the breakdown."""

    start: datetime
    end: datetime
    grid_kwh: Decimal
    solar_kwh: Decimal
    battery_kwh: Decimal
    quote: Quote | None
    amounts: Amounts
    notes: frozenset[Note]

    @property
    def kwh(self) -> Decimal:
        """All energy of the row."""
        return self.grid_kwh + self.solar_kwh + self.battery_kwh


@dataclass(frozen=True, slots=True)
class Statement:
    """The whole and three ways to split it, each adding up to it in the currency's smallest coin."""

    total: Money
    exact: Decimal
    """The whole before it was rounded, which its price follows from."""
    by_part: Mapping[Part, Decimal]
    by_source: Mapping[Source, Decimal]
    rows: tuple[tuple[PriceRow, Decimal], ...]
    days: tuple[tuple[DayCost, Decimal], ...]
    estimated: bool


def statement(cost: SessionCost, decimals: int, kept: Decimal | None = None) -> Statement:
    """Round a cost to so many decimals; what rounding leaves over goes to the largest remainders.

    `kept` is the whole as it was rounded before.
    """
    with localcontext(_EXACT):
        coin = Decimal(1).scaleb(-decimals)
        amounts = cost.amounts
        total = amounts.total.quantize(coin, ROUND_HALF_UP) if kept is None else kept
        parts, sources = amounts.by_part, amounts.by_source
        rows = price_rows(cost.slots)
        pieces = (*(row.amounts for row in rows), *(day.amounts for day in cost.days))
        shown = apportioned([piece.total for piece in pieces], total, coin)
        return Statement(
            Money(total, cost.currency),
            amounts.total,
            dict(zip(parts, apportioned(list(parts.values()), total, coin), strict=True)),
            dict(zip(sources, apportioned(list(sources.values()), total, coin), strict=True)),
            tuple(zip(rows, shown, strict=False)),
            tuple(zip(cost.days, shown[len(rows) :], strict=True)),
            estimated=bool(cost.notes),
        )


def apportioned(amounts: Sequence[Decimal], total: Decimal, coin: Decimal) -> list[Decimal]:
    """Round amounts to whole coins that add up to `total`, which is their rounded sum."""
    floors = [(amount / coin).to_integral_value(ROUND_FLOOR) for amount in amounts]
    left = int(total / coin - sum(floors, ZERO))
    order = sorted(range(len(amounts)), key=lambda place: floors[place] - amounts[place] / coin)
    lifted = set(order[:left])
    return [(floor + (place in lifted)) * coin for place, floor in enumerate(floors)]


def price_rows(slots: Sequence[SlotCost]) -> tuple[PriceRow, ...]:
    """Lay successive quarters together while price and notes stay the same."""
    return tuple(_row(group) for group in _groups(slots))


def _groups(slots: Sequence[SlotCost]) -> Iterator[list[SlotCost]]:
    group: list[SlotCost] = []
    for slot in slots:
        if group and not _goes_on(group[-1], slot):
            yield group
            group = []
        group.append(slot)
    if group:
        yield group


def _goes_on(one: SlotCost, other: SlotCost) -> bool:
    return (one.quote, one.notes, one.energy.end) == (other.quote, other.notes, other.energy.start)


def _row(group: Sequence[SlotCost]) -> PriceRow:
    return PriceRow(
        group[0].energy.start,
        group[-1].energy.end,
        sum((slot.energy.grid_kwh for slot in group), ZERO),
        sum((slot.energy.solar_kwh for slot in group), ZERO),
        sum((slot.energy.battery_kwh for slot in group), ZERO),
        group[0].quote,
        added(slot.amounts for slot in group),
        group[0].notes,
    )
