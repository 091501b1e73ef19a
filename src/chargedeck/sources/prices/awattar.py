"""aWATTar: the hours of the day-ahead market in Germany and Austria; no account is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chargedeck.domain.sentences import said
from chargedeck.hub.price_ports import ExchangePrice, PriceRequest, PriceSourceError
from chargedeck.sources.prices.reading import PER_MWH, number, price, since_1970, understood
from chargedeck.sources.prices.web import Question, asked_json

ADDRESSES = {"DE": "https://api.awattar.de", "AT": "https://api.awattar.at"}
_MILLISECONDS = 1000


class Awattar:
    """Implements the hub's PriceFeed; the areas are DE and AT."""

    def __init__(self, addresses: Mapping[str, str] = ADDRESSES) -> None:
        self._addresses = addresses

    async def fetch(self, request: PriceRequest) -> Sequence[ExchangePrice]:
        """Prices in euros for a megawatt-hour."""
        if request.area not in self._addresses:
            raise PriceSourceError(said("aWATTar knows the areas DE and AT; choose one of them"))
        if request.currency != "EUR":
            raise PriceSourceError(said("aWATTar tells prices in EUR; the tariff must be in EUR too"))
        query = {
            name: f"{round(at.timestamp() * _MILLISECONDS)}"
            for name, at in (("start", request.start), ("end", request.end))
        }
        told = await asked_json(Question(f"{self._addresses[request.area]}/v1/marketdata", query))
        return understood(lambda: [_price(one) for one in told["data"]])


def _price(one: Mapping[str, Any]) -> ExchangePrice:
    if str(one["unit"]).lower() != "eur/mwh":
        raise ValueError(one["unit"])
    start, end = (since_1970(number(one[f"{name}_timestamp"]) / _MILLISECONDS) for name in ("start", "end"))
    return ExchangePrice(start, end, price(one["marketprice"]) / PER_MWH)
