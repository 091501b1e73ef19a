"""Stations: places behind one grid connection."""

import re
import secrets
import unicodedata
from collections.abc import Container
from dataclasses import replace
from typing import Annotated, Any

import msgspec
from litestar import delete, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, UnsetType

from chargedeck.api.access import access
from chargedeck.api.inputs import Name, TimeZone, checked_time_zone, given
from chargedeck.api.paging import Page, PageQuery, page
from chargedeck.api.refusals import ForbiddenError
from chargedeck.api.request import ApiRequest
from chargedeck.api.views import station_shown, visible_station
from chargedeck.domain.problems import ConflictError, UnknownResourceError
from chargedeck.domain.sentences import said
from chargedeck.domain.units import StationId
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import Role, StationRecord
from chargedeck.hub.views import StationView

TAGS = ["Stations"]

NewStationId = Annotated[
    str,
    Meta(
        pattern="^[a-z0-9][a-z0-9-]{0,63}$",
        description="Its name in addresses; made from the name when it is left out.",
    ),
]


class StationDraft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new station; days and tariffs follow its time zone."""

    name: Name
    time_zone: TimeZone = "UTC"
    is_default: bool = False
    id: NewStationId | None = None


class StationChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may be changed about a station; making one the default unmakes the other."""

    name: Name | UnsetType = UNSET
    time_zone: TimeZone | UnsetType = UNSET
    is_default: bool | UnsetType = UNSET


def station_id_for(name: str, taken: Container[str]) -> StationId:
    """A readable id that nobody has: letters and figures of the name, a number behind it if need be."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:48] or "station"
    candidates = (stem, *(f"{stem}-{number}" for number in range(2, 100)))
    free = next((one for one in candidates if one not in taken), None)
    return StationId(free or f"{stem}-{secrets.token_hex(4)}")


def _everywhere(request: ApiRequest) -> None:
    if request.caller.stations is not None:
        raise ForbiddenError(said("Only who sees every station may add or remove one, or choose the default"))


@get(
    "/api/stations",
    operation_id="listStations",
    summary="All stations",
    tags=TAGS,
    opt=access(Role.VIEWER, InvalidValueError, query=PageQuery),
)
async def list_stations(request: ApiRequest) -> Page[StationView]:
    """One's own, by id."""
    stations = [s for s in request.services.fleet.stations.values() if request.caller.sees(s.id)]
    shown, cursor = page(stations, lambda station: station.id, request.asked(PageQuery))
    return Page([station_shown(request, station) for station in shown], cursor)


@post(
    "/api/stations",
    operation_id="addStation",
    summary="Add a station",
    tags=TAGS,
    opt=access(Role.OPERATOR, ConflictError, InvalidValueError),
)
async def add_station(request: ApiRequest, data: JSONBody[StationDraft]) -> StationView:
    """For operators who see every station."""
    _everywhere(request)
    fleet = request.services.fleet
    if data.id is not None and data.id in fleet.stations:
        raise ConflictError(said("There is a station '{id}' already; choose another id", id=data.id))
    record = StationRecord(
        id=StationId(data.id) if data.id is not None else station_id_for(data.name, fleet.stations),
        name=data.name.strip(),
        is_default=data.is_default,
        time_zone=checked_time_zone(data.time_zone),
        created_at=request.services.now(),
    )
    return station_shown(request, await fleet.save_station(record))


@get(
    "/api/stations/{station_id:str}",
    operation_id="getStation",
    summary="One station",
    tags=TAGS,
    opt=access(Role.VIEWER, UnknownResourceError),
)
async def get_station(request: ApiRequest, station_id: FromPath[str]) -> StationView:
    """By id."""
    return station_shown(request, visible_station(request, station_id))


@patch(
    "/api/stations/{station_id:str}",
    operation_id="updateStation",
    summary="Change a station",
    tags=TAGS,
    opt=access(Role.OPERATOR, UnknownResourceError, ConflictError, InvalidValueError),
)
async def update_station(
    request: ApiRequest, station_id: FromPath[str], data: JSONBody[StationChanges]
) -> StationView:
    """Fields that are left out stay as they are."""
    station = visible_station(request, station_id)
    changes: dict[str, Any] = given(data)
    if data.is_default is not UNSET:
        _everywhere(request)  # it decides for all stations where new devices wait
    if data.time_zone is not UNSET:
        checked_time_zone(data.time_zone)
    changed = await request.services.fleet.save_station(replace(station.record, **changes))
    return station_shown(request, changed)


@delete(
    "/api/stations/{station_id:str}",
    operation_id="removeStation",
    summary="Remove a station",
    tags=TAGS,
    opt=access(Role.OPERATOR, UnknownResourceError, ConflictError),
)
async def remove_station(request: ApiRequest, station_id: FromPath[str]) -> None:
    """Only when it has no devices and is not the default; its sessions stay in the history."""
    _everywhere(request)
    await request.services.fleet.remove_station(visible_station(request, station_id).id)
