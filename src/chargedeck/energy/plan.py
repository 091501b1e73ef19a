"""The departure plan: ready in time at the least expected cost, or as full as time allows.

It is made anew whenever a fact changes and decides for the slot at hand, whose solar and load are
measured; the slots behind it are planned over what they may bring, since by then it will be known.
It must not decide what the house can bear: that is the balancer's, and comes in as `most_w`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import dropwhile, takewhile

from chargedeck.domain.problems import OutOfRangeError
from chargedeck.domain.units import WattHours, Watts
from chargedeck.energy.plan_curve import Curve, Expense, Worth, flat, with_offers
from chargedeck.energy.plan_doubt import LOAD_DOUBT, SOLAR_DOUBT, Doubt, surpluses
from chargedeck.energy.plan_slot import NOTHING, PlanSlot, Powers, SlotCost, SlotWorth, power_for, slot_cost
from chargedeck.energy.plan_tomorrow import Memory, expected_worths

_DONE = WattHours(1e-6)
_DEARER = 1e6
"""A missing watt-hour counts as more than the dearest hour at the least power: never worth it."""


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """The facts a plan is made of: slots one after the other, from now until the departure.

    Prices are known from the first slot on, up to some slot; behind it none counts.
    """

    slots: tuple[PlanSlot, ...]
    needed_wh: WattHours
    powers: Powers
    memory: Memory = field(default_factory=dict)
    solar_doubt: Doubt = SOLAR_DOUBT
    load_doubt: Doubt = LOAD_DOUBT

    def __post_init__(self) -> None:
        if self.needed_wh < 0:
            raise OutOfRangeError("needed_wh", self.needed_wh, 0, 1_000_000)


@dataclass(frozen=True, slots=True)
class Step:
    """What a plan does in one slot; `guessed` where the slot's price was not known."""

    slot: PlanSlot
    power_w: Watts
    energy_wh: WattHours
    expense: Expense
    worth: SlotWorth
    guessed: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do in each slot as things are expected, and what cannot be had until departure."""

    steps: tuple[Step, ...]
    missing_wh: WattHours

    @property
    def power_w(self) -> Watts:
        """What to charge with now; always 0 or a power that is possible."""
        return self.steps[0].power_w if self.steps else NOTHING

    @property
    def energy_wh(self) -> WattHours:
        """What will have been charged at departure."""
        return WattHours(sum(step.energy_wh for step in self.steps))

    @property
    def expense(self) -> Expense:
        """What that is expected to cost."""
        return Expense(sum(step.expense for step in self.steps))

    @property
    def starts_at(self) -> datetime | None:
        """When it first charges; None if it never does."""
        return next((step.slot.start for step in self.steps if step.power_w > 0), None)

    @property
    def ends_at(self) -> datetime | None:
        """When it has charged all that it will; None if it never charges."""
        return next((step.slot.end for step in reversed(self.steps) if step.power_w > 0), None)

    def onward(self, now: datetime) -> "Plan":
        """What is left of the plan, from the slot that holds at `now` on."""
        return replace(self, steps=tuple(dropwhile(lambda step: step.slot.end <= now, self.steps)))

    @property
    def changes_at(self) -> datetime | None:
        """When the plan next starts or pauses; None if it goes on as it is."""
        charges = self.power_w > 0
        return next((step.slot.start for step in self.steps if (step.power_w > 0) is not charges), None)


def plan(request: PlanRequest) -> Plan:
    """Charge what is needed until departure where it is expected to cost the least."""
    worths = _worths(request)
    if request.needed_wh <= _DONE:
        return _followed(request, worths, [None] * len(worths))
    return _followed(request, worths, _curves(request, worths))


def at_once(request: PlanRequest) -> Plan:
    """Charge now: as fast as possible, whatever it costs and whatever a schedule forbids."""
    free = replace(request, slots=tuple(replace(slot, allowed=True) for slot in request.slots))
    return _followed(free, _worths(free), [None] * len(free.slots))


def _worths(request: PlanRequest) -> tuple[SlotWorth, ...]:
    """What each slot is worth, or may be."""
    known = tuple(takewhile(lambda slot: slot.worth is not None, request.slots))
    unknown = request.slots[len(known) :]
    told = (slot.worth for slot in known if slot.worth is not None)
    return (*told, *expected_worths(known, unknown, request.memory))


def _curves(request: PlanRequest, worths: Sequence[SlotWorth]) -> list[Curve | None]:
    """The curve behind each slot, made from the last one backwards."""
    dearest = max((abs(price) for worth in worths for price in worth), default=0.0)
    behind = flat(Worth(_DEARER * (dearest + 1)), request.needed_wh)
    curves: list[Curve | None] = []
    for slot, worth in zip(reversed(request.slots), reversed(worths), strict=True):
        curves.append(behind)
        futures = surpluses(slot.solar_w, slot.load_w, request.solar_doubt, request.load_doubt)
        offers = [slot_cost(slot, worth, surplus, request.powers).pieces() for surplus in futures]
        behind = with_offers(behind, offers)
    return curves[::-1]


def _followed(request: PlanRequest, worths: Sequence[SlotWorth], curves: Sequence[Curve | None]) -> Plan:
    """Go through the slots as they are expected; without a curve, take what is possible at once."""
    needed, steps = request.needed_wh, []
    for slot, worth, later in zip(request.slots, worths, curves, strict=True):
        cost = slot_cost(slot, worth, slot.surplus_w, request.powers)
        energy = _taken(cost, needed, later)
        power = power_for(energy, slot, request.powers)
        steps.append(Step(slot, power, energy, cost.expense(energy), worth, slot.worth is None))
        needed = WattHours(max(0.0, needed - energy))
    return Plan(tuple(steps), WattHours(0 if needed <= _DONE else needed))


def _taken(cost: SlotCost, needed_wh: WattHours, later: Curve | None) -> WattHours:
    if needed_wh <= _DONE:
        return WattHours(0)
    if later is not None:
        return cost.choice(needed_wh, later)
    return WattHours(min(needed_wh, max((high for _, high in cost.ranges_wh), default=0.0)))
