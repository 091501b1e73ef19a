"""The specification's rules for composite schedules, each a line of one table.

Monday 00:00 is 0. A profile is written as its purpose and what differs from an absolute one at level 0
that starts at 0, in amperes, on EVSE 1 (a station's maximum on 0); times are hours.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chargedeck.energy.charging_profile import InvalidProfileError, Kind, LimitPeriod, Profile, Purpose, Unit
from chargedeck.energy.composite_schedule import Transaction, Window, composite_schedule

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
NOBODY = None


def at(hours: float | None) -> datetime | None:
    return None if hours is None else MONDAY + timedelta(hours=hours)


def profile(purpose: Purpose, *limits: float, **more: Any) -> Profile:
    """Limits follow each other every hour, or at the hours of `at`."""
    hours = more.get("at", range(len(limits)))
    return Profile(
        evse=more.get("evse", 0 if purpose == Purpose.STATION_MAX else 1),
        purpose=purpose,
        stack_level=more.get("level", 0),
        kind=more.get("kind", Kind.ABSOLUTE),
        unit=more.get("unit", Unit.AMPS),
        periods=tuple(
            LimitPeriod(timedelta(hours=hour), limit, more.get("phases"))
            for hour, limit in zip(hours, limits, strict=True)
        ),
        start=at(more.get("start", 0)),
        duration=timedelta(hours=more["lasts"]) if "lasts" in more else None,
        valid_from=at(more.get("valid_from")),
        valid_to=at(more.get("valid_to")),
        transaction=more.get("transaction"),
    )


def most(*limits: float, **more: Any) -> Profile:
    return profile(Purpose.STATION_MAX, *limits, **more)


def outside(*limits: float, **more: Any) -> Profile:
    return profile(Purpose.EXTERNAL_CONSTRAINTS, *limits, **more)


def default(*limits: float, **more: Any) -> Profile:
    return profile(Purpose.TX_DEFAULT, *limits, **more)


def tx(*limits: float, **more: Any) -> Profile:
    return profile(Purpose.TX, *limits, **more)


DAILY, WEEKLY, RELATIVE, WATTS = Kind.DAILY, Kind.WEEKLY, Kind.RELATIVE, Unit.WATTS


def case(name: str, profiles: list[Profile], expected: list[tuple[float, float | None]], **asked: Any) -> Any:
    return pytest.param(profiles, asked, expected, id=name)


@pytest.mark.parametrize(
    ("profiles", "asked", "expected"),
    [
        # a single profile
        case("nothing installed allows anything", [], [(0, None)]),
        case("a limit without end", [default(16)], [(0, 16)]),
        case("periods follow each other", [default(16, 10, 6)], [(0, 16), (1, 10), (2, 6)]),
        case("equal neighbours are one period", [default(16, 16, 6)], [(0, 16), (2, 6)]),
        case("a window that begins inside a period", [default(16, 10)], [(0, 16), (0.5, 10)], start=0.5),
        case("a period that begins with the window", [default(16, 10)], [(0, 10)], start=1),
        case("a period that begins with the window's end", [default(16, 10)], [(0, 16)], lasts=1),
        case("a schedule that has not begun", [default(16, start=2)], [(0, None), (2, 16)]),
        case("a duration ends it", [default(16, lasts=2)], [(0, 16), (2, None)]),
        case(
            "a duration cuts later periods", [default(16, 10, 6, lasts=1.5)], [(0, 16), (1, 10), (1.5, None)]
        ),
        case("not yet valid", [default(16, valid_from=3)], [(0, None), (3, 16)]),
        case("no longer valid", [default(16, valid_to=3)], [(0, 16), (3, None)]),
        case("valid to its last instant", [default(16, valid_to=3)], [(0, None)], start=3),
        case("valid from its first instant", [default(16, valid_from=3)], [(0, 16)], start=3),
        case("zero is a limit", [default(0)], [(0, 0)]),
        # recurrence
        case(
            "daily begins anew each day",
            [default(16, 6, kind=DAILY, at=(0, 12))],
            [(0, 16), (12, 6), (24, 16), (36, 6)],
            lasts=48,
        ),
        case(
            "daily, days later",
            [default(16, 6, kind=DAILY, at=(0, 12))],
            [(0, 6), (11, 16)],
            start=85,
            lasts=20,
        ),
        case(
            "daily with a duration leaves gaps",
            [default(16, kind=DAILY, start=8, lasts=2)],
            [(0, None), (8, 16), (10, None), (32, 16), (34, None)],
            lasts=48,
        ),
        case("daily says nothing before its first day", [default(16, kind=DAILY, start=30)], [(0, None)]),
        case(
            "a day ends a daily schedule that lasts longer",
            [default(16, 6, kind=DAILY, at=(0, 20), lasts=30)],
            [(0, 6), (2, 16), (22, 6)],
            start=22,
        ),
        case(
            "weekly begins anew each week",
            [default(16, 6, kind=WEEKLY, at=(0, 120))],
            [(0, 6), (48, 16)],
            start=120,
            lasts=72,
        ),
        case(
            "recurring within its validity",
            [default(16, kind=DAILY, lasts=1, valid_to=24)],
            [(0, 16), (1, None)],
            lasts=48,
        ),
        # relative
        case(
            "relative counts from the transaction",
            [default(16, 6, kind=RELATIVE)],
            [(0, 16), (0.5, 6)],
            since=-0.5,
        ),
        case("relative says nothing without one", [default(16, kind=RELATIVE)], [(0, None)], since=NOBODY),
        case("absolute without a start is relative", [default(16, 6, start=None)], [(0, 6)], since=-1),
        case(
            "relative ends with its duration", [tx(16, kind=RELATIVE, lasts=1)], [(0, 16), (1, None)], since=0
        ),
        # stack levels
        case("the highest level wins", [default(16), default(10, level=1)], [(0, 10)]),
        case("also with more amperes", [default(10), default(16, level=1)], [(0, 16)]),
        case("whatever came first", [default(10, level=1), default(16)], [(0, 10)]),
        case(
            "a gap falls through",
            [default(16), default(10, level=1, start=1, lasts=1)],
            [(0, 16), (1, 10), (2, 16)],
        ),
        case(
            "through several levels",
            [default(16), default(10, level=1, lasts=2), default(6, level=2, lasts=1)],
            [(0, 6), (1, 10), (2, 16)],
        ),
        case("an invalid one falls through", [default(16), default(10, level=1, valid_to=0)], [(0, 16)]),
        case(
            "a gap below a gap",
            [default(16, lasts=1), default(10, level=1, start=2)],
            [(0, 16), (1, None), (2, 10)],
        ),
        # purposes
        case("a transaction's goes before the default", [default(10), tx(16)], [(0, 16)], since=0),
        case("whatever its level", [default(10, level=9), tx(16)], [(0, 16)], since=0),
        case(
            "and leaves it what it does not cover",
            [default(10), tx(16, lasts=1)],
            [(0, 16), (1, 10)],
            since=0,
        ),
        case("but not without a transaction", [default(10), tx(16)], [(0, 10)], since=NOBODY),
        case("nor for another one", [default(10), tx(16, transaction="other")], [(0, 10)], since=0),
        case("its own", [default(10), tx(16, transaction="mine")], [(0, 16)], since=0),
        case("the station's maximum cuts", [most(12), tx(16)], [(0, 12)], since=0),
        case("and never raises", [most(32), default(16)], [(0, 16)]),
        case("it alone", [most(25)], [(0, 25)]),
        case("external constraints cut", [outside(8, evse=0), most(12), default(16)], [(0, 8)]),
        case("on this EVSE", [outside(8), default(16)], [(0, 8)]),
        case("on another EVSE they do not", [outside(8, evse=2), default(16)], [(0, 16)]),
        case(
            "the lowest changes from time to time",
            [most(20, 8, 20), default(16, 16, 6)],
            [(0, 16), (1, 8), (2, 6)],
        ),
        case("levels are apart for each purpose", [most(12, level=0), default(16, level=5)], [(0, 12)]),
        # EVSE 0
        case("a default for all concerns each", [default(16, evse=0)], [(0, 16)]),
        case("the EVSE's own goes first at a level", [default(16, evse=0), default(10)], [(0, 10)]),
        case("a higher level for all goes first", [default(16, evse=0, level=1), default(10)], [(0, 16)]),
        case("another EVSE's default does not count", [default(16, evse=2)], [(0, None)]),
        case("another EVSE's transaction neither", [tx(16, evse=2)], [(0, None)], since=0),
        case("the station has its maximum only", [most(25), default(16, evse=0)], [(0, 25)], evse=0),
        case("and external constraints on it", [most(25), outside(20, evse=0)], [(0, 20)], evse=0),
        # units
        case("watts are three phases of 230 V", [default(11040, unit=WATTS)], [(0, 16)]),
        case("watts of one phase", [default(3680, unit=WATTS, phases=1)], [(0, 16)]),
        case("amperes in watts", [default(16)], [(0, 11040)], unit=WATTS),
        case("amperes of two phases in watts", [default(16, phases=2)], [(0, 7360)], unit=WATTS),
        case("at the voltage given", [default(10)], [(0, 3600)], unit=WATTS, volts=120),
        case("units are compared", [most(6900, unit=WATTS), default(16)], [(0, 10)]),
        case("in watts too", [most(6900, unit=WATTS), default(16)], [(0, 6900)], unit=WATTS),
    ],
)
def test_the_rules(
    profiles: list[Profile], asked: dict[str, Any], expected: list[tuple[float, float]]
) -> None:
    start = MONDAY + timedelta(hours=asked.get("start", 0))
    since = at(asked.get("since"))
    window = Window(
        asked.get("evse", 1),
        start,
        timedelta(hours=asked.get("lasts", 24)),
        asked.get("unit", Unit.AMPS),
        asked.get("volts", 230),
    )
    found = composite_schedule(profiles, window, Transaction("mine", since) if since else None)
    assert [(period.after / timedelta(hours=1), period.limit) for period in found] == expected


def test_the_fewest_phases_that_anybody_names() -> None:
    window = Window(1, MONDAY, timedelta(hours=1))
    (allowed,) = composite_schedule([most(20), outside(16, phases=3), default(16, phases=1)], window)
    assert allowed.phases == 1
    (allowed,) = composite_schedule([most(20)], window)
    assert allowed.phases is None


@pytest.mark.parametrize(
    ("purpose", "more", "says"),
    [
        pytest.param(Purpose.TX_DEFAULT, {"at": (1,)}, "first period", id="nothing at the start"),
        pytest.param(Purpose.TX_DEFAULT, {"at": ()}, "first period", id="nothing at all"),
        pytest.param(Purpose.TX_DEFAULT, {"at": (0, 2, 1)}, "one after the other", id="backwards"),
        pytest.param(
            Purpose.TX_DEFAULT, {"kind": DAILY, "start": None}, "recurring", id="recurring from when?"
        ),
        pytest.param(Purpose.STATION_MAX, {"evse": 1}, "EVSE 0", id="a maximum of one EVSE"),
        pytest.param(Purpose.STATION_MAX, {"kind": RELATIVE}, "relative", id="a relative maximum"),
        pytest.param(Purpose.TX, {"evse": 0}, "transaction", id="a transaction everywhere"),
    ],
)
def test_what_the_specification_forbids(purpose: Purpose, more: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidProfileError, match=says):
        profile(purpose, *[16.0] * len(more.get("at", (0,))), **more)


PROFILES = st.builds(
    lambda purpose, limits, more: profile(purpose, *limits, **more),
    st.sampled_from([Purpose.TX_DEFAULT, Purpose.TX, Purpose.EXTERNAL_CONSTRAINTS]),
    st.lists(st.integers(0, 32), min_size=1, max_size=4),
    st.fixed_dictionaries(
        {"level": st.integers(0, 3), "start": st.integers(-30, 30), "kind": st.sampled_from(Kind)},
        optional={
            "lasts": st.integers(1, 30),
            "valid_from": st.integers(-9, 30),
            "valid_to": st.integers(-9, 30),
        },
    ),
)


@settings(max_examples=50)
@given(st.lists(PROFILES, max_size=6), st.integers(-10, 40), st.integers(1, 50), st.integers(0, 49))
def test_a_longer_window_says_the_same_of_every_instant(
    profiles: list[Profile], start: int, lasts: int, later: int
) -> None:
    """Nothing is missed between two changes: any instant asked for alone has the limit of its period."""
    charging = Transaction("mine", MONDAY)
    window = Window(1, MONDAY + timedelta(hours=start), timedelta(hours=lasts))
    instant = window.start + timedelta(hours=later % lasts, minutes=17)
    (alone,) = composite_schedule(profiles, Window(1, instant, timedelta(seconds=1)), charging)
    periods = composite_schedule(profiles, window, charging)
    assert [period.limit for period in periods if period.after <= instant - window.start][-1] == alone.limit
