"""Tibber: what its customers pay the exchange, by their own token; taxes belong into the tariff."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from chargedeck.domain.sentences import said
from chargedeck.hub.price_ports import ExchangePrice, PriceRequest, PriceSourceError
from chargedeck.sources.prices.reading import by_start, instant, price, understood
from chargedeck.sources.prices.web import Question, asked_json

ADDRESS = "https://api.tibber.com"
_FIELDS = "startsAt energy currency"
_QUERY = (
    "{ viewer { homes { id currentSubscription { priceInfo(resolution: QUARTER_HOURLY) "
    f"{{ today {{ {_FIELDS} }} tomorrow {{ {_FIELDS} }} }} }} }} }} }}"
)


class Tibber:
    """Implements the hub's PriceFeed; the area is a home's id, or nothing for the first home."""

    def __init__(self, address: str = ADDRESS) -> None:
        self._address = address

    async def fetch(self, request: PriceRequest) -> Sequence[ExchangePrice]:
        """Today's and tomorrow's prices for a kilowatt-hour; the past is not told."""
        if request.token is None:
            raise PriceSourceError(said("Tibber needs the token of an account; set it in the tariff"))
        headers = {"Authorization": f"Bearer {request.token}", "Content-Type": "application/json"}
        body = json.dumps({"query": _QUERY}).encode()
        told = await asked_json(Question(f"{self._address}/v1-beta/gql", headers=headers, body=body))
        if understood(lambda: told.get("errors")):
            # Tibber answers 200 to a wrong token, and says so in the errors.
            raise PriceSourceError(said("Tibber does not accept the token; set another one in the tariff"))
        home = understood(lambda: _home(told["data"]["viewer"]["homes"], request.area))
        return by_start(understood(lambda: list(_prices(home, request.currency))))


def _home(homes: Sequence[Mapping[str, Any]], area: str) -> Mapping[str, Any]:
    found = [home for home in homes if home["currentSubscription"] and area in ("", home["id"])]
    if not found:
        raise PriceSourceError(said("Tibber knows no such home with a contract; leave the area out"))
    return found[0]


def _prices(home: Mapping[str, Any], currency: str) -> Iterator[tuple[datetime, Decimal]]:
    info = home["currentSubscription"]["priceInfo"]
    for one in (*info["today"], *info["tomorrow"]):
        if one["currency"] != currency:
            raise PriceSourceError(
                said("Tibber tells prices in {currency}; so must the tariff be", currency=one["currency"])
            )
        yield instant(one["startsAt"]), price(one["energy"])
