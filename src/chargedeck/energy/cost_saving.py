"""What a session would have cost otherwise; nothing is estimated that the cost itself does not hold."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby

from chargedeck.energy.cost import MonthPeak, SessionCost, SessionFacts, session_cost
from chargedeck.energy.prices import PricePerKwh
from chargedeck.energy.schedule_clock import local_day
from chargedeck.energy.tariff import ZERO, TariffBook
from chargedeck.energy.tariff_bands import Place
from chargedeck.energy.tariff_spot import Spots

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Saving:
    """By how much a session was cheaper than without own energy, and than at a flat price."""

    by_own_energy: Decimal
    by_timing: Decimal | None


def saving(
    book: TariffBook, facts: SessionFacts, spots: Spots, cost: SessionCost, flat: PricePerKwh | None
) -> Saving:
    """Compare `cost` with the same session from the grid alone, and with a flat price, all included."""
    total = cost.amounts.total
    from_grid = session_cost(book, replace(facts, flows={}), spots).amounts.total
    return Saving(from_grid - total, None if flat is None else cost.kwh * flat - total)


def month_peaks(
    others_kwh: Mapping[datetime, Decimal],
    session_kwh: Mapping[datetime, Decimal],
    window: timedelta,
    place: Place,
) -> tuple[MonthPeak, ...]:
    """Each month's highest mean power over `window`, without the session's energy and with it.

    Both maps hold the grid energy that begins at an instant and ends within the window.
    """
    windows = sorted({*others_kwh, *session_kwh})
    hours = Decimal(window // timedelta(seconds=1)) / (_HOUR // timedelta(seconds=1))

    def month(at: datetime) -> tuple[int, int]:
        day = local_day(at, place.zone)
        return day.year, day.month

    def peaks() -> Iterator[MonthPeak]:
        for key, starts in groupby(windows, month):
            pairs = [(others_kwh.get(at, ZERO), session_kwh.get(at, ZERO)) for at in starts]
            before = max(others for others, _ in pairs)
            after = max(others + own for others, own in pairs)
            yield MonthPeak(key, before / hours, after / hours)

    return tuple(peaks())
