"""What the watts of each outlet are made of, learned from its readings; it sends nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from chargedeck.chargers.ocpp16.profiles import LEAST_A, Supply
from chargedeck.domain.units import Amps, Volts

if TYPE_CHECKING:
    from datetime import datetime

    from chargedeck.domain.reading import Reading

WHOLE_DEVICE = 0
CARRYING_A = Amps(1)
LIVE_V = Volts(90)
VOLTAGE_STEP = Volts(5)

BEGINS_WITHIN = timedelta(seconds=30)
"""A car that can charge with what it is offered has begun by then."""


def seen(supply: Supply, reading: Reading) -> Supply:
    """What a reading teaches: phases that carry current are the car's, those with a voltage the outlet's."""
    carrying = sum((phase.current_a or 0) >= CARRYING_A for phase in reading.phases)
    voltages = [v for phase in reading.phases if (v := phase.voltage_v) is not None and v >= LIVE_V]
    if carrying:
        supply = replace(supply, car=carrying, phases=max(carrying, supply.phases), refused=False)
    if len(voltages) > supply.phases:
        supply = replace(supply, phases=len(voltages))
    if voltages and abs(min(voltages) - supply.voltage_v) > VOLTAGE_STEP:
        supply = replace(supply, voltage_v=min(voltages))
    return supply


def refuses(supply: Supply, reading: Reading, waited: timedelta) -> bool:
    """Whether a car has had its time and draws nothing; known only where each phase is measured.

    Without that nobody would see on how many phases it begins, and it could not be held to them.
    """
    measured = sum(phase.current_a is not None for phase in reading.phases)
    return supply.car is None and 1 < supply.phases <= measured and waited >= BEGINS_WITHIN


class Supplies:
    """The supplies of one device's outlets."""

    __slots__ = ("_known", "_offered_at")

    def __init__(self) -> None:
        self._known: dict[int, Supply] = {}
        self._offered_at: dict[int, datetime] = {}

    def of(self, connector: int) -> Supply:
        """What is known of an outlet and the car at it."""
        return self._known.get(connector, Supply())

    def of_any_car(self, connector: int) -> Supply:
        """What is known of an outlet, or of the one whose watts are the most amperes."""
        if connector == WHOLE_DEVICE:
            known = [supply.of_any_car for supply in self._known.values()]
            return min(known, key=lambda supply: supply.voltage_v, default=Supply())
        return self.of(connector).of_any_car

    def another_car(self, connector: int) -> None:
        """Another session may be another car, on fewer phases than the one before."""
        self._offered_at.pop(connector, None)
        if connector in self._known:
            self._known[connector] = self._known[connector].of_any_car

    def offered(self, connector: int, current: Amps, now: datetime) -> None:
        """The session has this limit now."""
        if current >= LEAST_A:
            self._offered_at.setdefault(connector, now)
        else:
            self._offered_at.pop(connector, None)

    def observed(self, connector: int, reading: Reading, now: datetime) -> bool:
        """Learn from a reading; True when that changes what watts mean."""
        former = self.of(connector)
        supply = seen(former, reading)
        waited = now - self._offered_at.get(connector, now)
        if refuses(supply, reading, waited):
            supply = replace(supply, refused=True)
        if supply != former:
            self._known[connector] = supply
        return supply != former
