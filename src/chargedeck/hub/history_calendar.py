"""Periods of the history in local time, whatever its clocks do: hours, days, weeks, months, years. Pure."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


class Bucket(StrEnum):
    """What a bar of a chart stands for; weeks begin on Monday."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Period(NamedTuple):
    """From `start` on, up to but without `end`."""

    start: datetime
    end: datetime


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a local day begins; where the clocks jump over midnight, when they have done so."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def day_of(at: datetime, zone: ZoneInfo) -> date:
    """The local day that an instant lies in."""
    return at.astimezone(zone).date()


def first_day(bucket: Bucket, day: date) -> date:
    """The first day of the week, month or year that a day lies in."""
    if bucket is Bucket.WEEK:
        return day - day.weekday() * DAY
    if bucket is Bucket.MONTH:
        return day.replace(day=1)
    return day.replace(month=1, day=1) if bucket is Bucket.YEAR else day


def next_day(bucket: Bucket, first: date) -> date:
    """The first day of the week, month or year after the one that begins with `first`."""
    if bucket is Bucket.WEEK:
        return first + 7 * DAY
    if bucket is Bucket.MONTH:
        return months_later(first, 1)
    return months_later(first, 12) if bucket is Bucket.YEAR else first + DAY


def months_later(first: date, months: int) -> date:
    """The first of a month so many months later, or earlier."""
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def whole_hour(at: datetime, zone: ZoneInfo) -> datetime:
    """When the local hour began that an instant lies in."""
    local = at.astimezone(zone)
    return at - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)


def buckets(period: Period, bucket: Bucket, zone: ZoneInfo) -> Iterator[Period]:
    """The period in buckets, the first and the last cut where it begins and ends."""
    start = period.start
    while start < period.end:
        end = min(_bucket_end(start, bucket, zone), period.end)
        yield Period(start, end)
        start = end


def _bucket_end(at: datetime, bucket: Bucket, zone: ZoneInfo) -> datetime:
    if bucket is Bucket.HOUR:
        return whole_hour(at, zone) + HOUR
    day = day_of(at, zone)
    end = midnight(next_day(bucket, first_day(bucket, day)), zone)
    # Where a clock is put back over midnight, a day seems to end before it has begun for good.
    return end if end > at else end + DAY


def before(period: Period, zone: ZoneInfo) -> Period:
    """The period before: as many months if it consists of months, as many days if of days, as long else."""
    first, last = day_of(period.start, zone), day_of(period.end, zone)
    if (midnight(first, zone), midnight(last, zone)) != period:
        return Period(period.start - (period.end - period.start), period.start)
    if first.day == last.day == 1:
        months = (last.year - first.year) * 12 + last.month - first.month
        return Period(midnight(months_later(first, -months), zone), period.start)
    return Period(midnight(first - (last - first), zone), period.start)
