"""Keeps the ledger of what flows at every station with a meter, and has it written down in time.

The quarter under way is handed to the journal every half a minute as it stands, so that a crash takes
no more than that and what the journal gathers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chargedeck.domain.sentences import said
from chargedeck.domain.units import StationId, Watts
from chargedeck.energy.flow_ledger import FlowLedger, StationPowers
from chargedeck.energy.prices import QUARTER, quarter_of
from chargedeck.hub.charger_view import power_shown
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.station_meters import SHOWN_FOR, Source, is_fresh
from chargedeck.hub.ticking import each_second

if TYPE_CHECKING:
    from chargedeck.energy.station_energy import StationEnergy
    from chargedeck.hub.charger import Charger
    from chargedeck.hub.context import Context
    from chargedeck.hub.fleet import Fleet
    from chargedeck.hub.stations import Station

SAVED_EVERY = timedelta(seconds=30)

CHARGER_KNOWN_FOR = timedelta(minutes=5)
"""A charger that has not measured for longer may draw anything."""


class StationFlows:
    """The ledgers of all stations of this process."""

    def __init__(self, context: Context, fleet: Fleet) -> None:
        self._context = context
        self._fleet = fleet
        self._ledgers: dict[str, FlowLedger] = {}
        self._ended: dict[str, StationEnergy] = {}
        self._saved_at: datetime | None = None

    async def load(self) -> None:
        """Go on with the quarter that was under way when the last run ended."""
        now = self._context.now()
        quarter = quarter_of(now)
        for known in await self._context.archive.station_energy(quarter, now + SAVED_EVERY):
            if max(known.grid_s, known.solar_s, known.battery_s) <= (now - quarter).total_seconds():
                self._ledgers[known.station_id] = FlowLedger(known.station_id, known)

    def start(self) -> None:
        """Look once a second from now on."""
        ticking = each_second(self.tick, "count what flows at the stations")
        self._context.tasks.start(ticking, name="station-flows")

    def tick(self) -> None:
        """Count what flows at every station that has a meter."""
        now = self._context.now()
        measured = [station for station in self._fleet.stations.values() if station.meters.has_spoken]
        if measured:
            chargers: dict[str, list[Charger]] = defaultdict(list)
            for charger in self._fleet.chargers.values():
                chargers[charger.station_id].append(charger)
            for station in measured:
                self._count(station, chargers[station.id], now)
        for gone in self._ledgers.keys() - self._fleet.stations.keys():
            del self._ledgers[gone]
        if self._saved_at is None or not timedelta() <= now - self._saved_at < SAVED_EVERY:
            self._saved_at = now
            self.save()

    def _count(self, station: Station, chargers: Iterable[Charger], now: datetime) -> None:
        ledger = self._ledgers.get(station.id)
        if ledger is None:
            ledger = self._ledgers[station.id] = FlowLedger(StationId(station.id))
        for ended in ledger.add(_powers(station, chargers, now), now):
            self._ended[station.id] = ended
            self._context.journal.energy(ended)

    def save(self) -> None:
        """Hand over the quarters under way as they stand."""
        for ledger in self._ledgers.values():
            if ledger.open is not None:
                self._context.journal.energy(ledger.open)

    # -- what others ask -----------------------------------------------------------------------

    def recent(self, station_id: str) -> Sequence[StationEnergy]:
        """The last quarter that has ended and the one under way, as they are known without waiting."""
        ledger = self._ledgers.get(station_id)
        known = (self._ended.get(station_id), None if ledger is None else ledger.open)
        return [each for each in known if each is not None]

    async def take_in(self, told: Sequence[StationEnergy]) -> int:
        """Keep quarters that another system has counted, those of one station; answers how many were new.

        What was measured here stays as it is. Raises InvalidValueError for a quarter that has not ended.
        """
        if not told:
            return 0
        first, last = min(one.start for one in told), max(one.start for one in told)
        present = quarter_of(self._context.now())
        if last >= present:
            raise InvalidValueError("items", said("must have ended before {time}", time=present.isoformat()))
        known = {one.start for one in await self.between(told[0].station_id, first, last + QUARTER)}
        new = [one for one in told if one.start not in known]
        for one in new:
            self._context.journal.energy(one)
        await self._context.durable()
        return len(new)

    async def between(self, station_id: StationId, start: datetime, end: datetime) -> Sequence[StationEnergy]:
        """All quarters that begin from `start` to before `end`, the oldest first, up to this second."""
        stored = await self._context.archive.station_energy(start, end, station_id)
        found = {each.start: each for each in stored}
        found.update((each.start, each) for each in self.recent(station_id) if start <= each.start < end)
        return [found[at] for at in sorted(found)]


def _powers(station: Station, chargers: Iterable[Charger], now: datetime) -> StationPowers:
    meters = station.meters
    heard = meters.main(station.management.main.id, now)
    fresh = heard is not None and is_fresh(heard.reading.at, now, SHOWN_FOR)
    grid = heard.reading.power_w if heard is not None and fresh else None
    solar, battery = (meters.other(source, now) for source in (Source.SOLAR, Source.BATTERY))
    said = {Source.SOLAR: solar, Source.BATTERY: battery}
    silent = any(said[source] is None for source in meters.others)
    return StationPowers(grid, solar, battery, _drawn(chargers, now), silent=silent)


def _drawn(chargers: Iterable[Charger], now: datetime) -> Watts | None:
    """What all chargers draw; None as soon as one of them cannot be known."""
    drawn = 0.0
    for charger in chargers:
        power = power_shown(charger)
        reading = charger.reading
        fresh = reading is not None and now - reading.at <= CHARGER_KNOWN_FOR and charger.device.online
        if power is None or (power != 0 and not fresh):
            return None
        drawn += power
    return Watts(drawn)
