"""Chargers: what they are, and what is set for them."""

from typing import Annotated, Any

import msgspec
from litestar import delete, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, UnsetType

from chargedeck.api.access import access
from chargedeck.api.inputs import (
    InstallationCurrent,
    Name,
    Note,
    ResourceId,
    checked_station,
    given,
)
from chargedeck.api.paging import Page, PageQuery, page
from chargedeck.api.request import ApiRequest
from chargedeck.api.views import charger_shown, visible_charger
from chargedeck.domain.problems import (
    ChargerOfflineError,
    ConflictError,
    DeviceRefusedError,
    DeviceTimeoutError,
    UnknownResourceError,
)
from chargedeck.domain.units import Amps
from chargedeck.hub.orders import ChargerChanges as Changes
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import Role
from chargedeck.hub.views import ChargerView

TAGS = ["Chargers"]


class ChargersQuery(PageQuery, frozen=True, forbid_unknown_fields=True):
    """Which chargers."""

    station: ResourceId | None = None


class ChargerChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may be set about a charger.

    A lower `installation_current_a` takes the allowed current down with it. `locked` is confirmed
    by the device before it counts.
    """

    name: Name | UnsetType = UNSET
    station_id: ResourceId | UnsetType = UNSET
    plug_and_charge: bool | UnsetType = UNSET
    locked: bool | UnsetType = UNSET
    priority: Annotated[int, Meta(ge=0, le=100)] | UnsetType = UNSET
    installation_current_a: InstallationCurrent | UnsetType = UNSET


class Inspection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who has looked at the charger after a relay failure, and what they found."""

    inspector: Name
    note: Note = ""


@get(
    "/api/chargers",
    operation_id="listChargers",
    summary="All chargers",
    tags=TAGS,
    opt=access(Role.VIEWER, InvalidValueError, query=ChargersQuery),
)
async def list_chargers(request: ApiRequest) -> Page[ChargerView]:
    """Those of one's own stations, or of one `station`, by id."""
    query, caller = request.asked(ChargersQuery), request.caller
    chargers = [
        charger
        for charger in request.services.fleet.chargers.values()
        if caller.sees_charger(charger.station_id, charger.id) and query.station in (None, charger.station_id)
    ]
    shown, cursor = page(chargers, lambda charger: charger.id, query)
    return Page([charger_shown(request, charger) for charger in shown], cursor)


@get(
    "/api/chargers/{charger_id:str}",
    operation_id="getCharger",
    summary="One charger",
    tags=TAGS,
    opt=access(Role.VIEWER, UnknownResourceError),
)
async def get_charger(request: ApiRequest, charger_id: FromPath[str]) -> ChargerView:
    """As it is now."""
    return charger_shown(request, visible_charger(request, charger_id))


@patch(
    "/api/chargers/{charger_id:str}",
    operation_id="updateCharger",
    summary="Change a charger's settings",
    tags=TAGS,
    opt=access(
        Role.OPERATOR,
        UnknownResourceError,
        InvalidValueError,
        ChargerOfflineError,
        DeviceRefusedError,
        DeviceTimeoutError,
    ),
)
async def update_charger(
    request: ApiRequest, charger_id: FromPath[str], data: JSONBody[ChargerChanges]
) -> ChargerView:
    """Fields that are left out stay as they are."""
    charger = visible_charger(request, charger_id)
    changes: dict[str, Any] = given(data)
    if data.station_id is not UNSET:
        changes["station_id"] = checked_station(request.services.fleet, request.caller, data.station_id)
    if data.installation_current_a is not UNSET:
        changes["installation_current_a"] = Amps(data.installation_current_a)
    if data.name is not UNSET:
        changes["name"] = data.name.strip()
    await charger.orders.update(Changes(**changes), request.caller.authorizer)
    return charger_shown(request, charger)


@delete(
    "/api/chargers/{charger_id:str}",
    operation_id="removeCharger",
    summary="Remove a charger",
    tags=TAGS,
    opt=access(Role.OPERATOR, UnknownResourceError, ConflictError),
)
async def remove_charger(request: ApiRequest, charger_id: FromPath[str]) -> None:
    """Its sessions stay in the history; it comes back when its device speaks of it again."""
    charger = visible_charger(request, charger_id)
    await request.services.fleet.remove_charger(charger.id)


@post(
    "/api/chargers/{charger_id:str}/inspection",
    status_code=200,
    operation_id="recordInspection",
    summary="Record an inspection",
    tags=TAGS,
    opt=access(Role.OWNER, UnknownResourceError),
)
async def record_inspection(
    request: ApiRequest, charger_id: FromPath[str], data: JSONBody[Inspection]
) -> ChargerView:
    """Lifts the lock that a relay failure has left, and keeps on record who took the responsibility."""
    charger = visible_charger(request, charger_id)
    await charger.orders.record_inspection(
        data.inspector.strip(), data.note.strip(), request.caller.authorizer
    )
    return charger_shown(request, charger)
