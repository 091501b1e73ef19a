"""What is kept of notices: what people have chosen, how they are reached, what they were told."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from chargedeck.domain.notices import USUAL, Mark, NoticeKind, QuietHours
from chargedeck.domain.units import ChargerId, StationId


class Channel(StrEnum):
    """The kinds of ways to reach somebody."""

    EMAIL = "email"
    PUSH = "push"
    APPRISE = "apprise"


@dataclass(frozen=True, slots=True)
class NoticeSettings:
    """What somebody has chosen to be told of, at all and when."""

    user_id: str
    enabled: bool = True
    kinds: frozenset[NoticeKind] = USUAL
    quiet: QuietHours | None = None


@dataclass(frozen=True, slots=True)
class WayRecord:
    """A way to reach somebody. `address` is a secret: an Apprise URL, or a push subscription as JSON.

    `problem` is what went wrong the last time, None when it went well.
    """

    id: str
    user_id: str
    channel: Channel
    name: str
    created_at: datetime
    address: str = field(default="", repr=False)
    digest: str | None = None
    """Of where it leads: of a browser there is one subscription, whoever signs in there."""
    kinds: frozenset[NoticeKind] = frozenset(NoticeKind)
    enabled: bool = True
    told_at: datetime | None = None
    problem: str | None = None
    problem_at: datetime | None = None
    sign_in: str | None = None
    """The digest of the sign-in that push was switched on in: it ends when somebody ends that."""


@dataclass(frozen=True, slots=True)
class NoticeRecord:
    """What somebody was told. Ids sort by time; `repeats` is how often it came again until `last_at`."""

    id: str
    user_id: str
    kind: NoticeKind
    at: datetime
    charger_id: ChargerId
    charger_name: str
    station_id: StationId
    about: str = ""
    detail: dict[str, Any] = field(default_factory=dict)
    repeats: int = 0
    last_at: datetime | None = None
    read_at: datetime | None = None


class MarkKey(NamedTuple):
    """Of whom, and of what, a mark is."""

    charger_id: ChargerId
    topic: str
    user_id: str


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """A notice that has yet to go a way; `since` when it was first due."""

    notice_id: str
    way_id: str
    due_at: datetime
    since: datetime
    failures: int = 0


class Waiting(NamedTuple):
    """A delivery with all that it takes to make it."""

    delivery: DeliveryRecord
    notice: NoticeRecord
    way: WayRecord


@dataclass(slots=True)
class Decided:
    """What follows from what has happened: kept in one step, or not at all."""

    notices: list[NoticeRecord] = field(default_factory=list)
    deliveries: list[DeliveryRecord] = field(default_factory=list)
    marks: dict[MarkKey, Mark] = field(default_factory=dict)
    repeated: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    """By notice: how often it came again, and when last."""

    def __bool__(self) -> bool:
        return bool(self.notices or self.marks)
