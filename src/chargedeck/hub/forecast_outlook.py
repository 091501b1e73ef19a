"""What a station has to expect of the sun and of its house, as it was learned."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from chargedeck.energy.plan_slot import PlanSlot
    from chargedeck.hub.forecasts import Forecasts
    from chargedeck.hub.outlooks import Outlook, Outlooks
    from chargedeck.hub.stations import Station


@dataclass(frozen=True, slots=True)
class ForecastOutlook:
    """Implements Outlooks: the first slot and the prices of another, and for the rest what is forecast."""

    inner: Outlooks
    forecasts: Forecasts

    def __call__(self, station: Station, start: datetime, end: datetime) -> Outlook:
        """Where nothing is known of the sun or the house, what the other one says."""
        told = self.inner(station, start, end)
        return replace(
            told, slots=(*told.slots[:1], *(self._expected(station, slot) for slot in told.slots[1:]))
        )

    def _expected(self, station: Station, slot: PlanSlot) -> PlanSlot:
        known = self.forecasts.known(station.id)
        solar, house = slot.solar_w, slot.load_w
        if known.solar is not None:
            solar = known.solar.power(slot.start)
        if known.house is not None and known.house.hours:
            house = known.house.power(slot.start)
        return replace(slot, solar_w=solar, load_w=house)
