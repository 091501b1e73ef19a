"""Sessions that people add, remark on and delete."""

from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from litestar import delete, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, UnsetType

from chargedeck.api.access import access
from chargedeck.api.inputs import ONE_LINE, Name, Note, ResourceId, Time, checked_station, given
from chargedeck.api.refusals import ForbiddenError
from chargedeck.api.request import ApiRequest
from chargedeck.api.routes.cars import visible_car
from chargedeck.api.routes.sessions import TAGS, shown
from chargedeck.api.sight import visible_session
from chargedeck.api.views import visible_charger
from chargedeck.domain.problems import ConflictError, UnknownResourceError
from chargedeck.domain.sentences import said
from chargedeck.domain.units import ChargerId, StationId, WattHours
from chargedeck.energy.prices import Currency, Money
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import Origin, Role, SessionRecord
from chargedeck.hub.session_edits import MOST_WH, ManualSession, Remarks, remarks_of
from chargedeck.hub.views import SessionView

Tag = Annotated[str, Meta(min_length=1, max_length=40, pattern=ONE_LINE)]
Tags = Annotated[list[Tag], Meta(max_length=20, description="Words to find it by.")]
Energy = Annotated[float, Meta(ge=0, le=MOST_WH)]
Amount = Annotated[str, Meta(pattern=r"^-?\d{1,9}(\.\d{1,4})?$", examples=["12.40"])]
CurrencyCode = Annotated[str, Meta(pattern="^[A-Z]{3}$", examples=["EUR"])]


class Paid(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was paid."""

    amount: Amount
    currency: CurrencyCode


class SessionDraft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A session that no device has told of: at a charger of ours, or at a place elsewhere."""

    started_at: Time
    ended_at: Time
    energy_wh: Energy
    place: Name | None = None
    charger_id: ResourceId | None = None
    station_id: ResourceId | None = None
    cost: Paid | None = None
    user_id: ResourceId | None = None
    car_id: ResourceId | None = None
    note: Note = ""
    tags: Tags = []


class SessionChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What people may say of a session."""

    user_id: ResourceId | UnsetType | None = UNSET
    car_id: ResourceId | UnsetType | None = UNSET
    note: Note | UnsetType = UNSET
    tags: Tags | UnsetType = UNSET


@post(
    "/api/sessions",
    operation_id="addSession",
    summary="Add a session by hand",
    tags=TAGS,
    opt=access(Role.DRIVER, InvalidValueError, UnknownResourceError),
)
async def add_session(request: ApiRequest, data: JSONBody[SessionDraft]) -> SessionView:
    """Charged elsewhere, or while nothing was connected; a driver's are their own."""
    caller = request.caller
    user_id = data.user_id
    if user_id is None and caller.user is not None and not caller.may(Role.OPERATOR):
        user_id = caller.user.id
    remarks = Remarks(user_id, data.car_id, data.note, tuple(data.tags))
    await _check(request, remarks, Remarks(user_id=None if caller.user is None else caller.user.id))
    new = ManualSession(
        _station(request, data),
        data.started_at,
        data.ended_at,
        WattHours(data.energy_wh),
        None if data.charger_id is None else ChargerId(data.charger_id),
        data.place,
        None if data.cost is None else Money(Decimal(data.cost.amount), Currency(data.cost.currency)),
    )
    record = await request.services.edits.add(new, remarks, caller.authorizer)
    (session,) = await shown(request, [record])
    return session


def _station(request: ApiRequest, data: SessionDraft) -> StationId:
    """Who sees it: the charger's station, the one that is named, or the default one."""
    fleet, caller = request.services.fleet, request.caller
    if data.charger_id is not None:
        return StationId(visible_charger(request, data.charger_id).station_id)
    if data.station_id is not None:
        return checked_station(fleet, caller, data.station_id)
    own = [fleet.default_station.id, *fleet.stations]
    found = next((one for one in own if caller.sees(one)), None)
    if found is None:
        raise InvalidValueError("station_id", said("must name a station; you see none"))
    return StationId(found)


@patch(
    "/api/sessions/{session_id:str}",
    operation_id="updateSession",
    summary="Say whose a session is, in which car, and what there is to know",
    tags=TAGS,
    opt=access(Role.DRIVER, UnknownResourceError, InvalidValueError, ForbiddenError),
)
async def update_session(
    request: ApiRequest, session_id: FromPath[str], data: JSONBody[SessionChanges]
) -> SessionView:
    """Drivers remark on their own sessions; only operators say whose one is."""
    record = await visible_session(request, session_id)
    _must_own(request, record)
    changes: dict[str, Any] = given(data)
    if "tags" in changes:
        changes["tags"] = tuple(dict.fromkeys(changes["tags"]))
    before = remarks_of(record)
    remarks = replace(before, **changes)
    await _check(request, remarks, before)
    changed = await request.services.edits.remark(record, remarks, request.caller.authorizer)
    (session,) = await shown(request, [changed])
    return session


@delete(
    "/api/sessions/{session_id:str}",
    operation_id="removeSession",
    summary="Take a session out of the history",
    tags=TAGS,
    opt=access(Role.DRIVER, UnknownResourceError, ConflictError, ForbiddenError),
)
async def remove_session(request: ApiRequest, session_id: FromPath[str]) -> None:
    """Who did it is written down. Drivers take out what they have added themselves, and nothing else."""
    record = await visible_session(request, session_id)
    _must_own(request, record, manual=True)
    await request.services.edits.delete(record, request.caller.authorizer)


def _must_own(request: ApiRequest, record: SessionRecord, *, manual: bool = False) -> None:
    caller = request.caller
    if caller.may(Role.OPERATOR):
        return
    own = caller.user is not None and record.user_id == caller.user.id
    if not own or (manual and record.origin is not Origin.MANUAL):
        raise ForbiddenError(said("This session is not yours to change; ask an operator"))


async def _check(request: ApiRequest, remarks: Remarks, before: Remarks) -> None:
    """Refuse what names nobody and nothing, and a driver who gives sessions to others."""
    if remarks.user_id != before.user_id:
        if not request.caller.may(Role.OPERATOR):
            raise InvalidValueError(
                "user_id", said("must be your own; only an operator says whose a session is")
            )
        if remarks.user_id is not None and await request.services.people.users.find(remarks.user_id) is None:
            raise InvalidValueError("user_id", said("names no user: {user_id}", user_id=remarks.user_id))
    if remarks.car_id is not None and remarks.car_id != before.car_id:
        try:
            await visible_car(request, remarks.car_id)
        except UnknownResourceError as error:
            raise InvalidValueError(
                "car_id", said("names no car: {car_id}", car_id=remarks.car_id)
            ) from error
