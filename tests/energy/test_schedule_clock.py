"""Local dates and times, above all in the nights in which clocks are put forward and back."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chargedeck.energy.schedule_clock import day_length, instant_of, local_day, midnight

BRUSSELS = ZoneInfo("Europe/Brussels")
FORWARD, BACK = date(2025, 3, 30), date(2025, 10, 26)


@pytest.mark.parametrize(
    ("zone", "day", "clock", "first", "last"),
    [
        pytest.param("Europe/Brussels", date(2025, 6, 1), "07:00", "05:00", "05:00", id="summer"),
        pytest.param("Europe/Brussels", date(2025, 1, 1), "07:00", "06:00", "06:00", id="winter"),
        pytest.param("Europe/Brussels", FORWARD, "01:59", "00:59", "00:59", id="before the gap"),
        pytest.param("Europe/Brussels", FORWARD, "02:00", "01:00", "01:00", id="where the gap begins"),
        pytest.param("Europe/Brussels", FORWARD, "02:30", "01:00", "01:00", id="in the gap"),
        pytest.param("Europe/Brussels", FORWARD, "03:00", "01:00", "01:00", id="behind the gap"),
        pytest.param("Europe/Brussels", BACK, "02:30", "00:30", "01:30", id="shown twice"),
        pytest.param("Europe/Brussels", BACK, "03:00", "02:00", "02:00", id="after both"),
        pytest.param("Asia/Beirut", date(2024, 3, 31), "00:30", "22:00", "22:00", id="no midnight"),
        pytest.param("Australia/Lord_Howe", date(2024, 10, 6), "02:15", "15:30", "15:30", id="half an hour"),
        pytest.param("Asia/Kathmandu", date(2024, 10, 6), "05:45", "00:00", "00:00", id="an odd offset"),
    ],
)
def test_when_a_clock_shows_a_time(zone: str, day: date, clock: str, first: str, last: str) -> None:
    at, place = time.fromisoformat(clock), ZoneInfo(zone)
    assert instant_of(day, at, place).time() == time.fromisoformat(first)
    assert instant_of(day, at, place, last=True).time() == time.fromisoformat(last)
    assert instant_of(day, at, place).tzinfo is UTC


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Brussels", FORWARD, 23),
        ("Europe/Brussels", BACK, 25),
        ("Europe/Brussels", date(2025, 6, 1), 24),
        ("Asia/Beirut", date(2024, 3, 31), 23),
        ("Australia/Lord_Howe", date(2024, 4, 7), 24.5),
    ],
)
def test_how_long_a_day_lasts(zone: str, day: date, hours: float) -> None:
    assert day_length(day, ZoneInfo(zone)) == timedelta(hours=hours)


def test_the_date_on_the_wall() -> None:
    assert local_day(datetime(2025, 6, 1, 22, tzinfo=UTC), BRUSSELS) == date(2025, 6, 2)
    assert midnight(date(2025, 6, 2), BRUSSELS) == datetime(2025, 6, 1, 22, tzinfo=UTC)


@settings(max_examples=40)
@given(
    st.dates(date(2000, 1, 1), date(2035, 12, 31)),
    st.times().map(lambda clock: clock.replace(microsecond=0)),
    st.sampled_from(("Europe/Brussels", "Asia/Beirut", "Australia/Lord_Howe", "America/New_York")),
)
def test_a_clock_shows_the_time_or_the_first_one_after_a_gap(day: date, clock: time, zone: str) -> None:
    place = ZoneInfo(zone)
    at = instant_of(day, clock, place)
    shown = at.astimezone(place)
    before = (at - timedelta(seconds=1)).astimezone(place)
    assert shown.replace(tzinfo=None) == datetime.combine(day, clock) or (
        before.replace(tzinfo=None) < datetime.combine(day, clock) < shown.replace(tzinfo=None)
    )
