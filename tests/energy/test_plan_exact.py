"""Where the future is certain, the plan is held against the exact optimum, which HiGHS computes."""

from random import Random

import highspy
import pytest
from tests.energy.plan_facts import SWITCHING, THREE_PHASES, request, slot, worth

from chargedeck.domain.units import Watts
from chargedeck.energy.plan import plan
from chargedeck.energy.plan_slot import PlanSlot, PowerRange, Powers

FROM_NOTHING: Powers = (PowerRange(Watts(0.001), Watts(11_000)),)


def least_expense(ahead: list[PlanSlot], needed_kwh: float, powers: Powers) -> float:
    """The optimum as a mixed-integer program: a switch for each range of powers in each hour."""
    model = highspy.Highs()  # type: ignore[no-untyped-call]
    model.silent()
    total = model.expr()
    for hour in ahead:
        assert hour.worth is not None
        own = model.addVariable(0, hour.surplus_w / 1000, obj=hour.worth.sell)
        bought = model.addVariable(0, 11.04, obj=hour.worth.buy)
        switches = [model.addBinary() for _ in powers]
        ranges = [(each.low_w / 1000, each.high_w / 1000) for each in powers]
        low = sum(least * on for (least, _), on in zip(ranges, switches, strict=True))
        high = sum(most * on for (_, most), on in zip(ranges, switches, strict=True))
        model.addConstr(own + bought >= low)
        model.addConstr(own + bought <= high)
        model.addConstr(sum(switches) <= 1)
        total += own + bought
    model.addConstr(total == needed_kwh)
    model.run()
    return float(model.getObjectiveValue())


def day(chance: Random, hours: int) -> list[PlanSlot]:
    """Prices and sun of a day, of which selling never brings more than buying costs."""
    prices = sorted(chance.uniform(-0.1, 0.5) for _ in range(2 * hours))
    bought, sold = prices[hours:], prices[:hours]
    chance.shuffle(bought)
    chance.shuffle(sold)
    return [
        slot(place, worth(bought[place], sold[place]), max(0.0, chance.uniform(-3000, 6000)))
        for place in range(hours)
    ]


@pytest.mark.parametrize("seed", range(8))
def test_without_a_least_power_the_plan_is_exact(seed: int) -> None:
    chance = Random(seed)
    ahead, needed = day(chance, 14), chance.uniform(4, 40)
    made = plan(request(ahead, needed, FROM_NOTHING))
    assert made.expense == pytest.approx(least_expense(ahead, needed, FROM_NOTHING), abs=1e-3)


@pytest.mark.parametrize("powers", [THREE_PHASES, SWITCHING], ids=["three phases", "switching"])
@pytest.mark.parametrize("seed", range(8))
def test_with_a_least_power_it_is_within_cents_of_it(seed: int, powers: Powers) -> None:
    chance = Random(seed)
    ahead, needed = day(chance, 14), chance.uniform(4, 40)
    made = plan(request(ahead, needed, powers))
    assert made.missing_wh == 0.0
    assert made.expense <= least_expense(ahead, needed, powers) + 0.05
