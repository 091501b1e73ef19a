"""Which versions of a station's tariff count, and the book they make; pure."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from chargedeck.energy.schedule_clock import local_day, midnight
from chargedeck.energy.tariff import TariffBook
from chargedeck.energy.tariff_bands import Place
from chargedeck.energy.tariff_spot import ESTIMATE_DAYS
from chargedeck.hub.cost_records import FeedId, TariffVersion
from chargedeck.hub.tariff_terms import HolidayCalendar, SourceKind, TariffTerms

if TYPE_CHECKING:
    from chargedeck.domain.units import StationId

Calendars = Callable[[HolidayCalendar], Container[date]]
"""The public holidays of a country, looked up when they are first asked for."""

LOOK_BACK = timedelta(days=ESTIMATE_DAYS)
_KEYED = frozenset({SourceKind.TIBBER})


def counted(versions: Iterable[TariffVersion], as_of: datetime | None = None) -> list[TariffVersion]:
    """Of those saved until `as_of` the last of each day, without those taken back; in order of time."""
    last: dict[date, TariffVersion] = {}
    for version in sorted(versions, key=lambda each: each.saved_at):
        if as_of is None or version.saved_at <= as_of:
            last[version.valid_from] = version
    return [last[day] for day in sorted(last) if last[day].terms is not None]


def terms_of(version: TariffVersion) -> TariffTerms:
    """The terms of a version that counts."""
    assert version.terms is not None
    return version.terms


@dataclass(frozen=True, slots=True)
class _Holidays:
    """The public holidays that each day's own version knows."""

    days: tuple[date, ...]
    calendars: tuple[Container[date], ...]

    def __contains__(self, day: object) -> bool:
        """Whether the version in force knows the day for a holiday."""
        assert isinstance(day, date)
        places = [place for place, begun in enumerate(self.days) if begun <= day]
        return bool(places) and day in self.calendars[places[-1]]


def book_of(
    versions: Sequence[TariffVersion], zone: tzinfo, calendars: Calendars, at: datetime
) -> TariffBook | None:
    """The book that prices what begins at `at`, in one currency; None where there is no tariff at all.

    Versions in another currency than the one in force then are of another book.
    """
    if not versions:
        return None
    day = local_day(at, zone)
    place = max(0, sum(version.valid_from <= day for version in versions) - 1)
    money = _money(versions[place])
    first = last = place
    while first > 0 and _money(versions[first - 1]) == money:
        first -= 1
    while last + 1 < len(versions) and _money(versions[last + 1]) == money:
        last += 1
    run = versions[first : last + 1]
    terms = [terms_of(version) for version in run]
    holidays = _Holidays(
        tuple(version.valid_from for version in run),
        tuple(() if each.holidays is None else calendars(each.holidays) for each in terms),
    )
    return TariffBook(
        Place(zone, holidays),
        terms[0].money,
        tuple(each.tariff(version.valid_from) for each, version in zip(terms, run, strict=True)),
        terms[0].decimals,
    )


def _money(version: TariffVersion) -> tuple[str, int]:
    return terms_of(version).currency, terms_of(version).decimals


@dataclass(frozen=True, slots=True)
class FeedSpan:
    """From when until when the prices of a feed count; those before serve for estimates."""

    feed: FeedId
    start: datetime | None
    end: datetime | None

    def clipped(self, start: datetime, end: datetime) -> tuple[datetime, datetime]:
        """What of it lies in a period."""
        return max(start, self.start or start), min(end, self.end or end)


def feed_of(station: StationId, terms: TariffTerms) -> FeedId | None:
    """The series of prices that a tariff follows; a secret's owner has a series of his own."""
    source = terms.source
    if source is None or source.kind is SourceKind.PUSH or not terms.follows_exchange:
        return None
    owner = [station] if source.kind in _KEYED else []
    return FeedId("/".join([source.kind.value, *owner, source.area, terms.currency]))


def pushed_feed(station: StationId) -> FeedId:
    """What people and programs send; it comes before what a source tells."""
    return FeedId(f"{SourceKind.PUSH.value}/{station}")


def feed_spans(versions: Sequence[TariffVersion], zone: tzinfo) -> Iterator[FeedSpan]:
    """The feeds of the versions, in order of time."""
    borders = [midnight(version.valid_from, zone) for version in versions]
    starts = [None, *borders[1:]]
    for version, start, end in zip(versions, starts, [*borders[1:], None], strict=True):
        feed = feed_of(version.station_id, terms_of(version))
        if feed is not None:
            yield FeedSpan(feed, start, end)
