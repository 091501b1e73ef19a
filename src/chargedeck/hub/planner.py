"""Keeps every charger to its timetable: what the hours allow, and a plan that is made anew as facts change.

It decides what a charger is held to by its own people's rules, and hands that to the station's control loop.
Few plans are made at a time, so that those of many chargers never hold anything else up.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chargedeck.domain.problems import ChargeDeckError
from chargedeck.domain.session import IN_SESSION
from chargedeck.energy.plan_experience import Experience
from chargedeck.energy.plan_rung import from_sun, plan_rung
from chargedeck.energy.plan_start import can_wait
from chargedeck.energy.plan_tomorrow import DAYS
from chargedeck.energy.prices import quarter_of
from chargedeck.energy.schedule import schedule
from chargedeck.energy.schedule_clock import local_day, midnight
from chargedeck.energy.schedule_rung import schedule_rung
from chargedeck.energy.start_delay import delay_rung, start_delay
from chargedeck.hub.charging_rules import RuleKind, schedule_of
from chargedeck.hub.plan_making import Circumstances, outlet_of, planned, still_needed, target_of
from chargedeck.hub.plan_summary import HoursView
from chargedeck.hub.plan_told import summary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chargedeck.domain.limits import Rung
    from chargedeck.domain.units import ChargerId, StationId
    from chargedeck.energy.plan import Plan
    from chargedeck.energy.schedule import Schedule
    from chargedeck.hub.charger import Charger
    from chargedeck.hub.charging_rules import PlanRecord
    from chargedeck.hub.context import Context
    from chargedeck.hub.fleet import Fleet
    from chargedeck.hub.outlooks import Outlooks
    from chargedeck.hub.stations import Station
    from chargedeck.hub.timetable import PlannedCharge, Target

logger = logging.getLogger(__name__)

PLANNED_ANEW_AFTER = timedelta(minutes=2)
"""By then enough may have changed: energy, the house, the sun, a forecast."""

AGAIN_AFTER = timedelta(seconds=5)
"""However often the facts change, or a plan fails."""

PLANS_AT_ONCE = 2
"""So many are made in one second at most; one takes some 20 ms."""

REMEMBERS = timedelta(days=DAYS)
"""How far back prices are looked at, by which unknown ones are estimated."""

LOOKS_AHEAD = timedelta(hours=48)
"""How far expectations are compared with what comes of them."""

Work = Callable[["Charger", datetime], None]
"""What is done for a charger each second."""


class Planner:
    """The timetables of all chargers."""

    def __init__(self, context: Context, fleet: Fleet, outlooks: Outlooks, seed: int | None = None) -> None:
        self._context = context
        self._fleet = fleet
        self._outlooks = outlooks
        self._seed = seed or 0
        self._is_seeded = seed is not None
        self._busy: dict[ChargerId, Charger] = {}
        self._experience: dict[StationId, tuple[datetime, Experience]] = {}
        self._ailing: set[tuple[ChargerId, str]] = set()

    async def load(self) -> None:
        """Take up what is on disk, before anybody may connect."""
        book = self._context.book
        if not self._is_seeded:
            drawn = await book.secret("start-delays", lambda: secrets.token_bytes(8))
            self._seed, self._is_seeded = int.from_bytes(drawn), True
        for rule in await book.schedules():
            if (charger := self._fleet.chargers.get(rule.charger_id)) is not None:
                charger.timetable.schedules += (rule,)
        for record in await book.plans():
            if (charger := self._fleet.chargers.get(record.charger_id)) is not None:
                charger.timetable.record = record
        for charger in self._fleet.chargers.values():
            self.changed(charger)

    def changed(self, charger: Charger) -> None:
        """The rules of a charger are others, or its surroundings; it is looked at anew."""
        charger.timetable.forget()
        if charger.timetable.is_empty:
            self._busy.pop(charger.id, None)
        else:
            self._busy[charger.id] = charger

    def expects_otherwise(self, station: StationId) -> None:
        """Prices or forecasts of a station are others: its plans are made anew, when it is their turn."""
        for charger in self._busy.values():
            if charger.station_id == station:
                charger.timetable.is_stale = True

    def scheduled(self) -> Iterator[Charger]:
        """The chargers that anybody has set rules for."""
        return iter(self._busy.values())

    # -- once a second -------------------------------------------------------------------------

    def tick(self, now: datetime) -> None:
        """See what holds for each charger now; plan those first that wait the longest."""
        for name, charger in [*self._busy.items()]:
            if charger.retired or self._fleet.chargers.get(name) is not charger:
                del self._busy[name]
        looked = [charger for charger in self._busy.values() if self._tried(self._look, charger, now)]
        due = [charger for charger in looked if self._is_due(charger, now)]
        due.sort(key=lambda charger: charger.timetable.tried_at or self._context.started_at)
        for charger in due[:PLANS_AT_ONCE]:
            self._tried(self._plan, charger, now)
        for charger in looked:
            self._tried(self._hold, charger, now)

    def at_once(self, charger: Charger) -> None:
        """Look at one charger, plan it and hold it, without waiting for the next second."""
        now = self._context.now()
        self.changed(charger)
        if charger.timetable.is_empty:
            charger.changed(now, urgent=True)
            return
        self._look(charger, now)
        if charger.timetable.target is not None and self._is_due(charger, now):
            self._plan(charger, now)
        self._hold(charger, now)

    def _tried(self, work: Work, charger: Charger, now: datetime) -> bool:
        """One charger that cannot be planned must not keep the others from it; what held goes on."""
        ailment = charger.id, work.__name__
        try:
            work(charger, now)
        except Exception:
            if ailment not in self._ailing:
                logger.exception("charger %s cannot be planned", charger.id)
            self._ailing.add(ailment)
            return False
        self._ailing.discard(ailment)
        return True

    # -- what holds ----------------------------------------------------------------------------

    def rules(self, charger: Charger, now: datetime) -> Schedule:
        """The rules of a charger, with the delay that chance has drawn for it today."""
        station = self._fleet.station(charger.station_id)
        zone = ZoneInfo(station.record.time_zone)
        most = timedelta(seconds=station.management.random_delay_s)
        day = midnight(local_day(now, zone), zone)
        delay = start_delay(self._seed, charger.id, day, most)
        return schedule_of(charger.timetable.schedules, zone, delay)

    def _look(self, charger: Charger, now: datetime) -> None:
        """What the hours say and which departure comes next, where that may have changed."""
        timetable = charger.timetable
        holding, target, before = timetable.holding, timetable.target, timetable.looked_at
        is_fresh = (
            before is not None
            and before <= now
            and (holding is None or holding.changes_at is None or now < holding.changes_at)
            and (target is None or now < target.ready_by)
            and now - before < PLANNED_ANEW_AFTER
        )
        if is_fresh:
            return
        timetable.looked_at = now
        rules = self.rules(charger, now)
        restricted = any(rule.enabled and rule.kind is not RuleKind.DEPARTURE for rule in timetable.schedules)
        timetable.holding = schedule(rules, now) if restricted else None
        timetable.target = target_of(charger, rules, now)
        self._settle(charger, now)
        held = timetable.holding
        timetable.hours = None if held is None else HoursView(held.allowed, held.why, held.changes_at)

    def _settle(self, charger: Charger, now: datetime) -> None:
        """A departure that is over takes its energy with it; the next one begins from there."""
        timetable, session = charger.timetable, charger.session
        record, target = timetable.record, timetable.target
        departs_at = None if target is None else target.ready_by
        if record.ready_by is not None and record.ready_by <= now:
            record = timetable.without_departure()
        if record.departs_at is not None and record.departs_at <= now and session is not None:
            record = replace(record, session_id=session.record.id, before_wh=session.register.energy_wh)
        self.keep(charger, replace(record, departs_at=departs_at))

    def keep(self, charger: Charger, record: PlanRecord) -> None:
        """Adopt and store a plan's record, in the background."""
        if record == charger.timetable.record:
            return
        charger.timetable.record = record
        self._context.tasks.start(self._store(record), name=f"plan-{charger.id}")

    async def _store(self, record: PlanRecord) -> None:
        try:
            await self._context.book.save_plan(record)
        except ChargeDeckError as error:
            logger.warning("the plan of %s could not be stored: %s", record.charger_id, error)

    # -- plans ---------------------------------------------------------------------------------

    def _is_due(self, charger: Charger, now: datetime) -> bool:
        timetable = charger.timetable
        charge, target = timetable.charge, timetable.target
        if target is None or charger.state not in IN_SESSION:
            timetable.no_session()
            return False
        tried = timetable.tried_at
        if tried is not None and timedelta(0) <= now - tried < AGAIN_AFTER:
            return False
        if charge is None or charge.target != target:
            return True
        charged = timetable.charged_wh(charger.session)
        is_done = still_needed(charge, charged) <= 0 < charge.plan.energy_wh
        is_old = now - charge.made_at >= PLANNED_ANEW_AFTER or now < charge.made_at
        is_past = quarter_of(now) != quarter_of(charge.made_at)
        outlet = outlet_of(charger, self._fleet.station(charger.station_id))
        return timetable.is_stale or is_done or is_old or is_past or outlet != charge.outlet

    def _plan(self, charger: Charger, now: datetime) -> None:
        timetable = charger.timetable
        assert timetable.target is not None
        timetable.tried_at, timetable.is_stale = now, False
        charge = self.made(charger, timetable.target, now)
        timetable.charge = charge
        used = charge.outlet.phases
        if len(used) == 1 and charger.reading is not None and charger.reading.power_w:
            self.keep(charger, replace(timetable.record, car_phases=used[0]))

    def made(self, charger: Charger, target: Target, now: datetime) -> PlannedCharge:
        """A plan for a departure, as things stand; nothing follows from it."""
        station = self._fleet.station(charger.station_id)
        around = Circumstances(
            station,
            self.rules(charger, now),
            self._outlooks(station, now, target.ready_by),
            self._learned(station, now),
        )
        return planned(charger, around, target, now)

    def _learned(self, station: Station, now: datetime) -> Experience:
        """What planning has taught so far; each quarter of an hour teaches once."""
        quarter = quarter_of(now)
        at, known = self._experience.get(station.record.id, (None, Experience()))
        if at is None:
            past = self._outlooks(station, now - REMEMBERS, now).slots
            known = Experience({slot.start: slot.worth for slot in past[1:] if slot.worth is not None})
        if at != quarter:
            ahead = self._outlooks(station, now, now + LOOKS_AHEAD)
            known = known.after(ahead.slots)
            self._experience[station.record.id] = quarter, known
        return known

    # -- what a charger is held to -------------------------------------------------------------

    def _hold(self, charger: Charger, now: datetime) -> None:
        timetable, station = charger.timetable, self._fleet.station(charger.station_id)
        zone = ZoneInfo(station.record.time_zone)
        held = None if timetable.holding is None else schedule_rung(timetable.holding, zone)
        timetable.phases, timetable.is_planned = None, False
        if held is not None:
            timetable.rungs = (held,)
        elif timetable.charge is not None:
            timetable.rungs = self._by_plan(charger, station, timetable.charge, now)
        else:
            timetable.rungs = ()
        told = summary(charger, now)
        if told != timetable.summary:
            timetable.summary = told
            charger.changed(now)

    def _by_plan(
        self, charger: Charger, station: Station, charge: PlannedCharge, now: datetime
    ) -> tuple[Rung, ...]:
        timetable, plan = charger.timetable, charge.plan.onward(now)
        if plan.energy_wh <= 0 and station.follows_sun:
            return ()  # what was asked for is in the car, and the mode decides about the rest
        timetable.is_planned = True
        power = plan.power_w
        if power > 0 and len(charge.outlet.phases) > 1:
            timetable.phases = charge.outlet.phases_for(power)
        rung = self._delayed(charger, station, plan, now)
        if rung is None:
            zone = ZoneInfo(station.record.time_zone)
            rung = plan_rung(plan, charge.outlet.current_for(power), charge.outlet.powers, zone)
        return () if rung is None else (rung,)

    def _delayed(self, charger: Charger, station: Station, plan: Plan, now: datetime) -> Rung | None:
        """What chance adds to the start of a plan that has waited, where it can wait a little longer."""
        timetable = charger.timetable
        if plan.power_w <= 0:
            timetable.has_waited, timetable.starts_at = True, None
            return None
        if not timetable.has_waited or from_sun(plan.steps[0]):
            return None
        starts_at = timetable.starts_at = timetable.starts_at or now
        most = timedelta(seconds=station.management.random_delay_s)
        delay = start_delay(self._seed, charger.id, starts_at, most)
        powers = outlet_of(charger, station).powers
        return delay_rung(now, starts_at, delay) if can_wait(plan, powers, starts_at + delay) else None
