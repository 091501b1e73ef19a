"""Who is told what and when, as tables; and what must never happen, as properties."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargedeck.domain.errors import ErrorType
from chargedeck.domain.notices import (
    GIVEN_UP_AFTER,
    HOUR,
    LONGEST_RETRY,
    NOTHING,
    OFFLINE_GRACE,
    USUAL,
    Happening,
    Listener,
    Mark,
    NoticeKind,
    QuietHours,
    Verdict,
    Way,
    next_try,
    verdict,
)
from chargedeck.domain.units import ChargerId, StationId

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BUCHAREST = ZoneInfo("Europe/Bucharest")
ALL = frozenset(NoticeKind)
MAIL, PUSH = Way("mail", ALL), Way("push", frozenset({NoticeKind.CHARGER_ERROR}))
NIGHT = QuietHours(time(22), time(7))
EVERYTHING = Listener(kinds=ALL, ways=(MAIL, PUSH))
DEAF = Listener(kinds=ALL, enabled=False)


def happening(kind: NoticeKind, about: str = "", *, at: datetime = NOON, **more: Any) -> Happening:
    return Happening(kind, ChargerId("garage"), StationId("home"), at, about, **more)


ERROR = happening(NoticeKind.CHARGER_ERROR, ErrorType.OVERCURRENT)
DANGER = happening(NoticeKind.CHARGER_ERROR, ErrorType.RELAY_FAILURE)
ENDED = happening(NoticeKind.SESSION_ENDED)
GONE = happening(NoticeKind.CHARGER_OFFLINE)
BACK = happening(NoticeKind.CHARGER_ONLINE, away_for=10 * MINUTE)


def judged(what: Happening, who: Listener, mark: Mark | None = None, now: datetime = NOON) -> Verdict:
    return verdict(what, who, mark, now, notice_id="new")


def told(minutes_ago: float, *, is_open: bool = False) -> Mark:
    return Mark(NOON - minutes_ago * MINUTE, "old", 2, is_open)


@pytest.mark.parametrize(
    ("what", "who", "mark", "expected"),
    [
        # what comes for the first time
        pytest.param(ERROR, EVERYTHING, None, "told, mail and push", id="by every way that wants it"),
        pytest.param(ENDED, EVERYTHING, None, "told, mail", id="a way may want less"),
        pytest.param(ENDED, Listener(), None, "told", id="without ways it is in the inbox"),
        pytest.param(ENDED, DEAF, None, "nothing", id="the master switch is off"),
        pytest.param(ENDED, Listener(kinds=ALL - {ENDED.kind}), None, "nothing", id="not of interest"),
        pytest.param(happening(NoticeKind.SESSION_STARTED), Listener(), None, "nothing", id="usually not"),
        # what comes again
        pytest.param(ERROR, EVERYTHING, told(59), "counted", id="an error that flaps"),
        pytest.param(ERROR, EVERYTHING, told(60), "told, mail and push", id="an hour later"),
        pytest.param(DANGER, EVERYTHING, told(59), "counted", id="also a danger that flaps"),
        pytest.param(ERROR, EVERYTHING, told(-1), "told, mail and push", id="the clock was set back"),
        pytest.param(ENDED, EVERYTHING, told(0.5), "counted", id="a contact that chatters"),
        pytest.param(ENDED, EVERYTHING, told(1), "told, mail", id="the next session is another one"),
        # what comes late
        pytest.param(replace(ENDED, at=NOON - 5 * HOUR), Listener(), None, "told", id="told late"),
        pytest.param(replace(ENDED, at=NOON - 7 * HOUR), Listener(), None, "nothing", id="history"),
        # the connection
        pytest.param(GONE, EVERYTHING, None, "told, mail; open", id="gone"),
        pytest.param(GONE, EVERYTHING, told(90, is_open=True), "nothing", id="known to be gone"),
        pytest.param(GONE, EVERYTHING, told(20), "again in 40", id="gone again: told when the hour is over"),
        pytest.param(GONE, EVERYTHING, told(60), "told, mail; open", id="gone again much later"),
        pytest.param(GONE, DEAF, None, "nothing", id="gone, to who does not listen"),
        pytest.param(BACK, EVERYTHING, told(5, is_open=True), "told, mail; closed", id="back"),
        pytest.param(BACK, DEAF, told(5, is_open=True), "closed", id="back, to who no longer listens"),
        pytest.param(BACK, EVERYTHING, told(5), "nothing", id="back, and its absence was not told"),
        pytest.param(BACK, EVERYTHING, None, "nothing", id="back, and nobody knew that it was gone"),
    ],
)
def test_who_is_told_what(what: Happening, who: Listener, mark: Mark | None, expected: str) -> None:
    assert in_words(judged(what, who, mark), mark) == expected


def in_words(found: Verdict, before: Mark | None) -> str:
    if found.again_at is not None:
        assert found == Verdict(again_at=found.again_at)
        return f"again in {(found.again_at - NOON) // MINUTE}"
    if not found.tell and found.mark is not None and before is not None and before.is_open:
        return "closed"
    if not found.tell:
        if found.mark is None:
            assert found == NOTHING
            return "nothing"
        assert before is not None
        assert found.mark == replace(before, repeats=before.repeats + 1)
        return "counted"
    ways = " and ".join(way for way, due in found.ways if due == NOON)
    assert found.mark is not None
    was_open = before is not None and before.is_open
    assert found.mark.notice_id == ("old" if was_open else "new")
    ending = "; open" if found.mark.is_open else "; closed" if was_open else ""
    return f"told{', ' if ways else ''}{ways}{ending}"


ONLY_BACK = Listener(kinds=frozenset({NoticeKind.CHARGER_ONLINE}))


@pytest.mark.parametrize(
    ("what", "mark", "is_told"),
    [
        pytest.param(BACK, None, True, id="it was away"),
        pytest.param(replace(BACK, away_for=OFFLINE_GRACE - MINUTE), None, False, id="for a moment only"),
        pytest.param(replace(BACK, away_for=None), None, False, id="the server was away, not the charger"),
        pytest.param(BACK, told(30), False, id="again within the hour"),
        pytest.param(BACK, told(61), True, id="an hour later"),
    ],
)
def test_who_wants_returns_alone(what: Happening, mark: Mark | None, is_told: bool) -> None:
    assert judged(what, ONLY_BACK, mark).tell is is_told


def test_one_error_does_not_hide_another() -> None:
    hot = happening(NoticeKind.CHARGER_ERROR, ErrorType.DEVICE_HOT)
    assert len({ERROR.topic, DANGER.topic, hot.topic, ENDED.topic, GONE.topic}) == 5
    assert GONE.topic == BACK.topic


@pytest.mark.parametrize(
    ("what", "at", "due"),
    [
        pytest.param(ERROR, "2026-06-01T21:59:59+03:00", None, id="a second before"),
        pytest.param(ERROR, "2026-06-01T22:00:00+03:00", "2026-06-02T07:00:00+03:00", id="in the evening"),
        pytest.param(ERROR, "2026-06-02T06:59:59+03:00", "2026-06-02T07:00:00+03:00", id="before dawn"),
        pytest.param(ERROR, "2026-06-02T07:00:00+03:00", None, id="in the morning"),
        pytest.param(DANGER, "2026-06-02T03:00:00+03:00", None, id="a danger wakes people"),
        pytest.param(ERROR, "2026-10-25T01:00:00+03:00", "2026-10-25T07:00:00+02:00", id="the long night"),
        pytest.param(ERROR, "2026-03-29T01:00:00+02:00", "2026-03-29T07:00:00+03:00", id="the short night"),
    ],
)
def test_the_night_is_quiet(what: Happening, at: str, due: str | None) -> None:
    now = datetime.fromisoformat(at).astimezone(UTC)
    found = judged(replace(what, at=now), replace(EVERYTHING, quiet=NIGHT, zone=BUCHAREST), now=now)
    expected = now if due is None else datetime.fromisoformat(due)
    assert found.tell
    assert found.ways == (("mail", expected), ("push", expected))


def test_a_rest_at_noon() -> None:
    rest = QuietHours(time(12), time(14, 30))
    zone = ZoneInfo("UTC")
    assert rest.until(NOON, zone) == NOON.replace(hour=14, minute=30)
    assert rest.until(NOON - MINUTE, zone) is rest.until(NOON.replace(hour=15), zone) is None


CLOCKS = st.times().map(lambda at: at.replace(second=0, microsecond=0, tzinfo=None))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
ZONES = st.sampled_from(["UTC", "Europe/Bucharest", "America/St_Johns", "Australia/Lord_Howe"]).map(ZoneInfo)


@given(CLOCKS, CLOCKS, MOMENTS, ZONES)
def test_quiet_hours_end_within_a_day_and_after_now(
    start: time, end: time, now: datetime, zone: ZoneInfo
) -> None:
    until = QuietHours(start, end).until(now, zone)
    if until is not None:
        assert now < until <= now + timedelta(hours=26)
        if start != end:
            assert (
                until.astimezone(zone).time() == end
                or until.astimezone(zone).utcoffset() != now.astimezone(zone).utcoffset()
            )


KINDS = st.sampled_from([ERROR, DANGER, GONE, BACK, happening(NoticeKind.STOPPED_BY_LIMIT, "solar")])


@given(st.lists(st.tuples(KINDS, st.integers(0, 40)), max_size=60))
def test_however_it_flaps_nobody_is_told_of_a_thing_more_than_once_an_hour(
    steps: list[tuple[Happening, int]],
) -> None:
    """Of a return as often as of a loss."""
    marks: dict[str, Mark] = {}
    times: dict[tuple[str, NoticeKind], list[datetime]] = {}
    now = NOON
    for number, (what, minutes) in enumerate(steps):
        now += minutes * MINUTE
        found = verdict(replace(what, at=now), EVERYTHING, marks.get(what.topic), now, notice_id=str(number))
        if found.mark is not None:
            marks[what.topic] = found.mark
        if found.tell:
            times.setdefault((what.topic, what.kind), []).append(now)
    for key, told_at in times.items():
        if key[1] is not NoticeKind.CHARGER_ONLINE:
            assert all(later - earlier >= HOUR for earlier, later in pairwise(told_at)), key
    losses = times.get((GONE.topic, NoticeKind.CHARGER_OFFLINE), [])
    assert len(times.get((GONE.topic, NoticeKind.CHARGER_ONLINE), [])) <= len(losses)


def test_tries_come_less_and_less_often_and_end_after_a_day() -> None:
    now, failures = NOON, 0
    waits: list[timedelta] = []
    while (again := next_try(failures + 1, NOON, now)) is not None:
        failures += 1
        waits.append(again - now)
        now = again
    assert waits[:4] == [timedelta(seconds=30), MINUTE, 2 * MINUTE, 4 * MINUTE]
    assert max(waits) == LONGEST_RETRY
    assert GIVEN_UP_AFTER - LONGEST_RETRY <= now - NOON <= GIVEN_UP_AFTER
    assert USUAL < ALL
