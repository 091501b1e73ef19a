"""Periods in local time: days of 23 and 25 hours, months, the period before; nothing is left out."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargedeck.hub.history_calendar import HOUR, Bucket, Period, before, buckets, day_of, midnight

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YEAR = datetime(2000, 1, 1, tzinfo=UTC)
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "America/Havana",
    "Pacific/Apia",
]


def local(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    """A local time, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def period(start: str, end: str) -> Period:
    return Period(local(start), local(end))


@pytest.mark.parametrize(
    ("over", "bucket", "lengths_h"),
    [
        pytest.param(period("2026-03-29", "2026-03-30"), Bucket.HOUR, [1] * 23, id="the day of 23 hours"),
        pytest.param(period("2026-10-25", "2026-10-26"), Bucket.HOUR, [1] * 25, id="the day of 25 hours"),
        pytest.param(period("2026-03-28", "2026-03-31"), Bucket.DAY, [24, 23, 24], id="days in spring"),
        pytest.param(period("2026-10-24", "2026-10-27"), Bucket.DAY, [24, 25, 24], id="days in autumn"),
        pytest.param(period("2026-03-25", "2026-04-08"), Bucket.WEEK, [119, 168, 48], id="weeks, cut"),
        pytest.param(
            period("2026-01-01", "2026-04-01"), Bucket.MONTH, [31 * 24, 28 * 24, 31 * 24 - 1], id="months"
        ),
        pytest.param(
            period("2024-01-01", "2026-01-01"), Bucket.YEAR, [366 * 24, 365 * 24], id="years, one leap"
        ),
        pytest.param(
            period("2026-05-01T10:20", "2026-05-01T12:30"), Bucket.DAY, [13 / 6], id="less than one"
        ),
    ],
)
def test_buckets(over: Period, bucket: Bucket, lengths_h: list[float]) -> None:
    assert [(one.end - one.start) / HOUR for one in buckets(over, bucket, BERLIN)] == lengths_h


@pytest.mark.parametrize(
    ("over", "earlier"),
    [
        pytest.param(("2026-05-01", "2026-06-01"), ("2026-04-01", "2026-05-01"), id="a month"),
        pytest.param(("2026-01-01", "2026-04-01"), ("2025-10-01", "2026-01-01"), id="a quarter of a year"),
        pytest.param(("2026-01-01", "2027-01-01"), ("2025-01-01", "2026-01-01"), id="a year"),
        pytest.param(
            ("2026-03-30", "2026-04-06"), ("2026-03-23", "2026-03-30"), id="a week after summer time"
        ),
        pytest.param(("2026-03-29", "2026-03-30"), ("2026-03-28", "2026-03-29"), id="a day of 23 hours"),
        pytest.param(
            ("2026-05-01T10:00", "2026-05-01T12:00"), ("2026-05-01T08:00", "2026-05-01T10:00"), id="two hours"
        ),
    ],
)
def test_the_period_before(over: tuple[str, str], earlier: tuple[str, str]) -> None:
    assert before(period(*over), BERLIN) == period(*earlier)


@given(
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    start=st.integers(0, 30 * 366 * 86_400).map(lambda second: NEW_YEAR + timedelta(seconds=second)),
    length=st.timedeltas(timedelta(seconds=1), timedelta(days=40)),
    bucket=st.sampled_from(Bucket),
)
def test_buckets_leave_nothing_out(
    zone: ZoneInfo, start: datetime, length: timedelta, bucket: Bucket
) -> None:
    over = Period(start, start + length)
    found = list(buckets(over, bucket, zone))
    assert (found[0].start, found[-1].end) == over
    assert all(one.end == other.start for one, other in pairwise(found))
    assert all(one.start < one.end for one in found)


@given(zone=st.sampled_from(ZONES).map(ZoneInfo), day=st.dates(date(2000, 1, 1), date(2030, 1, 1)))
def test_a_day_begins_in_itself(zone: ZoneInfo, day: date) -> None:
    begins = midnight(day, zone)
    assert day_of(begins - timedelta(microseconds=1), zone) < day <= day_of(begins, zone)
