"""What a station has to expect: what energy is worth, what the sun brings and what the house takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from chargedeck.domain.units import Watts
from chargedeck.energy.plan_curve import Worth
from chargedeck.energy.plan_slot import PlanSlot, SlotWorth
from chargedeck.energy.prices import QUARTER, Currency, quarter_of

if TYPE_CHECKING:
    from chargedeck.hub.stations import Station


@dataclass(frozen=True, slots=True)
class Outlook:
    """Quarters of an hour, one after the other; the currency of their prices where there are any."""

    slots: tuple[PlanSlot, ...]
    currency: Currency | None = None


class Outlooks(Protocol):
    """Where expectations come from; the first slot is measured where there is a meter."""

    def __call__(self, station: Station, start: datetime, end: datetime) -> Outlook:
        """Whole quarters of an hour from the one of `start` until `end`."""
        ...


ALWAYS = SlotWorth(Worth(1), Worth(0))
"""While nobody has said what energy costs: the sun's is better than the grid's, at every time the same."""


@dataclass(frozen=True, slots=True)
class SteadyOutlook:
    """The same worth at all times, a house that takes what it takes now, and of the sun only what is seen."""

    worth: SlotWorth = ALWAYS
    currency: Currency | None = None

    def __call__(self, station: Station, start: datetime, end: datetime) -> Outlook:
        """As things are, so they will be."""
        flow = station.energy().flow
        surplus = Watts(max(0.0, flow.chargers_w - flow.grid_w)) if flow.grid_w is not None else Watts(0)
        house = Watts(max(0.0, flow.house_w or 0.0))
        slots: list[PlanSlot] = []
        at = quarter_of(start)
        while at < end:
            sun = Watts(surplus + house) if not slots else Watts(0)
            slots.append(PlanSlot(at, at + QUARTER, sun, house, self.worth))
            at += QUARTER
        return Outlook(tuple(slots), self.currency)
