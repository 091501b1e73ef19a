"""Energy management of a station: its mode, its circuits, what flows, and the readings that meters push."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Annotated, Any

import msgspec
from litestar import get, patch, post, put
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, UnsetType

from chargedeck.api.access import access
from chargedeck.api.inputs import Name, ResourceId, Time, given
from chargedeck.api.request import ApiRequest
from chargedeck.api.views import station_shown, visible_station
from chargedeck.domain.meter import MeterPhase
from chargedeck.domain.problems import OutOfRangeError, UnknownResourceError
from chargedeck.domain.sentences import said
from chargedeck.domain.units import Amps, ChargerId, Volts, Watts
from chargedeck.energy.circuits import PHASES, CircuitId
from chargedeck.energy.modes import Mode
from chargedeck.hub.callers import Caller
from chargedeck.hub.management import ManagedCircuit, Management, Placement, settled
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import Role
from chargedeck.hub.station_meters import AHEAD_AT_MOST, Source, measured
from chargedeck.hub.stations import Station
from chargedeck.hub.views import EnergyView, StationView

TAGS = ["Energy"]

MOST_CIRCUITS = 200
MOST_PLACEMENTS = 300

CircuitName = Annotated[
    str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,63}$", description="Its name in addresses.", examples=["main"])
]
Rating = Annotated[float, Meta(ge=1, le=1000, description="What the breaker carries on each phase.")]
Power = Annotated[float, Meta(gt=0, le=1e7)]
Unbalance = Annotated[
    float, Meta(gt=0, le=1000, description="How far the currents of two phases may lie apart.")
]
RandomDelay = Annotated[
    float, Meta(ge=0, le=1800, description="How much later than scheduled a charger starts, at most.")
]
HeatPumps = Annotated[
    float, Meta(ge=0, le=1e7, description="Rated power of heat pumps that the grid operator dims as well.")
]
GridPhase = Annotated[int, Meta(ge=1, le=3)]
Rotation = Annotated[
    list[GridPhase],
    Meta(min_length=3, max_length=3, description="The grid's phases of the charger's own L1, L2 and L3."),
]


class StationMode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a station is to do with its energy."""

    mode: Mode


class CircuitSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A breaker. One has no parent: the main one. Of a metered one readings are expected."""

    id: CircuitName
    rating_a: Rating
    name: Name = "Breaker"
    parent: CircuitName | None = None
    max_w: Power | None = None
    unbalance_a: Unbalance | None = None
    metered: bool = False

    @property
    def circuit(self) -> ManagedCircuit:
        """The same for the hub."""
        return ManagedCircuit(
            CircuitId(self.id),
            self.name.strip(),
            None if self.parent is None else CircuitId(self.parent),
            Amps(self.rating_a),
            None if self.max_w is None else Watts(self.max_w),
            None if self.unbalance_a is None else Amps(self.unbalance_a),
            self.metered,
        )


class ChargerPlacement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a charger hangs; with null for its phases it may be on any until the meter has shown it."""

    charger_id: ResourceId
    circuit: CircuitName
    phases: Rotation | None = msgspec.field(default_factory=lambda: list(PHASES))


class StationBalancing(msgspec.Struct, frozen=True):
    """How a station is managed."""

    mode: Mode
    breaker_rating_a: float
    hybrid_current_a: float
    pv_minimum_current_a: float
    car_minimum_current_a: float
    meter_lost_current_a: float
    forced_single_phase: bool
    random_delay_s: float
    heat_pumps_w: float
    circuits: list[CircuitSettings]
    placements: list[ChargerPlacement]


class StationBalancingChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may be changed; circuits are replaced as a whole, placements only where they are named."""

    breaker_rating_a: Annotated[float, Meta(ge=10, le=1000)] | UnsetType = UNSET
    hybrid_current_a: Annotated[float, Meta(ge=6, le=32)] | UnsetType = UNSET
    pv_minimum_current_a: Annotated[float, Meta(ge=1, le=6)] | UnsetType = UNSET
    car_minimum_current_a: Annotated[float, Meta(ge=6, le=10)] | UnsetType = UNSET
    meter_lost_current_a: (
        Annotated[float, Meta(ge=0, le=32, description="0, or from 6 A up.")] | UnsetType
    ) = UNSET
    forced_single_phase: bool | UnsetType = UNSET
    random_delay_s: RandomDelay | UnsetType = UNSET
    heat_pumps_w: HeatPumps | UnsetType = UNSET
    circuits: Annotated[list[CircuitSettings], Meta(min_length=1, max_length=MOST_CIRCUITS)] | UnsetType = (
        UNSET
    )
    placements: Annotated[list[ChargerPlacement], Meta(max_length=MOST_PLACEMENTS)] | UnsetType = UNSET


class MeasuredPhase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One phase: its current or its power; a current takes the sign of its power."""

    phase: GridPhase
    current_a: Annotated[float, Meta(ge=-10_000, le=10_000)] | None = None
    voltage_v: Annotated[float, Meta(ge=0, le=1_000)] | None = None
    power_w: Annotated[float, Meta(ge=-1e7, le=1e7)] | None = None

    @property
    def measured(self) -> MeterPhase:
        """The same for the hub."""
        return MeterPhase(
            self.phase,
            None if self.voltage_v is None else Volts(self.voltage_v),
            None if self.current_a is None else Amps(self.current_a),
            None if self.power_w is None else Watts(self.power_w),
        )


