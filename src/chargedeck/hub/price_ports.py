"""What the hub needs of a source of exchange prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, Protocol

from chargedeck.domain.problems import ChargeDeckError


class PriceSourceError(ChargeDeckError):
    """A source has no prices for us; the text says what is wrong, and never holds a secret."""

    code = "price_source"


class ExchangePrice(NamedTuple):
    """The price of a kilowatt-hour from `start` until `end`."""

    start: datetime
    end: datetime
    price: Decimal


@dataclass(frozen=True, slots=True)
class PriceRequest:
    """Which prices: of an area, in a currency, from `start` until `end`."""

    area: str
    currency: str
    start: datetime
    end: datetime
    token: str | None = field(default=None, repr=False)


class PriceFeed(Protocol):
    """A source of exchange prices."""

    async def fetch(self, request: PriceRequest) -> Sequence[ExchangePrice]:
        """All that the source knows of the period, perhaps more; raises PriceSourceError."""
        ...
