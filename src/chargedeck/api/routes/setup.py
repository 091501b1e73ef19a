"""The first owner's claim, signing in and out: the only doors that stand open."""

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.params import JSONBody
from msgspec import Meta

from chargedeck.api.access import COOKIE, NOBODY, access
from chargedeck.api.gate import place_of, proxy_user
from chargedeck.api.inputs import (
    Email,
    GivenPassword,
    Language,
    Nothing,
    Password,
    PersonName,
    TimeZone,
    checked_time_zone,
)
from chargedeck.api.refusals import CsrfError
from chargedeck.api.request import ApiRequest
from chargedeck.api.routes.keys import Code, Credential, PasskeyOptions
from chargedeck.api.routes.me import Me, entered
from chargedeck.hub.first_place import take_time_zone
from chargedeck.hub.people_problems import (
    AccountEndedError,
    AlreadyClaimedError,
    BadCredentialsError,
    BusyError,
    CodeNeededError,
    InvalidValueError,
    LockedOutError,
    NoProxyUserError,
    PasskeyError,
    WrongClaimCodeError,
    WrongCodeError,
)
from chargedeck.hub.records import Role
from chargedeck.hub.users import NewUser

TAGS = ["Sign-in"]


class ClaimState(msgspec.Struct, frozen=True):
    """Whether this installation has an owner yet."""

    claimed: bool


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first owner, with the code that the server printed on its console.

    `time_zone` becomes the owner's, and that of the default station while nothing is kept by its clock.
    """

    code: Annotated[str, Meta(min_length=1, max_length=100)]
    email: Email
    password: Password
    first_name: PersonName = ""
    last_name: PersonName = ""
    language: Language = "en"
    time_zone: TimeZone | None = None


class Login(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An e-mail address and its password; the `code` when one was asked for."""

    email: Email
    password: GivenPassword
    code: Code | None = None


class PasskeyLogin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the browser has made of the options."""

    credential: Credential


@get(
    "/api/setup/claim",
    operation_id="getClaim",
    summary="Whether there is an owner yet",
    tags=TAGS,
    opt=access(NOBODY),
)
async def get_claim(request: ApiRequest) -> ClaimState:
    """Answer whether somebody has claimed this installation."""
    return ClaimState(await request.services.people.claimed())


@post(
    "/api/setup/claim",
    operation_id="claim",
    summary="Become the first owner",
    tags=TAGS,
    opt=access(
        NOBODY,
        WrongClaimCodeError,
        AlreadyClaimedError,
        InvalidValueError,
        LockedOutError,
        BusyError,
        CsrfError,
    ),
)
async def claim(request: ApiRequest, data: JSONBody[Claim]) -> Response[Me]:
    """Works once, with the code of the claim link; signs the new owner in."""
    zone = None if data.time_zone is None else checked_time_zone(data.time_zone)
    owner = NewUser(
        data.email,
        data.password,
        Role.OWNER,
        data.first_name,
        data.last_name,
        language=data.language,
        time_zone=zone or "UTC",
    )
    services = request.services
    entrance = await services.people.claim(data.code, owner, request.visit)
    if zone is not None:
        await take_time_zone(zone, services.fleet, services.tariffs, services.archive)
    return entered(request, entrance, status_code=201)


@post(
    "/api/login",
    status_code=200,
    operation_id="login",
    summary="Sign in",
    tags=TAGS,
    opt=access(
        NOBODY,
        BadCredentialsError,
        CodeNeededError,
        WrongCodeError,
        AccountEndedError,
        LockedOutError,
        BusyError,
        CsrfError,
    ),
)
async def login(request: ApiRequest, data: JSONBody[Login]) -> Response[Me]:
    """Answers with the session cookie and the `csrf_token` that unsafe requests need."""
    entrance = await request.services.people.sign_ins.login(
        data.email, data.password, request.visit, data.code
    )
    return entered(request, entrance, status_code=200)


@post(
    "/api/login/passkey/options",
    status_code=200,
    operation_id="beginPasskeyLogin",
    summary="Begin to sign in with a passkey",
    tags=TAGS,
    opt=access(NOBODY, CsrfError),
)
async def begin_passkey_login(request: ApiRequest, data: JSONBody[Nothing | None] = None) -> PasskeyOptions:  # noqa: ARG001
    """What the browser needs to look for a passkey, whosever it is; to be answered within five minutes."""
    return PasskeyOptions(request.services.people.passkeys.request_options(place_of(request)))


@post(
    "/api/login/passkey",
    status_code=200,
    operation_id="loginWithPasskey",
    summary="Sign in with a passkey",
    tags=TAGS,
    opt=access(NOBODY, PasskeyError, AccountEndedError, LockedOutError, CsrfError),
)
async def login_with_passkey(request: ApiRequest, data: JSONBody[PasskeyLogin]) -> Response[Me]:
    """Neither an address nor a code is needed: the authenticator has asked for its owner's finger or PIN."""
    people = request.services.people
    entrance = await people.login_with_passkey(data.credential, place_of(request), request.visit)
    return entered(request, entrance, status_code=200)


@post(
    "/api/login/proxy",
    status_code=200,
    operation_id="loginByProxy",
    summary="Sign in by a trusted proxy's word",
    tags=TAGS,
    opt=access(NOBODY, NoProxyUserError, AccountEndedError, CsrfError),
)
async def login_by_proxy(request: ApiRequest, data: JSONBody[Nothing | None] = None) -> Response[Me]:  # noqa: ARG001
    """Whom the header names that `CHARGEDECK_PROXY_USER_HEADER` names, if a trusted proxy has sent it."""
    email = proxy_user(request, request.services.settings)
    entrance = await request.services.people.login_by_proxy(email, request.visit)
    return entered(request, entrance, status_code=200)


@post(
    "/api/logout",
    status_code=204,
    operation_id="logout",
    summary="Sign out",
    tags=TAGS,
    opt=access(Role.VIEWER),
)
async def logout(request: ApiRequest, data: JSONBody[Nothing | None] = None) -> Response[None]:  # noqa: ARG001
    """Ends this sign-in and its event streams, at once. A token stays as it is."""
    await request.services.people.sign_ins.leave(request.caller)
    response: Response[None] = Response(None, status_code=204)
    response.delete_cookie(COOKIE, path="/")
    return response
