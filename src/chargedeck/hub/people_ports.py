"""What the parts that deal with people need from the world; contract-tested with the other ports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chargedeck.domain.units import DeviceId
from chargedeck.hub.records import (
    EmbedRecord,
    EventRecord,
    InvitationRecord,
    LocalListRecord,
    PasskeyRecord,
    SecondFactorRecord,
    SignInRecord,
    UserRecord,
)


@dataclass(frozen=True, slots=True)
class KeysEnded:
    """How many of somebody's keys ended with a password."""

    tokens: int = 0
    passkeys: int = 0


class KeyBook(Protocol):
    """How people prove who they are, and how they are let in. Everything here goes with its user."""

    async def change_password(
        self,
        user_id: str,
        password: str,
        *,
        stays: tuple[str, SignInRecord] | None = None,
        with_keys: bool = False,
    ) -> KeysEnded:
        """Keep a new hash and end the user's sign-ins with push in them, in one step.

        The sign-in whose digest is the first of `stays` is replaced by the second, which takes over its push.
        `with_keys` ends the user's tokens and passkeys too. Raises UnknownResourceError when there is no such
        user.
        """

    async def sign_ins(self, user_id: str) -> Sequence[SignInRecord]:
        """Where somebody is signed in, the newest use first; those that have run out are left out."""

    async def passkeys(self, user_id: str) -> Sequence[PasskeyRecord]:
        """Somebody's passkeys, the oldest first."""

    async def passkey(self, passkey_id: str) -> PasskeyRecord | None: ...
    async def save_passkey(self, record: PasskeyRecord) -> None:
        """Insert or replace; raises UnknownResourceError when there is no such user."""

    async def note_passkey_use(self, passkey_id: str, at: datetime, sign_count: int) -> bool:
        """False when it is gone."""

    async def delete_passkey(self, passkey_id: str) -> None: ...
    async def second_factor(self, user_id: str) -> SecondFactorRecord | None: ...
    async def save_second_factor(self, record: SecondFactorRecord) -> None:
        """Insert or replace; raises UnknownResourceError when there is no such user."""

    async def change_second_factor(self, was: SecondFactorRecord, now: SecondFactorRecord) -> bool:
        """Replace one that is still as it was; False when it has changed meanwhile, or is gone."""

    async def delete_second_factor(self, user_id: str) -> None: ...
    async def invitations(self) -> Sequence[InvitationRecord]: ...
    async def invitation(self, digest: str) -> InvitationRecord | None: ...
    async def save_invitation(self, record: InvitationRecord) -> None:
        """Insert or replace; invitations that have run out go."""

    async def delete_invitation(self, invitation_id: str) -> None: ...
    async def accept_invitation(self, invitation_id: str, user: UserRecord) -> bool:
        """Make the account and take the invitation away, in one step; False when it is gone already.

        Raises ConflictError when another user has the address; the invitation stays.
        """

    async def embeds(self) -> Sequence[EmbedRecord]: ...
    async def embed(self, digest: str) -> EmbedRecord | None: ...
    async def save_embed(self, record: EmbedRecord) -> None:
        """Insert or replace; raises UnknownResourceError when there is no such charger. It goes with that."""

    async def note_embed_use(self, embed_id: str, at: datetime) -> None:
        """Of one that is gone nothing is noted."""

    async def delete_embed(self, embed_id: str) -> None: ...
    async def local_lists(self) -> Sequence[LocalListRecord]: ...
    async def save_local_list(self, record: LocalListRecord) -> None:
        """Insert or replace; a list of a device that is gone is let go."""

    async def delete_local_list(self, device: DeviceId) -> None: ...


@dataclass(frozen=True, slots=True)
class DeedQuery:
    """Which deeds of people: newest first, from `start` to before `end`; `cursor` is from the page before."""

    actor: str | None = None
    kinds: Sequence[str] | None = None
    start: datetime | None = None
    end: datetime | None = None
    limit: int = 50
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class DeedPage:
    """A page of deeds, each with its number, and where the next page begins."""

    items: Sequence[tuple[int, EventRecord]]
    next_cursor: str | None


class Deeds(Protocol):
    """What people did: written with the events, never deleted."""

    async def deeds(self, query: DeedQuery) -> DeedPage:
        """A page; raises UnreadableCursorError."""
