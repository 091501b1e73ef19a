"""What the parts that deal with people share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from chargedeck.hub.deeds import origin_of_deed
from chargedeck.hub.ports import Book, Now
from chargedeck.hub.records import EventRecord, UserRecord


class Accounts(Protocol):
    """Who wants to know of accounts: the cards, which go by what their holders may use."""

    def account_kept(self, user: UserRecord) -> None: ...
    def account_gone(self, user_id: str) -> None: ...


class _NobodyAsks:
    """At the console there are no cards to tell."""

    def account_kept(self, user: UserRecord) -> None:
        """Nobody asks."""

    def account_gone(self, user_id: str) -> None:
        """Nobody asks."""


NOBODY_ASKS = _NobodyAsks()


@dataclass(frozen=True, slots=True)
class Ears:
    """Who is told of what people do: `record` writes deeds down, `ended` ends the streams of an owner."""

    record: Callable[[EventRecord], None]
    ended: Callable[[str], None]
    accounts: Accounts = NOBODY_ASKS


@dataclass(frozen=True, slots=True)
class PeopleContext:
    """Made by `People`; `doubt` says that what was known of anybody's rights may be out of date."""

    book: Book
    now: Now
    ears: Ears
    doubt: Callable[[], None]

    def note(self, kind: str, actor: str | None, **detail: object) -> None:
        """Write a deed down."""
        origin = origin_of_deed()
        self.ears.record(EventRecord(self.now(), kind, actor=actor, detail=detail or None, address=origin))

    def note_from(self, address: str, kind: str, actor: str) -> None:
        """Write down a deed of somebody who is at an address."""
        origin_of_deed()  # it is written down, wherever the request says that it comes from
        self.ears.record(EventRecord(self.now(), kind, actor=actor, address=address))

    def end(self, owner: str) -> None:
        """Somebody's rights have changed: nothing that was opened under them goes on."""
        self.doubt()
        self.ears.ended(owner)
