"""Invitations: a link that makes one account, with the rights that its maker has chosen, until it expires."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chargedeck.domain.problems import UnknownResourceError
from chargedeck.domain.sentences import Sentence, said
from chargedeck.domain.units import ChargerId, StationId
from chargedeck.hub.callers import Caller
from chargedeck.hub.people_context import PeopleContext
from chargedeck.hub.people_problems import InvalidValueError, InvitationGoneError
from chargedeck.hub.records import InvitationRecord, PasskeyRecord, Role, UserRecord
from chargedeck.hub.tokens import digest_of
from chargedeck.hub.users import NewUser, Users

LONGEST = timedelta(days=30)
"""A link lies about in mailboxes."""


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """What somebody is invited to."""

    role: Role
    expires_at: datetime
    note: str = ""
    station_ids: tuple[StationId, ...] | None = None
    charger_ids: tuple[ChargerId, ...] | None = None
    language: str = "en"
    account_ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Guest:
    """Who accepts, and what they will sign in with: a password, or a passkey that was just made."""

    email: str
    first_name: str = ""
    last_name: str = ""
    password: str | None = None
    passkey: PasskeyRecord | None = None
    language: str | None = None
    """None: that of the invitation."""
    time_zone: str = "UTC"


class Invitations:
    """All that are open."""

    def __init__(self, context: PeopleContext, users: Users) -> None:
        self._context = context
        self._book = context.book
        self._users = users

    async def all(self) -> Sequence[InvitationRecord]:
        """Those that still open something, the newest first."""
        now = self._context.now()
        valid = [one for one in await self._book.invitations() if one.expires_at > now]
        return sorted(valid, key=lambda one: (one.created_at, one.id), reverse=True)

    async def create(self, new: NewInvitation, *, by: Caller) -> tuple[InvitationRecord, str]:
        """Make one; the secret of its link is answered now and never again."""
        now = self._context.now()
        if not by.may(new.role):
            raise InvalidValueError(
                "role", said("must not be above your own, which is {role}", role=Sentence(by.role))
            )
        if not now < new.expires_at <= now + LONGEST:
            raise InvalidValueError(
                "expires_at", said("must lie within the next {days} days", days=LONGEST.days)
            )
        if new.account_ends_at is not None and (new.account_ends_at <= now or new.role is Role.OWNER):
            raise InvalidValueError(
                "account_ends_at", said("must lie in the future, and an owner's never ends")
            )
        secret = secrets.token_urlsafe(24)
        record = InvitationRecord(
            id=secrets.token_hex(8),
            digest=digest_of(secret),
            role=new.role,
            created_by=by.label,
            created_at=now,
            expires_at=new.expires_at,
            note=new.note.strip(),
            station_ids=new.station_ids,
            charger_ids=new.charger_ids,
            language=new.language,
            account_ends_at=new.account_ends_at,
        )
        await self._book.save_invitation(record)
        self._context.note("invited", by.label, role=new.role.value, note=record.note)
        return record, secret

    async def revoke(self, invitation_id: str, *, by: str) -> None:
        """Its link opens nothing any more."""
        if all(one.id != invitation_id for one in await self._book.invitations()):
            raise UnknownResourceError("invitation", invitation_id)
        await self._book.delete_invitation(invitation_id)
        self._context.note("invitation_revoked", by)

    async def look(self, secret: str) -> InvitationRecord:
        """What a link invites to; InvitationGoneError when it opens nothing."""
        found = await self._book.invitation(digest_of(secret))
        now = self._context.now()
        if found is None or found.expires_at <= now:
            raise InvitationGoneError
        if found.account_ends_at is not None and found.account_ends_at <= now:
            raise InvitationGoneError
        return found

    async def accept(self, secret: str, guest: Guest) -> UserRecord:
        """Make the account, once."""
        invitation = await self.look(secret)
        if (guest.password is None) == (guest.passkey is None):
            raise InvalidValueError("password", said("must be given, or a passkey, one of the two"))
        user = await self._users.drafted(
            NewUser(
                guest.email,
                guest.password,
                invitation.role,
                guest.first_name,
                guest.last_name,
                invitation.station_ids,
                invitation.charger_ids,
                invitation.account_ends_at,
                guest.language or invitation.language,
                guest.time_zone,
                None if guest.passkey is None else guest.passkey.user_id,
            )
        )
        if not await self._book.accept_invitation(invitation.id, user):
            raise InvitationGoneError
        if guest.passkey is not None:
            await self._book.save_passkey(guest.passkey)
        self._context.ears.accounts.account_kept(user)
        self._context.note("invitation_accepted", user.email, invited_by=invitation.created_by)
        return user
