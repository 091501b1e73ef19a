"""Whether a plan can begin a little later and be ready nevertheless; the random delay asks this."""

from datetime import datetime, timedelta

from chargedeck.energy.plan import Plan
from chargedeck.energy.plan_slot import Powers

_HOUR = timedelta(hours=1)
_SAME = 1e-6


def can_wait(plan: Plan, powers: Powers, until: datetime) -> bool:
    """Whether all that the plan charges can be charged from `until` on."""
    possible = 0.0
    for step in plan.steps:
        left = step.slot.end - max(step.slot.start, until)
        most = max((each.high_w for each in step.slot.powers(powers)), default=0.0)
        possible += most * max(0.0, left / _HOUR)
    return possible >= plan.energy_wh - _SAME
