"""Records as column values and back: the only place that knows how the two differ."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from decimal import Decimal
from hashlib import sha256
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Row

from chargedeck.domain.cards import Authorizer, Card, folded
from chargedeck.domain.events import DeviceIdentity
from chargedeck.domain.reading import Reading
from chargedeck.domain.units import Amps
from chargedeck.energy.station_energy import StationEnergy
from chargedeck.energy.sun import Plane, Roof
from chargedeck.hub.charging_rules import PlanRecord, ScheduleRecord
from chargedeck.hub.management import ManagedCircuit, Management, Placement
from chargedeck.hub.meter_records import MeterRecord, TopicValue
from chargedeck.hub.records import (
    CarRecord,
    ChargerRecord,
    DeviceRecord,
    EventRecord,
    LimitChange,
    SessionCostRecord,
    SessionRecord,
    SignedValue,
    SignInRecord,
    StationRecord,
    TokenRecord,
    UserRecord,
)
from chargedeck.hub.solar_sites import SolarSite
from chargedeck.storage.columns import clean, micros

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from sqlalchemy import RowMapping

Record = TypeVar("Record", bound="DataclassInstance")
Values = dict[str, Any]
_FINEST_WH = Decimal("0.001")
SampleRow = tuple[int | float | None, ...]

_IDENTITY = tuple(field.name for field in fields(DeviceIdentity))
_SESSION = tuple(name for name in SessionRecord._fields if name not in {"authorized_by", "cost"})
_DEVICE = tuple(field.name for field in fields(DeviceRecord) if field.name != "identity")


def plain_values(record: Any) -> Values:
    """The values of a record whose fields are its columns."""
    return {field.name: getattr(record, field.name) for field in fields(record)}


def device_values(record: DeviceRecord) -> Values:
    """A device with what it says it is."""
    values = {name: getattr(record, name) for name in _DEVICE}
    return values | {name: getattr(record.identity, name) for name in _IDENTITY}


def device_record(row: Row[Any]) -> DeviceRecord:
    """The device of a row."""
    values = row._mapping  # noqa: SLF001  (public, named so that no column can hide it)
    identity = DeviceIdentity(**{name: values[name] for name in _IDENTITY})
    return DeviceRecord(**{name: values[name] for name in _DEVICE}, identity=identity)


def charger_record(row: Row[Any]) -> ChargerRecord:
    """The charger of a row."""
    return of_row(ChargerRecord, row)


def session_values(record: SessionRecord) -> Values:
    """A session with who it is put down to, waiting to be priced; what it cost is not touched."""
    by = record.authorized_by
    values = {name: getattr(record, name) for name in _SESSION}
    values["authorizer_kind"] = None if by is None else by.kind
    values["authorizer_label"] = None if by is None else by.label
    values["authorizer_key"] = None if by is None else by.key
    values["user_id"] = None if by is None else by.user_id
    values["priced_at"] = None
    values["rolled_up"] = False
    values["words"] = words(record.place, record.note, record.tags)
    return values


def words(place: str | None, note: str, tags: Sequence[str]) -> str:
    """What people wrote of a session, in the form in which it is searched."""
    return "\n".join(filter(None, (place, note, *tags))).casefold()


def session_record(row: Row[Any]) -> SessionRecord:
    """The session of a row."""
    values = row._mapping  # noqa: SLF001  (as above)
    kind = values["authorizer_kind"]
    label, key, user_id = (values[name] for name in ("authorizer_label", "authorizer_key", "user_id"))
    by = None if kind is None else Authorizer(kind, label or "", key, user_id)
    cost = cost_record(values)
    return SessionRecord(**{name: values[name] for name in _SESSION}, authorized_by=by, cost=cost)


def cost_record(values: "RowMapping") -> SessionCostRecord | None:
    """The cost of a session's row; None before it has been priced."""
    if values["grid_wh"] is None:
        return None
    return SessionCostRecord(
        exact_wh(values["grid_wh"]),
        exact_wh(values["solar_wh"]),
        exact_wh(values["battery_wh"]),
        values["cost_amount"],
        values["cost_currency"],
        estimated=bool(values["cost_estimated"]),
        detail=values["cost_detail"],
        tariff_as_of=values["tariff_as_of"],
    )


def exact_wh(number: float) -> Decimal:
    """The decimal that was meant: a float of this size still tells thousandths of a watt-hour apart."""
    return Decimal(repr(number)).quantize(_FINEST_WH)


def sample_row(key: int, reading: Reading, limit_a: Amps | None) -> SampleRow:
    """A sample in the order of its columns; what no meter can mean is left out."""
    at, register_wh, power_w, phases, temperature_c, soc_ratio, _, _ = reading
    i1 = i2 = i3 = v1 = v2 = v3 = None
    for one in phases:
        phase = one.phase
        if phase == 1:
            i1, v1 = one.current_a, one.voltage_v
        elif phase == 2:
            i2, v2 = one.current_a, one.voltage_v
        elif phase == 3:
            i3, v3 = one.current_a, one.voltage_v
    if register_wh is not None and not isfinite(register_wh):
        register_wh = None
    return key, micros(at), register_wh, power_w, i1, i2, i3, v1, v2, v3, temperature_c, soc_ratio, limit_a


