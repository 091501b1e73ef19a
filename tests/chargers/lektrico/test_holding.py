"""What undoes a limit, told from what does not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargedeck.chargers.lektrico.holding import NOTHING_SEEN, Glance, has_restarted, is_raised
from chargedeck.domain.counters import Presence

CHARGES = Glance(Presence.DRAWING, "627", 3514.0, 900, 10, True)


@pytest.mark.parametrize(
    ("found_a", "cap_a", "raised"),
    [
        pytest.param(32, 10, True, id="another client wants more"),
        pytest.param(6, 0, True, id="whoever is held at nothing is let go"),
        pytest.param(10, 10, False, id="as it was told"),
        pytest.param(8, 10, False, id="another client wants less"),
        pytest.param(0, 10, False, id="another client pauses it"),
        pytest.param(32, None, False, id="nothing of ours"),
        pytest.param(None, 10, False, id="it does not say"),
    ],
)
def test_only_more_than_we_have_said_undoes_it(
    found_a: float | None, cap_a: int | None, raised: bool
) -> None:
    assert is_raised(found_a, cap_a) is raised


@pytest.mark.parametrize(
    ("before", "now", "restarted"),
    [
        pytest.param({}, {"seconds": 901, "session_wh": 3516.0}, False, id="it goes on"),
        pytest.param({}, {"seconds": 3}, True, id="the time of a session begins anew"),
        pytest.param({}, {"session_wh": 0.0}, True, id="its energy begins anew"),
        pytest.param({}, {"session_wh": 3513.5, "seconds": 899}, False, id="rounding"),
        pytest.param({}, {"session": "628", "seconds": 0, "session_wh": 0.0}, False, id="the next session"),
        pytest.param({"session": None}, {"session": None, "seconds": 0}, False, id="sessions have no number"),
        pytest.param({}, {"presence": Presence.ABSENT, "seconds": 0}, False, id="the cable is out"),
        pytest.param({"presence": Presence.WAITING}, {"seconds": 0}, False, id="it had not begun"),
        pytest.param({}, {"seconds": None, "session_wh": None}, False, id="no counters"),
        pytest.param({"seconds": None, "session_wh": None}, {}, False, id="there were no counters"),
        pytest.param(
            {}, {"dynamic_a": 32, "single_phase": False}, True, id="all that is volatile falls back"
        ),
        pytest.param({}, {"dynamic_a": 32}, False, id="somebody writes the current"),
        pytest.param({}, {"single_phase": False}, False, id="somebody writes the phases"),
        pytest.param({"single_phase": False}, {"dynamic_a": 32}, False, id="it had all phases"),
        pytest.param({"dynamic_a": None}, {"single_phase": False}, False, id="its current was not known"),
        pytest.param({}, {"dynamic_a": None, "single_phase": False}, False, id="its current is not known"),
    ],
)
def test_a_restart_shows_in_what_falls_back(
    before: dict[str, Any], now: dict[str, Any], restarted: bool
) -> None:
    assert has_restarted(CHARGES._replace(**before), CHARGES._replace(**now)) is restarted


def test_nothing_is_told_from_the_first_look() -> None:
    assert not has_restarted(NOTHING_SEEN, CHARGES)


@given(st.floats(0, 40), st.integers(0, 32))
def test_what_is_left_alone_is_never_above_what_we_have_said(found_a: float, cap_a: int) -> None:
    assert is_raised(found_a, cap_a) or found_a <= cap_a
