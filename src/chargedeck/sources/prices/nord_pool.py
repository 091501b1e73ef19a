"""Nord Pool's data portal: day-ahead prices of its areas, a delivery day at a time, in several currencies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chargedeck.domain.sentences import said
from chargedeck.hub.price_ports import ExchangePrice, PriceRequest, PriceSourceError
from chargedeck.sources.prices.reading import PER_MWH, instant, price, understood
from chargedeck.sources.prices.web import Question, asked_json

ADDRESS = "https://dataportal-api.nordpoolgroup.com"
CURRENCIES = frozenset({"EUR", "SEK", "NOK", "DKK", "GBP", "PLN", "RON", "BGN"})

_DELIVERY_DAY = "Europe/Oslo"
"""Delivery days are those of Central European time."""


class NordPool:
    """Implements the hub's PriceFeed; areas are SE1 to SE4, NO1 to NO5, DK1, FI, EE and others."""

    def __init__(self, address: str = ADDRESS) -> None:
        self._address = address

    async def fetch(self, request: PriceRequest) -> Sequence[ExchangePrice]:
        """Prices for a megawatt-hour; a day that is not out yet has no content."""
        if not request.area:
            raise PriceSourceError(said("Nord Pool needs an area such as SE3; choose one"))
        if request.currency not in CURRENCIES:
            raise PriceSourceError(
                said("Nord Pool tells no prices in {currency}; use EUR", currency=request.currency)
            )
        prices: list[ExchangePrice] = []
        zone = ZoneInfo(_DELIVERY_DAY)
        day, last = (at.astimezone(zone).date() for at in (request.start, request.end))
        while day <= last:
            prices += await self._of(day, request)
            day += timedelta(days=1)
        return prices

    async def _of(self, day: date, request: PriceRequest) -> list[ExchangePrice]:
        query = {
            "date": day.isoformat(),
            "market": "DayAhead",
            "deliveryArea": request.area,
            "currency": request.currency,
        }
        told = await asked_json(Question(f"{self._address}/api/DayAheadPrices", query))
        if told is None:
            return []
        return understood(
            lambda: [_price(one, request.area) for one in _checked(told, request)["multiAreaEntries"]]
        )


def _checked(told: Mapping[str, Any], request: PriceRequest) -> Mapping[str, Any]:
    if told["currency"] != request.currency:
        raise ValueError(told["currency"])
    return told


def _price(one: Mapping[str, Any], area: str) -> ExchangePrice:
    start, end = instant(one["deliveryStart"]), instant(one["deliveryEnd"])
    return ExchangePrice(start, end, price(one["entryPerArea"][area]) / PER_MWH)
