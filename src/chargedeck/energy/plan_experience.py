"""What planning has taught so far: prices of the last days and how far forecasts strayed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chargedeck.domain.units import WattHours
from chargedeck.energy.plan import PlanRequest
from chargedeck.energy.plan_doubt import LOAD_DOUBT, SOLAR_DOUBT, Doubt
from chargedeck.energy.plan_slot import PlanSlot, Powers
from chargedeck.energy.plan_tomorrow import DAYS, Memory

_KEPT = timedelta(days=DAYS + 1)


@dataclass(frozen=True, slots=True)
class Experience:
    """A value that grows with each outlook; it can be stored and handed on."""

    memory: Memory = field(default_factory=dict)
    expected: Mapping[datetime, PlanSlot] = field(default_factory=dict)
    """The last forecast of each slot that has not come yet."""
    solar_doubt: Doubt = SOLAR_DOUBT
    load_doubt: Doubt = LOAD_DOUBT

    def after(self, outlook: Sequence[PlanSlot]) -> "Experience":
        """What is known once this outlook is: its first slot is measured, the others are forecasts.

        The slots must be whole, not cut at the present or where charging becomes forbidden.
        """
        now = outlook[0]
        before = self.expected.get(now.start)
        memory = {at: worth for at, worth in self.memory.items() if at > now.start - _KEPT}
        memory.update((slot.start, slot.worth) for slot in outlook if slot.worth is not None)
        solar, load = self.solar_doubt, self.load_doubt
        if before is not None:
            solar = solar.after(before.solar_w, now.solar_w)
            load = load.after(before.load_w, now.load_w)
        return Experience(memory, {slot.start: slot for slot in outlook[1:]}, solar, load)

    def request(self, slots: tuple[PlanSlot, ...], needed_wh: WattHours, powers: Powers) -> PlanRequest:
        """Ask for a plan with all that was learned."""
        return PlanRequest(slots, needed_wh, powers, self.memory, self.solar_doubt, self.load_doubt)
