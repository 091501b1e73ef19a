"""The session's states: every state against every trigger, as two grids."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargedeck.domain.problems import NotPossibleNowError
from chargedeck.domain.session import (
    COMMANDS,
    FACTS,
    TRANSITIONS,
    State,
    Trigger,
    fire,
    observe,
    possible,
)

# A person's wish, and where it leads once the device has confirmed it; a dash where it is refused.
WISHES = """
            start     authorize  stop       pause   resume
idle        starting  starting   -          -       -
plugged     starting  starting   -          -       -
starting    -         -          plugged    -       -
suspended   -         -          finishing  paused  suspended
charging    -         -          finishing  paused  charging
paused      -         -          finishing  paused  suspended
finishing   starting  starting   -          -       -
"""

# What the device says has happened. Nothing is refused; a star where the fact alone decides, because
# the states between were passed while nobody listened.
EVENTS = """
            plugged_in  unplugged  session_started  energy_flows  car_holds   charger_holds  finished   session_ended  authorization_lapsed
idle        plugged     idle       suspended        charging*     suspended*  paused*        finishing  idle           idle*
plugged     plugged     idle       suspended        charging*     suspended*  paused*        finishing  plugged        plugged*
starting    starting    idle       suspended        charging*     suspended*  paused*        starting   starting       plugged
suspended   suspended   idle*      suspended        charging      suspended   paused         finishing  finishing      suspended*
charging    plugged*    idle*      charging         charging      suspended   paused         finishing  finishing      charging*
paused      plugged*    idle*      paused           charging      suspended   paused         finishing  finishing      paused*
finishing   finishing   idle       suspended        charging*     suspended*  paused*        finishing  finishing      finishing*
"""  # noqa: E501


def cells(grid: str) -> list[tuple[State, Trigger, str]]:
    heading, *rows = (line.split() for line in grid.strip().splitlines())
    return [
        (State(state), Trigger(word), cell)
        for state, *row in rows
        for word, cell in zip(heading, row, strict=True)
    ]


@pytest.mark.parametrize(("state", "wish", "cell"), cells(WISHES))
def test_a_wish_leads_where_the_grid_says_or_is_refused(state: State, wish: Trigger, cell: str) -> None:
    before = {known: dict(ways) for known, ways in TRANSITIONS.items()}
    assert possible(state, wish) == (cell != "-")
    if cell == "-":
        with pytest.raises(NotPossibleNowError) as refusal:
            fire(state, wish)
        assert (refusal.value.command, refusal.value.state) == (wish.value, state.value)
    else:
        assert fire(state, wish) is State(cell)
    assert before == TRANSITIONS


@pytest.mark.parametrize(("state", "fact", "cell"), cells(EVENTS))
def test_a_fact_is_never_refused(state: State, fact: Trigger, cell: str) -> None:
    assert observe(state, fact) is State(cell.rstrip("*"))
    assert (fact in TRANSITIONS[state]) == (not cell.endswith("*"))


def test_the_grids_are_complete() -> None:
    assert {(state, trigger) for state, trigger, _ in cells(WISHES)} == {
        (s, t) for s in State for t in COMMANDS
    }
    assert {(state, trigger) for state, trigger, _ in cells(EVENTS)} == {(s, t) for s in State for t in FACTS}
    assert set(Trigger) == COMMANDS | FACTS
    assert not COMMANDS & FACTS


@pytest.mark.parametrize("fact", sorted(FACTS))
@pytest.mark.parametrize("state", State)
def test_a_fact_is_no_wish(state: State, fact: Trigger) -> None:
    assert not possible(state, fact)
    with pytest.raises(NotPossibleNowError):
        fire(state, fact)


@given(
    st.sampled_from(State),
    st.lists(st.sampled_from(sorted(FACTS)), max_size=12),
    st.sampled_from(sorted(FACTS)),
)
def test_a_fact_told_twice_says_no_more_than_told_once(
    start: State, facts: list[Trigger], last: Trigger
) -> None:
    state = start
    for fact in facts:
        state = observe(state, fact)
    once = observe(state, last)
    assert observe(once, last) is once


@given(st.sampled_from(State), st.lists(st.sampled_from(sorted(FACTS)), max_size=12))
def test_unplugging_ends_everything(start: State, facts: list[Trigger]) -> None:
    state = start
    for fact in facts:
        state = observe(state, fact)
    assert observe(state, Trigger.UNPLUGGED) is State.IDLE
