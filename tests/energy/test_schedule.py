"""Weekly hours, exceptions and departures: what holds at an instant and when it changes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chargedeck.domain.problems import OutOfRangeError
from chargedeck.domain.units import WattHours
from chargedeck.energy.schedule import (
    EVERY_DAY,
    DateException,
    Departure,
    DoubleExceptionError,
    Hours,
    NextDeparture,
    OneDeparture,
    Rule,
    Schedule,
    WeeklyDeparture,
    WeeklyHours,
    Why,
    allowed_spans,
    next_departure,
    schedule,
    why,
)

BRUSSELS = ZoneInfo("Europe/Brussels")
WORKDAYS = frozenset(range(5))
MONDAY = date(2025, 6, 2)
FORWARD, BACK = date(2025, 3, 30), date(2025, 10, 26)


def hours(words: str, rule: Rule = Rule.ALLOWED) -> Hours:
    start, end = words.split("-")
    return Hours(rule, time.fromisoformat(start), time.fromisoformat(end))


def allowed(words: str, days: frozenset[int] = EVERY_DAY) -> WeeklyHours:
    return WeeklyHours(days, hours(words))


def forbidden(words: str, days: frozenset[int] = EVERY_DAY) -> WeeklyHours:
    return WeeklyHours(days, hours(words, Rule.FORBIDDEN))


def at(words: str) -> datetime:
    """A time in Brussels, or one with its own offset."""
    instant = datetime.fromisoformat(words)
    return instant if instant.tzinfo else instant.replace(tzinfo=BRUSSELS)


NIGHT = Schedule(BRUSSELS, (allowed("22:00-06:00"),))
NO_EVENINGS = Schedule(BRUSSELS, (forbidden("17:00-20:00", WORKDAYS),))
BOTH = Schedule(BRUSSELS, (allowed("10:00-20:00"), forbidden("17:00-18:00")))
ALL_FORBIDDEN = Schedule(BRUSSELS, (forbidden("00:00-00:00"),))
HOLIDAYS = Schedule(
    BRUSSELS,
    (allowed("22:00-06:00"),),
    (
        DateException(date(2025, 6, 5)),
        DateException(date(2025, 6, 7), (hours("00:00-00:00", Rule.FORBIDDEN),)),
        DateException(date(2025, 6, 9), (hours("12:00-14:00"),)),
    ),
)
DELAYED = Schedule(BRUSSELS, (allowed("22:00-06:00"),), start_delay=timedelta(seconds=500))
FREE = Schedule(BRUSSELS)


OPEN, WITHIN, OUTSIDE = Why.FREE, Why.ALLOWED_HOURS, Why.OUTSIDE_ALLOWED_HOURS
CLOSED, WAITS = Why.FORBIDDEN_HOURS, Why.START_DELAY
ALLOWING = {OPEN, WITHIN}


@pytest.mark.parametrize(
    ("rules", "now", "says", "changes"),
    [
        pytest.param(FREE, "2025-06-02 12:00", OPEN, None, id="no rules"),
        pytest.param(NIGHT, "2025-06-02 12:00", OUTSIDE, "2025-06-02 22:00", id="by day"),
        pytest.param(NIGHT, "2025-06-02 22:00", WITHIN, "2025-06-03 06:00", id="at ten"),
        pytest.param(NIGHT, "2025-06-03 03:00", WITHIN, "2025-06-03 06:00", id="after midnight"),
        pytest.param(NIGHT, "2025-06-03 06:00", OUTSIDE, "2025-06-03 22:00", id="at six"),
        pytest.param(NO_EVENINGS, "2025-06-02 12:00", OPEN, "2025-06-02 17:00", id="before five"),
        pytest.param(NO_EVENINGS, "2025-06-02 18:00", CLOSED, "2025-06-02 20:00", id="at six pm"),
        pytest.param(NO_EVENINGS, "2025-06-06 20:00", OPEN, "2025-06-09 17:00", id="over the week-end"),
        pytest.param(BOTH, "2025-06-02 12:00", WITHIN, "2025-06-02 17:00", id="until forbidden"),
        pytest.param(BOTH, "2025-06-02 17:30", CLOSED, "2025-06-02 18:00", id="forbidden wins"),
        pytest.param(ALL_FORBIDDEN, "2025-06-02 12:00", CLOSED, None, id="never"),
        pytest.param(HOLIDAYS, "2025-06-05 12:00", OPEN, "2025-06-06 06:00", id="a date without rules"),
        pytest.param(HOLIDAYS, "2025-06-07 03:00", CLOSED, "2025-06-08 00:00", id="a date closed"),
        pytest.param(HOLIDAYS, "2025-06-09 07:00", OUTSIDE, "2025-06-09 12:00", id="own hours"),
        pytest.param(HOLIDAYS, "2025-06-09 13:00", WITHIN, "2025-06-09 14:00", id="within them"),
        pytest.param(HOLIDAYS, "2025-06-09 23:00", OUTSIDE, "2025-06-10 22:00", id="instead"),
        pytest.param(DELAYED, "2025-06-02 22:00", WAITS, "2025-06-02 22:08:20", id="a delayed start"),
        pytest.param(DELAYED, "2025-06-02 22:08:19", WAITS, "2025-06-02 22:08:20", id="almost"),
        pytest.param(DELAYED, "2025-06-02 22:08:20", WITHIN, "2025-06-03 06:00", id="begun"),
        pytest.param(
            DELAYED,
            "2025-06-02 12:00",
            OUTSIDE,
            "2025-06-02 22:08:20",
            id="will be delayed",
        ),
        pytest.param(NIGHT, "2025-03-30 01:00", WITHIN, "2025-03-30 06:00", id="the short night"),
        pytest.param(NIGHT, "2025-10-26 02:30+01:00", WITHIN, "2025-10-26 06:00", id="the long one"),
    ],
)
def test_what_holds_and_when_it_changes(rules: Schedule, now: str, says: Why, changes: str | None) -> None:
    holding = schedule(rules, at(now))
    assert holding.why is why(rules, at(now)) is says
    assert holding.changes_at == (at(changes) if changes else None)
    assert holding.allowed is (says in ALLOWING)


@pytest.mark.parametrize(
    ("day", "words", "length"),
    [
        pytest.param(MONDAY, "01:00-04:00", 3, id="an ordinary night"),
        pytest.param(FORWARD, "01:00-04:00", 2, id="an hour less"),
        pytest.param(FORWARD, "02:00-03:00", 0, id="left out"),
        pytest.param(FORWARD, "02:30-03:30", 0.5, id="what is left of it"),
        pytest.param(BACK, "01:00-04:00", 4, id="an hour more"),
        pytest.param(BACK, "02:00-03:00", 2, id="twice"),
        pytest.param(BACK, "00:00-00:00", 25, id="a whole day of 25 hours"),
        pytest.param(FORWARD, "00:00-00:00", 23, id="a whole day of 23 hours"),
    ],
)
def test_hours_on_days_of_23_and_25_hours(day: date, words: str, length: float) -> None:
    start, end = hours(words).span(day, BRUSSELS)
    assert end - start == timedelta(hours=length)
    rules = Schedule(BRUSSELS, (allowed(words, frozenset({day.weekday()})),))
    noon = datetime.combine(day, time(12), BRUSSELS)
    spans = allowed_spans(rules, noon - timedelta(days=1), noon + timedelta(days=1))
    assert sum((end - start for start, end in spans), timedelta()) == timedelta(hours=length)


def test_spans_of_a_day() -> None:
    start, end = at("2025-06-02 05:00"), at("2025-06-02 23:00")
    assert allowed_spans(NIGHT, start, end) == (
        (start, at("2025-06-02 06:00")),
        (at("2025-06-02 22:00"), end),
    )
    assert allowed_spans(BOTH, start, end) == (
        (at("2025-06-02 10:00"), at("2025-06-02 17:00")),
        (at("2025-06-02 18:00"), at("2025-06-02 20:00")),
    )
    assert allowed_spans(FREE, start, end) == ((start, end),)
    assert allowed_spans(ALL_FORBIDDEN, start, end) == ()
    assert allowed_spans(FREE, end, start) == ()
    delayed = allowed_spans(DELAYED, start, end)
    assert delayed[-1] == (at("2025-06-02 22:08:20"), end)


def test_a_change_far_behind_exceptions_is_found() -> None:
    vacation = tuple(DateException(MONDAY + timedelta(days=day)) for day in range(20))
    rules = Schedule(BRUSSELS, NIGHT.hours, vacation)
    assert schedule(rules, at("2025-06-02 12:00")).changes_at == at("2025-06-22 06:00")


COMMUTE = Departure(time(7), WattHours(20_000))
TRIP = Departure(time(5), WattHours(60_000))
PLANS = Schedule(
    BRUSSELS,
    exceptions=(
        DateException(date(2025, 6, 5)),
        DateException(date(2025, 6, 6), departures=(Departure(time(9), WattHours(9000)),)),
    ),
    weekly_departures=(WeeklyDeparture(WORKDAYS, COMMUTE),),
    departures=(OneDeparture(date(2025, 6, 7), TRIP),),
)


@pytest.mark.parametrize(
    ("now", "ready_at", "energy"),
    [
        pytest.param("2025-06-02 06:59", "2025-06-02 07:00", 20_000, id="in a minute"),
        pytest.param("2025-06-02 07:00", "2025-06-03 07:00", 20_000, id="gone, so tomorrow"),
        pytest.param("2025-06-04 08:00", "2025-06-06 09:00", 9000, id="a free day, then one with its own"),
        pytest.param("2025-06-06 10:00", "2025-06-07 05:00", 60_000, id="once on a Saturday"),
        pytest.param("2025-06-07 05:00", "2025-06-09 07:00", 20_000, id="over Sunday"),
        pytest.param("2025-10-25 12:00", "2025-10-27 07:00", 20_000, id="over the long night"),
    ],
)
def test_the_next_departure(now: str, ready_at: str, energy: float) -> None:
    expected = NextDeparture(at(ready_at), WattHours(energy))
    assert next_departure(PLANS, at(now)) == schedule(PLANS, at(now)).departure == expected


def test_of_two_departures_at_one_time_the_one_that_needs_more() -> None:
    rules = Schedule(
        BRUSSELS,
        weekly_departures=(WeeklyDeparture(EVERY_DAY, COMMUTE),),
        departures=(OneDeparture(MONDAY, Departure(time(7), WattHours(50_000))),),
    )
    coming = next_departure(rules, at("2025-06-02 00:00"))
    assert coming == NextDeparture(at("2025-06-02 07:00"), WattHours(50_000))


def test_a_departure_at_a_time_that_comes_twice_is_the_first() -> None:
    rules = Schedule(BRUSSELS, departures=(OneDeparture(BACK, Departure(time(2, 30), WattHours(1))),))
    assert next_departure(rules, at("2025-10-25 12:00")) == NextDeparture(
        at("2025-10-26 02:30+02:00"), WattHours(1)
    )
    assert next_departure(rules, at("2025-10-26 02:30+02:00")) is None


def test_without_departures_there_is_none() -> None:
    assert next_departure(NIGHT, at("2025-06-02 12:00")) is None


def test_rules_that_cannot_be_are_refused() -> None:
    with pytest.raises(OutOfRangeError, match="energy_wh is 0"):
        Departure(time(7), WattHours(0))
    with pytest.raises(OutOfRangeError, match="start_delay is 1801"):
        Schedule(BRUSSELS, start_delay=timedelta(seconds=1801))
    with pytest.raises(DoubleExceptionError, match="two exceptions for 2025-06-02") as refused:
        Schedule(BRUSSELS, exceptions=(DateException(MONDAY), DateException(MONDAY)))
    assert refused.value.code == "double_exception"


CLOCK = st.builds(time, st.integers(0, 23), st.integers(0, 59))
HOURS = st.builds(Hours, st.sampled_from(Rule), CLOCK, CLOCK)
WEEKLY = st.builds(WeeklyHours, st.frozensets(st.integers(0, 6)), HOURS)


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    day = st.integers(-3, 3).map(lambda days: BACK + timedelta(days=days))
    closed = draw(st.dictionaries(day, st.lists(HOURS, max_size=2).map(tuple), max_size=2))
    return Schedule(
        draw(st.sampled_from((BRUSSELS, ZoneInfo("Australia/Lord_Howe")))),
        tuple(draw(st.lists(WEEKLY, max_size=3))),
        tuple(DateException(on, given_hours) for on, given_hours in closed.items()),
        start_delay=timedelta(seconds=draw(st.sampled_from((0, 300, 600)))),
    )


@settings(max_examples=20)
@given(schedules(), st.integers(0, 4000))
def test_nothing_changes_before_the_change_and_something_does_then(rules: Schedule, minutes: int) -> None:
    now = datetime(2025, 10, 24, tzinfo=UTC) + timedelta(minutes=minutes)
    holding = schedule(rules, now)
    end = min(holding.changes_at or now + timedelta(days=3), now + timedelta(days=3))
    step = max(timedelta(minutes=1), (end - now) / 20)
    moment = now
    while moment < end:
        assert (why(rules, moment) in ALLOWING) is holding.allowed
        moment += step
    if holding.changes_at:
        assert (why(rules, holding.changes_at) in ALLOWING) is not holding.allowed
        assert (why(rules, holding.changes_at - timedelta(seconds=1)) in ALLOWING) is holding.allowed


@settings(max_examples=20)
@given(schedules())
def test_spans_are_exactly_when_charging_is_allowed(rules: Schedule) -> None:
    start = datetime(2025, 10, 25, 12, tzinfo=UTC)
    spans = allowed_spans(rules, start, start + timedelta(hours=24))
    for minutes in range(0, 24 * 60, 37):
        moment = start + timedelta(minutes=minutes)
        within = any(begin <= moment < end for begin, end in spans)
        assert within is (why(rules, moment) in ALLOWING)
