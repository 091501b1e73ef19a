"""The control loop of the stations: looks once a second, lets the energy core decide, and has it carried out.

It decides nothing itself. When it ends, nobody renews what the chargers were granted, and they fall back to
what is stored in them.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from chargedeck.domain.limits import LimitReason
from chargedeck.domain.session import IN_SESSION
from chargedeck.energy.modes import Mode
from chargedeck.energy.station_log import Planned, Started, Tick
from chargedeck.hub.grant import Grant
from chargedeck.hub.phase_switch import PhaseSwitches
from chargedeck.hub.station_facts import station_facts
from chargedeck.hub.station_meters import Source
from chargedeck.hub.unit_settings import DeviceKind

if TYPE_CHECKING:
    from chargedeck.domain.cards import Authorizer
    from chargedeck.domain.limits import Ladder, Rung
    from chargedeck.domain.meter import MeterReading
    from chargedeck.domain.units import Amps
    from chargedeck.energy.circuits import CircuitId
    from chargedeck.energy.station import StationPlan
    from chargedeck.hub.charger import Charger
    from chargedeck.hub.context import Context
    from chargedeck.hub.fleet import Fleet
    from chargedeck.hub.management import Management
    from chargedeck.hub.stations import Station

logger = logging.getLogger(__name__)

TICK_S = 1.0

AT_ONCE_AFTER = timedelta(seconds=0.3)
"""A reading is looked at when it comes, unless the station has been looked at just before."""

_SUNNY = (Mode.HYBRID, Mode.GREEN)
_NOT_OURS = frozenset({LimitReason.INSTALLATION, LimitReason.USER})

Change = Callable[["Management"], "Management"]
"""Laid over the settings as they are then."""


class LogBook(Protocol):
    """Where the decisions of one station are written down, line by line."""

    def write(self, line: Started | Tick | Planned) -> None: ...
    def close(self) -> None: ...


OpenLog = Callable[[str, datetime], LogBook]
"""Begins the log of a station."""


class StationControl:
    """All stations of this process."""

    def __init__(self, context: Context, fleet: Fleet, open_log: OpenLog | None = None) -> None:
        self._context = context
        self._fleet = fleet
        self._open_log = open_log
        self._switches = PhaseSwitches(context)
        self._loops: dict[str, _Loop] = {}
        self._ailing: set[str] = set()
        self._residents: dict[str, list[Charger]] = {}
        self._changing = asyncio.Lock()

    def start(self) -> None:
        """Take the chargers of managed stations in hand, and look after them from now on."""
        self.tick()
        self._context.tasks.start(self._run(), name="station-control")

    def close(self) -> None:
        """Close the logs."""
        for loop in self._loops.values():
            loop.close()
        self._loops.clear()

    async def _run(self) -> None:
        clock = asyncio.get_running_loop()
        due = clock.time()
        while True:
            due = max(due + TICK_S, clock.time())
            await asyncio.sleep(due - clock.time())
            self.tick()

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
        station.meters.push(source, circuit, reading, meter)
        self._context.screen.touch(station)
        now, loop = self._context.now(), self._loops.get(station.id)
        if source is Source.GRID and loop is not None and now - loop.looked_at >= AT_ONCE_AFTER:
            self._look_after(station, self._residents[station.id], now)

    # -- once a second -------------------------------------------------------------------------

    def tick(self) -> None:
        """Look at every station that is managed; the others' chargers are their people's alone."""
        now = self._context.now()
        self._ask_modules()
        residents: dict[str, list[Charger]] = defaultdict(list)
        managed = {
            station.id for station in self._fleet.stations.values() if station.management.mode is not Mode.OFF
        }
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

    def _let_go(self, station_id: str) -> None:
        self._loops.pop(station_id).close()
        if (station := self._fleet.stations.get(station_id)) is not None:
            station.wiring = None

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
        self._context.screen.touch(station)

    def _loop_of(self, station: Station, now: datetime) -> _Loop:
        started = Started(
            station.management.plain_circuits(), station.management.metered(), station.management.settings()
        )
        loop = self._loops.get(station.id)
        if loop is None or loop.started != started:
            if loop is not None:
                loop.close()
            log = None if self._open_log is None else self._open_log(station.id, now)
            loop = self._loops[station.id] = _Loop(station, started, self._switches, log)
        return loop


class _Loop:
    """One station with the memory of its decisions."""

    def __init__(
        self, station: Station, started: Started, switches: PhaseSwitches, log: LogBook | None
    ) -> None:
        self.started = started
        self.looked_at = datetime.min.replace(tzinfo=UTC)
        self._station = station
        self._switches = switches
        self._core = started.station()
        station.wiring = self._core.wiring
        self._log = log
        self._write(started)

    def close(self) -> None:
        if self._log is not None:
            self._log.close()

    def _write(self, line: Started | Tick | Planned) -> None:
        if self._log is not None:
            self._log.write(line)

    def tick(self, chargers: Sequence[Charger], now: datetime) -> None:
        """Decide, and hand every charger what it was granted."""
        self.looked_at = now
        facts = station_facts(self._station, chargers, now)
        plan = self._core.plan(facts, now)
        self._write(Tick(now, facts))
        self._write(Planned(now, plan))
        self._carry_out(plan, chargers, now)

    def _carry_out(self, plan: StationPlan, chargers: Iterable[Charger], now: datetime) -> None:
        ordered = {order.charger: order.current_a for order in plan.orders}
        fallback_a = self._station.management.meter_lost_current_a
        for charger in chargers:
            grant = replace(_held(charger, fallback_a), fallback_a=fallback_a)
            if charger.state not in IN_SESSION:
                grant = grant.over()
            elif charger.id in ordered:
                grant = replace(grant, current_a=ordered[charger.id])
            charger.control.manage(replace(grant, rungs=_ours(plan.ladders[charger.id])), now)
            charger.control.renew(now)
            self._switch(charger, plan.phases.get(charger.id), now)

    def _switch(self, charger: Charger, phases: int | None, now: datetime) -> None:
        """A charger that follows the sun and has no car is left as it is; any other has all its phases."""
        follows = self._station.management.mode in _SUNNY and not charger.control.charge_now
        if phases is not None or not follows:
            self._switches.want(charger, phases, now)


def _held(charger: Charger, fallback_a: Amps) -> Grant:
    """What a charger has; one that comes under control while it charges goes on with what it confirmed."""
    control = charger.control
    if control.grant is not None:
        return control.grant
    return Grant(fallback_a if control.confirmed_a is None else control.confirmed_a, fallback_a)


def _ours(ladder: Ladder) -> tuple[Rung, ...]:
    return tuple(rung for rung in ladder.rungs if rung.reason not in _NOT_OURS)