class PushedReading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a meter measures now; what flows into the house from there is positive."""

    source: Source = Source.GRID
    circuit: CircuitName | None = None
    at: Time | None = None
    power_w: Annotated[float, Meta(ge=-1e7, le=1e7)] | None = None
    phases: Annotated[list[MeasuredPhase], Meta(max_length=3)] = []


# -- what flows ------------------------------------------------------------------------------------


@get(
    "/api/stations/{station_id:str}/energy",
    operation_id="getStationEnergy",
    summary="What flows at a station",
    tags=TAGS,
    opt=access(Role.VIEWER, UnknownResourceError),
)
async def get_energy(request: ApiRequest, station_id: FromPath[str]) -> EnergyView:
    """Grid, solar, battery, house and chargers; each breaker's phases; what each charger got, and why.

    What flows into the house is positive. The event stream tells the same as a part of the station.
    """
    energy, caller = visible_station(request, station_id).energy(), request.caller
    return replace(
        energy, grants=[one for one in energy.grants if caller.sees_charger(station_id, one.charger_id)]
    )


@post(
    "/api/stations/{station_id:str}/readings",
    operation_id="pushReading",
    summary="Push a meter's reading",
    tags=TAGS,
    status_code=204,
    opt=access(Role.OPERATOR, UnknownResourceError, InvalidValueError),
)
async def push_reading(request: ApiRequest, station_id: FromPath[str], data: JSONBody[PushedReading]) -> None:
    """Any meter may push, about once a second; it comes before the readings of an energy module.

    A meter that has been silent for 15 s is lost: then the chargers get `meter_lost_current_a`. Phases may
    come one by one; a reading is as old as the oldest of the phases that were ever told.
    """
    station = visible_station(request, station_id)
    circuit = _circuit_of(station.management, data)
    now = request.services.now()
    at = data.at or now
    if at > now + AHEAD_AT_MOST:
        raise InvalidValueError("at", said("lies in the future; set the meter's clock, or leave it out"))
    phases = [one.measured for one in data.phases]
    _check_phases(data, phases)
    power = None if data.power_w is None else Watts(data.power_w)
    request.services.control.read(station, data.source, circuit, measured(min(at, now), phases, power))


def _circuit_of(management: Management, data: PushedReading) -> CircuitId:
    if data.circuit is None:
        return management.main.id
    if data.source is not Source.GRID:
        raise InvalidValueError("circuit", said("is for readings of the grid alone; leave it out"))
    if all(circuit.id != data.circuit for circuit in management.circuits):
        raise InvalidValueError(
            "circuit", said("names no circuit of this station: {circuit}", circuit=data.circuit)
        )
    return CircuitId(data.circuit)


def _check_phases(data: PushedReading, phases: Iterable[MeterPhase]) -> None:
    seen = [phase.phase for phase in phases]
    if len(set(seen)) != len(seen):
        raise InvalidValueError("phases", said("name the same phase twice"))
    if any(phase.current_a is None and phase.power_w is None for phase in phases):
        raise InvalidValueError("phases", said("must each have current_a or power_w"))
    if not seen and (data.source is Source.GRID or data.power_w is None):
        raise InvalidValueError("phases", said("are missing: give the current or the power of each phase"))


# -- how it is managed -----------------------------------------------------------------------------


@put(
    "/api/stations/{station_id:str}/mode",
    operation_id="setStationMode",
    summary="Choose a station's mode",
    tags=TAGS,
    opt=access(Role.OPERATOR, UnknownResourceError),
)
async def set_mode(
    request: ApiRequest, station_id: FromPath[str], data: JSONBody[StationMode]
) -> StationView:
    """Off, all that the connection allows, sun and a minimum, or sun only; it holds at once."""
    station = visible_station(request, station_id)
    changed = await request.services.control.change(
        station.id, lambda management: replace(management, mode=data.mode), request.caller.authorizer
    )
    return station_shown(request, changed)


@get(
    "/api/stations/{station_id:str}/balancing",
    operation_id="getBalancing",
    summary="How a station is managed",
    tags=TAGS,
    opt=access(Role.VIEWER, UnknownResourceError),
)
async def get_balancing(request: ApiRequest, station_id: FromPath[str]) -> StationBalancing:
    """Breakers, limits, and where each charger hangs."""
    return _balancing(visible_station(request, station_id), request.caller)


@patch(
    "/api/stations/{station_id:str}/balancing",
    operation_id="updateBalancing",
    summary="Manage a station otherwise",
    tags=TAGS,
    opt=access(Role.OPERATOR, UnknownResourceError, InvalidValueError, OutOfRangeError),
)
async def update_balancing(
    request: ApiRequest, station_id: FromPath[str], data: JSONBody[StationBalancingChanges]
) -> StationBalancing:
    """Fields that are left out stay as they are; nothing is changed when one of them will not do.

    `breaker_rating_a` is the rating of the main circuit, whichever of the two is given.
    """
    station = visible_station(request, station_id)
    if data.placements is not UNSET:
        _check_placements(station, data.placements)
    if data.circuits is not UNSET:
        _check_meters(station, data.circuits)
    changed = await request.services.control.change(
        station.id, lambda management: _changed(management, data), request.caller.authorizer
    )
    return _balancing(changed, request.caller)


def _check_placements(station: Station, placements: Iterable[ChargerPlacement]) -> None:
    there = {charger.id for charger in station.chargers}
    for placement in placements:
        if placement.charger_id not in there:
            raise InvalidValueError(
                "placements",
                said("name no charger of this station: {charger_id}", charger_id=placement.charger_id),
            )


def _check_meters(station: Station, circuits: Iterable[CircuitSettings]) -> None:
    there = {circuit.id for circuit in circuits}
    for meter in station.polled.values():
        circuit = meter.record.circuit
        if circuit is not None and circuit not in there:
            raise InvalidValueError(
                "circuits",
                said(
                    "leave out {circuit}, where '{name}' measures; remove it first",
                    circuit=circuit,
                    name=meter.record.name,
                ),
            )


def _changed(management: Management, data: StationBalancingChanges) -> Management:
    changes: dict[str, Any] = given(data)
    breaker = changes.pop("breaker_rating_a", None)
    circuits = management.circuits
    if data.circuits is not UNSET:
        circuits = tuple(one.circuit for one in data.circuits)
    placements: Mapping[ChargerId, Placement] = settled(management.placements, circuits)
    if data.placements is not UNSET:
        placements = {**placements, **dict(map(_placed, data.placements))}
    changed = replace(management, **{**changes, "circuits": circuits, "placements": placements})
    if breaker is None or breaker == changed.breaker_rating_a:
        return changed
    if data.circuits is not UNSET:
        raise InvalidValueError(
            "breaker_rating_a", said("is not the rating of the main circuit; leave one out")
        )
    return replace(changed, circuits=changed.rated(Amps(breaker)))


def _placed(placement: ChargerPlacement) -> tuple[ChargerId, Placement]:
    rotation = placement.phases
    return ChargerId(placement.charger_id), Placement(
        CircuitId(placement.circuit),
        None if rotation is None else (rotation[0], rotation[1], rotation[2]),
    )


def _balancing(station: Station, caller: Caller) -> StationBalancing:
    management = station.management
    placed = {
        charger.id: management.placement(charger.id)
        for charger in station.chargers
        if caller.sees_charger(station.id, charger.id)
    }
    return StationBalancing(
        mode=management.mode,
        breaker_rating_a=management.breaker_rating_a,
        hybrid_current_a=management.hybrid_current_a,
        pv_minimum_current_a=management.pv_minimum_current_a,
        car_minimum_current_a=management.car_minimum_current_a,
        meter_lost_current_a=management.meter_lost_current_a,
        forced_single_phase=management.forced_single_phase,
        random_delay_s=management.random_delay_s,
        heat_pumps_w=management.heat_pumps_w,
        circuits=[CircuitSettings(**asdict(circuit)) for circuit in management.circuits],
        placements=[
            ChargerPlacement(charger, one.circuit, None if one.rotation is None else list(one.rotation))
            for charger, one in sorted(placed.items())
        ],
    )
