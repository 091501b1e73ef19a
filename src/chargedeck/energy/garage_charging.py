"""Period after period the current of every outlet of a garage: planned, then fitted; it reads no clock."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from chargedeck.energy.garage import Bill, Floats, Stay, Wiring, Worth
from chargedeck.energy.garage_pilots import fitted
from chargedeck.energy.garage_plan import Plan, Task, planned

_NOTICED = 0.05
"""Amperes between an offer and what is drawn that are not a meter's noise."""


class Garage:
    """Decides for a garage and remembers one thing of it: whether its wiring has ever been stretched.

    Where the cars that are here need all of the wiring, it will be short when others come, and its whole
    power be needed, and paid for, anyway: from then on energy comes before the bill. Elsewhere the highest
    power of the month is part of the plan.
    """

    def __init__(self, wiring: Wiring, hours: float, worth: Worth | None = None) -> None:
        self._wiring = wiring
        self._hours = hours
        self._worth = worth or Worth()
        self._stretched = False

    def currents(self, stays: Sequence[Stay], bill: Bill | None = None) -> Floats:
        """What to offer each stay in the period that begins now."""
        plan = self._plan(stays, None if self._stretched else bill)
        volts = self._wiring.volts[np.array([stay.outlet for stay in stays], dtype=np.intp)]
        most_w = np.inf if bill is None or self._stretched else float(volts @ plan.now)
        return fitted(self._wiring, stays, plan.now, most_w=most_w)

    def _plan(self, stays: Sequence[Stay], bill: Bill | None) -> Plan:
        task = Task(self._wiring, stays, self._hours, None, self._worth)
        if bill is None:
            return planned(task)
        without = planned(task)
        self._stretched = without.stretched
        return without if self._stretched else planned(replace(task, bill=bill))


def draws_at_most(before: float, offered: float, drawn: float) -> float:
    """What a car can be expected to draw: what it drew when it was offered more."""
    return drawn if drawn < offered - _NOTICED else before
