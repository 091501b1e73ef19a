"""A session of the history as the screen shows it."""

from typing import NamedTuple

from chargedeck.domain.cards import Authorizer
from chargedeck.hub.cost_views import MoneyView
from chargedeck.hub.records import SessionRecord
from chargedeck.hub.session_pricing import price_per_kwh
from chargedeck.hub.views import AuthorizerView, SessionView


class Names(NamedTuple):
    """What the things are called now that a session names by their ids."""

    charger: str
    user: str | None = None
    car: str | None = None


def session_view(record: SessionRecord, names: Names) -> SessionView:
    """Lay a record out for the API."""
    return SessionView(
        id=record.id,
        charger_id=record.charger_id or None,
        charger_name=record.place or names.charger,
        station_id=record.station_id,
        started_at=record.started_at,
        ended_at=record.ended_at,
        energy_wh=record.energy_wh,
        charging_time_s=round(record.charging_time_s),
        meter_start_wh=record.meter_start_wh,
        meter_stop_wh=record.meter_stop_wh,
        authorized_by=authorizer_view(record.authorized_by),
        stop_reason=record.stop_reason,
        origin=record.origin.value,
        anomalies=[anomaly.value for anomaly in record.anomalies],
        user_id=record.user_id,
        user_name=names.user,
        card_id=record.card_id,
        car_id=record.car_id,
        car_name=names.car,
        place=record.place,
        note=record.note,
        tags=list(record.tags),
        cost=_cost(record),
        price_per_kwh=_price(record),
        cost_estimated=record.cost is not None and record.cost.estimated,
    )


def _cost(record: SessionRecord) -> MoneyView | None:
    """What it cost in all; None before it has been priced, and where nothing has a price."""
    cost = record.cost
    if cost is None or cost.amount is None or cost.currency is None:
        return None
    return MoneyView(f"{cost.amount:f}", cost.currency)


def _price(record: SessionRecord) -> MoneyView | None:
    cost = record.cost
    price = None if cost is None else price_per_kwh(cost, record.energy_wh)
    if cost is None or price is None or cost.currency is None:
        return None
    return MoneyView(f"{price:f}", cost.currency)


class ShownSession:
    """A session of the history as something that the screen is told of."""

    __slots__ = ("_charger_name", "_record")

    kind = "session"

    def __init__(self, record: SessionRecord, charger_name: str) -> None:
        self._record = record
        self._charger_name = charger_name

    @property
    def id(self) -> str:
        """Its name in the API."""
        return self._record.id

    @property
    def station_id(self) -> str:
        """Where it was charged."""
        return self._record.station_id

    @property
    def whose(self) -> str | None:
        """The person who charged."""
        by = self._record.authorized_by
        return None if by is None else by.user_id

    def view(self) -> SessionView:
        """What the screen shows."""
        return session_view(self._record, Names(self._charger_name))


def authorizer_view(authorizer: Authorizer | None) -> AuthorizerView | None:
    """Who it was, without the key to them."""
    return None if authorizer is None else AuthorizerView(authorizer.kind, authorizer.label)
