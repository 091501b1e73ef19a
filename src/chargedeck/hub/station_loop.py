"""One station's control loop: the energy core's memory of it, and how its decisions reach the chargers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from chargedeck.domain.limits import Ladder, LimitReason
from chargedeck.domain.session import IN_SESSION
from chargedeck.domain.units import MINIMUM_CURRENT, NO_CURRENT
from chargedeck.energy.modes import Mode
from chargedeck.energy.station_log import Planned, Started, Tick
from chargedeck.hub.grant import Grant
from chargedeck.hub.station_facts import station_facts
from chargedeck.hub.station_meters import CLOCK_STEP

if TYPE_CHECKING:
    from chargedeck.domain.limits import Rung
    from chargedeck.domain.units import Amps
    from chargedeck.energy.circuits import Circuit, CircuitId
    from chargedeck.energy.station import StationPlan, StationSettings
    from chargedeck.hub.charger import Charger
    from chargedeck.hub.phase_switch import PhaseSwitches
    from chargedeck.hub.stations import Station

_NOT_OURS = frozenset({LimitReason.INSTALLATION, LimitReason.USER})


class LogBook(Protocol):
    """Where the decisions of one station are written down, line by line."""

    def write(self, line: Started | Tick | Planned) -> None: ...
    def close(self) -> None: ...


class StationLoop:
    """One station with the memory of its decisions."""

    def __init__(
        self,
        station: Station,
        started: Started,
        switches: PhaseSwitches,
        log: LogBook | None,
        holds_until: datetime | None = None,
    ) -> None:
        """Begin; until then nobody is told anything new while a meter has not spoken yet."""
        self.started = started
        self._holds_until = holds_until
        self.looked_at = datetime.min.replace(tzinfo=UTC)
        self._station = station
        self._switches = switches
        self._core = started.station()
        station.wiring = self._core.wiring
        self._log = log
        self._write(started)

    def runs_with(
        self, circuits: tuple[Circuit, ...], meters: tuple[CircuitId, ...], settings: StationSettings
    ) -> bool:
        """Whether it was begun with these; what was known of the wiring then does not matter any more."""
        begun = self.started
        return (begun.circuits, begun.meters, begun.settings) == (circuits, meters, settings)

    def is_of_another_clock(self, now: datetime) -> bool:
        """Whether the clock has been put back since: then no instant that is remembered means anything."""
        return now < self.looked_at - CLOCK_STEP

    def close(self) -> None:
        """Write no more."""
        if self._log is not None:
            self._log.close()

    def _write(self, line: Started | Tick | Planned) -> None:
        if self._log is not None:
            self._log.write(line)

    def tick(self, chargers: Sequence[Charger], now: datetime) -> None:
        """Decide, and hand every charger what it was granted; a clock put back a little is waited for."""
        self.looked_at = now = max(now, self.looked_at)
        facts = station_facts(self._station, chargers, now)
        if self._holds_until is not None:
            spoken = {reading.circuit for reading in facts.readings}
            if now < self._holds_until and not spoken.issuperset(self.started.meters):
                return
            self._holds_until = None
        plan = self._core.plan(facts, now)
        self._write(Tick(now, facts))
        self._write(Planned(now, plan))
        self._carry_out(plan, chargers, now)

    def _carry_out(self, plan: StationPlan, chargers: Iterable[Charger], now: datetime) -> None:
        ordered = {order.charger: order.current_a for order in plan.orders}
        lost_a = self._station.management.meter_lost_current_a
        if self._station.management.mode is Mode.OFF:
            for charger in chargers:
                charger.control.manage(_unshared(charger, _ours(plan.ladders[charger.id])), now)
                charger.control.renew(now)
                self._switches.want(charger, charger.timetable.phases, now)
            return
        for charger in chargers:
            fallback_a = _without_us(lost_a, plan.ladders[charger.id])
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
        phases = charger.timetable.phases or phases
        follows = self._station.follows_sun and not charger.control.charge_now
        if phases is not None or not follows:
            self._switches.want(charger, phases, now)


def _held(charger: Charger, fallback_a: Amps) -> Grant:
    """What a charger has; one that comes under control while it charges goes on with what it confirmed."""
    control = charger.control
    if control.grant is not None:
        return control.grant
    return Grant(fallback_a if control.confirmed_a is None else control.confirmed_a, fallback_a)


def _unshared(charger: Charger, rungs: tuple[Rung, ...]) -> Grant | None:
    """What a charger is held to where nothing is shared out; None where nothing holds it.

    Without us it falls to what the grid operator leaves it. That a schedule forbids is no danger.
    """
    if not rungs:
        return None
    installation = charger.record.installation_current_a
    return Grant(installation, _without_us(installation, Ladder(rungs)), rungs, shared=False)


def _without_us(most: Amps, ladder: Ladder) -> Amps:
    """What a charger falls to when nobody renews its grant: no more than the grid operator leaves it."""
    dimmed = (rung.current_a for rung in ladder.rungs if rung.reason is LimitReason.GRID_OPERATOR)
    least = min((most, *dimmed))
    return least if least >= MINIMUM_CURRENT else NO_CURRENT


def _ours(ladder: Ladder) -> tuple[Rung, ...]:
    return tuple(rung for rung in ladder.rungs if rung.reason not in _NOT_OURS)
