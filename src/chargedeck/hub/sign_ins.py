"""Signing in with a password, and the sign-ins of browsers; only the hash of a cookie is kept."""

import ipaddress
import secrets
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chargedeck.domain.problems import UnknownResourceError
from chargedeck.hub.callers import Caller, caller_by_sign_in, has_ended, owner_of_sign_in
from chargedeck.hub.lockout import Lockout, Patience
from chargedeck.hub.passwords import Passwords
from chargedeck.hub.people_context import PeopleContext
from chargedeck.hub.people_problems import (
    AccountEndedError,
    BadCredentialsError,
    LockedOutError,
    WrongPasswordError,
)
from chargedeck.hub.records import SignInRecord, UserRecord
from chargedeck.hub.second_factors import SecondFactors
from chargedeck.hub.tokens import digest_of
from chargedeck.hub.users import LONGEST_EMAIL, NO_PASSWORD, Users

IDLE = timedelta(days=30)
"""A sign-in that nobody uses ends after this."""

LONGEST = timedelta(days=180)
"""Even one that is used every day ends after this."""

RENEWED_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Visit:
    """Where an attempt to sign in comes from."""

    address: str
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Entrance:
    """A sign-in that was just made: the cookie's secret is known only here."""

    caller: Caller
    secret: str


def renewed(sign_in: SignInRecord, now: datetime) -> SignInRecord:
    """The sign-in after it was used at `now`; the same one when it was used a moment ago."""
    if now - sign_in.last_used_at < RENEWED_EVERY:
        return sign_in
    expires_at = min(now + IDLE, sign_in.created_at + LONGEST)
    return replace(sign_in, last_used_at=now, expires_at=expires_at)


def id_of(sign_in: SignInRecord) -> str:
    """What a sign-in is called: too little of its digest to be anybody's cookie."""
    return sign_in.digest[:16]


