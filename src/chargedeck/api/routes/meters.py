"""Meters that the server asks by itself: set up, tried, changed and removed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

import msgspec
from litestar import delete, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, UnsetType

from chargedeck.api.access import access
from chargedeck.api.inputs import Name, given
from chargedeck.api.request import ApiRequest
from chargedeck.api.routes.energy import CircuitName, GridPhase
from chargedeck.api.views import visible_station
from chargedeck.domain.problems import (
    ConflictError,
    OutOfRangeError,
    StorageUnavailableError,
    UnknownResourceError,
)
from chargedeck.domain.units import StationId
from chargedeck.energy.circuits import PHASES, CircuitId
from chargedeck.energy.detection import Rotation
from chargedeck.hub.energy_view import meter_phases, polled_meter_view
from chargedeck.hub.meter_records import MeterFailedError, MeterKind, MeterRecord, TopicValue
from chargedeck.hub.meter_views import PolledMeterView
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.polled_meter import PolledMeter
from chargedeck.hub.records import Role
from chargedeck.hub.station_meters import Source
from chargedeck.hub.views import MeterPhaseView

TAGS = ["Energy"]
REFUSALS = (UnknownResourceError, ConflictError, InvalidValueError, OutOfRangeError)

MeterAddress = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=255,
        description="Where it is asked: a host or an address, with a port unless it is the usual one.",
        examples=["192.168.1.50"],
    ),
]
MeterUser = Annotated[str, Meta(min_length=1, max_length=64)]
MeterPassword = Annotated[str, Meta(max_length=128)]
Topic = Annotated[str, Meta(min_length=1, max_length=256, examples=["tele/meter/SENSOR"])]
Interval = Annotated[float, Meta(ge=1, le=30)]
Channel = Annotated[int, Meta(ge=0, le=31, description="Which of several that one device has.")]
UnitId = Annotated[int, Meta(ge=0, le=255, description="Of Modbus.")]
MeterPhases = Annotated[
    list[GridPhase],
    Meta(min_length=3, max_length=3, description="The grid's phases of the meter's own L1, L2 and L3."),
]


class MqttValue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One value and where it is in a message: `value`, `ENERGY.Power`, `1000 * (delivered - returned)`."""

    quantity: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=16,
            description="`power_w`, or of a phase `power_1_w`, `current_1_a`, `voltage_1_v` and so on.",
            examples=["power_1_w"],
        ),
    ]
    template: Annotated[str, Meta(min_length=1, max_length=200, examples=["ENERGY.Power"])]
    topic: Topic | None = None


class MeterDraft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A meter to be; what a kind has no use for is left out."""

    kind: MeterKind
    address: MeterAddress
    name: Name = "Meter"
    source: Source = Source.GRID
    circuit: CircuitName | None = None
    """The breaker that it sits at, where that is not the main one."""
    inverted: bool = False
    phases: MeterPhases = msgspec.field(default_factory=lambda: list(PHASES))
    interval_s: Interval | None = None
    username: MeterUser | None = None
    password: MeterPassword | None = None
    channel: Channel | None = None
    unit_id: UnitId = 1
    topic: Topic | None = None
    values: Annotated[list[MqttValue], Meta(max_length=10)] = msgspec.field(default_factory=list)

    def record(self, station_id: StationId) -> MeterRecord:
        """The same for the hub; raises InvalidValueError or OutOfRangeError."""
        interval_s = self.interval_s
        if interval_s is None:
            interval_s = 1.0 if self.source is Source.GRID else 5.0
        return MeterRecord(
            id="",
            station_id=station_id,
            name=self.name.strip(),
            kind=self.kind,
            address=self.address,
            source=self.source,
            circuit=None if self.circuit is None else CircuitId(self.circuit),
            inverted=self.inverted,
            rotation=_rotation(self.phases),
            interval_s=interval_s,
            username=self.username,
            secret=self.password or None,
            channel=self.channel,
            unit_id=self.unit_id,
            topic=self.topic,
            topic_values=_topic_values(self.values),
        )


class MeterChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may be changed; a password that is left out stays as it is."""

    address: MeterAddress | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    source: Source | UnsetType = UNSET
    circuit: CircuitName | UnsetType | None = UNSET
    inverted: bool | UnsetType = UNSET
    phases: MeterPhases | UnsetType = UNSET
    interval_s: Interval | UnsetType = UNSET
    username: MeterUser | UnsetType | None = UNSET
    password: MeterPassword | UnsetType = UNSET
    channel: Channel | UnsetType | None = UNSET
    unit_id: UnitId | UnsetType = UNSET
    topic: Topic | UnsetType | None = UNSET
    values: Annotated[list[MqttValue], Meta(max_length=10)] | UnsetType = UNSET

    def applied(self, record: MeterRecord) -> MeterRecord:
        """The meter as it is to be."""
        changes: dict[str, Any] = given(self)
        if "password" in changes:
            changes["secret"] = changes.pop("password") or None
        if "phases" in changes:
            changes["rotation"] = _rotation(changes.pop("phases"))
        if "values" in changes:
            changes["topic_values"] = _topic_values(changes.pop("values"))
        if "name" in changes:
            changes["name"] = changes["name"].strip()
        return replace(record, **changes)


