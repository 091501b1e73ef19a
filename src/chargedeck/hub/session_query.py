"""What can be asked of the sessions of the history, and how they are answered page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from chargedeck.domain.problems import ChargeDeckError
from chargedeck.domain.units import ChargerId, StationId
from chargedeck.hub.records import SessionRecord


class UnreadableCursorError(ChargeDeckError):
    """A cursor that no page has answered."""

    code = "invalid_request"

    def __str__(self) -> str:
        return "cursor is not one that a page has answered; leave it out to begin with the first session"


class SortColumn(StrEnum):
    """What sessions can be sorted by."""

    STARTED_AT = "started_at"
    ENDED_AT = "ended_at"
    ENERGY_WH = "energy_wh"
    CHARGING_TIME_S = "charging_time_s"
    COST = "cost"
    CHARGER = "charger"
    STATION = "station"
    USER = "user"
    AUTHORIZED_BY = "authorized_by"
    CAR = "car"


class Sort(NamedTuple):
    """One column of an order."""

    column: SortColumn
    descending: bool = False


NEWEST_FIRST = (Sort(SortColumn.STARTED_AT, descending=True),)


@dataclass(frozen=True, slots=True)
class Search:
    """Words that a session's note, tags, place or label hold, or that name something it names by its id."""

    words: str
    chargers: Sequence[ChargerId] = ()
    users: Sequence[str] = ()
    cars: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class SessionQuery:
    """Which sessions began from `start` to before `end`, in which order; `cursor` is from the page before."""

    chargers: Sequence[ChargerId] | None = None
    stations: Sequence[StationId] | None = None
    users: Sequence[str] | None = None
    cards: Sequence[str] | None = None
    cars: Sequence[str] | None = None
    search: Search | None = None
    start: datetime | None = None
    end: datetime | None = None
    order: Sequence[Sort] = NEWEST_FIRST
    limit: int = 50
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class SessionPage:
    """A page of sessions and where the next one begins."""

    items: Sequence[SessionRecord]
    next_cursor: str | None
