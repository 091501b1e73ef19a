"""People: who may use this installation, in what role and at which stations."""

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
from litestar import delete, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, UnsetType

from chargedeck.api.access import access
from chargedeck.api.inputs import (
    Email,
    Password,
    PersonName,
    ResourceId,
    Time,
    checked_chargers,
    checked_stations,
    given,
)
from chargedeck.api.paging import Page, PageQuery, page
from chargedeck.api.request import ApiRequest
from chargedeck.domain.problems import ConflictError, UnknownResourceError
from chargedeck.hub.password_rules import checked_length
from chargedeck.hub.people_problems import BusyError, InvalidValueError
from chargedeck.hub.records import Role, UserRecord
from chargedeck.hub.users import NewUser

TAGS = ["Users"]


class User(msgspec.Struct, frozen=True):
    """A person; `station_ids` null means every station, `charger_ids` null every charger of these.

    `expires_at` is when the account ends, null: never.
    """

    id: str
    email: str
    first_name: str
    last_name: str
    role: Role
    station_ids: list[str] | None
    created_at: datetime | None
    charger_ids: list[str] | None
    expires_at: datetime | None


class AddedUser(User, frozen=True, kw_only=True):
    """A new account; `initial_password` is shown once, null when the password was given."""

    initial_password: str | None


class UserDraft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new account; without a password one is made and answered once."""

    email: Email
    role: Role
    first_name: PersonName = ""
    last_name: PersonName = ""
    station_ids: list[ResourceId] | None = None
    password: Password | None = None
    charger_ids: list[ResourceId] | None = None
    expires_at: Time | None = None


class UserChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an owner may change about somebody; a new password ends their sign-ins, tokens and passkeys."""

    email: Email | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    first_name: PersonName | UnsetType = UNSET
    last_name: PersonName | UnsetType = UNSET
    station_ids: list[ResourceId] | UnsetType | None = UNSET
    password: Password | UnsetType = UNSET
    charger_ids: list[ResourceId] | UnsetType | None = UNSET
    expires_at: Time | UnsetType | None = UNSET


def _shown(record: UserRecord) -> User:
    return User(
        record.id,
        record.email,
        record.first_name,
        record.last_name,
        record.role,
        None if record.station_ids is None else list(record.station_ids),
        record.created_at,
        None if record.charger_ids is None else list(record.charger_ids),
        record.expires_at,
    )


@get(
    "/api/users",
    operation_id="listUsers",
    summary="All users",
    tags=TAGS,
    opt=access(Role.OWNER, InvalidValueError, query=PageQuery),
)
async def list_users(request: ApiRequest) -> Page[User]:
    """By e-mail address."""
    records = await request.services.people.users.all()
    shown, cursor = page(map(_shown, records), lambda user: user.email, request.asked(PageQuery))
    return Page(shown, cursor)


@post(
    "/api/users",
    operation_id="addUser",
    summary="Add a user",
    tags=TAGS,
    opt=access(Role.OWNER, ConflictError, InvalidValueError, BusyError),
)
async def add_user(request: ApiRequest, data: JSONBody[UserDraft]) -> AddedUser:
    """Give them the password by another way than e-mail."""
    services = request.services
    generated = secrets.token_urlsafe(12) if data.password is None else None
    record = await services.people.users.add(
        NewUser(
            data.email,
            data.password or generated or "",
            data.role,
            data.first_name,
            data.last_name,
            checked_stations(services.fleet, request.caller, data.station_ids),
            checked_chargers(services.fleet, request.caller, data.charger_ids),
            data.expires_at,
        ),
        by=request.caller.label,
    )
    return AddedUser(**msgspec.structs.asdict(_shown(record)), initial_password=generated)


@get(
    "/api/users/{user_id:str}",
    operation_id="getUser",
    summary="One user",
    tags=TAGS,
    opt=access(Role.OWNER, UnknownResourceError),
)
async def get_user(request: ApiRequest, user_id: FromPath[str]) -> User:
    """By id."""
    return _shown(await request.services.people.users.get(user_id))


@patch(
    "/api/users/{user_id:str}",
    operation_id="updateUser",
    summary="Change a user",
    tags=TAGS,
    opt=access(Role.OWNER, UnknownResourceError, ConflictError, InvalidValueError, BusyError),
)
async def update_user(request: ApiRequest, user_id: FromPath[str], data: JSONBody[UserChanges]) -> User:
    """Another role or other stations end what the user has open; the last owner stays one.

    A new password ends all that opened the account besides it: sign-ins, tokens and passkeys.
    """
    services, by = request.services, request.caller.label
    changes: dict[str, Any] = given(data)
    password = changes.pop("password", None)
    if password is not None:
        checked_length(password)
    if "station_ids" in changes:
        changes["station_ids"] = checked_stations(services.fleet, request.caller, changes["station_ids"])
    if "charger_ids" in changes:
        changes["charger_ids"] = checked_chargers(services.fleet, request.caller, changes["charger_ids"])
    users = services.people.users

    def change(user: UserRecord) -> UserRecord:
        return replace(user, **changes)

    if password is not None:
        await users.check_password(user_id, change, password)
    record = await users.change(user_id, change, by=by)
    if password is not None:
        record, _ = await users.reset_password(user_id, password, by=by)
    return _shown(record)


@delete(
    "/api/users/{user_id:str}",
    operation_id="removeUser",
    summary="Remove a user",
    tags=TAGS,
    opt=access(Role.OWNER, UnknownResourceError, ConflictError),
)
async def remove_user(request: ApiRequest, user_id: FromPath[str]) -> None:
    """Their sign-ins and tokens end at once; their sessions stay in the history."""
    await request.services.people.users.remove(user_id, by=request.caller.label)
