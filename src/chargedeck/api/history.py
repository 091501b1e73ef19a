"""What was charged in a period as the API tells it: sums exact to the end, rounded once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from chargedeck.hub.cost_views import MoneyView
from chargedeck.hub.history import Grouping, HistoryQuery, Slice, Sums, added
from chargedeck.hub.history_calendar import Bucket, Period, buckets

_PER_KWH = Decimal(1_000_000)
_PRICE_DIGITS = Decimal("0.0001")


class HistoryGroup(msgspec.Struct, frozen=True):
    """A charger, person, card, station or source; an empty id stands for what has none."""

    id: str
    label: str


class HistoryPart(msgspec.Struct, frozen=True):
    """One group's part of a bucket."""

    energy_wh: float
    cost: MoneyView | None


class HistoryBucket(msgspec.Struct, frozen=True):
    """What was charged from `start` to `end`. A session counts where it began, its energy where it flowed."""

    start: datetime
    end: datetime
    energy_wh: float
    grid_wh: float
    solar_wh: float
    battery_wh: float
    cost: MoneyView | None
    sessions: int
    charging_time_s: int
    parts: dict[str, HistoryPart]


class HistoryTotals(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """What was charged in a period; `average_price` is per kilowatt-hour, of the energy that has a price."""

    start: datetime
    end: datetime
    energy_wh: float
    grid_wh: float
    solar_wh: float
    battery_wh: float
    cost: MoneyView | None
    other_costs: list[MoneyView]
    sessions: int
    charging_time_s: int
    solar_ratio: float | None
    average_price: MoneyView | None


class History(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """What was charged in a period, bucket by bucket, and in the period before.

    `complete` is false while sessions of an older database are still being added up.
    """

    start: datetime
    end: datetime
    bucket: Bucket
    group: Grouping
    time_zone: str
    complete: bool
    groups: list[HistoryGroup]
    buckets: list[HistoryBucket]
    totals: HistoryTotals
    previous: HistoryTotals


def history_buckets(query: HistoryQuery, slices: Sequence[Slice]) -> list[HistoryBucket]:
    """Every bucket of the period, also those in which nothing was charged."""
    by_bucket: dict[datetime, list[Slice]] = defaultdict(list)
    for one in slices:
        by_bucket[one.bucket].append(one)
    currency = main_currency(slices)
    laid = buckets(query.period, query.bucket, query.zone)
    return [_bucket(span, by_bucket[span.start], query.group, currency) for span in laid]


def _bucket(span: Period, slices: Sequence[Slice], group: Grouping, currency: str | None) -> HistoryBucket:
    sums, cost = added(slices)
    if group is Grouping.SOURCE:
        parts = _sources(sums)
    else:
        parts = {one.group: HistoryPart(wh(one.sums.energy_mwh), money(one.cost, currency)) for one in slices}
    return HistoryBucket(
        span.start,
        span.end,
        wh(sums.energy_mwh),
        wh(sums.grid_mwh),
        wh(sums.solar_mwh),
        wh(sums.battery_mwh),
        money(cost, currency),
        sums.sessions,
        round(sums.charging_time_ms / 1000),
        parts,
    )


def _sources(sums: Sums) -> dict[str, HistoryPart]:
    """What came from where; what it cost is told of no source, since fees and taxes are of none."""
    by_source = {"grid": sums.grid_mwh, "solar": sums.solar_mwh, "battery": sums.battery_mwh}
    return {name: HistoryPart(wh(energy), None) for name, energy in by_source.items() if energy}


def totals(period: Period, slices: Sequence[Slice]) -> HistoryTotals:
    """The sums of a period."""
    sums, cost = added(slices)
    currency = main_currency(slices)
    others = [
        MoneyView(*_rounded(amount, other)) for other, amount in sorted(cost.items()) if other != currency
    ]
    return HistoryTotals(
        period.start,
        period.end,
        wh(sums.energy_mwh),
        wh(sums.grid_mwh),
        wh(sums.solar_mwh),
        wh(sums.battery_mwh),
        money(cost, currency),
        others,
        sums.sessions,
        round(sums.charging_time_ms / 1000),
        sums.solar_mwh / sums.energy_mwh if sums.energy_mwh else None,
        _average(cost, currency, sums.priced_mwh),
    )


def main_currency(slices: Sequence[Slice]) -> str | None:
    """The currency that most is paid in; amounts of different currencies are never added."""
    _, cost = added(slices)
    return max(sorted(cost), key=lambda currency: abs(cost[currency]), default=None)


def money(cost: Mapping[str, Decimal], currency: str | None) -> MoneyView | None:
    """An amount in the currency; None where nothing has a price in it."""
    return (
        None if currency is None or currency not in cost else MoneyView(*_rounded(cost[currency], currency))
    )


def _average(cost: Mapping[str, Decimal], currency: str | None, priced_mwh: int) -> MoneyView | None:
    if currency is None or not priced_mwh:
        return None
    per_kwh = (cost[currency] * _PER_KWH / priced_mwh).quantize(_PRICE_DIGITS, ROUND_HALF_UP)
    return MoneyView(f"{per_kwh:f}", currency)


def _rounded(amount: Decimal, currency: str) -> tuple[str, str]:
    return f"{amount.quantize(Decimal('0.01'), ROUND_HALF_UP):f}", currency


def wh(mwh: int) -> float:
    """Thousandths of a watt-hour as watt-hours."""
    return mwh / 1000
