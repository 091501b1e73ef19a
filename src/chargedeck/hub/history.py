"""What was charged in a period, bucket by bucket: the question, the sums, and the answer put together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from chargedeck.domain.units import ChargerId, StationId
from chargedeck.hub.history_calendar import Bucket, Period


class Grouping(StrEnum):
    """What the bars of a chart are stacked of."""

    SOURCE = "source"
    CHARGER = "charger"
    USER = "user"
    CARD = "card"
    STATION = "station"


class Sums(NamedTuple):
    """Exact sums, in thousandths, so that no order of adding matters."""

    energy_mwh: int = 0
    grid_mwh: int = 0
    solar_mwh: int = 0
    battery_mwh: int = 0
    priced_mwh: int = 0
    """Of the energy, what has a price."""
    charging_time_ms: int = 0
    sessions: int = 0
    """Those that began."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which sessions count; None means all of them."""

    chargers: Sequence[ChargerId] | None = None
    users: Sequence[str] | None = None
    cards: Sequence[str] | None = None
    stations: Sequence[StationId] | None = None


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """What was charged in a period, in buckets of a time zone, by group."""

    period: Period
    zone: ZoneInfo
    bucket: Bucket
    group: Grouping
    only: Filter = field(default_factory=Filter)
    among: Sequence[str] | None = None
    """The groups that are asked for, by their ids; None means all of them."""


@dataclass(frozen=True, slots=True)
class Slice:
    """What one group was charged in one bucket, money in millionths by its currency."""

    bucket: datetime
    group: str
    """The group's id, empty where there is none, or where sources are the groups."""
    sums: Sums
    cost_micros: Mapping[str, int]


class History(Protocol):
    """Sums of all that was charged, kept at hand."""

    async def slices(self, query: HistoryQuery) -> Sequence[Slice]:
        """By bucket; a bucket is named by the time it begins at, the first one by that of the period."""

    async def is_complete(self) -> bool:
        """Whether all sessions are in the sums."""


def added(slices: Sequence[Slice]) -> tuple[Sums, dict[str, int]]:
    """The sum of all slices, and the money by its currency."""
    cost: dict[str, int] = {}
    for one in slices:
        for currency, amount in one.cost_micros.items():
            cost[currency] = cost.get(currency, 0) + amount
    return Sums._make(map(sum, zip(Sums(), *(one.sums for one in slices), strict=True))), cost
