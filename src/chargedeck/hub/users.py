"""Accounts: made, changed and removed, with the rules that keep an installation in somebody's hands."""

import asyncio
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from chargedeck.domain.problems import ConflictError, UnknownResourceError
from chargedeck.domain.sentences import said
from chargedeck.domain.units import ChargerId, StationId
from chargedeck.hub.callers import owner_of_user
from chargedeck.hub.password_rules import checked_length
from chargedeck.hub.passwords import Passwords
from chargedeck.hub.people_context import PeopleContext
from chargedeck.hub.people_ports import KeysEnded
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import Role, SignInRecord, UserRecord

LONGEST_EMAIL = 254

NO_PASSWORD = ""
"""No password has this hash."""

_EMAIL = re.compile(r"[^\s@<>\x00-\x1f]+@[^\s@<>\x00-\x1f]+")

Change = Callable[[UserRecord], UserRecord]


@dataclass(frozen=True, slots=True)
class NewUser:
    """What is needed to make an account."""

    email: str
    password: str | None
    """None for who signs in with a passkey alone."""
    role: Role
    first_name: str = ""
    last_name: str = ""
    station_ids: tuple[StationId, ...] | None = None
    charger_ids: tuple[ChargerId, ...] | None = None
    expires_at: datetime | None = None
    language: str = "en"
    time_zone: str = "UTC"
    user_id: str | None = None
    """The id that a passkey was made for."""


def checked_email(email: str) -> str:
    """The address as it is kept: addresses that differ in case alone are one."""
    email = email.strip().lower()
    if len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise InvalidValueError("email", said("must be an e-mail address such as ana@example.com"))
    return email


def _about(user: UserRecord) -> tuple[str, ...]:
    """What a password must not be made of."""
    return (user.email, user.first_name, user.last_name)


def _rights(user: UserRecord) -> tuple[object, ...]:
    return (user.role, user.station_ids, user.charger_ids, user.expires_at)


class Users:
    """All accounts. Every change ends what the changed account has open."""

    def __init__(self, context: PeopleContext, passwords: Passwords) -> None:
        self._context = context
        self._book = context.book
        self._passwords = passwords
        self._turn = asyncio.Lock()

    async def all(self) -> Sequence[UserRecord]:
        """Everybody, by address."""
        return sorted(await self._book.users(), key=lambda user: user.email)

    async def get(self, user_id: str) -> UserRecord:
        """The user, or UnknownResourceError."""
        user = await self.find(user_id)
        if user is None:
            raise UnknownResourceError("user", user_id)
        return user

    async def find(self, user_id: str) -> UserRecord | None:
        """The user, if there is one."""
        return next((user for user in await self._book.users() if user.id == user_id), None)

    async def by_email(self, email: str) -> UserRecord | None:
        """The user with this address, if there is one."""
        email = email.strip().lower()
        return next((user for user in await self._book.users() if user.email == email), None)

    async def drafted(self, new: NewUser) -> UserRecord:
        """A record that is ready to be saved."""
        email = checked_email(new.email)
        about = (email, new.first_name, new.last_name)
        return UserRecord(
            id=new.user_id or secrets.token_hex(8),
            email=email,
            password=NO_PASSWORD if new.password is None else await self._chosen(new.password, about),
            role=new.role,
            first_name=new.first_name.strip(),
            last_name=new.last_name.strip(),
            station_ids=new.station_ids,
            charger_ids=new.charger_ids,
            expires_at=new.expires_at,
            language=new.language,
            time_zone=new.time_zone,
            created_at=self._context.now(),
        )

    async def add(self, new: NewUser, *, by: str) -> UserRecord:
        """Make an account; ConflictError when the address has one."""
        user = await self.drafted(new)
        await self._book.save_user(user)
        self._context.ears.accounts.account_kept(user)
        self._note("user_added", user, by)
        return user

    async def change(self, user_id: str, change: Change, *, by: str) -> UserRecord:
        """Change an account by `change`; the last owner stays one."""
        async with self._turn:
            user = await self.get(user_id)
            changed = change(user)
            changed = replace(changed, email=checked_email(changed.email))
            if changed == user:
                return user
            if changed.role is Role.OWNER and changed.expires_at is not None:
                raise InvalidValueError(
                    "expires_at", said("is not for an owner; give them another role first")
                )
            if user.role is Role.OWNER and changed.role is not Role.OWNER:
                await self._keep_an_owner(user)
            await self._book.save_user(changed)
        self._context.ears.accounts.account_kept(changed)
        self._note("user_changed", changed, by)
        self._context.doubt()
        if _rights(changed) != _rights(user):
            self._context.end(owner_of_user(user.id))
        return changed

    async def check_password(self, user_id: str, change: Change, password: str) -> None:
        """Raise InvalidValueError for a password that the account, once changed, could not have."""
        await self._passwords.checked(password, _about(change(await self.get(user_id))), "password")

    async def set_password(
        self,
        user_id: str,
        password: str,
        *,
        by: str,
        field: str = "password",
        stays: tuple[str, SignInRecord] | None = None,
    ) -> UserRecord:
        """Give an account a new password; its sign-ins end, and one of them, by its digest, is replaced."""
        async with self._turn:
            user = await self.get(user_id)
            chosen = await self._chosen(password, _about(user), field)
            await self._book.change_password(user.id, chosen, stays=stays)
        self._note("password_changed", user, by)
        self._context.end(owner_of_user(user.id))
        return replace(user, password=chosen)

    async def reset_password(self, user_id: str, password: str, *, by: str) -> tuple[UserRecord, KeysEnded]:
        """Give somebody else a new password: whatever opens the account besides ends with the old one.

        It is what one does after a theft, and a thief may have made a token or a passkey of their own.
        """
        async with self._turn:
            user = await self.get(user_id)
            chosen = await self._chosen(password, _about(user))
            ended = await self._book.change_password(user.id, chosen, with_keys=True)
        self._context.note("password_changed", by, user=user.email, **asdict(ended))
        self._context.end(owner_of_user(user.id))
        return replace(user, password=chosen), ended

    async def remove(self, user_id: str, *, by: str) -> None:
        """Remove an account, its sign-ins and its tokens; the last owner stays."""
        async with self._turn:
            user = await self.get(user_id)
            if user.role is Role.OWNER:
                await self._keep_an_owner(user)
            for token in await self._book.tokens():
                if token.created_by == user.id:
                    await self._book.delete_token(token.id)
            await self._book.delete_sign_ins(user.id)
            await self._book.delete_user(user.id)
        self._context.ears.accounts.account_gone(user.id)
        self._note("user_removed", user, by)
        self._context.end(owner_of_user(user.id))

    async def _chosen(self, password: str, about: tuple[str, ...], field: str = "password") -> str:
        """The hash of a new password, if it may be one."""
        checked_length(password, field=field)
        await self._passwords.checked(password, about, field)
        return await self._passwords.hashed(password)

    async def _keep_an_owner(self, going: UserRecord) -> None:
        others = [user for user in await self._book.users() if user.id != going.id]
        if not any(user.role is Role.OWNER for user in others):
            raise ConflictError(said("This is the last owner; make somebody else an owner first"))

    def _note(self, kind: str, user: UserRecord, by: str) -> None:
        self._context.note(kind, by, user=user.email)
