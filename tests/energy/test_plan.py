"""The departure plan: ready in time, at the least cost, with powers that a charger can hold."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.energy.plan_facts import HOUR, NOON, SWITCHING, THREE_PHASES, request, slot, slots, worth

from chargedeck.domain.problems import OutOfRangeError
from chargedeck.domain.units import WattHours
from chargedeck.energy.plan import PlanRequest, at_once, plan
from chargedeck.energy.plan_doubt import SOLAR_DOUBT
from chargedeck.energy.plan_slot import PlanSlot, Powers, SlotWorth


@pytest.mark.parametrize(
    ("prices", "surplus", "needed", "powers"),
    [
        pytest.param([0.3], [], 11, [11_000], id="one hour for what takes an hour"),
        pytest.param([0.3, 0.2], [], 11, [0, 11_000], id="the cheaper hour"),
        pytest.param([0.2, 0.3], [], 5.5, [5500, 0], id="less than an hour's worth"),
        pytest.param([0.3, 0.3], [], 11, [11_000, 0], id="of equal hours the earlier"),
        pytest.param([0.3, 0.1, 0.2], [], 16.5, [0, 11_000, 5500], id="the cheapest two"),
        pytest.param([0.2, 0.2], [0, 4000], 4, [0, 4000], id="the sun, to the watt"),
        pytest.param([0.2, 0.2], [0, 4000], 6, [2000, 4000], id="the sun and what is missing"),
        pytest.param([0.3, 0.2], [5000, 0], 5, [5000, 0], id="the sun is cheaper than cheap"),
        pytest.param([0.2, 0.5], [0, 600], 3, [3000, 0], id="too little sun for the least power"),
        pytest.param([0.2, 0.3], [0, 1300], 1.38, [0, 1380], id="almost enough sun for it"),
        pytest.param([0.2, 0.3], [], 0.5, [1380, 0], id="less than the least power holds for an hour"),
        pytest.param([0.2, 0.3], [], 0, [0, 0], id="nothing is needed"),
        pytest.param([1, 0], [], 11.01, [1380, 9630], id="a rest of ten watt-hours is worth the dear hour"),
        pytest.param([-0.1, -0.2], [], 11, [0, 11_000], id="the most negative price"),
        pytest.param([-0.2, 0.1], [3000, 0], 11, [11_000, 0], id="buying brings more than selling the sun"),
    ],
)
def test_energy_is_taken_where_it_costs_the_least(
    prices: list[float], surplus: list[float], needed: float, powers: list[float]
) -> None:
    made = plan(request(slots(prices, surplus, sell=0.05 if min(prices) > 0 else -0.3), needed))
    assert [step.power_w for step in made.steps] == pytest.approx(powers, abs=1e-3)
    assert made.missing_wh == 0.0


def test_what_cannot_be_had_is_said_and_the_car_charged_as_far_as_possible() -> None:
    made = plan(request(slots([0.9, 0.1]), 30))
    assert [step.power_w for step in made.steps] == [11_000.0, 11_000.0]
    assert (made.energy_wh, made.missing_wh) == (22_000.0, 8000.0)
    assert made.expense == pytest.approx(11)


def test_without_time_everything_is_missing() -> None:
    made = plan(request((), 5))
    assert (made.power_w, made.energy_wh, made.missing_wh, made.changes_at) == (0.0, 0.0, 5000.0, None)


def test_forbidden_hours_stay_empty_however_cheap() -> None:
    ahead = (slot(0, worth(0.3)), slot(1, worth(0.1), allowed=False), slot(2, worth(0.4)))
    made = plan(request(ahead, 15))
    assert [step.power_w for step in made.steps] == pytest.approx([11_000, 0, 4000])
    nowhere = plan(request(ahead[1:2], 15))
    assert (nowhere.power_w, nowhere.missing_wh) == (0.0, 15_000.0)


def test_charge_now_goes_over_prices_and_forbidden_hours_and_the_plan_comes_back() -> None:
    ahead = (slot(0, worth(0.9), allowed=False), slot(1, worth(0.1)), slot(2, worth(0.3)))
    asked = request(ahead, 15)
    hurried = at_once(asked)
    assert [step.power_w for step in hurried.steps] == pytest.approx([11_000, 4000, 0])
    assert hurried.changes_at == NOON + 2 * HOUR
    assert [step.power_w for step in plan(asked).steps] == pytest.approx([0, 11_000, 4000])
    full = at_once(replace(asked, needed_wh=WattHours(0)))
    assert full.power_w == 0.0


def test_what_the_connection_leaves_is_not_exceeded() -> None:
    ahead = (slot(0, worth(0.1), most_w=2000), slot(1, worth(0.3)), slot(2, worth(0.1), most_w=1000))
    made = plan(request(ahead, 5))
    assert [step.power_w for step in made.steps] == pytest.approx([2000, 3000, 0], abs=20)
    one_phase = plan(request((slot(0, worth(0.1), most_w=4000),), 5, SWITCHING))
    assert one_phase.power_w == 3680.0


def test_between_the_powers_of_one_and_three_phases_there_is_nothing() -> None:
    made = plan(request(slots([0.2, 0.3], [3900, 0], sell=0.1), 3.9, SWITCHING))
    assert made.power_w in {3680.0, 4140.0}
    assert made.missing_wh == 0.0


def test_a_slot_that_has_begun_counts_for_what_is_left_of_it() -> None:
    begun = replace(slot(0, worth(0.1)), start=NOON + timedelta(minutes=45))
    made = plan(request((begun, slot(1, worth(0.3))), 5))
    assert [step.energy_wh for step in made.steps] == pytest.approx([2750, 2250], abs=1)


def test_it_says_when_it_changes_and_what_it_will_cost() -> None:
    made = plan(request(slots([0.3, 0.1, 0.3]), 11))
    assert (made.power_w, made.changes_at) == (0.0, NOON + HOUR)
    assert made.expense == pytest.approx(1.1)
    assert plan(request(slots([0.3, 0.1]), 22)).changes_at is None


def test_unknown_prices_are_guessed_from_the_days_before_and_said_to_be() -> None:
    ahead = slots([0.30, 0.30, None, None])
    nights = {NOON + (hour - 24 * day) * HOUR: worth(0.1) for day in (1, 2) for hour in (2, 3)}
    made = plan(replace(request(ahead, 11), memory=nights))
    assert [step.power_w for step in made.steps] == pytest.approx([0, 0, 11_000, 0])
    assert [step.guessed for step in made.steps] == [False, False, True, True]
    assert made.expense == pytest.approx(1.1)
    dear = {start: worth(0.5) for start in nights}
    assert plan(replace(request(ahead, 11), memory=dear)).power_w == 11_000.0


def test_a_need_below_nothing_is_refused() -> None:
    with pytest.raises(OutOfRangeError, match="needed_wh is -1"):
        PlanRequest((), WattHours(-1), THREE_PHASES)


PRICE = st.floats(-0.5, 1.5)
WORTH = st.builds(worth, PRICE, PRICE)


@st.composite
def requests(draw: st.DrawFn) -> PlanRequest:
    length = draw(st.sampled_from((timedelta(minutes=15), HOUR)))
    known = draw(st.integers(0, 12))
    worths: list[SlotWorth | None] = [*draw(st.lists(WORTH, min_size=known, max_size=known))]
    worths += [None] * draw(st.integers(0, 6))
    ahead: list[PlanSlot] = [
        slot(
            place,
            price,
            draw(st.floats(0, 8000)),
            length=length,
            allowed=draw(st.booleans()) or draw(st.booleans()),
            most_w=draw(st.none() | st.floats(0, 12_000)),
        )
        for place, price in enumerate(worths)
    ]
    powers: Powers = draw(st.sampled_from((THREE_PHASES, SWITCHING)))
    asked = request(ahead, draw(st.floats(0, 60)), powers, SOLAR_DOUBT)
    starts = st.integers(-10 * 96, 0).map(lambda place: NOON + place * timedelta(minutes=15))
    return replace(asked, memory=draw(st.dictionaries(starts, WORTH, max_size=20)))


@settings(max_examples=25)
@given(requests())
def test_whatever_the_facts_a_plan_can_be_followed(asked: PlanRequest) -> None:
    for made in (plan(asked), at_once(asked)):
        assert made.energy_wh + made.missing_wh == pytest.approx(asked.needed_wh, abs=1e-3)
        for step in made.steps:
            ranges = step.slot.powers(asked.powers)
            assert step.power_w == 0.0 or any(
                each.low_w - 1e-6 <= step.power_w <= each.high_w + 1e-6 for each in ranges
            )
            assert step.energy_wh <= step.power_w * step.slot.hours + 1e-6


@settings(max_examples=25)
@given(requests())
def test_nothing_is_missing_that_could_be_had(asked: PlanRequest) -> None:
    made = plan(asked)
    could = sum(
        max((each.high_w for each in one.powers(asked.powers)), default=0.0) * one.hours
        for one in asked.slots
    )
    assert made.missing_wh == pytest.approx(max(0.0, asked.needed_wh - could), abs=1e-3)
    assert plan(asked) == made


def test_what_is_left_of_a_plan_begins_with_the_slot_at_hand() -> None:
    made = plan(request(slots([0.3, 0.1, 0.2, 0.3]), 22))
    assert (made.starts_at, made.ends_at) == (NOON + HOUR, NOON + 3 * HOUR)
    left = made.onward(NOON + HOUR * 2.5)
    assert [step.slot.start for step in left.steps] == [NOON + 2 * HOUR, NOON + 3 * HOUR]
    assert (left.power_w, left.energy_wh) == (11_000.0, 11_000.0)
    over = made.onward(NOON + 4 * HOUR)
    assert (over.steps, over.starts_at, over.ends_at) == ((), None, None)
    assert made.onward(NOON - HOUR) == made
