"""Invitations: links that let somebody make their own account, with the rights that an owner has chosen."""

import secrets
from datetime import datetime
from typing import Annotated

import msgspec
from litestar import Response, delete, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from chargedeck.api.access import NOBODY, access
from chargedeck.api.gate import place_of
from chargedeck.api.inputs import (
    Email,
    Language,
    Name,
    Note,
    Password,
    PersonName,
    ResourceId,
    Time,
    TimeZone,
    checked_chargers,
    checked_stations,
    checked_time_zone,
)
from chargedeck.api.paging import Page, PageQuery, page
from chargedeck.api.refusals import CsrfError
from chargedeck.api.request import ApiRequest
from chargedeck.api.routes.keys import Credential, PasskeyOptions
from chargedeck.api.routes.me import Me, entered
from chargedeck.domain.problems import ConflictError, UnknownResourceError
from chargedeck.hub.invitations import Guest, NewInvitation
from chargedeck.hub.passkeys import Person
from chargedeck.hub.people_problems import (
    BusyError,
    InvalidValueError,
    InvitationGoneError,
    LockedOutError,
    PasskeyError,
)
from chargedeck.hub.records import InvitationRecord, PasskeyRecord, Role

TAGS = ["Invitations"]

Secret = Annotated[str, Meta(min_length=1, max_length=100)]


class Invitation(msgspec.Struct, frozen=True):
    """What somebody is invited to; `account_ends_at` null means that the account stays."""

    id: str
    role: Role
    note: str
    station_ids: list[str] | None
    charger_ids: list[str] | None
    language: str
    created_by: str
    created_at: datetime
    expires_at: datetime
    account_ends_at: datetime | None


class CreatedInvitation(Invitation, frozen=True, kw_only=True):
    """A new invitation; `path` is what comes behind the server's address, shown now and never again."""

    path: str


class InvitationDraft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is invited, to what, and until when; the link works once."""

    role: Role
    expires_at: Time
    note: Note = ""
    station_ids: list[ResourceId] | None = None
    charger_ids: list[ResourceId] | None = None
    language: Language = "en"
    account_ends_at: Time | None = None


class InvitationShown(msgspec.Struct, frozen=True):
    """An invitation as the person sees it who opens its link."""

    role: Role
    stations: list[str] | None
    chargers: list[str] | None
    language: str
    invited_by: str
    expires_at: datetime
    account_ends_at: datetime | None


class InvitationSecret(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the link carries behind its `#`."""

    code: Secret


class GuestName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is about to make a passkey for their new account."""

    code: Secret
    email: Email
    first_name: PersonName = ""
    last_name: PersonName = ""


class GuestPasskey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The passkey that the browser has made, for the `user_id` that its options were made with."""

    user_id: ResourceId
    name: Name
    credential: Credential


class Acceptance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The new account, with a password or a passkey; without a language it is that of the invitation.

    `time_zone` is whose clock the new person reads; without it, UTC.
    """

    code: Secret
    email: Email
    first_name: PersonName = ""
    last_name: PersonName = ""
    password: Password | None = None
    passkey: GuestPasskey | None = None
    language: Language | None = None
    time_zone: TimeZone | None = None


class GuestPasskeyOptions(PasskeyOptions, frozen=True, kw_only=True):
    """For `PublicKeyCredential.parseCreationOptionsFromJSON`, and whom the passkey is for."""

    user_id: str


def _shown(record: InvitationRecord) -> Invitation:
    return Invitation(
        record.id,
        record.role,
        record.note,
        None if record.station_ids is None else list(record.station_ids),
        None if record.charger_ids is None else list(record.charger_ids),
        record.language,
        record.created_by,
        record.created_at,
        record.expires_at,
        record.account_ends_at,
    )


@get(
    "/api/invitations",
    operation_id="listInvitations",
    summary="Open invitations",
    tags=TAGS,
    opt=access(Role.OWNER, InvalidValueError, query=PageQuery),
)
async def list_invitations(request: ApiRequest) -> Page[Invitation]:
    """Those whose link still works."""
    records = await request.services.people.invitations.all()
    shown, cursor = page(map(_shown, records), lambda one: one.id, request.asked(PageQuery))
    return Page(shown, cursor)


@post(
    "/api/invitations",
    operation_id="invite",
    summary="Invite somebody",
    tags=TAGS,
    opt=access(Role.OWNER, InvalidValueError),
)
async def invite(request: ApiRequest, data: JSONBody[InvitationDraft]) -> CreatedInvitation:
    """Answers the link's path, once: send it to them by whatever way you trust."""
    fleet, caller = request.services.fleet, request.caller
    new = NewInvitation(
        role=data.role,
        expires_at=data.expires_at,
        note=data.note,
        station_ids=checked_stations(fleet, caller, data.station_ids),
        charger_ids=checked_chargers(fleet, caller, data.charger_ids),
        language=data.language,
        account_ends_at=data.account_ends_at,
    )
    record, secret = await request.services.people.invitations.create(new, by=caller)
    return CreatedInvitation(**msgspec.structs.asdict(_shown(record)), path=f"/invitation#code={secret}")


