"""What the grid operator dims a station's chargers to (Germany, section 14a EnWG, and its like elsewhere)."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

import msgspec
from litestar import get, put
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from chargedeck.api.access import access
from chargedeck.api.inputs import Time
from chargedeck.api.request import ApiRequest
from chargedeck.api.views import visible_station
from chargedeck.domain.problems import OutOfRangeError, UnknownResourceError
from chargedeck.domain.sentences import said
from chargedeck.domain.units import Watts
from chargedeck.energy.grid_operator import dimmed
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import Role
from chargedeck.hub.stations import Station

TAGS = ["Energy"]


class OperatorOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What all chargers may take together, and until when; null lifts the limit."""

    limit_w: Annotated[float, Meta(ge=0, le=1e7, examples=[4200])] | None
    until: Time | None = None


class OperatorLimit(msgspec.Struct, frozen=True):
    """The order in force; `granted_w` is what the chargers are left nevertheless, without own solar."""

    limit_w: float | None
    until: datetime | None
    granted_w: float | None


@get(
    "/api/stations/{station_id:str}/grid-operator",
    operation_id="getGridOperatorLimit",
    summary="What the grid operator dims a station to",
    tags=TAGS,
    opt=access(Role.VIEWER, UnknownResourceError),
)
async def get_grid_operator(request: ApiRequest, station_id: FromPath[str]) -> OperatorLimit:
    """Null while there is no order."""
    return _shown(request, visible_station(request, station_id))


@put(
    "/api/stations/{station_id:str}/grid-operator",
    operation_id="setGridOperatorLimit",
    summary="Dim a station's chargers",
    tags=TAGS,
    opt=access(Role.OPERATOR, UnknownResourceError, InvalidValueError, OutOfRangeError),
)
async def set_grid_operator(
    request: ApiRequest, station_id: FromPath[str], data: JSONBody[OperatorOrder]
) -> OperatorLimit:
    """For the control box at the meter: it holds at once, in every mode, and outlives a restart.

    Nobody has to go below 4.2 kW for the first device, and a share of it for each other one that counts at
    once. Own solar comes on top. Charge now does not lift it.
    """
    station = visible_station(request, station_id)
    if data.until is not None and data.until <= request.services.now():
        raise InvalidValueError("until", said("has passed; leave it out for a limit without an end"))
    limit = None if data.limit_w is None else Watts(data.limit_w)
    until = None if limit is None else data.until
    changed = await request.services.control.change(
        station.id,
        lambda management: replace(management, grid_operator_w=limit, grid_operator_until=until),
        request.caller.authorizer,
    )
    return _shown(request, changed)


def _shown(request: ApiRequest, station: Station) -> OperatorLimit:
    management = station.management
    ordered = management.operator_w(request.services.now())
    if ordered is None:
        return OperatorLimit(None, None, None)
    devices = sum(1 for _ in station.chargers)
    granted = dimmed(ordered, devices, heat=management.heat_pumps_w)
    return OperatorLimit(ordered, management.grid_operator_until, granted)
