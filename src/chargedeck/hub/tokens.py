"""API tokens: named, with a role, shown once; only their hash is kept."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chargedeck.domain.problems import UnknownResourceError
from chargedeck.domain.sentences import Sentence, said
from chargedeck.hub.callers import Caller, caller_by_token, has_ended, owner_of_token
from chargedeck.hub.people_context import PeopleContext
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import Role, TokenRecord
from chargedeck.hub.users import Users

PREFIX = "cdk_"
"""So that a token that has got into a file is known for what it is."""

USE_SAVED_EVERY = timedelta(minutes=5)


def digest_of(secret: str) -> str:
    """What is kept of a secret of 256 random bits: no salt or slow hash would add to it."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Tokens:
    """All tokens. A token goes with the person who made it."""

    def __init__(self, context: PeopleContext, users: Users) -> None:
        self._context = context
        self._book = context.book
        self._users = users

    async def all(self) -> Sequence[TokenRecord]:
        """Every token, the oldest first."""
        return sorted(await self._book.tokens(), key=lambda token: (token.created_at, token.id))

    async def visible_to(self, caller: Caller) -> Sequence[TokenRecord]:
        """An owner sees all tokens, everybody else their own."""
        tokens = await self.all()
        if caller.may(Role.OWNER):
            return tokens
        return [token for token in tokens if caller.user is not None and token.created_by == caller.user.id]

    async def create(
        self, name: str, role: Role, expires_at: datetime | None, *, by: Caller | None
    ) -> tuple[TokenRecord, str]:
        """Make a token; the secret is answered now and never again. `by` None: at the console."""
        now = self._context.now()
        if by is not None and not by.may(role):
            raise InvalidValueError(
                "role", said("must not be above your own, which is {role}", role=Sentence(by.role))
            )
        if expires_at is not None and expires_at <= now:
            raise InvalidValueError("expires_at", said("must lie in the future"))
        secret = PREFIX + secrets.token_urlsafe(32)
        maker = None if by is None or by.user is None else by.user.id
        token = TokenRecord(
            id=secrets.token_hex(8),
            name=name.strip(),
            role=role,
            digest=digest_of(secret),
            created_by=maker,
            created_at=now,
            expires_at=expires_at,
        )
        await self._book.save_token(token)
        self._note("token_created", token, by)
        return token, secret

    async def revoke(self, token_id: str, *, by: Caller | None) -> None:
        """End a token at once, and everything that is open with it. `by` None: at the console."""
        visible = await self.all() if by is None else await self.visible_to(by)
        token = next((token for token in visible if token.id == token_id), None)
        if token is None:
            raise UnknownResourceError("token", token_id)
        await self._book.delete_token(token.id)
        self._note("token_revoked", token, by)
        self._context.end(owner_of_token(token))

    async def caller(self, secret: str) -> Caller | None:
        """Who shows this token, or None when it is none, or no longer one."""
        return await self.known(digest_of(secret))

    async def known(self, digest: str) -> Caller | None:
        """Whose token has this digest."""
        now = self._context.now()
        token = await self._book.token(digest)
        if token is None or (token.expires_at is not None and token.expires_at <= now):
            return None
        maker = None if token.created_by is None else await self._users.find(token.created_by)
        if token.created_by is not None and (maker is None or has_ended(maker, now)):
            return None
        if token.last_used_at is None or now - token.last_used_at >= USE_SAVED_EVERY:
            token = replace(token, last_used_at=now)
            await self._book.note_token_use(token.id, now)
        return caller_by_token(token, maker)

    def _note(self, kind: str, token: TokenRecord, by: Caller | None) -> None:
        self._context.note(kind, "console" if by is None else by.label, token=token.name)