def neighbourhood(address: str) -> str:
    """What counts as one address: a whole IPv6 network belongs to one household, or one attacker."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))


class Attempts:
    """Who has failed too often: an account from an address, an address, an account from anywhere.

    From one address nobody can lock an owner out who is at another.
    """

    def __init__(self) -> None:
        self._locks = (
            Lockout(Patience(free=5)),
            Lockout(Patience(free=20)),
            Lockout(Patience(free=100)),
        )

    @staticmethod
    def _keys(account: str, address: str) -> tuple[Hashable, Hashable, Hashable]:
        return (account, neighbourhood(address)), neighbourhood(address), account

    def begin(self, account: str, address: str, now: datetime) -> None:
        """Count an attempt, or raise LockedOutError."""
        pairs = list(zip(self._locks, self._keys(account, address), strict=True))
        wait = max(lock.remaining(key, now) for lock, key in pairs)
        if wait > timedelta(0):
            raise LockedOutError(wait)
        for lock, key in pairs:
            lock.attempt(key, now)

    def succeeded(self, account: str, address: str) -> None:
        """Forgive what this account failed at from here, and anywhere.

        The address is forgiven this attempt alone: many people share one, and so might a guesser.
        """
        pair, address_key, account_key = self._keys(account, address)
        self._locks[0].succeeded(pair)
        self._locks[1].took_back(address_key)
        self._locks[2].succeeded(account_key)


class SignIns:
    """Browsers that are signed in."""

    def __init__(
        self, context: PeopleContext, users: Users, passwords: Passwords, second_factors: SecondFactors
    ) -> None:
        self._context = context
        self._second_factors = second_factors
        self._book = context.book
        self._users = users
        self._passwords = passwords
        self.attempts = Attempts()

    async def login(self, email: str, password: str, visit: Visit, code: str | None = None) -> Entrance:
        """Sign in; BadCredentialsError and LockedOutError tell nothing about who has an account."""
        account = email.strip().lower()
        self.attempts.begin(account, visit.address, self._context.now())
        user = await self._users.by_email(account)
        if not await self._passwords.matches(password, None if user is None else user.password):
            self._note("login_failed", account, visit)
            raise BadCredentialsError
        assert user is not None
        await self._second_factors.check(user, code)
        self.attempts.succeeded(account, visit.address)
        self._refuse_ended(user, visit)
        if self._passwords.outdated(user.password):
            user = replace(user, password=await self._passwords.hashed(password))
            await self._book.save_user(user)
        self._note("login", account, visit)
        return await self.enter(user, visit)

    def _refuse_ended(self, user: UserRecord, visit: Visit) -> None:
        if has_ended(user, self._context.now()):
            self._note("login_refused", user.email, visit)
            raise AccountEndedError

    async def enter_proved(self, user_id: str, visit: Visit, *, how: str) -> Entrance:
        """Sign in somebody who has shown a passkey of theirs, or whom a trusted proxy names."""
        user = await self._users.get(user_id)
        self._refuse_ended(user, visit)
        self._note(f"login_{how}", user.email, visit)
        return await self.enter(user, visit)

    async def of(self, user_id: str) -> Sequence[SignInRecord]:
        """Where somebody is signed in, the newest use first."""
        return await self._book.sign_ins(user_id)

    async def revoke(self, caller: Caller, sign_in_id: str) -> None:
        """End one of one's own sign-ins, and everything that is open with it."""
        assert caller.user is not None
        for one in await self._book.sign_ins(caller.user.id):
            if id_of(one) == sign_in_id:
                await self._book.delete_sign_in(one.digest)
                self._context.note("sign_in_revoked", caller.label, agent=one.agent)
                self._context.end(owner_of_sign_in(one))
                return
        raise UnknownResourceError("sign-in", sign_in_id)

    async def revoke_others(self, caller: Caller) -> None:
        """End all of one's own sign-ins but this one."""
        assert caller.user is not None
        assert caller.sign_in is not None
        others = [
            one for one in await self._book.sign_ins(caller.user.id) if one.digest != caller.sign_in.digest
        ]
        await self._book.delete_sign_ins(caller.user.id, but=caller.sign_in.digest)
        self._context.note("sign_ins_revoked", caller.label, count=len(others))
        for one in others:
            self._context.end(owner_of_sign_in(one))

    async def enter(self, user: UserRecord, visit: Visit) -> Entrance:
        """Make a sign-in for somebody who has proved who they are."""
        sign_in, secret = self._made(user, visit, csrf_token=secrets.token_urlsafe(32))
        await self._book.save_sign_in(sign_in)
        return Entrance(caller_by_sign_in(sign_in, user), secret)

    def _made(self, user: UserRecord, visit: Visit, *, csrf_token: str) -> tuple[SignInRecord, str]:
        """A sign-in that is ready to be saved, and the secret of its cookie."""
        now, secret = self._context.now(), secrets.token_urlsafe(32)
        sign_in = SignInRecord(
            digest=digest_of(secret),
            user_id=user.id,
            csrf_token=csrf_token,
            created_at=now,
            expires_at=now + IDLE,
            last_used_at=now,
            address=visit.address,
            agent=visit.agent[:200],
        )
        return sign_in, secret

    async def leave(self, caller: Caller) -> None:
        """Sign out: this sign-in and everything that is open with it."""
        if caller.sign_in is not None:
            await self._book.delete_sign_in(caller.sign_in.digest)
            self._context.end(owner_of_sign_in(caller.sign_in))

    async def change_password(self, caller: Caller, current: str, new: str, visit: Visit) -> Entrance:
        """Change one's own password: every sign-in ends, and this browser gets a new one.

        The page that is open in it keeps its CSRF token, which is worth nothing without the new cookie, and
        push in it stays on.
        """
        assert caller.user is not None
        assert caller.sign_in is not None
        user = await self._users.get(caller.user.id)
        if user.password != NO_PASSWORD:
            await self.prove(user, current, visit)
        here = caller.sign_in
        sign_in, secret = self._made(user, visit, csrf_token=here.csrf_token)
        user = await self._users.set_password(
            user.id, new, by=caller.label, field="new_password", stays=(here.digest, sign_in)
        )
        return Entrance(caller_by_sign_in(sign_in, user), secret)

    async def prove(self, user: UserRecord, password: str, visit: Visit) -> None:
        """Make sure that it is still who has signed in; WrongPasswordError when it is not."""
        self.attempts.begin(user.email, visit.address, self._context.now())
        if not await self._passwords.matches(password, user.password):
            raise WrongPasswordError
        self.attempts.succeeded(user.email, visit.address)

    async def caller(self, secret: str) -> Caller | None:
        """Whose cookie this is, or None when it is nobody's, or no longer."""
        return await self.known(digest_of(secret))

    async def known(self, digest: str) -> Caller | None:
        """Whose sign-in has this digest."""
        found = await self._book.sign_in(digest)
        if found is None:
            return None
        sign_in, user = found
        now = self._context.now()
        if sign_in.expires_at <= now or has_ended(user, now):
            # Push goes on: who has not opened the app for a month is not to miss a danger.
            await self._book.delete_sign_in(sign_in.digest, ran_out=True)
            return None
        fresh = renewed(sign_in, now)
        if fresh is not sign_in:
            await self._book.note_sign_in_use(fresh.digest, fresh.last_used_at, fresh.expires_at)
        return caller_by_sign_in(fresh, user)

    def _note(self, kind: str, account: str, visit: Visit) -> None:
        self._context.note_from(visit.address, kind, account[:LONGEST_EMAIL])
