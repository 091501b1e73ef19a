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


class Slice(NamedTuple):
    """What all groups together were charged in one bucket, money in millionths by its currency."""

    bucket: datetime
    sums: Sums
    cost_micros: Mapping[str, int]


class Share(NamedTuple):
    """What of it was one group's; no more than is ever told of one, since there may be hundreds."""

    bucket: datetime
    group: str
    """The group's id, empty where there is none."""
    energy_mwh: int
    sessions: int
    cost_micros: Mapping[str, int]


class Overview(NamedTuple):
    """A period as it was at one moment, so that its parts add up to the whole.

    A bucket is named by the time it begins at, the first one by that of the period.
    """

    whole: Sequence[Slice]
    """Bucket by bucket."""
    groups: Sequence[Share]
    """Each group in the period, the most energy first; none where sources are the groups."""
    stacked: Sequence[Share]
    """Bucket by bucket, of the first groups."""
    earlier: Sequence[Slice]
    """The period before."""
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
