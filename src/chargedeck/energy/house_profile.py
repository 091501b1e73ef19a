"""What a house takes by the hour of the week, learned from what it has taken."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from chargedeck.domain.units import Watts
from chargedeck.energy.station_energy import StationEnergy

Hour = tuple[int, int]
"""The day of the week from Monday (0), and the hour of the day."""


@dataclass(frozen=True, slots=True)
class HouseProfile:
    """Mean powers by the hour of the week; an hour that is not known is as that hour of other days."""

    zone: tzinfo
    hours: Mapping[Hour, Watts] = field(default_factory=dict)

    def power(self, start: datetime) -> Watts:
        """What is expected in the quarter of an hour from `start`; nothing where nothing is known."""
        local = start.astimezone(self.zone)
        known = self.hours.get((local.weekday(), local.hour))
        if known is not None:
            return known
        alike = [power for (_, hour), power in self.hours.items() if hour == local.hour]
        return _mean(alike or list(self.hours.values()))


def _mean(powers: list[Watts]) -> Watts:
    return Watts(sum(powers) / len(powers)) if powers else Watts(0)


def house_profile(known: Iterable[StationEnergy], zone: tzinfo) -> HouseProfile:
    """Learn from quarters of the past, each by the seconds for which the house was known.

    A house with something unseen that feeds in takes less than nothing at times; that is kept, for
    it will again.
    """
    energies: dict[Hour, float] = defaultdict(float)
    seconds: dict[Hour, float] = defaultdict(float)
    for quarter in known:
        power = quarter.house_w
        if power is not None:
            local = quarter.start.astimezone(zone)
            hour = (local.weekday(), local.hour)
            energies[hour] += power * quarter.house_s
            seconds[hour] += quarter.house_s
    return HouseProfile(zone, {hour: Watts(energies[hour] / seconds[hour]) for hour in energies})
