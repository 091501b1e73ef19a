"""What lets somebody in besides a password: passkeys, codes, and where they are signed in now."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import delete, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from chargedeck.api.access import access
from chargedeck.api.gate import place_of
from chargedeck.api.inputs import GivenPassword, Name, Nothing
from chargedeck.api.refusals import ForbiddenError
from chargedeck.api.request import ApiRequest
from chargedeck.api.routes.me import person_of
from chargedeck.domain.problems import ConflictError, UnknownResourceError
from chargedeck.hub.callers import name_of
from chargedeck.hub.passkeys import Person
from chargedeck.hub.people_problems import (
    BadCredentialsError,
    BusyError,
    LockedOutError,
    PasskeyError,
    WrongCodeError,
)
from chargedeck.hub.records import PasskeyRecord, Role
from chargedeck.hub.sign_ins import id_of

TAGS = ["Profile"]

Credential = Annotated[
    dict[str, Any],
    Meta(description="What the browser's `PublicKeyCredential.toJSON()` answers."),
]
Code = Annotated[str, Meta(min_length=1, max_length=32, examples=["492039"])]


class PasskeyOptions(msgspec.Struct, frozen=True):
    """For `PublicKeyCredential.parseCreationOptionsFromJSON`, or that for requests."""

    public_key: dict[str, Any]


class NewPasskey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A passkey that the browser has made, and what its owner calls it."""

    name: Name
    credential: Credential


class PasskeyName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a passkey is called."""

    name: Name


class Passkey(msgspec.Struct, frozen=True):
    """A passkey; nothing in it opens anything."""

    id: str
    name: str
    created_at: datetime
    last_used_at: datetime | None


class Passkeys(msgspec.Struct, frozen=True):
    """One's own passkeys, the oldest first."""

    items: list[Passkey]


class SignIn(msgspec.Struct, frozen=True):
    """A browser that is signed in; `current` is the one that asks."""

    id: str
    address: str
    agent: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    current: bool


class SignIns(msgspec.Struct, frozen=True):
    """Where one is signed in, the newest use first."""

    items: list[SignIn]


class SecondFactor(msgspec.Struct, frozen=True):
    """Whether a code is asked for besides the password."""

    on: bool


class Enrolment(msgspec.Struct, frozen=True):
    """For an authenticator app; shown now and never again."""

    secret: str
    uri: str


class CodeShown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The code that the app shows now."""

    code: Code


class RecoveryCodes(msgspec.Struct, frozen=True):
    """For the day the telephone is lost; each works once, and they are shown now and never again."""

    recovery_codes: list[str]


class PasswordShown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One's password, to show that it is oneself."""

    current_password: GivenPassword


def passkey_shown(record: PasskeyRecord) -> Passkey:
    """A passkey as an answer."""
    return Passkey(record.id, record.name, record.created_at, record.last_used_at)


# -- passkeys --------------------------------------------------------------------------------------


@get(
    "/api/passkeys",
    operation_id="listPasskeys",
    summary="Passkeys",
    tags=TAGS,
    opt=access(Role.VIEWER, ForbiddenError),
)
async def list_passkeys(request: ApiRequest) -> Passkeys:
    """One's own."""
    user = person_of(request)
    return Passkeys([*map(passkey_shown, await request.services.people.passkeys.of(user.id))])


@post(
    "/api/passkeys/options",
    status_code=200,
    operation_id="beginPasskey",
    summary="Begin to make a passkey",
    tags=TAGS,
    opt=access(Role.VIEWER),
)
async def begin_passkey(request: ApiRequest, data: JSONBody[Nothing | None] = None) -> PasskeyOptions:  # noqa: ARG001
    """What the browser needs; to be answered within five minutes."""
    user = person_of(request)
    person = Person(user.id, user.email, name_of(user))
    passkeys = request.services.people.passkeys
    return PasskeyOptions(await passkeys.creation_options(person, place_of(request)))


@post(
    "/api/passkeys",
    operation_id="addPasskey",
    summary="Add a passkey",
    tags=TAGS,
    opt=access(Role.VIEWER, PasskeyError, ConflictError),
)
async def add_passkey(request: ApiRequest, data: JSONBody[NewPasskey]) -> Passkey:
    """It signs in from now on, without an address and without a code."""
    user, passkeys = person_of(request), request.services.people.passkeys
    made = passkeys.created(user.id, data.name, data.credential, place_of(request))
    return passkey_shown(await passkeys.add(made, by=request.caller.label))


