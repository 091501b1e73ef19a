"""Why a plan holds back, in words that an owner can check."""

from zoneinfo import ZoneInfo

import pytest
from tests.energy.causes import told_by_cause
from tests.energy.plan_facts import HOUR, NOON, THREE_PHASES, request, slot, slots, worth

from chargedeck.domain.limits import LimitReason, Rung
from chargedeck.domain.units import Amps
from chargedeck.energy.plan import plan
from chargedeck.energy.plan_rung import plan_rung
from chargedeck.energy.plan_slot import PlanSlot

BRUSSELS = ZoneInfo("Europe/Brussels")
PRICE, SOLAR, SCHEDULE = LimitReason.PRICE, LimitReason.SOLAR, LimitReason.SCHEDULE


@pytest.mark.parametrize(
    ("ahead", "needed", "reason", "words"),
    [
        pytest.param(slots([0.312, 0.1]), 11, PRICE, "0.100 per kWh Mon 15:00, 0.312 now", id="dear"),
        pytest.param(slots([0.3, 0.2]), 0, SCHEDULE, "charged as planned", id="nothing is needed"),
        pytest.param(
            slots([0.3, 0.3], [0, 6000]),
            5,
            SOLAR,
            "solar surplus of 6.0 kW expected Mon 15:00",
            id="sun",
        ),
        pytest.param(
            slots([0.3, 0.3], [4000, 4000]), 8, SOLAR, "solar surplus of 4.0 kW", id="what the sun brings"
        ),
        pytest.param(slots([0.2, 0.3]), 5, SCHEDULE, "5.0 kWh are enough for now", id="no more is needed"),
        pytest.param(
            (slot(0, worth(0.1), allowed=False), slot(1, worth(0.3))),
            5,
            SCHEDULE,
            "outside the allowed hours",
            id="forbidden",
        ),
    ],
)
def test_why_a_plan_holds_back(
    ahead: tuple[PlanSlot, ...], needed: float, reason: LimitReason, words: str
) -> None:
    current = Amps(7)
    rung = plan_rung(plan(request(ahead, needed)), current, THREE_PHASES, BRUSSELS)
    assert told_by_cause(rung, BRUSSELS) == Rung(reason, current, words)


@pytest.mark.parametrize("ahead", [(), slots([0.3, 0.2])], ids=["no time left", "full power"])
def test_a_plan_in_a_hurry_holds_nothing_back(ahead: tuple[PlanSlot, ...]) -> None:
    assert plan_rung(plan(request(ahead, 22)), Amps(16), THREE_PHASES, BRUSSELS) is None


def test_a_price_that_is_not_known_is_said_to_be_an_estimate() -> None:
    asked = request(slots([0.5, None]), 5)
    yesterday = {NOON - 23 * HOUR: worth(0.1)}
    made = plan(type(asked)(asked.slots, asked.needed_wh, asked.powers, yesterday))
    rung = plan_rung(made, Amps(0), THREE_PHASES, BRUSSELS)
    assert told_by_cause(rung, BRUSSELS) == Rung(
        PRICE, Amps(0), "0.100 per kWh Mon 15:00, 0.500 now, estimated"
    )
