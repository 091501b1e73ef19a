"""Octopus Energy's Agile tariff in Great Britain: prices by the half-hour, in pence, before VAT."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from chargedeck.domain.sentences import said
from chargedeck.hub.price_ports import ExchangePrice, PriceRequest, PriceSourceError
from chargedeck.sources.prices.reading import HOUR, instant, price, understood
from chargedeck.sources.prices.web import Question, asked_json

ADDRESS = "https://api.octopus.energy"
_AREA = re.compile(r"(?P<product>[A-Z0-9]+(?:-[A-Z0-9]+)*)/(?P<region>[A-P])")
_PENCE = 100
_MOST_ROWS = "1500"


class Octopus:
    """Implements the hub's PriceFeed; an area is product and region, as AGILE-24-10-01/C."""

    def __init__(self, address: str = ADDRESS) -> None:
        self._address = address

    async def fetch(self, request: PriceRequest) -> Sequence[ExchangePrice]:
        """Prices without VAT, which belongs into the tariff's taxes."""
        found = _AREA.fullmatch(request.area)
        if found is None:
            raise PriceSourceError(said("Octopus needs product and region, as AGILE-24-10-01/C; choose them"))
        if request.currency != "GBP":
            raise PriceSourceError(said("Octopus tells prices in GBP; the tariff must be in GBP too"))
        product, region = found["product"], found["region"]
        tariff = f"/v1/products/{product}/electricity-tariffs/E-1R-{product}-{region}"
        query = {
            "period_from": request.start.strftime("%Y-%m-%dT%H:%MZ"),
            "period_to": request.end.strftime("%Y-%m-%dT%H:%MZ"),
            "page_size": _MOST_ROWS,
        }
        told = await asked_json(Question(f"{self._address}{tariff}/standard-unit-rates/", query))
        return understood(lambda: [_price(one) for one in told["results"]])


def _price(one: Mapping[str, Any]) -> ExchangePrice:
    start = instant(one["valid_from"])
    end = start + HOUR / 2 if one["valid_to"] is None else instant(one["valid_to"])
    return ExchangePrice(start, end, price(one["value_exc_vat"]) / _PENCE)
