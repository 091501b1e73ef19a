"""What people want of schedules and plans: set, changed, taken back, and looked at before they count."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from chargedeck.domain.problems import ConflictError, OutOfRangeError, UnknownResourceError
from chargedeck.domain.sentences import said
from chargedeck.energy.schedule import Departure
from chargedeck.hub.plan_making import HORIZON
from chargedeck.hub.plan_told import plan_view
from chargedeck.hub.timetable import Target

if TYPE_CHECKING:
    from datetime import datetime

    from chargedeck.domain.cards import Authorizer
    from chargedeck.domain.units import WattHours
    from chargedeck.hub.charger import Charger
    from chargedeck.hub.charging_rules import PlanRecord, ScheduleRecord
    from chargedeck.hub.context import Context
    from chargedeck.hub.plan_views import PlanView
    from chargedeck.hub.planner import Planner
    from chargedeck.hub.station_control import StationControl

MOST_RULES = 50
"""More than this for one charger is a program that has gone wrong."""

Draft = Callable[[str], "ScheduleRecord"]
"""Makes a rule with the id that it gets."""

Change = Callable[["ScheduleRecord"], "ScheduleRecord"]


class Schedules:
    """The rules of all chargers, and their one-off departures."""

    def __init__(self, context: Context, planner: Planner, control: StationControl) -> None:
        self._context = context
        self._planner = planner
        self._control = control

    # -- rules ---------------------------------------------------------------------------------

    def rule(self, schedule_id: str) -> tuple[Charger, ScheduleRecord]:
        """A rule and whose it is, or UnknownResourceError."""
        for charger in self._planner.scheduled():
            for rule in charger.timetable.schedules:
                if rule.id == schedule_id:
                    return charger, rule
        raise UnknownResourceError("schedule", schedule_id)

    async def add(self, charger: Charger, draft: Draft, by: Authorizer) -> ScheduleRecord:
        """Add a rule; it holds at once."""
        if len(charger.timetable.schedules) >= MOST_RULES:
            raise ConflictError(
                said("A charger has {most} rules at most; delete one that is over", most=MOST_RULES)
            )
        rule = draft(secrets.token_hex(8))
        await self._context.book.save_schedule(rule)
        charger.timetable.schedules += (rule,)
        await self._changed(charger, by, "added", rule)
        return rule

    async def change(self, schedule_id: str, change: Change, by: Authorizer) -> ScheduleRecord:
        """Make a rule another; it holds at once."""
        charger, former = self.rule(schedule_id)
        rule = change(former)
        await self._context.book.save_schedule(rule)
        charger.timetable.schedules = tuple(
            rule if each.id == schedule_id else each for each in charger.timetable.schedules
        )
        await self._changed(charger, by, "changed", rule)
        return rule

    async def remove(self, schedule_id: str, by: Authorizer) -> None:
        """Let a rule go; what it forbade is allowed at once."""
        charger, rule = self.rule(schedule_id)
        await self._context.book.delete_schedule(schedule_id)
        charger.timetable.schedules = tuple(
            each for each in charger.timetable.schedules if each.id != schedule_id
        )
        await self._changed(charger, by, "removed", rule)

    async def _changed(self, charger: Charger, by: Authorizer, deed: str, rule: ScheduleRecord) -> None:
        self._context.event(
            "schedule",
            self._context.now(),
            charger=charger.id,
            actor=by.label,
            deed=deed,
            schedule=rule.id,
            rule=rule.kind.value,
        )
        self._control.rules_changed(charger)
        await self._context.durable()

    # -- plans ---------------------------------------------------------------------------------

    async def plan(self, charger: Charger, ready_by: datetime, energy: WattHours, by: Authorizer) -> PlanView:
        """Be ready once by a time with so much energy; the weekly departures wait until then."""
        self._check(ready_by, energy)
        record = replace(charger.timetable.record, ready_by=ready_by, energy_wh=energy)
        await self._keep(charger, record)
        await self._planned(charger, by, ready_by)
        return self.view(charger)

    async def unplan(self, charger: Charger, by: Authorizer) -> None:
        """Take the one-off departure back."""
        if charger.timetable.record.ready_by is not None:
            await self._keep(charger, charger.timetable.without_departure())
            await self._planned(charger, by, None)

    async def _keep(self, charger: Charger, record: PlanRecord) -> None:
        timetable = charger.timetable
        former, timetable.record = timetable.record, record  # what is stored meanwhile must not undo it
        try:
            await self._context.book.save_plan(record)
        except BaseException:
            timetable.record = replace(timetable.record, ready_by=former.ready_by, energy_wh=former.energy_wh)
            raise

    async def _planned(self, charger: Charger, by: Authorizer, ready_by: datetime | None) -> None:
        at = None if ready_by is None else ready_by.isoformat()
        now = self._context.now()
        self._context.event("plan", now, charger=charger.id, actor=by.label, ready_by=at)
        self._control.rules_changed(charger)
        await self._context.durable()

    def view(self, charger: Charger) -> PlanView:
        """The plan in force, or the one that there will be once a car is there."""
        now, timetable = self._context.now(), charger.timetable
        charge = timetable.charge
        if charge is None and timetable.target is not None:
            charge = self._planner.made(charger, timetable.target, now)
        return plan_view(charger, charge, now)

    def preview(self, charger: Charger, ready_by: datetime, energy: WattHours) -> PlanView:
        """What a plan would do, without anything following from it."""
        self._check(ready_by, energy)
        now = self._context.now()
        target = Target(ready_by, energy, weekly=False)
        return plan_view(charger, self._planner.made(charger, target, now), now)

    def _check(self, ready_by: datetime, energy: WattHours) -> None:
        Departure(ready_by.time(), energy)
        ahead = (ready_by - self._context.now()).total_seconds()
        if not 0 < ahead <= HORIZON.total_seconds():
            raise OutOfRangeError("seconds until ready_by", ahead, 1, HORIZON.total_seconds())
