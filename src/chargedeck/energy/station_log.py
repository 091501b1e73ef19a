"""The log of a station's decisions and its replay: the same facts give the same plans, line by line.

A log is one `Started` and any number of `Tick`s, one JSON object a line; a replay answers each tick with
a `Planned`. Whoever writes and reads the lines encodes these values; nothing here touches a file.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chargedeck.domain.units import ChargerId
from chargedeck.energy.circuits import Circuit, CircuitId, CircuitTree
from chargedeck.energy.detection import Rotation
from chargedeck.energy.station import Station, StationFacts, StationPlan, StationSettings


@dataclass(frozen=True, slots=True)
class Started:
    """The first line: everything that a station's control loop began with, wiring it knew included."""

    circuits: tuple[Circuit, ...]
    meters: tuple[CircuitId, ...]
    settings: StationSettings
    wiring: Mapping[ChargerId, Rotation] = field(default_factory=dict)

    def station(self) -> Station:
        """A control loop that remembers nothing yet."""
        return Station(CircuitTree(self.circuits), self.meters, self.settings, self.wiring)


@dataclass(frozen=True, slots=True)
class Tick:
    """What was known at one instant."""

    at: datetime
    facts: StationFacts


@dataclass(frozen=True, slots=True)
class Planned:
    """What was decided at one instant."""

    at: datetime
    plan: StationPlan


def replay(started: Started, ticks: Iterable[Tick]) -> Iterator[Planned]:
    """Decide everything once more, from the beginning."""
    station = started.station()
    for tick in ticks:
        yield Planned(tick.at, station.plan(tick.facts, tick.at))
