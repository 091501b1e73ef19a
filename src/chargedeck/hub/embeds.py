"""Embeds: what shows one charger, read only, in other sites' pages; each opens with a key of its own."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from chargedeck.domain.origins import origin
from chargedeck.domain.problems import ConflictError, UnknownResourceError
from chargedeck.domain.sentences import said, wording
from chargedeck.domain.units import ChargerId
from chargedeck.hub.callers import Caller
from chargedeck.hub.lockout import Lockout, Patience
from chargedeck.hub.people_context import PeopleContext
from chargedeck.hub.people_problems import EmbedGoneError, InvalidValueError, LockedOutError
from chargedeck.hub.records import EmbedRecord
from chargedeck.hub.sign_ins import neighbourhood
from chargedeck.hub.tokens import USE_SAVED_EVERY, digest_of

PREFIX = "cde_"
"""Unlike a token's, so that neither is ever taken for the other."""

MOST_ORIGINS = 40
"""All of them stand in one header, which proxies bound."""


def owner_of_embed(record: EmbedRecord) -> str:
    """The name of an embed's streams."""
    return f"embed:{record.id}"


class Embeds:
    """All of them. One goes with its charger; any owner may end it."""

    def __init__(self, context: PeopleContext) -> None:
        self._context = context
        self._book = context.book
        self._failures = Lockout(Patience(free=20))

    async def of_charger(self, charger_id: ChargerId) -> Sequence[EmbedRecord]:
        """Those that show a charger, the oldest first."""
        found = [one for one in await self._book.embeds() if one.charger_id == charger_id]
        return sorted(found, key=lambda one: (one.created_at, one.id))

    async def origins(self) -> Sequence[str]:
        """The sites that may show any of them, in order."""
        return sorted({one for record in await self._book.embeds() for one in record.origins})

    async def create(
        self, charger_id: ChargerId, name: str, origins: Sequence[str], *, by: Caller
    ) -> tuple[EmbedRecord, str]:
        """Make one; its key is answered now and never again."""
        sites = tuple(dict.fromkeys(_checked(number, text) for number, text in enumerate(origins)))
        if len({*sites, *await self.origins()}) > MOST_ORIGINS:
            raise ConflictError(
                said(
                    "More than {most} sites show embedded cards; end one that nobody needs any more",
                    most=MOST_ORIGINS,
                )
            )
        key = PREFIX + secrets.token_urlsafe(32)
        record = EmbedRecord(
            id=secrets.token_hex(8),
            charger_id=charger_id,
            name=name.strip(),
            origins=sites,
            digest=digest_of(key),
            created_by=by.label,
            created_at=self._context.now(),
        )
        await self._book.save_embed(record)
        self._note("embedded_card_created", record, by, origins=list(sites))
        return record, key

    async def revoke(self, embed_id: str, *, by: Caller) -> None:
        """End one at once, and every stream that is open with its key."""
        record = next((one for one in await self._book.embeds() if one.id == embed_id), None)
        if record is None:
            raise UnknownResourceError("embed", embed_id)
        await self._book.delete_embed(record.id)
        self._note("embedded_card_revoked", record, by)
        self._context.end(owner_of_embed(record))

    async def open(self, key: str, address: str) -> EmbedRecord:
        """What a key opens; raises EmbedGoneError, and LockedOutError where too many failed.

        Only failures count: a wall of screens that come back at once behind one address are no guessers.
        """
        here, now = neighbourhood(address), self._context.now()
        wait = self._failures.remaining(here, now)
        if wait > timedelta(0):
            raise LockedOutError(wait)
        record = await self.known(digest_of(key)) if key.startswith(PREFIX) else None
        if record is None:
            self._failures.attempt(here, now)
            raise EmbedGoneError
        return record

    async def known(self, digest: str) -> EmbedRecord | None:
        """What a key with this hash opens still; notes that it is used."""
        record, now = await self._book.embed(digest), self._context.now()
        if record is not None and (
            record.last_used_at is None or now - record.last_used_at >= USE_SAVED_EVERY
        ):
            await self._book.note_embed_use(record.id, now)
            return replace(record, last_used_at=now)
        return record

    def _note(self, kind: str, record: EmbedRecord, by: Caller, **more: object) -> None:
        self._context.note(kind, by.label, charger=record.charger_id, name=record.name, **more)


def _checked(number: int, text: str) -> str:
    try:
        return origin(text)
    except ValueError as error:
        raise InvalidValueError(f"origins[{number}]", wording(error)) from error
