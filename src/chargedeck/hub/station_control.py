"""The control loop of the stations: looks once a second, lets the energy core decide, and has it carried out.

It decides nothing itself. When it ends, nobody renews what the chargers were granted, and they fall back to
what is stored in them.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chargedeck.domain.problems import ChargeDeckError
from chargedeck.energy.modes import Mode
from chargedeck.energy.station_log import Started
from chargedeck.hub.management import METER_LOST_AFTER
from chargedeck.hub.phase_switch import PhaseSwitches
from chargedeck.hub.station_loop import LogBook, StationLoop
from chargedeck.hub.station_meters import Source
from chargedeck.hub.ticking import each_second
from chargedeck.hub.unit_settings import DeviceKind

if TYPE_CHECKING:
    from chargedeck.domain.cards import Authorizer
    from chargedeck.domain.meter import MeterReading
    from chargedeck.domain.units import ChargerId
    from chargedeck.energy.circuits import CircuitId
    from chargedeck.energy.detection import Rotation
    from chargedeck.hub.charger import Charger
    from chargedeck.hub.context import Context
    from chargedeck.hub.fleet import Fleet
    from chargedeck.hub.management import Management
    from chargedeck.hub.planner import Planner
    from chargedeck.hub.stations import Station

logger = logging.getLogger(__name__)

AT_ONCE_AFTER = timedelta(seconds=0.3)
"""A reading is looked at when it comes, unless the station has been looked at just before."""

Change = Callable[["Management"], "Management"]
"""Laid over the settings as they are then."""


OpenLog = Callable[[str, datetime], LogBook]
"""Begins the log of a station."""


class StationControl:
    """All stations of this process."""

    def __init__(
        self, context: Context, fleet: Fleet, planner: Planner, open_log: OpenLog | None = None
    ) -> None:
        self._context = context
        self._fleet = fleet
        self._planner = planner
        self._open_log = open_log
        self._switches = PhaseSwitches(context)
        self._loops: dict[str, StationLoop] = {}
        self._wiring: dict[ChargerId, Rotation] = {}
        self._ailing: set[str] = set()
        self._residents: dict[str, list[Charger]] = {}
        self._changing = asyncio.Lock()

    async def load(self) -> None:
        """Take up what was learned before."""
        self._wiring = {**await self._context.book.learned_wiring()}
        await self._planner.load()

    def start(self) -> None:
        """Take the chargers of managed stations in hand, and look after them from now on."""
        self.tick()
        self._context.tasks.start(each_second(self.tick, "manage the stations"), name="station-control")

    def close(self) -> None:
        """Close the logs."""
        for loop in self._loops.values():
            loop.close()
        self._loops.clear()

    # -- what others ask -----------------------------------------------------------------------

    async def change(self, station_id: str, change: Change, by: Authorizer) -> Station:
        """Manage a station otherwise, at once; raises before anything has changed."""
        async with self._changing:
            station = self._fleet.station(station_id)
            changed = change(station.management)
            if changed != station.management:
                await self._context.book.save_management(changed)
                self._context.event(
                    "station_management",
                    self._context.now(),
                    actor=by.label,
                    station=station.id,
                    mode=changed.mode.value,
                )
                station.management = changed
                for circuit in changed.circuits:
                    if not circuit.metered:
                        station.meters.forget(circuit.id)
                self.tick()
                await self._context.durable()
                self._context.screen.touch(station, urgent=True)
        return station

    def read(
        self,
        station: Station,
        source: Source,
        circuit: CircuitId,
        reading: MeterReading,
        *,
        meter: str | None = None,
    ) -> None:
        """Take in a reading that somebody has sent, or that a meter has answered."""
        now, loop = self._context.now(), self._loops.get(station.id)
        station.meters.push(source, circuit, reading, now, meter)
        self._context.screen.touch(station)
        if source is Source.GRID and loop is not None and now - loop.looked_at >= AT_ONCE_AFTER:
            self._look_after(station, self._residents[station.id], now)

    # -- once a second -------------------------------------------------------------------------

    def tick(self) -> None:
        """Look at every station that is managed; the others' chargers are their people's alone."""
        now = self._context.now()
        self._ask_modules()
        self._planner.tick(now)
        residents: dict[str, list[Charger]] = defaultdict(list)
        managed = self._managed(now)
        for charger in self._fleet.chargers.values():
            if charger.station_id in managed:
                residents[charger.station_id].append(charger)
            elif charger.control.grant is not None or charger.id in self._switches:
                charger.control.manage(None, now)
                self._switches.want(charger, None, now)
        self._residents = residents
        for station_id in self._loops.keys() - managed:
            self._let_go(station_id)
        for station_id in managed:
            self._look_after(self._fleet.stations[station_id], residents[station_id], now)

    def _managed(self, now: datetime) -> set[str]:
        """Stations with a mode, with a charger that has rules, or that the grid operator dims."""
        return {
            station.id
            for station in self._fleet.stations.values()
            if station.management.mode is not Mode.OFF or station.management.operator_w(now) is not None
        } | {charger.station_id for charger in self._planner.scheduled()}

    def rules_changed(self, charger: Charger) -> None:
        """Somebody has changed when a charger is to charge: that holds at once."""
        self._planner.at_once(charger)
        self.tick()

    def _let_go(self, station_id: str) -> None:
        self._loops.pop(station_id).close()
        if (station := self._fleet.stations.get(station_id)) is not None:
            station.known_wiring, station.wiring = self._wiring, None

    def _ask_modules(self) -> None:
        """An energy module measures the grid connection of its station."""
        for device in self._fleet.devices.values():
            if device.record.kind is not DeviceKind.ENERGY_MODULE or device.local.meter is None:
                continue
            station = self._fleet.stations.get(device.station_id)
            if station is not None and station.meters.module_says(device.id, device.local.meter):
                self._context.screen.touch(station)

    def _look_after(self, station: Station, chargers: Sequence[Charger], now: datetime) -> None:
        """One station that cannot be planned must not keep the others from it; its chargers fall back."""
        try:
            self._loop_of(station, now).tick(chargers, now)
        except Exception:
            if station.id not in self._ailing:
                logger.exception("station %s cannot be planned", station.id)
            self._ailing.add(station.id)
        else:
            self._ailing.discard(station.id)
            self._write_down(station, chargers)
        self._context.screen.touch(station)

    def _loop_of(self, station: Station, now: datetime) -> StationLoop:
        management = station.management
        parts = management.plain_circuits(), management.metered(), management.settings()
        loop = self._loops.get(station.id)
        put_back = loop is not None and loop.is_of_another_clock(now)
        if loop is None or put_back or not loop.runs_with(*parts):
            if loop is not None:
                loop.close()
            known = {one.id: self._wiring[one.id] for one in station.chargers if one.id in self._wiring}
            log = None if self._open_log is None else self._open_log(station.id, now)
            started, holds_until = Started(*parts, known), now + METER_LOST_AFTER if put_back else None
            loop = StationLoop(station, started, self._switches, log, holds_until)
            self._loops[station.id] = loop
        return loop

    def _write_down(self, station: Station, chargers: Iterable[Charger]) -> None:
        """Keep what has just been learned of the wiring, in the background."""
        for charger in chargers:
            learned = None if station.wiring is None else station.wiring.learned(charger.id)
            if learned is not None and self._wiring.get(charger.id) != learned:
                self._wiring[charger.id] = learned
                work = self._store_wiring(charger.id, learned)
                self._context.tasks.start(work, name=f"wiring-{charger.id}")

    async def _store_wiring(self, charger: ChargerId, learned: Rotation) -> None:
        try:
            await self._context.book.save_learned_wiring(charger, learned)
        except ChargeDeckError as error:
            logger.warning("what was learned of %s could not be stored: %s", charger, error)
