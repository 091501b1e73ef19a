"""When a month's report is due, by a clock at the station."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chargedeck.hub.mailings import LONGEST_RETRY, Mailing, after, is_due, month_of, next_try, period_of

BUCHAREST = ZoneInfo("Europe/Bucharest")
OCTOBER = date(2026, 10, 1)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param("2026-10-31T23:59:59+02:00", False, id="the month is not over"),
        pytest.param("2026-11-01T05:59:59+02:00", False, id="too early in the morning"),
        pytest.param("2026-11-01T06:00:00+02:00", True, id="six o'clock"),
        pytest.param("2026-11-01T04:00:00+00:00", True, id="six o'clock, told otherwise"),
        pytest.param("2027-03-01T00:00:00+00:00", True, id="the server was away"),
    ],
)
def test_when_it_is_due(now: str, expected: bool) -> None:
    assert is_due(Mailing("u1", OCTOBER), datetime.fromisoformat(now), BUCHAREST) is expected


def test_who_wants_none_gets_none() -> None:
    assert not is_due(Mailing("u1", OCTOBER, enabled=False), datetime(2027, 1, 1, tzinfo=UTC), BUCHAREST)


def test_months_follow_one_another() -> None:
    months = [date(2026, 1, 1)]
    for _ in range(24):
        months.append(after(months[-1]))
    assert months[-1] == date(2028, 1, 1)
    assert all(month.day == 1 for month in months)
    assert len(set(months)) == 25


def test_a_month_ends_where_the_next_one_begins_also_when_clocks_change() -> None:
    start, end = period_of(OCTOBER, BUCHAREST)
    assert (end.astimezone(UTC) - start.astimezone(UTC)) == timedelta(days=31, hours=1)
    assert period_of(after(OCTOBER), BUCHAREST)[0] == end
    assert month_of(datetime(2026, 10, 31, 22, 30, tzinfo=UTC), BUCHAREST) == date(2026, 11, 1)


def test_it_is_tried_less_and_less_often() -> None:
    waits = [next_try(count) for count in (1, 2, 3, 8, 100)]
    assert waits[:3] == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20)]
    assert waits[3:] == [LONGEST_RETRY, LONGEST_RETRY]
