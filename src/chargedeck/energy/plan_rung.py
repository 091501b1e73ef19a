"""A plan as a rung of the ladder: what it holds the charger to now, and why; it decides nothing."""

from datetime import tzinfo

from chargedeck.domain.limits import LimitReason, Rung
from chargedeck.domain.units import Amps
from chargedeck.energy.plan import Plan, Step
from chargedeck.energy.plan_slot import Powers

_MOSTLY = 0.5
_SAME = 1.0


def plan_rung(plan: Plan, current_a: Amps, powers: Powers, zone: tzinfo) -> Rung | None:
    """The rung of the slot at hand, where `current_a` is the plan's power at this charger.

    None while the plan charges as fast as it can.
    """
    if not plan.steps:
        return None
    now = plan.steps[0]
    possible = max((each.high_w for each in now.slot.powers(powers)), default=0.0)
    if not now.slot.allowed:
        return Rung(LimitReason.SCHEDULE, current_a, "outside the allowed hours")
    if now.power_w >= possible - _SAME:
        return None
    if now.power_w > 0 and from_sun(now):
        return Rung(LimitReason.SOLAR, current_a, f"solar surplus of {_surplus_kw(now)} kW")
    if now.power_w > 0:
        return Rung(LimitReason.SCHEDULE, current_a, f"{now.energy_wh / 1000:.1f} kWh are enough for now")
    later = next((step for step in plan.steps if step.power_w > 0), None)
    if later is None:
        return Rung(LimitReason.SCHEDULE, current_a, "charged as planned")
    return _waiting(now, later, current_a, zone)


def _waiting(now: Step, later: Step, current_a: Amps, zone: tzinfo) -> Rung:
    clock = f"{later.slot.start.astimezone(zone):%a %H:%M}"
    if from_sun(later):
        words = f"solar surplus of {_surplus_kw(later)} kW expected {clock}"
        return Rung(LimitReason.SOLAR, current_a, words)
    words = f"{later.worth.buy:.3f} per kWh {clock}, {now.worth.buy:.3f} now"
    return Rung(LimitReason.PRICE, current_a, f"{words}, estimated" if later.guessed else words)


def from_sun(step: Step) -> bool:
    """Whether most of what is charged in a step is the sun's."""
    return step.slot.surplus_w * step.slot.hours > _MOSTLY * step.energy_wh


def _surplus_kw(step: Step) -> str:
    return f"{step.slot.surplus_w / 1000:.1f}"
