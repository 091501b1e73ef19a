"""The slots a plan looks at, put together from prices, forecasts and allowed hours."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from statistics import fmean

from chargedeck.domain.units import Watts
from chargedeck.energy.plan_curve import Worth
from chargedeck.energy.plan_slot import PlanSlot, SlotWorth
from chargedeck.energy.prices import QUARTER, PriceSeries, quarter_of

Forecast = Callable[[datetime], Watts]
"""The mean power expected in the quarter of an hour that starts then."""


def outlook(
    start: datetime, end: datetime, *, prices: PriceSeries, solar: Forecast, load: Forecast
) -> tuple[PlanSlot, ...]:
    """All quarters of an hour from the one of `start` until `end`; a price is known until the first gap."""
    slots: list[PlanSlot] = []
    at, known = quarter_of(start), True
    while at < end:
        price = prices.at(at)
        known = known and price is not None and not price.estimated
        worth = SlotWorth(Worth(float(price.buy)), Worth(float(price.sell))) if price and known else None
        slots.append(PlanSlot(at, at + QUARTER, solar(at), load(at), worth))
        at += QUARTER
    return tuple(slots)


def measured(slots: Sequence[PlanSlot], solar_w: Watts, load_w: Watts) -> tuple[PlanSlot, ...]:
    """The outlook with the first slot as it is measured."""
    return (replace(slots[0], solar_w=solar_w, load_w=load_w), *slots[1:])


def thinned(slots: Sequence[PlanSlot], after: datetime) -> tuple[PlanSlot, ...]:
    """The outlook in whole hours behind `after`: what is far off is not known by the quarter anyway."""
    near = [slot for slot in slots if slot.start < after]
    far = [slot for slot in slots if slot.start >= after]
    hours = groupby(far, key=lambda slot: slot.start.replace(minute=0))
    return (*near, *(_together(list(quarters)) for _, quarters in hours))


def _together(quarters: Sequence[PlanSlot]) -> PlanSlot:
    worths = [slot.worth for slot in quarters if slot.worth is not None]
    known = len(worths) == len(quarters)
    return replace(
        quarters[0],
        end=quarters[-1].end,
        solar_w=Watts(fmean(slot.solar_w for slot in quarters)),
        load_w=Watts(fmean(slot.load_w for slot in quarters)),
        worth=SlotWorth(
            Worth(fmean(worth.buy for worth in worths)), Worth(fmean(worth.sell for worth in worths))
        )
        if known
        else None,
    )


def window(
    slots: Iterable[PlanSlot],
    start: datetime,
    end: datetime,
    allowed: Sequence[tuple[datetime, datetime]],
) -> tuple[PlanSlot, ...]:
    """What lies between `start` and `end`, cut where charging becomes allowed or forbidden."""
    borders = sorted({start, end, *(border for span in allowed for border in span)})
    cut: list[PlanSlot] = []
    for slot in slots:
        inside = [border for border in borders if slot.start < border < slot.end]
        for one, other in zip((slot.start, *inside), (*inside, slot.end), strict=True):
            if start <= one and other <= end:
                free = any(begin <= one and other <= until for begin, until in allowed)
                cut.append(replace(slot, start=one, end=other, allowed=free))
    return tuple(cut)
