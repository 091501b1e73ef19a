"""Energy-Charts of Fraunhofer ISE: day-ahead prices of Europe's bidding zones, in slots as they are sold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from chargedeck.domain.sentences import said
from chargedeck.hub.price_ports import ExchangePrice, PriceRequest, PriceSourceError
from chargedeck.sources.prices.reading import PER_MWH, by_start, price, since_1970, understood
from chargedeck.sources.prices.web import Question, asked_json

ADDRESS = "https://api.energy-charts.info"


class EnergyCharts:
    """Implements the hub's PriceFeed; areas are bidding zones such as DE-LU, AT, BE, DK1."""

    def __init__(self, address: str = ADDRESS) -> None:
        self._address = address

    async def fetch(self, request: PriceRequest) -> Sequence[ExchangePrice]:
        """Prices in euros for a megawatt-hour."""
        if not request.area:
            raise PriceSourceError(said("Energy-Charts needs a bidding zone such as DE-LU; choose one"))
        if request.currency != "EUR":
            raise PriceSourceError(said("Energy-Charts tells prices in EUR; the tariff must be in EUR too"))
        period = {
            "start": request.start.strftime("%Y-%m-%dT%H:%MZ"),
            "end": request.end.strftime("%Y-%m-%dT%H:%MZ"),
        }
        told = await asked_json(Question(f"{self._address}/price", {"bzn": request.area, **period}))
        return by_start(understood(lambda: _prices(told)))


def _prices(told: Mapping[str, Any]) -> list[tuple[datetime, Decimal]]:
    unit = "".join(str(told["unit"]).split()).lower()
    if unit != "eur/mwh":
        raise ValueError(unit)
    pairs = zip(told["unix_seconds"], told["price"], strict=True)
    return [(since_1970(at), price(told) / PER_MWH) for at, told in pairs if told is not None]
