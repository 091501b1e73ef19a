"""Tariffs, prices and costs as column values and back."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import Row

from chargedeck.energy.cost import Note
from chargedeck.energy.cost_amounts import NOTHING, Amounts
from chargedeck.energy.prices import PricePerKwh
from chargedeck.energy.tariff import Part, Quote, Source
from chargedeck.hub.cost_records import FeedId, PricedSession, SessionSlot, SpotPrice, TariffVersion
from chargedeck.hub.tariff_terms import TariffTerms
from chargedeck.storage.rows import Values, exact_wh

_PRICES = tuple(field.name for field in fields(Quote) if field.name != "estimated")
_PARTS = tuple(part.value for part in Part)


def version_values(version: TariffVersion) -> Values:
    """A version with its terms as a document."""
    return {
        "station_id": version.station_id,
        "valid_from": version.valid_from.isoformat(),
        "saved_at": version.saved_at,
        "terms": None if version.terms is None else msgspec.to_builtins(version.terms),
        "saved_by": version.saved_by,
        "token": version.token,
    }


def version_record(row: Row[Any]) -> TariffVersion:
    """The version of a row."""
    values = dict(row._mapping)  # noqa: SLF001  (public, named so that no column can hide it)
    terms = values.pop("terms")
    return TariffVersion(
        **values | {"valid_from": date.fromisoformat(values["valid_from"])},
        terms=None if terms is None else msgspec.convert(terms, TariffTerms),
    )


def spot_values(feed: FeedId, price: SpotPrice) -> Values:
    """A price of a feed."""
    return {"feed": feed, **price._asdict()}


def spot_record(row: Row[Any]) -> SpotPrice:
    """The price of a row."""
    return SpotPrice(row.start, PricePerKwh(row.price), row.slot_min)


def cost_values(priced: PricedSession) -> Values:
    """The columns of a session that say what it cost."""
    cost = priced.cost
    return {
        "grid_wh": float(cost.grid_wh),
        "solar_wh": float(cost.solar_wh),
        "battery_wh": float(cost.battery_wh),
        "cost_amount": cost.amount,
        "cost_currency": cost.currency,
        "cost_estimated": cost.estimated,
        "cost_detail": cost.detail,
        "tariff_as_of": cost.tariff_as_of,
        "priced_at": priced.priced_at,
    }


def slot_values(priced: PricedSession, slot: SessionSlot) -> Values:
    """A slot under its session; without a currency nothing was to pay."""
    amounts, currency = slot.amounts, priced.cost.currency
    paid: dict[str, Decimal | None] = dict.fromkeys(("amount", *_PARTS, "solar_amount", "battery_amount"))
    if currency is not None:
        paid |= {part.value: amount for part, amount in amounts.by_part.items()}
        paid |= {
            "amount": amounts.total,
            "solar_amount": amounts.solar,
            "battery_amount": amounts.battery,
        }
    return paid | {
        "session_id": priced.session.id,
        "start": slot.start,
        "grid_wh": float(slot.grid_wh),
        "solar_wh": float(slot.solar_wh),
        "battery_wh": float(slot.battery_wh),
        "currency": currency,
        "estimated": slot.estimated,
        "notes": sorted(slot.notes),
        "quote": None if slot.quote is None else _quoted(slot.quote),
    }


def slot_record(row: Row[Any]) -> SessionSlot:
    """The slot of a row."""
    return SessionSlot(
        row.start,
        exact_wh(row.grid_wh),
        exact_wh(row.solar_wh),
        exact_wh(row.battery_wh),
        NOTHING if row.amount is None else _amounts(row),
        None if row.quote is None else _quote(row.quote),
        frozenset(map(Note, row.notes)),
    )


def _amounts(row: Row[Any]) -> Amounts:
    return Amounts(
        energy=row.energy - row.solar_amount - row.battery_amount,
        solar=row.solar_amount,
        battery=row.battery_amount,
        grid_fee=row.grid_fee,
        fees=row.fees,
        demand=row.demand,
        tax=row.tax,
    )


def _quoted(quote: Quote) -> list[Any]:
    """Prices in the order of their fields, then the sources whose price is an estimate."""
    prices = [f"{getattr(quote, name):f}" for name in _PRICES]
    return [*prices, *sorted(quote.estimated)]


def _quote(words: Sequence[str]) -> Quote:
    prices = [PricePerKwh(Decimal(price)) for price in words[: len(_PRICES)]]
    return Quote(
        **dict(zip(_PRICES, prices, strict=True)),
        estimated=frozenset(map(Source, words[len(_PRICES) :])),
    )
