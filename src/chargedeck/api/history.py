"""What was charged in a period as the API tells it: sums exact to the end, rounded once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from chargedeck.hub.cost_views import MoneyView
from chargedeck.hub.history import Grouping, HistoryQuery, Overview, Share, Slice, Sums, added
from chargedeck.hub.history_calendar import Bucket, Period, buckets

SOURCES = ("grid", "solar", "battery")
_PRICE_DIGITS = Decimal("0.0001")


class HistoryGroup(msgspec.Struct, frozen=True):
    """A charger, person, card, station or source with its sums; an empty id stands for what has none."""

    id: str
    label: str
    energy_wh: float
    cost: MoneyView | None
    sessions: int


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

    `groups` are all there are, the most energy first; the parts of a bucket are those of the first ones,
    and what they leave of it is the others'. `complete` is false while sessions of an older database are
    still being added up.
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


def history_buckets(query: HistoryQuery, seen: Overview) -> list[HistoryBucket]:
    """Every bucket of the period, also those in which nothing was charged, with the groups stacked in it."""
    sums, currency = {one.bucket: one for one in seen.whole}, main_currency(seen.whole)
    parts: dict[datetime, dict[str, HistoryPart]] = defaultdict(dict)
    for one in seen.stacked:
        part = HistoryPart(one.energy_mwh / 1000, _money(one.cost_micros, currency))
        parts[one.bucket][one.group] = part
    return [
        _bucket(
            span,
            sums.get(span.start, Slice(span.start, Sums(), {})),
            None if query.group is Grouping.SOURCE else parts[span.start],
            currency,
        )
        for span in buckets(query.period, query.bucket, query.zone)
    ]


def history_groups(
    shares: Sequence[Share], labels: Mapping[str, str], currency: str | None
) -> list[HistoryGroup]:
    """The groups that were charged anything, in their order."""
    return [
        HistoryGroup(
            share.group,
            labels.get(share.group, share.group),
            share.energy_mwh / 1000,
            _money(share.cost_micros, currency),
            share.sessions,
        )
        for share in shares
    ]


def source_groups(slices: Sequence[Slice]) -> list[HistoryGroup]:
    """Where the energy came from; sessions and money are of no source."""
    _, *energies = _energies(added(slices)[0])
    return [HistoryGroup(name, name, wh, None, 0) for name, wh in zip(SOURCES, energies, strict=True)]


def _bucket(
    span: Period, whole: Slice, parts: dict[str, HistoryPart] | None, currency: str | None
) -> HistoryBucket:
    sums, cost = whole.sums, whole.cost_micros
    if parts is None:
        parts = _sources(sums)
    return HistoryBucket(
        span.start,
        span.end,
        *_energies(sums),
        _money(cost, currency),
        sums.sessions,
        round(sums.charging_time_ms / 1000),
        parts,
    )


def _energies(sums: Sums) -> tuple[float, float, float, float]:
    """All of it, and by source, in watt-hours."""
    return sums.energy_mwh / 1000, sums.grid_mwh / 1000, sums.solar_mwh / 1000, sums.battery_mwh / 1000


def _sources(sums: Sums) -> dict[str, HistoryPart]:
    """What came from where; what it cost is told of no source, since fees and taxes are of none."""
    _, *energies = _energies(sums)
    named = zip(SOURCES, energies, strict=True)
    return {name: HistoryPart(energy, None) for name, energy in named if energy}


def totals(period: Period, slices: Sequence[Slice]) -> HistoryTotals:
    """The sums of a period."""
    sums, cost = added(slices)
    currency = _main_currency(cost)
    return HistoryTotals(
        period.start,
        period.end,
        *_energies(sums),
        _money(cost, currency),
        [MoneyView(_cents(cost[other]), other) for other in sorted(cost) if other != currency],
        sums.sessions,
        round(sums.charging_time_ms / 1000),
        sums.solar_mwh / sums.energy_mwh if sums.energy_mwh else None,
        _average(cost, currency, sums.priced_mwh),
    )


def main_currency(slices: Sequence[Slice]) -> str | None:
    """The currency that most is paid in; amounts of different currencies are never added."""
    return _main_currency(added(slices)[1])


def _main_currency(cost: Mapping[str, int]) -> str | None:
    return max(sorted(cost), key=lambda currency: abs(cost[currency]), default=None)


def _money(cost: Mapping[str, int], currency: str | None) -> MoneyView | None:
    """An amount in the currency; None where nothing has a price in it."""
    if currency is None or currency not in cost:
        return None
    return MoneyView(_cents(cost[currency]), currency)


def _average(cost: Mapping[str, int], currency: str | None, priced_mwh: int) -> MoneyView | None:
    if currency is None or not priced_mwh:
        return None
    per_kwh = (Decimal(cost[currency]) / priced_mwh).quantize(_PRICE_DIGITS, ROUND_HALF_UP)
    return MoneyView(f"{per_kwh:f}", currency)


def _cents(micros: int) -> str:
    """Millionths rounded half up to hundredths; in whole numbers, since a year has thousands of them."""
    sign, cents = "-" if micros < 0 else "", (abs(micros) + 5_000) // 10_000
    return f"{sign if cents else ''}{cents // 100}.{cents % 100:02}"
