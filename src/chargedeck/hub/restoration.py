"""A backup that an owner puts back from the app: what it takes, and how far it is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from chargedeck.domain.sentences import Sentence

MOST_BYTES = 2 * 1024**3
"""A larger backup is put back at the console."""

MOST_PIECE = 1024**2


class RestoreStage(StrEnum):
    """How far it is."""

    NONE = "none"
    RECEIVING = "receiving"
    RECEIVED = "received"
    CHECKING = "checking"
    """All of it is read into a new database; the present one serves."""
    FAILED = "failed"
    """It will not do; nothing has changed."""
    RESTARTING = "restarting"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class RestoreState:
    """The backup that was sent, and what has become of it."""

    stage: RestoreStage = RestoreStage.NONE
    size_bytes: int = 0
    received_bytes: int = 0
    checked_bytes: int = 0
    made_at: datetime | None = None
    version: str | None = None
    sealed: bool = False
    rows: int | None = None
    kept_as: str | None = None
    problem: Sentence | None = None
    keys_ended: int | None = None
    accounts_ended: int | None = None


class Restoration(Protocol):
    """One backup at a time, from the first byte to the restart."""

    def view(self) -> RestoreState: ...
    async def expect(self, size_bytes: int) -> None:
        """Take up a backup of that size in place of whatever was sent before.

        Raises InvalidValueError for a size that will not do, ConflictError where none can be put back.
        """

    async def take(self, offset: int, data: bytes) -> None:
        """The next piece; raises ConflictError for one that is not next, which says what is."""

    def begin(self, passphrase: str | None, by: str) -> None:
        """Check all of it, then restart on it; raises ConflictError where there is none to begin with."""

    async def discard(self) -> None:
        """Forget what was sent; raises ConflictError while it is being put in place."""
