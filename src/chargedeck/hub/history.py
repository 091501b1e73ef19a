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


@dataclass(frozen=True, slots=True)
class Slice:
    """What one group was charged in one bucket, money in millionths by its currency."""

    bucket: datetime
    group: str
    """The group's id, empty where there is none, or where sources are the groups."""
    sums: Sums
    cost_micros: Mapping[str, int]


class Overview(NamedTuple):
    """A period as it was at one moment, so that its parts add up to the whole.

    A bucket is named by the time it begins at, the first one by that of the period.
    """

    whole: Sequence[Slice]
    """Bucket by bucket, of all groups together."""
    groups: Sequence[Slice]
    """Each group in the period, maybe in several slices; none where sources are the groups."""
    stacked: Sequence[Slice]
    """Bucket by bucket, of the groups with the most energy."""
    earlier: Sequence[Slice]
    """The period before, of all groups together."""
    complete: bool
    """Whether all sessions are in the sums."""


class History(Protocol):
    """Sums of all that was charged, kept at hand."""

    async def overview(self, query: HistoryQuery, most: int) -> Overview:
        """A period with the one before; stacked of so many groups at most."""


def added(slices: Sequence[Slice]) -> tuple[Sums, dict[str, int]]:
    """The sum of all slices, and the money by its currency."""
    cost: dict[str, int] = {}
    for one in slices:
        for currency, amount in one.cost_micros.items():
            cost[currency] = cost.get(currency, 0) + amount
    return Sums._make(map(sum, zip(Sums(), *(one.sums for one in slices), strict=True))), cost


def largest_first(slices: Sequence[Slice]) -> list[tuple[str, Sequence[Slice]]]:
    """Each group's id with its slices, the most energy first."""
    groups: dict[str, list[Slice]] = {}
    for one in slices:
        groups.setdefault(one.group, []).append(one)

    def rank(group: tuple[str, Sequence[Slice]]) -> tuple[int, str]:
        return -sum(one.sums.energy_mwh for one in group[1]), group[0]

    return sorted(groups.items(), key=rank)