@patch(
    "/api/passkeys/{passkey_id:str}",
    operation_id="renamePasskey",
    summary="Rename a passkey",
    tags=TAGS,
    opt=access(Role.VIEWER, UnknownResourceError),
)
async def rename_passkey(
    request: ApiRequest, passkey_id: FromPath[str], data: JSONBody[PasskeyName]
) -> Passkey:
    """One's own."""
    passkeys = request.services.people.passkeys
    return passkey_shown(await passkeys.rename(person_of(request).id, passkey_id, data.name))


@delete(
    "/api/passkeys/{passkey_id:str}",
    operation_id="revokePasskey",
    summary="Revoke a passkey",
    tags=TAGS,
    opt=access(Role.VIEWER, UnknownResourceError),
)
async def revoke_passkey(request: ApiRequest, passkey_id: FromPath[str]) -> None:
    """It opens nothing any more; what it has opened goes on."""
    passkeys = request.services.people.passkeys
    await passkeys.revoke(person_of(request).id, passkey_id, by=request.caller.label)


# -- codes -----------------------------------------------------------------------------------------


@get(
    "/api/me/second-factor",
    operation_id="getSecondFactor",
    summary="Whether codes are asked for",
    tags=TAGS,
    opt=access(Role.VIEWER, ForbiddenError),
)
async def get_second_factor(request: ApiRequest) -> SecondFactor:
    """Besides one's own password."""
    return SecondFactor(await request.services.people.second_factors.is_on(person_of(request).id))


@post(
    "/api/me/second-factor",
    status_code=200,
    operation_id="beginSecondFactor",
    summary="Begin to ask for codes",
    tags=TAGS,
    opt=access(Role.VIEWER, BadCredentialsError, LockedOutError, BusyError, ConflictError),
)
async def begin_second_factor(request: ApiRequest, data: JSONBody[PasswordShown]) -> Enrolment:
    """Nothing is asked for until a first code has been confirmed."""
    user, people = person_of(request), request.services.people
    await people.sign_ins.prove(user, data.current_password, request.visit)
    enrolment = await people.second_factors.begin(user)
    return Enrolment(enrolment.secret, enrolment.uri)


@post(
    "/api/me/second-factor/confirm",
    status_code=200,
    operation_id="confirmSecondFactor",
    summary="Confirm the first code",
    tags=TAGS,
    opt=access(Role.VIEWER, WrongCodeError, LockedOutError, ConflictError),
)
async def confirm_second_factor(request: ApiRequest, data: JSONBody[CodeShown]) -> RecoveryCodes:
    """From now on a password needs a code besides; a passkey needs none."""
    user, people = person_of(request), request.services.people
    return RecoveryCodes(await people.confirm_code(user, data.code, request.visit))


@post(
    "/api/me/second-factor/off",
    status_code=204,
    operation_id="endSecondFactor",
    summary="Ask for codes no more",
    tags=TAGS,
    opt=access(Role.VIEWER, BadCredentialsError, LockedOutError, BusyError),
)
async def end_second_factor(request: ApiRequest, data: JSONBody[PasswordShown]) -> None:
    """Needs the password, so that nobody does it at a screen that was left open."""
    user, people = person_of(request), request.services.people
    await people.sign_ins.prove(user, data.current_password, request.visit)
    await people.second_factors.turn_off(user, by=request.caller.label)


# -- sign-ins --------------------------------------------------------------------------------------


@get(
    "/api/me/sign-ins",
    operation_id="listMySignIns",
    summary="Where one is signed in",
    tags=TAGS,
    opt=access(Role.VIEWER, ForbiddenError),
)
async def list_sign_ins(request: ApiRequest) -> SignIns:
    """With address, browser and last use."""
    user, own = person_of(request), request.caller.sign_in
    assert own is not None
    found = await request.services.people.sign_ins.of(user.id)
    return SignIns(
        [
            SignIn(
                id_of(one),
                one.address,
                one.agent,
                one.created_at,
                one.last_used_at,
                one.expires_at,
                one.digest == own.digest,
            )
            for one in found
        ]
    )


@delete(
    "/api/me/sign-ins/{sign_in_id:str}",
    operation_id="endMySignIn",
    summary="Sign a browser out",
    tags=TAGS,
    opt=access(Role.VIEWER, UnknownResourceError),
)
async def end_sign_in(request: ApiRequest, sign_in_id: FromPath[str]) -> None:
    """At once, with everything that is open in it."""
    person_of(request)
    await request.services.people.sign_ins.revoke(request.caller, sign_in_id)


@delete(
    "/api/me/sign-ins",
    operation_id="endMyOtherSignIns",
    summary="Sign out everywhere else",
    tags=TAGS,
    opt=access(Role.VIEWER),
)
async def end_other_sign_ins(request: ApiRequest) -> None:
    """All of one's sign-ins but the one that asks."""
    person_of(request)
    await request.services.people.sign_ins.revoke_others(request.caller)
