"""Turns a plan's currents into pilots that outlets have and the wiring carries, exactly; plans nothing."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np

from chargedeck.energy.garage import HAIR, Floats, Stay, Wiring

_STEP_BACK = 0.99


class _Outlet:
    """What an outlet can offer, and what its car would draw of each offer."""

    __slots__ = ("draws", "pilots", "stay")

    def __init__(self, stay: Stay) -> None:
        self.stay = stay
        most = min(stay.max_a, stay.needs)
        pilots = [0.0, *stay.pilots]
        enough = bisect_left(pilots, most - HAIR) + 1 if stay.pilots else 0
        self.pilots = pilots[:enough]
        self.draws = [min(pilot, most) for pilot in self.pilots]

    def below(self, amps: float) -> float:
        """The highest draw that is not above a current."""
        return self.draws[bisect_right(self.draws, amps + HAIR) - 1] if self.draws else amps

    def next(self, amps: float, planned: float) -> float:
        """The next draw to aim at; for an outlet with any current, the planned one."""
        if not self.draws:
            return max(planned, amps)
        return self.draws[min(bisect_right(self.draws, amps + HAIR), len(self.draws) - 1)]

    def pilot(self, draw: float) -> float:
        """The pilot to which a car draws so much."""
        return self.pilots[bisect_left(self.draws, draw - HAIR)] if self.draws else draw


def fitted(wiring: Wiring, stays: Sequence[Stay], plan: Floats, *, most_w: float = np.inf) -> Floats:
    """The pilot of each stay: near its plan, none too much for a limit, nor all together for `most_w`."""
    outlets = [_Outlet(stay) for stay in stays]
    draws = _carried(wiring, outlets, plan)
    total = np.zeros(len(wiring.volts))
    total[[stay.outlet for stay in stays]] = draws
    carried, power = wiring.phasors @ total, float(wiring.volts @ total)
    waiting = sorted(
        range(len(stays)), key=lambda each: (draws[each] - plan[each], stays[each].periods, each)
    )
    while waiting:
        raised = []
        for each in waiting:
            at = stays[each].outlet
            room = min(wiring.room(carried, at), (most_w - power) / wiring.volts[at])
            goal = outlets[each].next(draws[each], plan[each])
            more = goal - draws[each] if outlets[each].draws else min(goal - draws[each], room)
            if HAIR < more <= room + HAIR:
                draws[each] += more
                carried = carried + wiring.phasors[:, at] * more
                power += wiring.volts[at] * more
                raised.append(each)
        waiting = [each for each in raised if outlets[each].draws]
    return np.array([outlet.pilot(draw) for outlet, draw in zip(outlets, draws, strict=True)])


def _carried(wiring: Wiring, outlets: Sequence[_Outlet], plan: Floats) -> list[float]:
    """Step back from the plan until the wiring carries it; a limit allows any part of what it allows."""
    at = [outlet.stay.outlet for outlet in outlets]
    total = np.zeros(len(wiring.volts))
    total[at] = plan
    share = min(1.0, float((wiring.limits_a / np.maximum(wiring.currents(total), HAIR)).min(initial=np.inf)))
    while True:
        draws = [outlet.below(amps) for outlet, amps in zip(outlets, plan * share, strict=True)]
        total[at] = draws
        if wiring.carries(total) or share < HAIR:
            return draws
        share *= _STEP_BACK if share < 1 else 1 - HAIR
