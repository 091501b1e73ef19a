"""A period in pieces that sums are kept of: whole months, whole days, and hours for the rest. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import Enum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from chargedeck.hub.history import HistoryQuery
from chargedeck.hub.history_calendar import DAY, Bucket, day_of, midnight, months_later
from chargedeck.storage.session_parts import slot_of

_TICK = timedelta(microseconds=1)


class Unit(Enum):
    """What the starts of a piece count."""

    SLOT = "slot"
    DAY = "day"
    MONTH = "month"


class Piece(NamedTuple):
    """From `first` up to but without `last`."""

    unit: Unit
    first: int
    last: int


def pieces(query: HistoryQuery, *, in_days: bool) -> Iterator[Piece]:
    """Everything of the period once, a piece of days beside months being of one month alone.

    Where the days are not the question's own, in hours.
    """
    start, end = query.period
    first, last = _first_whole(start, query.zone), day_of(end, query.zone)
    if not in_days or query.bucket is Bucket.HOUR or first >= last:
        yield from _some(Unit.SLOT, slot_of(start), slot_of(end))
        return
    yield from _some(Unit.SLOT, slot_of(start), slot_of(midnight(first, query.zone)))
    yield from _days(first, last, in_months=query.bucket in (Bucket.MONTH, Bucket.YEAR))
    yield from _some(Unit.SLOT, slot_of(midnight(last, query.zone)), slot_of(end))


def _first_whole(start: datetime, zone: ZoneInfo) -> date:
    """The first day that begins in the period."""
    return day_of(start - _TICK, zone) + DAY


def _days(first: date, last: date, *, in_months: bool) -> Iterator[Piece]:
    opening, closing = months_later((first - DAY).replace(day=1), 1), last.replace(day=1)
    if not in_months or opening > closing:
        yield from _some(Unit.DAY, first.toordinal(), last.toordinal())
        return
    yield from _some(Unit.DAY, first.toordinal(), opening.toordinal())
    yield from _some(Unit.MONTH, _month(opening), _month(closing))
    yield from _some(Unit.DAY, closing.toordinal(), last.toordinal())


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _some(unit: Unit, first: int, last: int) -> Iterator[Piece]:
    if first < last:
        yield Piece(unit, first, last)
