"""Times in the field: ISO 8601 in all its forms, and what is none."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargedeck.chargers.ocpp.times import NotAnInstantError, instant, is_instant, written

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-22T12:00:00Z", NOON),
        ("2026-11-22T12:00:00.5Z", NOON + timedelta(seconds=0.5)),
        ("2026-11-22T12:00:00.123456789Z", NOON + timedelta(microseconds=123456)),
        ("2026-11-22T13:00:00+01:00", NOON),
        ("2026-11-22T13:00:00+0100", NOON),
        ("2026-11-22T12:00:00", NOON),
        ("2026-11-22T12:00Z", NOON),
        ("2026-11-22t12:00:00z", NOON),
        (" 2026-11-22T12:00:00Z ", NOON),
        ("2026-11-22T12:00:60Z", NOON + timedelta(seconds=59)),
        ("1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_times_are_read(text: str, at: datetime) -> None:
    assert instant(text) == at
    assert instant(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-11-22",
        "12:00:00Z",
        "2026-13-22T12:00:00Z",
        "2026-02-29T12:00:00Z",
        "2026-11-22T25:00:00Z",
        "2026-11-22 12:00:00Z",
        "20261122T120000Z",
        "1795348800",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(NotAnInstantError):
        instant(text)
    assert not is_instant(text)


def test_only_a_text_is_a_time() -> None:
    assert not is_instant(5)
    assert is_instant("2026-11-22T12:00:00Z")


def test_times_are_written_in_one_form() -> None:
    assert written(NOON) == "2026-11-22T12:00:00.000Z"
    in_paris = NOON.astimezone(timezone(timedelta(hours=1)))
    assert written(in_paris) == "2026-11-22T12:00:00.000Z"


@given(st.datetimes(timezones=st.just(UTC)))
def test_what_is_written_is_read_to_the_millisecond(at: datetime) -> None:
    assert abs(instant(written(at)) - at) < timedelta(milliseconds=1)


@given(st.text())
def test_no_text_raises_anything_else(text: str) -> None:
    assert is_instant(text) in (True, False)
