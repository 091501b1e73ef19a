"""What the parts that deal with people share."""

from collections.abc import Callable
from dataclasses import dataclass

from chargedeck.hub.ports import Book, Now
from chargedeck.hub.records import EventRecord


@dataclass(frozen=True, slots=True)
class PeopleContext:
    """Made by `People`.

    `record` is where deeds are written down; `ended` is told whose streams must end; `doubt` says
    that what was known of anybody's rights may be out of date.
    """

    book: Book
    now: Now
    record: Callable[[EventRecord], None]
    ended: Callable[[str], None]
    doubt: Callable[[], None]

    def note(self, kind: str, actor: str | None, **detail: object) -> None:
        """Write a deed down."""
        self.record(EventRecord(self.now(), kind, actor=actor, detail=detail or None))

    def end(self, owner: str) -> None:
        """Somebody's rights have changed: nothing that was opened under them goes on."""
        self.doubt()
        self.ended(owner)
