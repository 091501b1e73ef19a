"""What two counters say has happened: no energy lost, none counted twice, whatever was not seen."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargedeck.domain.counters import (
    Began,
    Count,
    Ended,
    Happened,
    Missed,
    Standing,
    looked,
)
from chargedeck.domain.units import WattHours

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def idle(
    seconds: float = 0, *, session: str | None = "7", register: float = 10_000, counter: float | None = 0
) -> Standing:
    return Standing(at(seconds), WattHours(register), session, _wh(counter), is_open=False)


def charging(
    seconds: float = 0, *, session: str = "7", register: float = 10_500, counter: float | None = 500
) -> Standing:
    return Standing(at(seconds), WattHours(register), session, _wh(counter), is_open=True)


def count(
    seconds: float,
    *,
    session: str = "7",
    on: bool = True,
    counter: float | None = None,
    total: float | None = None,
    since: float | None = None,
) -> Count:
    began = None if since is None else at(since)
    return Count(at(seconds), session, on, _wh(counter), _wh(total), began)


def _wh(value: float | None) -> WattHours | None:
    return None if value is None else WattHours(value)


def began(ref: str, seconds: float, register: float) -> Began:
    return Began(ref, at(seconds), WattHours(register))


def ended(ref: str, seconds: float, register: float | None) -> Ended:
    return Ended(ref, at(seconds), _wh(register))


def missed(ref: str, since: float, until: float, low: float, high: float) -> Missed:
    return Missed(ref, at(since), at(until), WattHours(low), WattHours(high))


@pytest.mark.parametrize(
    ("before", "seen", "register", "happened"),
    [
        # the very first look
        pytest.param(None, count(0, on=False, total=9_000), 9_000, [], id="new and idle: nothing of ours"),
        pytest.param(None, count(0, on=False), 0, [], id="new, with no counters at all"),
        pytest.param(
            None,
            count(0, counter=500, total=9_000, since=-600),
            9_000,
            [began("7", -600, 8_500)],
            id="new and charging: the session that runs is ours from its beginning",
        ),
        pytest.param(None, count(0, counter=500), 500, [began("7", 0, 0)], id="new, without a lifetime"),
        # look by look
        pytest.param(charging(), count(1, counter=502, total=10_502), 10_502, [], id="the session goes on"),
        pytest.param(charging(), count(1, counter=502), 10_502, [], id="without a lifetime counter"),
        pytest.param(charging(), count(1, total=10_502), 10_502, [], id="without a session counter"),
        pytest.param(charging(), count(1), 10_500, [], id="without any counter"),
        pytest.param(
            charging(), count(1, counter=502.4, total=10_503), 10_502.4, [], id="the finer counter counts"
        ),
        pytest.param(
            charging(), count(1, counter=502, total=10_000), 10_502, [], id="a lifetime that lags behind"
        ),
        pytest.param(
            charging(register=10_500),
            count(1, on=False, counter=502, total=10_504),
            10_504,
            [ended("7", 1, 10_504)],
            id="the end is where the lifetime says",
        ),
        pytest.param(
            charging(), count(1, on=False), 10_500, [ended("7", 1, 10_500)], id="the end without counters"
        ),
        pytest.param(
            idle(),
            count(1, session="8", counter=0, total=10_000),
            10_000,
            [began("8", 1, 10_000)],
            id="a start",
        ),
        pytest.param(
            idle(session="8"),
            count(10, session="8", counter=30, total=10_030),
            10_030,
            [began("8", 10, 10_000)],
            id="a device that counts its session up when it ends",
        ),
        pytest.param(
            charging(session="7"),
            count(1, session="8", counter=1, total=10_503),
            10_503,
            [ended("7", 1, 10_502), began("8", 1, 10_502)],
            id="one car after the other",
        ),
        # after a while without a look
        pytest.param(
            charging(),
            count(3_600, counter=7_500, total=17_500),
            17_500,
            [],
            id="the same session after an hour: nothing is lost",
        ),
        pytest.param(
            charging(),
            count(3_600, counter=200, total=12_000),
            12_000,
            [],
            id="the device restarted in between: the lifetime knows",
        ),
        pytest.param(
            charging(), count(3_600, counter=200), 10_700, [], id="it restarted, and has no lifetime counter"
        ),
        pytest.param(
            charging(),
            count(3_600, on=False, total=12_000),
            12_000,
            [ended("7", 3_600, 12_000)],
            id="it ended while we were away",
        ),
        pytest.param(
            charging(),
            count(3_600, session="8", counter=300, total=12_000, since=3_000),
            12_000,
            [ended("7", 3_000, 11_700), began("8", 3_000, 11_700)],
            id="it ended and the next one began",
        ),
        pytest.param(
            charging(),
            count(3_600, session="9", counter=300, total=12_000, since=3_000),
            12_000,
            [
                ended("7", 0, None),
                missed("9", 0, 3_000, 10_500, 11_700),
                began("9", 3_000, 11_700),
            ],
            id="and another one between them",
        ),
        pytest.param(
            charging(),
            count(3_600, session="9", on=False, counter=300, total=12_000),
            12_000,
            [ended("7", 0, None), missed("9", 0, 3_600, 10_500, 12_000)],
            id="several came and went",
        ),
        pytest.param(
            idle(),
            count(3_600, session="8", on=False, counter=900, total=10_900),
            10_900,
            [missed("8", 0, 3_600, 10_000, 10_900)],
            id="a session came and went",
        ),
        pytest.param(
            idle(),
            count(3_600, session="9", counter=100, total=10_900, since=3_500),
            10_900,
            [missed("9", 0, 3_500, 10_000, 10_800), began("9", 3_500, 10_800)],
            id="one came and went, and another is on",
        ),
        pytest.param(
            idle(10),
            count(20, session="8", on=False, counter=20, total=10_020),
            10_020,
            [missed("8", 10, 20, 10_000, 10_020)],
            id="a very short one between two looks",
        ),
        # after a restart of ours
        pytest.param(
            idle(session="7", counter=None),
            count(60, session="7", on=False, counter=400, total=10_000),
            10_000,
            [],
            id="the counter still shows a session that we have",
        ),
        pytest.param(
            idle(session="7", counter=None),
            count(60, session="7", on=False, counter=400),
            10_000,
            [],
            id="and there is no lifetime to tell it by",
        ),
        pytest.param(
            idle(session="7", counter=None),
            count(3_600, session="8", counter=400),
            10_400,
            [began("8", 3_600, 10_000)],
            id="another session, and no lifetime",
        ),
        pytest.param(
            idle(session=None, counter=None),
            count(3_600, session="8", counter=400, total=10_400),
            10_400,
            [began("8", 3_600, 10_000)],
            id="the first session ever",
        ),
        # what cannot be true
        pytest.param(
            charging(), count(1, counter=90_000_000, total=10_501), 10_500, [], id="a counter that leaps"
        ),
        pytest.param(
            charging(), count(1, counter=501, total=90_000_000), 10_501, [], id="a lifetime that leaps"
        ),
        pytest.param(
            idle(),
            count(1, on=False, counter=0, total=20),
            20,
            [],
            id="a new meter, while idle: its word counts",
        ),
        pytest.param(
            idle(),
            count(1, session="8", on=False, counter=0, total=90_000_000),
            90_000_000,
            [],
            id="a lifetime that leaps while idle is nobody's session",
        ),
        pytest.param(
            idle(),
            count(1, session="8", counter=90_000_000, total=10_000),
            10_000,
            [began("7", 1, 10_000)],
            id="a session that cannot have drawn so much",
        ),
        pytest.param(
            charging(session="x"),
            count(3_600, session="y", counter=0, total=11_000),
            11_000,
            [ended("x", 0, None), missed("y", 0, 3_600, 10_500, 11_000), began("y", 3_600, 11_000)],
            id="numbers that are none",
        ),
        pytest.param(
            charging(10), count(5, counter=502, total=10_502), 10_502, [], id="a clock that was set back"
        ),
    ],
)
def test_what_has_happened(
    before: Standing | None, seen: Count, register: float, happened: list[Happened]
) -> None:
    after, told = looked(before, seen)
    assert list(told) == happened
    assert after.register_wh == pytest.approx(register)
    assert after.is_open == seen.in_session


def test_a_leap_is_forgotten_once_the_counter_is_sane_again() -> None:
    after, _ = looked(charging(), count(1, counter=90_000_000))
    after, _ = looked(after, count(2, counter=504))
    assert after.register_wh == pytest.approx(10_504)


def test_what_cannot_be_true_yet_is_looked_at_again_when_there_was_time_for_it() -> None:
    came_and_went: dict[str, Any] = {"session": "8", "on": False, "counter": 30, "total": 10_030}
    standing, told = looked(idle(), count(0.01, **came_and_went))
    assert (standing, told) == (idle(), ())
    _, told = looked(standing, count(10, **came_and_went))
    assert told == (missed("8", 0, 10, 10_000, 10_030),)


def test_a_lifetime_that_comes_after_the_session_is_not_added_to_it() -> None:
    standing, _ = looked(None, count(0, counter=500, total=9_000))
    standing, _ = looked(standing, count(10, counter=530, total=9_000))
    standing, told = looked(standing, count(12, on=False, counter=531, total=9_531))
    assert told == (ended("7", 12, 9_031),)
    standing, told = looked(standing, count(22, on=False, counter=531, total=9_531))
    assert not told
    assert standing.register_wh == WattHours(9_531)


class Device:
    """A charger with two counters of its own, seen now and then."""

    def __init__(self, *, lags: bool) -> None:
        self.session, self.counter, self.total, self.on = 1, 0.0, 50_000.0, False
        self.lags = lags
        self.settled = self.total

    def step(self, what: str, wh: float) -> None:
        match what:
            case "plug" if not self.on:
                self.session, self.counter, self.on = self.session + 1, 0.0, True
            case "draw" if self.on:
                self.counter += wh
                self.total += wh
            case "unplug" if self.on:
                self.on = False
                self.settled = self.total
            case "restart" if self.on and not self.lags:
                self.counter = 0.0  # what is lost with a restart; the lifetime is kept
            case _:
                pass

    def count(self, now: datetime) -> Count:
        total = self.settled if self.lags else self.total
        return Count(now, str(self.session), self.on, WattHours(self.counter), WattHours(total))


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["plug", "draw", "draw", "unplug", "restart", "look", "look"]),
        st.floats(0, 2_000),
    ),
    max_size=40,
)


@given(STEPS)
def test_every_watt_hour_is_in_exactly_one_session(steps: list[tuple[str, float]]) -> None:
    device, now, total = Device(lags=False), NOON, 0.0
    standing, _ = looked(None, device.count(now))
    start: dict[str, float] = {}
    for what, wh in steps:
        now += timedelta(minutes=10)  # long enough for what is drawn
        if what != "look":
            device.step(what, wh)
            continue
        standing, happened = looked(standing, device.count(now))
        total += _drawn(happened, start, standing)
    standing, happened = looked(standing, device.count(now + timedelta(hours=2)))
    total += _drawn(happened, start, standing)
    total += sum(standing.register_wh - begun for begun in start.values())
    assert total == pytest.approx(device.total - 50_000, abs=2.0 * (len(steps) + 1))


def _drawn(happened: tuple[Happened, ...], start: dict[str, float], standing: Standing) -> float:
    """The energy of the sessions that are over; one without a register ended where the missed ones begin."""
    found = 0.0
    events = list(happened)
    for place, event in enumerate(events):
        match event:
            case Began(ref, _, register):
                start[ref] = register
            case Ended(ref, _, register):
                if register is None:
                    following = next((e for e in events[place + 1 :] if not isinstance(e, Ended)), None)
                    low = following.from_wh if isinstance(following, Missed) else None
                    low = following.register_wh if isinstance(following, Began) else low
                    register = standing.register_wh if low is None else low
                found += register - start.pop(ref)
            case Missed(_, _, _, low, high):
                found += high - low
    return found


@given(STEPS)
def test_a_lifetime_that_lags_never_doubles_a_session(steps: list[tuple[str, float]]) -> None:
    device, now = Device(lags=True), NOON
    standing, _ = looked(None, device.count(now))
    start: dict[str, float] = {}
    total = 0.0
    for what, wh in steps:
        now += timedelta(minutes=10)
        device.step(what, wh)
        now += timedelta(seconds=1)
        standing, happened = looked(standing, device.count(now))
        total += _drawn(happened, start, standing)
    total += sum(standing.register_wh - begun for begun in start.values())
    assert total <= device.total - 50_000 + 2.0 * (len(steps) + 1)