def limit_values(key: int, change: LimitChange) -> Values:
    """A change of limit under the charger's key."""
    return {"charger_key": key, "at": change.at, "current_a": change.current_a, "reason": change.reason}


def signed_values(value: SignedValue) -> Values:
    """A signed value with its fingerprint, which tells a repeated message from a new one."""
    return plain_values(value) | {"digest": sha256(clean(value.value).encode()).hexdigest()}


def signed_value(row: Row[Any]) -> SignedValue:
    """The signed value of a row."""
    return of_row(SignedValue, row)


def event_values(numbered: tuple[int, EventRecord]) -> Values:
    """An event under its number, so that one tried twice is written once."""
    number, record = numbered
    return {"id": number, **plain_values(record)}


def event_record(row: Row[Any]) -> EventRecord:
    """The event of a row."""
    return of_row(EventRecord, row)


def card_values(card: Card) -> Values:
    """A card with the form in which tags are compared."""
    return plain_values(card) | {"tag_key": folded(card.id_tag)}


def card_record(row: Row[Any]) -> Card:
    """The card of a row."""
    return of_row(Card, row)


def car_record(row: Row[Any]) -> CarRecord:
    """The car of a row."""
    return of_row(CarRecord, row)


def user_values(record: UserRecord) -> Values:
    """A user with the form in which addresses are compared."""
    return plain_values(record) | {"email_key": record.email.strip().casefold()}


def user_record(row: Row[Any]) -> UserRecord:
    """The user of a row."""
    return of_row(UserRecord, row)


def token_record(row: Row[Any]) -> TokenRecord:
    """The token of a row."""
    return of_row(TokenRecord, row)


def sign_in_record(row: Row[Any]) -> SignInRecord:
    """The sign-in of a row."""
    return of_row(SignInRecord, row)


def management_values(record: Management) -> Values:
    """A station's management, its circuits and placements as documents."""
    placed = {
        charger: {"circuit": placement.circuit, "rotation": placement.rotation}
        for charger, placement in record.placements.items()
    }
    return plain_values(record) | {
        "circuits": [asdict(circuit) for circuit in record.circuits],
        "placements": placed,
    }


def management_record(row: Row[Any]) -> Management:
    """The management of a row."""
    values = dict(row._mapping)  # noqa: SLF001  (as above)
    circuits, placed = values.pop("circuits"), values.pop("placements")
    return Management(
        **values,
        circuits=tuple(ManagedCircuit(**circuit) for circuit in circuits),
        placements={
            charger: Placement(one["circuit"], one["rotation"] and tuple(one["rotation"]))
            for charger, one in placed.items()
        },
    )


def schedule_record(row: Row[Any]) -> ScheduleRecord:
    """The rule of a row."""
    return of_row(ScheduleRecord, row)


def plan_record(row: Row[Any]) -> PlanRecord:
    """The plan of a row."""
    return of_row(PlanRecord, row)


def meter_values(record: MeterRecord) -> Values:
    """A meter with what it tells on topics as a document."""
    return plain_values(record) | {"topic_values": [asdict(value) for value in record.topic_values]}


def meter_record(row: Row[Any]) -> MeterRecord:
    """The meter of a row."""
    values = dict(row._mapping)  # noqa: SLF001  (as above)
    told = tuple(TopicValue(**value) for value in values.pop("topic_values"))
    return MeterRecord(**values, topic_values=told)


def solar_values(site: SolarSite) -> Values:
    """The panels of a station, its planes as a document."""
    return {
        "station_id": site.station_id,
        "latitude": site.roof.latitude,
        "longitude": site.roof.longitude,
        "planes": [asdict(plane) for plane in site.roof.planes],
        "service": site.service,
    }


def solar_site(row: Row[Any]) -> SolarSite:
    """The panels of a row."""
    planes = tuple(Plane(**plane) for plane in row.planes)
    return SolarSite(row.station_id, Roof(row.latitude, row.longitude, planes), row.service)


def station_record(row: Row[Any]) -> StationRecord:
    """The station of a row."""
    return of_row(StationRecord, row)


def station_energy(row: Row[Any]) -> StationEnergy:
    """The energy of a station of a row."""
    return of_row(StationEnergy, row)


def of_row(kind: type[Record], row: Row[Any]) -> Record:
    """A record whose fields are columns, perhaps among others."""
    values = row._mapping  # noqa: SLF001  (public, named so that no column can hide it)
    return kind(**{field.name: values[field.name] for field in fields(kind)})
