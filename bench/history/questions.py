"""What the screens of the history ask, as the product answers it: from the question to the JSON."""

import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import msgspec

from bench.history.made import BERLIN, END, History
from chargedeck.api.history import (
    history_buckets,
    history_groups,
    main_currency,
    source_groups,
    totals,
)
from chargedeck.api.routes.history import MOST_STACKED
from chargedeck.domain.units import ChargerId, StationId
from chargedeck.hub.history import Filter, Grouping, HistoryQuery
from chargedeck.hub.history_calendar import Bucket, Period, before, midnight, months_later
from chargedeck.hub.session_query import SessionQuery, Sort, SortColumn
from chargedeck.storage import Storage

REPEATS = 15
MONTH = (END - timedelta(days=20)).astimezone(BERLIN).date().replace(day=1)

Question = Callable[[Storage], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Timed:
    """The median and the slowest of all repeats but the first, in milliseconds."""

    median_ms: float
    slowest_ms: float


def period(months: int) -> Period:
    """So many months, the last of which ends the history."""
    return Period(midnight(months_later(MONTH, 1 - months), BERLIN), midnight(months_later(MONTH, 1), BERLIN))


def screen(query: HistoryQuery) -> Question:
    """A whole answer of /api/history: the period, the one before, and the JSON."""

    async def ask(storage: Storage) -> object:
        seen = await storage.history.overview(query, MOST_STACKED)
        if query.group is Grouping.SOURCE:
            groups = source_groups(seen.whole)
        else:
            groups = history_groups(seen.groups, {}, main_currency(seen.whole))
        bars = history_buckets(query, seen)
        earlier = before(query.period, query.zone)
        sums = totals(query.period, seen.whole), totals(earlier, seen.earlier)
        return msgspec.json.encode((groups, bars, sums, seen.complete))

    return ask


def page(query: SessionQuery) -> Question:
    """A first page of sessions."""

    async def ask(storage: Storage) -> object:
        return await storage.archive.sessions(query)

    return ask


def curve(history: History, age: timedelta) -> Question:
    """The curve of a session that is so old."""
    number = int((END - age - history.started_at(0)) / history.step)
    record = history.record(number)
    assert record.ended_at is not None
    end: datetime = record.ended_at

    async def ask(storage: Storage) -> object:
        points = await storage.archive.samples(record.charger_id, record.started_at, end, 10)
        assert points
        return points, await storage.archive.limits(record.charger_id, record.started_at, end)

    return ask


def month_views() -> dict[str, Question]:
    """A month by day, in every way that the screen can stack it."""
    month = HistoryQuery(period(1), BERLIN, Bucket.DAY, Grouping.SOURCE)
    some = Filter(chargers=[ChargerId("charger-7")], users=["user-7"])
    return {
        f"month by day, stacked by {group}": screen(replace(month, group=group)) for group in Grouping
    } | {
        "month by day, of one charger": screen(
            replace(month, only=Filter(chargers=[ChargerId("charger-7")]))
        ),
        "month by day, of one charger and one person": screen(replace(month, only=some)),
    }


def year_views() -> dict[str, Question]:
    """A year by month, likewise."""
    year = HistoryQuery(period(12), BERLIN, Bucket.MONTH, Grouping.SOURCE)
    one = Filter(users=["user-7"])
    return {
        f"year by month, stacked by {group}": screen(replace(year, group=group)) for group in Grouping
    } | {
        "year by month, of one person by charger": screen(replace(year, only=one, group=Grouping.CHARGER)),
    }


def pages() -> dict[str, Question]:
    """First pages with three filters each; the last ones in another order."""
    year, station = period(12), [StationId("station-3")]
    charger = [ChargerId("charger-7")]
    filtered = {
        "charger, person, year": SessionQuery(chargers=charger, users=["user-77"], start=year.start),
        "station, person, year": SessionQuery(stations=station, users=["user-77"], start=year.start),
        "station, card, year": SessionQuery(stations=station, cards=["card-7"], start=year.start),
        "station, charger, year": SessionQuery(stations=station, chargers=charger, start=year.start),
    }
    by_energy = (Sort(SortColumn.ENERGY_WH, descending=True), Sort(SortColumn.CHARGER))
    person = filtered["station, person, year"]
    return {f"first page: {name}": page(query) for name, query in filtered.items()} | {
        "first page: station, person, year, by energy": page(replace(person, order=by_energy))
    }


def curves(history: History) -> dict[str, Question]:
    """Of yesterday's session, of one half a year old, of one two years old."""
    ages = {"yesterday": 1, "half a year ago": 182, "two years ago": 730}
    return {f"session curve, {name}": curve(history, timedelta(days=age)) for name, age in ages.items()}


async def timed(question: Question, storage: Storage) -> Timed:
    """Ask again and again."""
    took = []
    for _ in range(1 + REPEATS):
        began = time.perf_counter()
        await question(storage)
        took.append((time.perf_counter() - began) * 1e3)
    return Timed(statistics.median(took[1:]), max(took[1:]))
