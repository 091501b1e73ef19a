"""What notices need from the world: where they are kept, who words them, who carries them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from chargedeck.domain.notices import Mark
from chargedeck.domain.problems import ChargeDeckError
from chargedeck.domain.sentences import Sentence
from chargedeck.domain.units import ChargerId
from chargedeck.hub.notice_records import (
    Decided,
    DeliveryRecord,
    MarkKey,
    NoticeRecord,
    NoticeSettings,
    Waiting,
    WayRecord,
)
from chargedeck.hub.records import UserRecord


class NoticeBook(Protocol):
    """What is kept; contract-tested with the other ports. Everything here goes with its user."""

    async def all_settings(self) -> Sequence[NoticeSettings]:
        """Of everybody who has chosen."""

    async def settings(self, user_id: str) -> NoticeSettings | None: ...
    async def save_settings(self, settings: NoticeSettings) -> None:
        """Insert or replace; raises UnknownResourceError when there is no such user."""

    async def all_ways(self) -> Sequence[WayRecord]: ...
    async def ways(self, user_id: str) -> Sequence[WayRecord]:
        """Somebody's, the oldest first."""

    async def save_way(self, way: WayRecord) -> None:
        """Insert or replace; another way that leads to the same place goes, whosever it is.

        Raises UnknownResourceError when there is no such user.
        """

    async def delete_way(self, way_id: str) -> None:
        """Delete with all that waits to go that way."""

    async def marks(self, topics: Collection[tuple[ChargerId, str]]) -> Mapping[MarkKey, Mark]: ...
    async def keep(self, decided: Decided) -> None:
        """In one step. What is meant for a user or a way that is gone meanwhile is left out."""

    async def inbox(
        self, user_id: str, limit: int, before: str | None, *, unread: bool
    ) -> Sequence[NoticeRecord]:
        """The newest first; those before that one."""

    async def unread(self, user_id: str) -> int: ...
    async def read(self, user_id: str, ids: Collection[str] | None, at: datetime) -> int:
        """Mark somebody's own as read, all of them without `ids`; answers how many are left unread."""

    async def due(self, now: datetime, limit: int) -> Sequence[Waiting]:
        """What is to go out now, what waits longest first."""

    async def next_due(self) -> datetime | None: ...
    async def delivered(self, deliveries: Sequence[DeliveryRecord], at: datetime) -> None:
        """They have gone their way, which is thereby known to work."""

    async def failed(self, deliveries: Sequence[DeliveryRecord], problem: str, at: datetime) -> None:
        """Keep them as they are given, to be tried again when due."""

    async def given_up(self, deliveries: Sequence[DeliveryRecord], problem: str, at: datetime) -> None:
        """They are not tried again; what they were to tell is in the inbox."""

    async def trim(self, before: datetime, most: int) -> int:
        """Delete what is older, and what a person has beyond `most`; answers how many those were."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is carried to somebody, and where it leads; `tag` replaces what is shown under the same one.

    `title` and `body` are short and plain; `text` and `html` are the same as a letter, with the link.
    """

    title: str
    body: str
    url: str
    """Absolute where the address of the app is known, else from its root."""
    tag: str
    kind: str
    text: str
    html: str
    urgent: bool = False


class NotCarriedError(ChargeDeckError):
    """A message did not arrive; the text is what was answered, in words, without a secret.

    `gone`: the way leads nowhere any more. `hopeless`: trying again will not help.
    """

    code = "not_carried"

    def __init__(self, answer: Sentence, *, gone: bool = False, hopeless: bool = False) -> None:
        super().__init__(answer)
        self.gone, self.hopeless = gone, hopeless


@dataclass(frozen=True, slots=True)
class Place:
    """Where a way leads, once it was looked at: what it is called, and the same for the same place."""

    name: str
    address: str = field(default="", repr=False)
    digest: str | None = None


class Carrier(Protocol):
    """Takes messages one kind of way."""

    async def checked(self, address: str, to: UserRecord) -> Place:
        """Look at where somebody wants to be reached; raises InvalidValueError."""

    async def carry(self, way: WayRecord, to: UserRecord, message: Message) -> Sentence:
        """Hand it over; answers in words what the other end said, raises NotCarriedError."""


class NoticeWriter(Protocol):
    """Words notices in a person's language."""

    def message(self, notices: Sequence[NoticeRecord], to: UserRecord) -> Message:
        """One message for one or more notices, the oldest first."""

    def trial(self, to: UserRecord) -> Message:
        """What the test button sends."""
