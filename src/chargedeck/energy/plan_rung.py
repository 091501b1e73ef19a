"""A plan as a rung of the ladder: what it holds the charger to now, and why; it decides nothing."""

from datetime import tzinfo

from chargedeck.domain.causes import Cause, CauseCode, Value, instant
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
        closed = Cause(CauseCode.OUTSIDE_ALLOWED_HOURS)
        return Rung(LimitReason.SCHEDULE, current_a, "outside the allowed hours", closed)
    if now.power_w >= possible - _SAME:
        return None
    if now.power_w > 0 and from_sun(now):
        sun = Cause(CauseCode.SOLAR_SURPLUS, {"power_kw": _surplus_kw(now)})
        return Rung(LimitReason.SOLAR, current_a, f"solar surplus of {_surplus_kw(now):.1f} kW", sun)
    if now.power_w > 0:
        energy_kwh = round(now.energy_wh / 1000, 1)
        enough = Cause(CauseCode.ENOUGH_FOR_NOW, {"energy_kwh": energy_kwh})
        return Rung(LimitReason.SCHEDULE, current_a, f"{energy_kwh:.1f} kWh are enough for now", enough)
    later = next((step for step in plan.steps if step.power_w > 0), None)
    if later is None:
        done = Cause(CauseCode.CHARGED_AS_PLANNED)
        return Rung(LimitReason.SCHEDULE, current_a, "charged as planned", done)
    return _waiting(now, later, current_a, zone)


def _waiting(now: Step, later: Step, current_a: Amps, zone: tzinfo) -> Rung:
    clock, at = f"{later.slot.start.astimezone(zone):%a %H:%M}", instant(later.slot.start)
    if from_sun(later):
        power_kw = _surplus_kw(later)
        words = f"solar surplus of {power_kw:.1f} kW expected {clock}"
        sun = Cause(CauseCode.SOLAR_EXPECTED, {"power_kw": power_kw, "at": at})
        return Rung(LimitReason.SOLAR, current_a, words, sun)
    then, price = round(float(later.worth.buy), 3), round(float(now.worth.buy), 3)
    words = f"{later.worth.buy:.3f} per kWh {clock}, {now.worth.buy:.3f} now"
    values: dict[str, Value] = {"price_then": then, "price_now": price, "at": at}
    if later.guessed:
        words, values = f"{words}, estimated", values | {"estimated": 1}
    return Rung(LimitReason.PRICE, current_a, words, Cause(CauseCode.CHEAPER_LATER, values))


def from_sun(step: Step) -> bool:
    """Whether most of what is charged in a step is the sun's."""
    return step.slot.surplus_w * step.slot.hours > _MOSTLY * step.energy_wh


def _surplus_kw(step: Step) -> float:
    return round(step.slot.surplus_w / 1000, 1)
