"""The wait after a load: a sliding maximum, longer after a mistake, shorter again in quiet hours."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.energy.household import at, seconds

from chargedeck.domain.units import Amps
from chargedeck.energy.holdoff import LONGEST, REACTIONS, Holdoff

REACTION = seconds(5)
SHORTEST = REACTION * REACTIONS


def seen(*loads: tuple[float, float]) -> Holdoff:
    phase = Holdoff()
    for second, load in loads:
        phase.seen(at(second), Amps(load))
    return phase


@pytest.mark.parametrize(
    ("loads", "now", "wait", "peak"),
    [
        pytest.param([(0, 5)], 0, 60, 5, id="the only one"),
        pytest.param([(0, 9), (10, 2)], 20, 60, 9, id="gone, but not for long enough"),
        pytest.param([(0, 9), (10, 2)], 61, 60, 2, id="gone for long enough"),
        pytest.param([(0, 9), (10, 5), (20, 2)], 65, 60, 5, id="step by step"),
        pytest.param([(0, 2), (10, 9)], 10, 60, 9, id="rising"),
        pytest.param([(0, 9), (10, 2)], 500, 60, 2, id="the last one holds however old it is"),
        pytest.param([(0, 9), (1000, 2)], 1000, 5000, 2, id="nothing is held for longer than the longest"),
    ],
)
def test_the_peak_is_the_highest_load_of_the_wait(
    loads: list[tuple[float, float]], now: float, wait: float, peak: float
) -> None:
    assert seen(*loads).peak(at(now), seconds(wait)) == peak


@given(st.lists(st.floats(-30, 30), min_size=1, max_size=60), st.integers(1, 40))
def test_the_peak_is_the_maximum_of_a_window(loads: list[float], window: int) -> None:
    phase = seen(*enumerate(loads))
    now = len(loads) - 1
    assert phase.peak(at(now), seconds(window)) == max(loads[max(0, now - window) :])


def test_nothing_seen_has_no_peak_and_no_history() -> None:
    phase = seen((0, 5), (9, 5))
    assert phase.watched_for(at(10)) == seconds(10)
    phase.forget()
    assert phase.peak(at(10), seconds(60)) is None
    assert phase.watched_for(at(10)) == seconds(0)


def test_a_raise_that_is_taken_back_soon_doubles_the_wait() -> None:
    phase = Holdoff()
    phase.raised(at(0))
    phase.cut(at(60), REACTION)
    assert phase.wait(at(60), REACTION) == 2 * SHORTEST


@pytest.mark.parametrize(
    "raised_at",
    [pytest.param(None, id="there was no raise"), pytest.param(-700, id="it was worth its while")],
)
def test_a_cut_that_no_raise_is_to_blame_for_changes_nothing(raised_at: float | None) -> None:
    phase = Holdoff()
    if raised_at is not None:
        phase.raised(at(raised_at))
    phase.cut(at(0), REACTION)
    assert phase.wait(at(0), REACTION) == SHORTEST


def test_one_raise_is_blamed_once() -> None:
    phase = Holdoff()
    phase.raised(at(0))
    phase.cut(at(60), REACTION)
    phase.cut(at(61), REACTION)
    assert phase.wait(at(61), REACTION) < 2 * SHORTEST


def test_the_wait_has_an_end_and_every_quiet_hour_halves_what_was_added() -> None:
    phase = Holdoff()
    for second in range(0, 600, 100):
        phase.raised(at(second))
        phase.cut(at(second + 50), REACTION)
    longest = phase.wait(at(550), REACTION)
    assert longest == LONGEST
    later = phase.wait(at(550) + timedelta(hours=1), REACTION)
    assert later - SHORTEST == (LONGEST - SHORTEST) / 2
    assert phase.wait(at(550) + timedelta(hours=24), REACTION) - SHORTEST < seconds(1)


def test_a_slow_meter_makes_the_wait_longer() -> None:
    assert Holdoff().wait(at(0), seconds(10)) == 2 * Holdoff().wait(at(0), seconds(5))
