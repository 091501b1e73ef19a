"""Adds up what flows at one station, quarter of an hour by quarter; it asks no meter and no clock.

Time that nobody measured is left out and seen by the seconds that are missing. A second of the wall
clock is counted once: put back a little, the clock is waited for; put back further, it was wrong before,
and what is counted now stands for those quarters.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from chargedeck.domain.units import StationId, WattHours, Watts
from chargedeck.energy.prices import QUARTER, quarter_of
from chargedeck.energy.station_energy import SECONDS_PER_HOUR, StationEnergy

HELD_AT_MOST = timedelta(seconds=15)
"""A longer time between two looks is a gap: the program was held up, or the clock was put ahead."""


class StationPowers(NamedTuple):
    """What flows now; towards the house is positive, and None is what nobody says."""

    grid_w: Watts | None = None
    solar_w: Watts | None = None
    battery_w: Watts | None = None
    chargers_w: Watts | None = None
    silent: bool = False
    """Whether something that is measured here says nothing now, so that the house cannot be known."""

    @property
    def house_w(self) -> Watts | None:
        """What is left for the house."""
        if self.grid_w is None or self.chargers_w is None or self.silent:
            return None
        return Watts(self.grid_w + (self.solar_w or 0.0) + (self.battery_w or 0.0) - self.chargers_w)


class FlowLedger:
    """The quarter under way of one station."""

    __slots__ = ("_at", "_open", "_station")

    def __init__(self, station: StationId, known: StationEnergy | None = None) -> None:
        """Go on with what is `known` of the quarter under way."""
        self._station = station
        self._open = known
        self._at: datetime | None = None

    @property
    def open(self) -> StationEnergy | None:
        """What is counted of the quarter under way."""
        return self._open

    def add(self, powers: StationPowers, now: datetime) -> tuple[StationEnergy, ...]:
        """Count what flows for the time since the last look; answers the quarters that have ended."""
        last = self._at
        if last is not None and last - QUARTER <= now <= last:
            return ()
        self._at = now
        if last is not None and last < now <= last + HELD_AT_MOST:
            return tuple(self._counted(powers, last, now))
        return tuple(self._turn_to(quarter_of(now)))

    def _counted(self, powers: StationPowers, start: datetime, now: datetime) -> Iterator[StationEnergy]:
        while start < now:
            quarter = quarter_of(start)
            yield from self._turn_to(quarter)
            end = min(now, quarter + QUARTER)
            known = self._open or StationEnergy(self._station, quarter)
            self._open = _with(known, powers, (end - start).total_seconds())
            start = end

    def _turn_to(self, quarter: datetime) -> Iterator[StationEnergy]:
        if self._open is not None and self._open.start != quarter:
            yield self._open
            self._open = None


def _with(known: StationEnergy, powers: StationPowers, seconds: float) -> StationEnergy:
    grid, solar, battery, chargers = powers.grid_w, powers.solar_w, powers.battery_w, powers.chargers_w
    house, hours = powers.house_w, seconds / SECONDS_PER_HOUR

    def more(energy_wh: WattHours, power_w: float | None) -> WattHours:
        return energy_wh if power_w is None else WattHours(energy_wh + power_w * hours)

    def longer(known_s: float, power_w: Watts | None) -> float:
        return known_s if power_w is None else known_s + seconds

    return replace(
        known,
        from_grid_wh=more(known.from_grid_wh, _towards(grid)),
        to_grid_wh=more(known.to_grid_wh, _away(grid)),
        grid_s=longer(known.grid_s, grid),
        solar_wh=more(known.solar_wh, _towards(solar)),
        solar_s=longer(known.solar_s, solar),
        from_battery_wh=more(known.from_battery_wh, _towards(battery)),
        to_battery_wh=more(known.to_battery_wh, _away(battery)),
        battery_s=longer(known.battery_s, battery),
        house_wh=more(known.house_wh, house),
        house_s=longer(known.house_s, house),
        chargers_wh=more(known.chargers_wh, chargers),
        chargers_s=longer(known.chargers_s, chargers),
    )


def _towards(power_w: Watts | None) -> float | None:
    return None if power_w is None else max(0.0, power_w)


def _away(power_w: Watts | None) -> float | None:
    return None if power_w is None else max(0.0, -power_w)
