"""What a station has to expect: what energy is worth, what the sun brings and what the house takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from chargedeck.domain.units import StationId, Watts
from chargedeck.energy.plan_outlook import measured, outlook
from chargedeck.energy.plan_slot import PlanSlot
from chargedeck.energy.prices import Currency, FixedPrice, PricePerKwh, Prices

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


PricesOf = Callable[[StationId], Prices | None]
"""The prices of a station; None where nobody has said what energy costs."""

UNPRICED = FixedPrice(Currency("XXX"), PricePerKwh(Decimal(1)), PricePerKwh(Decimal(0)))
"""Then the sun's energy is better than the grid's, at every time the same; XXX is no currency."""


def no_prices(_: StationId) -> None:
    """Nobody has said what energy costs."""


@dataclass(frozen=True, slots=True)
class StationOutlook:
    """Prices of the tariff, and of sun and house what the meters say now."""

    prices_of: PricesOf = no_prices

    def __call__(self, station: Station, start: datetime, end: datetime) -> Outlook:
        """All that is known of the time until `end`."""
        flow = station.energy().flow
        house = Watts(max(0.0, flow.house_w or 0.0))
        prices = self.prices_of(station.record.id)
        series = (prices or UNPRICED).between(start, end)
        slots = outlook(start, end, prices=series, solar=lambda _: Watts(0), load=lambda _: house)
        if slots and flow.grid_w is not None:
            # What nobody measures of the sun is seen where it flows out of the house.
            seen = flow.chargers_w - flow.grid_w if flow.solar_w is None else flow.solar_w
            slots = measured(slots, Watts(max(0.0, seen)), house)
        return Outlook(slots, None if prices is None else series.currency)
