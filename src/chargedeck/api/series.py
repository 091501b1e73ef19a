"""Time series in amounts that a screen can show: pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from chargedeck.domain.sentences import said
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import LimitChange

MOST_POINTS = 600
"""What is answered when nobody says how fine it should be; about a point per pixel column of a phone."""

MOST_ASKED_POINTS = 5_000
LONGEST = timedelta(days=366)

STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400)


class Period(NamedTuple):
    """From `start` on, up to but without `end`."""

    start: datetime
    end: datetime

    def holds(self, at: datetime) -> bool:
        """Whether an instant lies in it."""
        return self.start <= at < self.end

    @property
    def seconds(self) -> float:
        """How long it is."""
        return (self.end - self.start).total_seconds()


class LimitInterval(NamedTuple):
    """A limit with the time that it was in force."""

    start: datetime
    end: datetime
    change: LimitChange


def period(start: datetime | None, end: datetime | None, *, now: datetime, default: timedelta) -> Period:
    """The period that was asked for; it ends now and lasts `default` unless said otherwise."""
    end = end or now
    try:
        start = start or end - default
    except OverflowError as error:
        raise InvalidValueError("to", said("is too long ago")) from error
    if start >= end:
        raise InvalidValueError("from", said("must be earlier than to"))
    if end - start > LONGEST:
        raise InvalidValueError(
            "from", said("must be no more than {days} days earlier than to", days=LONGEST.days)
        )
    return Period(start, end)


def resolution(asked: float | None, over: Period) -> float:
    """Seconds per point: as asked, or the finest step that keeps the answer small."""
    if asked is None:
        return next((step for step in STEPS_S if over.seconds / step <= MOST_POINTS), STEPS_S[-1])
    if over.seconds / asked > MOST_ASKED_POINTS:
        finest = over.seconds / MOST_ASKED_POINTS
        raise InvalidValueError(
            "resolution", said("must be at least {finest} s for so long a period", finest=round(finest))
        )
    return asked


def intervals(changes: Sequence[LimitChange], over: Period) -> list[LimitInterval]:
    """When each limit was in force; the first change may lie before the period, and began it."""
    ordered = sorted(changes, key=lambda change: change.at)
    ends = [*(change.at for change in ordered), over.end][1:]
    laid = (
        LimitInterval(max(change.at, over.start), min(end, over.end), change)
        for change, end in zip(ordered, ends, strict=True)
    )
    return [interval for interval in laid if interval.start < interval.end]