@delete(
    "/api/invitations/{invitation_id:str}",
    operation_id="revokeInvitation",
    summary="Take an invitation back",
    tags=TAGS,
    opt=access(Role.OWNER, UnknownResourceError),
)
async def revoke_invitation(request: ApiRequest, invitation_id: FromPath[str]) -> None:
    """Its link opens nothing any more."""
    await request.services.people.invitations.revoke(invitation_id, by=request.caller.label)


# -- from outside ------------------------------------------------------------------------------------


@post(
    "/api/invitation",
    status_code=200,
    operation_id="openInvitation",
    summary="Look at an invitation",
    tags=TAGS,
    opt=access(NOBODY, InvitationGoneError, LockedOutError, CsrfError),
)
async def open_invitation(request: ApiRequest, data: JSONBody[InvitationSecret]) -> InvitationShown:
    """What the link invites to, by name."""
    record = await request.services.people.look_at_invitation(data.code, request.visit)
    fleet = request.services.fleet
    stations, chargers = record.station_ids, record.charger_ids
    return InvitationShown(
        record.role,
        None
        if stations is None
        else [fleet.stations[one].record.name for one in stations if one in fleet.stations],
        None if chargers is None else [fleet.charger_name(one) for one in chargers],
        record.language,
        record.created_by,
        record.expires_at,
        record.account_ends_at,
    )


@post(
    "/api/invitation/passkey",
    status_code=200,
    operation_id="beginGuestPasskey",
    summary="Begin to make a passkey for a new account",
    tags=TAGS,
    opt=access(NOBODY, InvitationGoneError, LockedOutError, CsrfError),
)
async def begin_guest_passkey(request: ApiRequest, data: JSONBody[GuestName]) -> GuestPasskeyOptions:
    """What the browser needs; the account is made when the invitation is accepted."""
    people = request.services.people
    await people.look_at_invitation(data.code, request.visit)
    person = Person(secrets.token_hex(8), data.email, f"{data.first_name} {data.last_name}".strip())
    options = await people.passkeys.creation_options(person, place_of(request))
    return GuestPasskeyOptions(public_key=options, user_id=person.id)


@post(
    "/api/invitation/accept",
    operation_id="acceptInvitation",
    summary="Accept an invitation",
    tags=TAGS,
    opt=access(
        NOBODY,
        InvitationGoneError,
        InvalidValueError,
        ConflictError,
        PasskeyError,
        LockedOutError,
        BusyError,
        CsrfError,
    ),
)
async def accept_invitation(request: ApiRequest, data: JSONBody[Acceptance]) -> Response[Me]:
    """Makes the account and signs it in; the link is used up."""
    people = request.services.people
    zone = "UTC" if data.time_zone is None else checked_time_zone(data.time_zone)
    passkey = _passkey(request, data)
    names = data.first_name, data.last_name
    guest = Guest(data.email, *names, data.password, passkey, data.language, zone)
    entrance = await people.accept(data.code, guest, request.visit)
    return entered(request, entrance, status_code=201)


def _passkey(request: ApiRequest, data: Acceptance) -> PasskeyRecord | None:
    made = data.passkey
    if made is None:
        return None
    passkeys = request.services.people.passkeys
    return passkeys.created(made.user_id, made.name, made.credential, place_of(request))
