"""A plan waits for the random delay only where it is ready in time nevertheless."""

import pytest
from tests.energy.plan_facts import HOUR, NOON, THREE_PHASES, request, slot, slots, worth

from chargedeck.energy.plan import plan
from chargedeck.energy.plan_start import can_wait


@pytest.mark.parametrize(
    ("needed", "minutes", "can"),
    [(11, 10, True), (11, 60, True), (11, 61, False), (21.9, 0, True), (21.9, 10, False), (0, 120, True)],
)
def test_a_plan_with_two_hours_can_wait_as_long_as_its_energy_fits(
    needed: float, minutes: float, can: bool
) -> None:
    made = plan(request(slots([0.2, 0.2]), needed))
    assert can_wait(made, THREE_PHASES, NOON + minutes / 60 * HOUR) is can


def test_forbidden_hours_and_a_full_connection_leave_nothing_to_wait_for() -> None:
    ahead = (slot(0, worth(0.2)), slot(1, worth(0.2), allowed=False), slot(2, worth(0.2), most_w=2000))
    made = plan(request(ahead, 11))
    assert not can_wait(made, THREE_PHASES, NOON + HOUR / 2)
    assert can_wait(made, THREE_PHASES, NOON)
