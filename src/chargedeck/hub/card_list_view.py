"""How a device stands with the cards that it should keep, as the screen shows it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CardListState(StrEnum):
    """How a device stands with the cards that it should keep."""

    CURRENT = "current"
    SENDING = "sending"
    FAILED = "failed"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class CardListView:
    """The cards that a device keeps for the time that it is offline, and how many it does not have.

    Where it did not take them, `detail` says why in English, and `answer` is its own word, if it had one.
    """

    state: CardListState
    version: int | None
    cards: int
    left_out: int
    detail: str | None
    answer: str | None
    at: datetime
    retry_at: datetime | None = None
