"""What is kept of tariffs, prices and costs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import NamedTuple, NewType

from chargedeck.domain.units import StationId
from chargedeck.energy.cost import Note
from chargedeck.energy.cost_amounts import NOTHING, Amounts
from chargedeck.energy.prices import PricePerKwh
from chargedeck.energy.tariff import Quote
from chargedeck.hub.records import SessionCostRecord, SessionRecord
from chargedeck.hub.tariff_terms import TariffTerms

FeedId = NewType("FeedId", str)
"""Names a series of exchange prices: who tells it and of which area."""


@dataclass(frozen=True, slots=True)
class TariffVersion:
    """What was decided at `saved_at` to hold from `valid_from` on; nothing ever replaces it.

    Of several for one day the one saved last counts; without terms it takes the earlier ones back.
    """

    station_id: StationId
    valid_from: date
    saved_at: datetime
    terms: TariffTerms | None
    saved_by: str | None = None
    token: str | None = field(default=None, repr=False)
    """The secret that the source of prices asks for."""


class Again(Enum):
    """Why sessions are to be priced again, and so which of them."""

    PRICES = "prices"
    """Prices have come: the estimates, by the versions of the tariff that counted for them."""
    FACTS = "facts"
    """What flowed has become known: all, by the versions that counted for them."""
    TARIFF = "tariff"
    """An owner wants it: all, by the present versions."""


class SpotPrice(NamedTuple):
    """The exchange's price of the quarter of an hour that starts then, and how long a slot it came for."""

    start: datetime
    price: PricePerKwh
    slot_min: int = 15


class SessionSlot(NamedTuple):
    """A quarter of an hour of a session, by its start: energy by source, and what it comes to.

    The amounts hold the day's and the month's shares and what rounding left over, so that all slots
    of a session add up to its cost exactly. Without a tariff there is no quote and nothing to pay.
    """

    start: datetime
    grid_wh: Decimal
    solar_wh: Decimal
    battery_wh: Decimal
    amounts: Amounts = NOTHING
    quote: Quote | None = None
    notes: frozenset[Note] = frozenset()

    @property
    def estimated(self) -> bool:
        """Whether anything of it is a guess."""
        return bool(self.notes)


class PricedSession(NamedTuple):
    """A session as it was when it was priced, and its cost; its cost says which versions counted."""

    session: SessionRecord
    cost: SessionCostRecord
    slots: tuple[SessionSlot, ...]
    priced_at: datetime
