"""Sessions with everything that their ids stand for, as exports and reports tell them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, Self

from chargedeck.domain.cards import AuthorizerKind
from chargedeck.hub.callers import name_of
from chargedeck.hub.ports import Book
from chargedeck.hub.records import SessionRecord


class SessionRow(NamedTuple):
    """A session that can be read without looking anything up; a tuple, since there may be a million."""

    session_id: str
    charger_id: str
    charger: str
    charger_serial: str | None
    station_id: str
    station: str
    time_zone: str
    started_at: datetime
    ended_at: datetime | None
    energy_wh: float
    meter_start_wh: float
    meter_end_wh: float
    """The register at the end, or where an open session stands."""
    charging_time_s: float
    authorized_by: str | None
    """How it was authorised: by a card, a user, …"""
    user_id: str | None
    user: str | None
    card: str | None
    car: str | None
    cost: Decimal | None
    currency: str | None
    cost_estimated: bool
    grid_wh: float | None
    solar_wh: float | None
    battery_wh: float | None
    note: str | None
    tags: tuple[str, ...]
    origin: str
    anomalies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Charger:
    name: str
    serial: str | None


@dataclass(frozen=True, slots=True)
class Directory:
    """What ids stand for, as of one moment; what is gone keeps its id for a name."""

    chargers: Mapping[str, _Charger]
    stations: Mapping[str, tuple[str, str]]
    users: Mapping[str, str]
    cards: Mapping[str, str]
    cars: Mapping[str, str]

    @classmethod
    async def of(cls, book: Book) -> Self:
        """Read everything once: a session is then a matter of a few look-ups."""
        serials = {device.id: device.identity.serial for device in await book.devices()}
        return cls(
            {one.id: _Charger(one.name, serials.get(one.device_id)) for one in await book.chargers()},
            {one.id: (one.name, one.time_zone) for one in await book.stations()},
            {one.id: name_of(one) for one in await book.users()},
            {one.id: one.label for one in await book.cards()},
            {one.id: f"{one.name} {one.plate}".strip() for one in await book.cars()},
        )

    def row(self, record: SessionRecord) -> SessionRow:
        """Lay a session out."""
        charger = self.chargers.get(record.charger_id)
        station, time_zone = self.stations.get(record.station_id, (record.station_id, "UTC"))
        by, cost, car = record.authorized_by, record.cost, record.car_id
        user, card = self._who(record)
        return SessionRow(
            session_id=record.id,
            charger_id=record.charger_id,
            charger=record.place or record.charger_id if charger is None else charger.name,
            charger_serial=None if charger is None else charger.serial,
            station_id=record.station_id,
            station=station,
            time_zone=time_zone,
            started_at=record.started_at,
            ended_at=record.ended_at,
            energy_wh=float(record.energy_wh),
            meter_start_wh=float(record.meter_start_wh),
            meter_end_wh=float(record.meter_last_wh),
            charging_time_s=record.charging_time_s,
            authorized_by=None if by is None else by.kind.value,
            user_id=record.user_id,
            user=user,
            card=card,
            car=None if car is None else self.cars.get(car, car),
            cost=None if cost is None else cost.amount,
            currency=None if cost is None else cost.currency,
            cost_estimated=cost is not None and cost.estimated,
            grid_wh=None if cost is None else float(cost.grid_wh),
            solar_wh=None if cost is None else float(cost.solar_wh),
            battery_wh=None if cost is None else float(cost.battery_wh),
            note=record.note or None,
            tags=record.tags,
            origin=record.origin.value,
            anomalies=tuple(anomaly.value for anomaly in record.anomalies),
        )

    def _who(self, record: SessionRecord) -> tuple[str | None, str | None]:
        """The user's name and the card's; who is gone is called as the session has it."""
        by, user = record.authorized_by, self.users.get(record.user_id or "")
        if by is None:
            return user, None
        if by.kind is AuthorizerKind.CARD:
            return user, self.cards.get(by.key or "", by.label)
        return user or by.label or None, None