class MeterSettings(msgspec.Struct, frozen=True):
    """A meter as it is set up, and what it says."""

    id: str
    kind: MeterKind
    address: str
    name: str
    source: Source
    circuit: str | None
    inverted: bool
    phases: list[int]
    interval_s: float
    username: str | None
    has_password: bool
    channel: int | None
    unit_id: int
    topic: str | None
    values: list[MqttValue]
    model: str | None
    now: PolledMeterView


class Meters(msgspec.Struct, frozen=True):
    """All meters of a station that the server asks."""

    items: list[MeterSettings]


class MeterTest(msgspec.Struct, frozen=True):
    """What a meter reads now; what flows into the house from there is positive."""

    model: str
    power_w: float | None
    phases: list[MeterPhaseView]


@get(
    "/api/stations/{station_id:str}/meters",
    operation_id="listMeters",
    summary="Meters that the server asks",
    tags=TAGS,
    opt=access(Role.OPERATOR, UnknownResourceError),
)
async def list_meters(request: ApiRequest, station_id: FromPath[str]) -> Meters:
    """By name. What each of them says is also told live as a part of the station."""
    station = visible_station(request, station_id)
    return Meters([_shown(meter) for meter in request.services.meters.of(station)])


@post(
    "/api/stations/{station_id:str}/meters",
    operation_id="addMeter",
    summary="Set up a meter",
    tags=TAGS,
    opt=access(Role.OPERATOR, *REFUSALS, StorageUnavailableError),
)
async def add_meter(
    request: ApiRequest, station_id: FromPath[str], data: JSONBody[MeterDraft]
) -> MeterSettings:
    """It is asked from now on, whether it answers already or not; try it first to see what it reads."""
    station = visible_station(request, station_id)
    record = data.record(StationId(station.id))
    return _shown(await request.services.meters.add(record, request.caller.authorizer))


@post(
    "/api/stations/{station_id:str}/meters/test",
    status_code=200,
    operation_id="testMeter",
    summary="What a meter reads now",
    tags=TAGS,
    opt=access(Role.OPERATOR, *REFUSALS, MeterFailedError),
)
async def check_meter(
    request: ApiRequest, station_id: FromPath[str], data: JSONBody[MeterDraft]
) -> MeterTest:
    """Keeps nothing. One that speaks by itself may take some seconds."""
    station = visible_station(request, station_id)
    return await _tried(request, data.record(StationId(station.id)))


@post(
    "/api/meters/{meter_id:str}/test",
    status_code=200,
    operation_id="testMeterChanges",
    summary="What a meter would read otherwise",
    tags=TAGS,
    opt=access(Role.OPERATOR, *REFUSALS, MeterFailedError),
)
async def check_meter_changes(
    request: ApiRequest, meter_id: FromPath[str], data: JSONBody[MeterChanges]
) -> MeterTest:
    """With what is known of it, such as its password, and these changes. Keeps nothing."""
    return await _tried(request, data.applied(_visible(request, meter_id).record))


@patch(
    "/api/meters/{meter_id:str}",
    operation_id="updateMeter",
    summary="Change a meter",
    tags=TAGS,
    opt=access(Role.OPERATOR, *REFUSALS, StorageUnavailableError),
)
async def update_meter(
    request: ApiRequest, meter_id: FromPath[str], data: JSONBody[MeterChanges]
) -> MeterSettings:
    """Fields that are left out stay as they are."""
    meter = _visible(request, meter_id)
    changed = await request.services.meters.change(meter, data.applied, request.caller.authorizer)
    return _shown(changed)


@delete(
    "/api/meters/{meter_id:str}",
    operation_id="removeMeter",
    summary="Remove a meter",
    tags=TAGS,
    opt=access(Role.OPERATOR, UnknownResourceError, StorageUnavailableError),
)
async def remove_meter(request: ApiRequest, meter_id: FromPath[str]) -> None:
    """What it has measured stays. The breaker that it sat at is managed without a meter."""
    await request.services.meters.remove(_visible(request, meter_id), request.caller.authorizer)


def _visible(request: ApiRequest, meter_id: str) -> PolledMeter:
    """The meter, if it is there and at one of the caller's stations."""
    meter = request.services.meters.get(meter_id)
    request.caller.must_see(meter.record.station_id, "meter", meter_id)
    return meter


async def _tried(request: ApiRequest, record: MeterRecord) -> MeterTest:
    answered, reading = await request.services.meters.test(record)
    return MeterTest(answered.model, reading.power_w, meter_phases(reading))


def _rotation(phases: Sequence[int]) -> Rotation:
    first, second, third = phases
    return first, second, third


def _topic_values(values: Sequence[MqttValue]) -> tuple[TopicValue, ...]:
    return tuple(TopicValue(value.quantity, value.template, value.topic) for value in values)


def _shown(meter: PolledMeter) -> MeterSettings:
    record = meter.record
    return MeterSettings(
        id=record.id,
        kind=record.kind,
        address=record.address,
        name=record.name,
        source=record.source,
        circuit=record.circuit,
        inverted=record.inverted,
        phases=list(record.rotation),
        interval_s=record.interval_s,
        username=record.username,
        has_password=record.secret is not None,
        channel=record.channel,
        unit_id=record.unit_id,
        topic=record.topic,
        values=[MqttValue(value.quantity, value.template, value.topic) for value in record.topic_values],
        model=meter.model,
        now=polled_meter_view(meter),
    )
