import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.live.screen import Thing

from chargedeck.live.agenda import Agenda
from chargedeck.live.cadence import FLOODED_TICK_S, PATCH_GAP_S, SLOWEST_TICK_S, due_at, tick_gap
from chargedeck.live.told import Entry, Mark


@pytest.mark.parametrize(
    ("told_at", "now", "urgent", "due"),
    [
        pytest.param(float("-inf"), 10.0, False, 10.0, id="never told: at once"),
        pytest.param(9.5, 10.0, False, 10.0, id="told half a second ago: at once"),
        pytest.param(9.9, 10.0, False, 10.4, id="told just now: later"),
        pytest.param(9.9, 10.0, True, 10.0, id="told just now, urgent: at once"),
    ],
)
def test_when_a_change_is_told(told_at: float, now: float, urgent: bool, due: float) -> None:
    assert due_at(told_at, now, urgent=urgent) == pytest.approx(due)


@pytest.mark.parametrize(
    ("readers", "gap"),
    [(0, 0.02), (1, 0.02), (500, 0.025), (1_000, SLOWEST_TICK_S), (9_000, SLOWEST_TICK_S)],
)
def test_more_readers_make_longer_ticks(readers: int, gap: float) -> None:
    assert tick_gap(readers) == pytest.approx(gap, abs=1e-4)


def test_a_flood_makes_ticks_longer_whoever_reads() -> None:
    assert tick_gap(1, flooded=True) == tick_gap(9_000, flooded=True) == FLOODED_TICK_S > SLOWEST_TICK_S


def test_an_entry_that_turns_urgent_is_told_once() -> None:
    agenda, entry = Agenda(), Entry(Thing("charger", "a"))
    entry.told_at = 9.9
    agenda.add(entry, 10.0, urgent=False)
    assert agenda.take(10.0, 9) == []
    agenda.add(entry, 10.0, urgent=True)
    assert agenda.take(10.0, 9) == [entry]
    assert agenda.take(11.0, 9) == []


def test_what_is_gone_is_not_told() -> None:
    agenda, entry = Agenda(), Entry(Thing("charger", "a"))
    agenda.add(entry, 10.0, urgent=False)
    entry.mark = Mark.GONE
    assert agenda.take(10.0, 9) == []


def test_a_tick_has_a_limit_and_the_rest_follows_in_order() -> None:
    agenda, entries = Agenda(), [Entry(Thing("charger", str(n))) for n in range(5)]
    for entry in entries:
        agenda.add(entry, 10.0, urgent=True)
    assert agenda.take(10.0, 3) == entries[:3]
    assert agenda.next_at(10.02) == 10.02
    assert agenda.take(10.02, 3) == entries[3:]
    assert agenda.next_at(10.04) is None


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 0.3), st.booleans()), min_size=1, max_size=60))
def test_no_change_waits_longer_than_the_gap_and_none_comes_sooner(steps: list[tuple[float, bool]]) -> None:
    agenda, entry, now = Agenda(), Entry(Thing("charger", "a")), 0.0
    waiting_since: float | None = None
    for pause, urgent in steps:
        now += pause
        told_before = entry.told_at
        if entry.mark is Mark.CLEAN or (urgent and entry.mark is Mark.LATER):
            agenda.add(entry, now, urgent=urgent)
            waiting_since = now if waiting_since is None else waiting_since
        if agenda.take(now, 9):
            assert urgent or now >= told_before + PATCH_GAP_S
            waiting_since = None
        elif waiting_since is not None:
            assert now < waiting_since + PATCH_GAP_S
            at = agenda.next_at(now)
            assert at is not None
            assert at <= waiting_since + PATCH_GAP_S
