"""Prices that are not known yet: as on the last days, lifted to today's level."""

from datetime import timedelta

import pytest
from tests.energy.plan_facts import HOUR, NOON, slot, slots, worth

from chargedeck.energy.plan_tomorrow import DAYS, expected_worths

DAY = 24 * HOUR


def test_where_nothing_is_unknown_nothing_is_expected() -> None:
    assert expected_worths(slots([0.3, 0.2]), (), {}) == ()


def test_without_memory_the_night_is_like_what_is_known() -> None:
    ahead = slots([0.3, 0.1, None, None], sell=0.04)
    one, other = expected_worths(ahead[:2], ahead[2:], {})
    assert one == other == pytest.approx((0.2, 0.04))


def test_without_anything_the_night_is_worth_nothing() -> None:
    assert expected_worths((), slots([None]), {}) == (worth(0),)


def test_the_mean_of_the_same_hours_of_the_last_days() -> None:
    memory = {NOON + HOUR - DAY: worth(0.1), NOON + HOUR - 3 * DAY: worth(0.3)}
    (expected,) = expected_worths(slots([0.5]), (slot(1, None),), memory)
    assert expected == pytest.approx((0.2, 0))


def test_a_day_with_a_gap_is_left_out() -> None:
    memory = {NOON - DAY: worth(0.1), NOON + HOUR - 2 * DAY: worth(0.3), NOON - 2 * DAY: worth(0.2)}
    assert expected_worths((), slots([None, None]), memory) == (worth(0.2), worth(0.3))


def test_a_day_is_lifted_by_how_much_today_lies_above_it() -> None:
    memory = {NOON - DAY: worth(0.20, 0.10), NOON + HOUR - DAY: worth(0.10, 0.05)}
    (expected,) = expected_worths(slots([0.50], sell=0.30), (slot(1, None),), memory)
    assert expected == pytest.approx((0.40, 0.25))


def test_at_most_six_days_of_at_most_two_weeks() -> None:
    memory = {NOON - day * DAY: worth(0.1 * day) for day in range(1, 40)}
    assert expected_worths((), slots([None]), memory)[0].buy == pytest.approx(0.35)
    old = {NOON - (DAYS + 1) * DAY: worth(0.9), NOON - DAYS * DAY: worth(0.1)}
    assert expected_worths((), slots([None]), old) == (worth(0.1),)


def test_a_slot_that_begins_within_a_quarter_is_looked_up_by_the_quarter() -> None:
    begun = slot(7, None, length=timedelta(minutes=1))
    assert expected_worths((), (begun,), {NOON - DAY: worth(0.1)}) == (worth(0.1),)
