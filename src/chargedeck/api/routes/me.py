"""Whoever is signed in: profile and password."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

import msgspec
from litestar import Response, get, patch, post
from litestar.datastructures import Cookie
from litestar.params import JSONBody
from msgspec import UNSET, UnsetType

from chargedeck.api.access import COOKIE, access
from chargedeck.api.addresses import ocpp_url
from chargedeck.api.gate import is_secure
from chargedeck.api.inputs import (
    GivenPassword,
    Language,
    Password,
    PersonName,
    TimeZone,
    checked_time_zone,
    given,
)
from chargedeck.api.refusals import ForbiddenError
from chargedeck.api.request import ApiRequest
from chargedeck.domain.sentences import said
from chargedeck.hub.callers import Caller
from chargedeck.hub.people_problems import (
    BadCredentialsError,
    BusyError,
    InvalidValueError,
    LockedOutError,
)
from chargedeck.hub.records import Role, Units, UserRecord
from chargedeck.hub.sign_ins import LONGEST, Entrance
from chargedeck.hub.users import NO_PASSWORD

TAGS = ["Profile"]

Theme = Literal["system", "light", "dark"]


class Server(msgspec.Struct, frozen=True):
    """The server, as its own pages need to know it; chargers connect to `ocpp_url` + their id."""

    version: str
    ocpp_url: str


class Me(msgspec.Struct, frozen=True):
    """Who is signed in; for a token, `email` and `csrf_token` are null.

    `csrf_token` goes into the header X-CSRF-Token of every POST, PUT, PATCH and DELETE that shows
    the session cookie. `station_ids` null means every station, `charger_ids` null every charger of these.
    `expires_at` is when the account ends, null: never.
    """

    id: str
    email: str | None
    first_name: str
    last_name: str
    role: Role
    station_ids: list[str] | None
    language: str
    time_zone: str
    theme: str
    advanced_data: bool
    units: Units
    charger_ids: list[str] | None
    expires_at: datetime | None
    has_password: bool
    csrf_token: str | None
    simulator_url: str | None
    server: Server


class MeChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What people may change about themselves."""

    first_name: PersonName | UnsetType = UNSET
    last_name: PersonName | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    time_zone: TimeZone | UnsetType = UNSET
    theme: Theme | UnsetType = UNSET
    advanced_data: bool | UnsetType = UNSET
    units: Units | UnsetType = UNSET


class PasswordChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The password as it is, and as it shall be."""

    current_password: GivenPassword
    new_password: Password


def me_of(request: ApiRequest, caller: Caller) -> Me:
    """Lay out who calls."""
    settings = request.services.settings
    user = caller.user or _NOBODY
    signed_in = caller.sign_in is not None
    return Me(
        id=user.id if signed_in or caller.token is None else caller.token.id,
        email=user.email if signed_in else None,
        first_name=user.first_name if signed_in else caller.label,
        last_name=user.last_name if signed_in else "",
        role=caller.role,
        station_ids=None if caller.stations is None else sorted(caller.stations),
        language=user.language,
        time_zone=user.time_zone,
        theme=user.theme,
        advanced_data=user.advanced_data,
        units=user.units,
        charger_ids=None if caller.chargers is None else sorted(caller.chargers),
        expires_at=user.expires_at,
        has_password=user.password != NO_PASSWORD,
        csrf_token=None if caller.sign_in is None else caller.sign_in.csrf_token,
        simulator_url=settings.simulator_url,
        server=Server(settings.version, ocpp_url(settings, request.headers.get("host", ""))),
    )


_NOBODY = UserRecord(id="", email="", password="", role=Role.VIEWER)


def entered(request: ApiRequest, entrance: Entrance, *, status_code: int) -> Response[Me]:
    """Answer somebody who has just signed in, with the cookie."""
    cookie = Cookie(
        key=COOKIE,
        value=entrance.secret,
        path="/",
        httponly=True,
        secure=is_secure(request),
        samesite="strict",
        max_age=int(LONGEST.total_seconds()),
    )
    return Response(me_of(request, entrance.caller), status_code=status_code, cookies=[cookie])


def person_of(request: ApiRequest) -> UserRecord:
    """Who has signed in with a browser; a token has no profile."""
    caller = request.caller
    if caller.sign_in is None or caller.user is None:
        raise ForbiddenError(said("A token has no profile; sign in with a browser"))
    return caller.user


@get("/api/me", operation_id="getMe", summary="Who is signed in", tags=TAGS, opt=access(Role.VIEWER))
async def get_me(request: ApiRequest) -> Me:
    """Also tells what the app needs to know of the server."""
    return me_of(request, request.caller)


@patch(
    "/api/me",
    operation_id="updateMe",
    summary="Change one's own profile",
    tags=TAGS,
    opt=access(Role.VIEWER, InvalidValueError),
)
async def update_me(request: ApiRequest, data: JSONBody[MeChanges]) -> Me:
    """Fields that are left out stay as they are."""
    user = person_of(request)
    if data.time_zone is not UNSET:
        checked_time_zone(data.time_zone)
    people = request.services.people
    changes: dict[str, Any] = given(data)
    changed = await people.users.change(
        user.id, lambda known: replace(known, **changes), by=request.caller.label
    )
    return me_of(request, replace(request.caller, user=changed))


@post(
    "/api/me/password",
    status_code=200,
    operation_id="changeMyPassword",
    summary="Change one's own password",
    tags=TAGS,
    opt=access(Role.VIEWER, BadCredentialsError, InvalidValueError, LockedOutError, BusyError),
)
async def change_my_password(request: ApiRequest, data: JSONBody[PasswordChange]) -> Response[Me]:
    """Ends all other sign-ins, and answers with a new cookie for this one."""
    person_of(request)
    entrance = await request.services.people.sign_ins.change_password(
        request.caller, data.current_password, data.new_password, request.visit
    )
    return entered(request, entrance, status_code=200)
