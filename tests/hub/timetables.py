"""A charger with a timetable: its rules, its car, and what energy costs, as a test says."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from tests.hub.rig import ANNA, Rig

from chargedeck.domain.limits import LimitReason
from chargedeck.domain.units import ChargerId, WattHours, Watts
from chargedeck.energy.plan_curve import Worth
from chargedeck.energy.plan_slot import PlanSlot, SlotWorth
from chargedeck.energy.prices import QUARTER, Currency, quarter_of
from chargedeck.hub.charging_rules import RuleKind, ScheduleRecord
from chargedeck.hub.outlooks import Outlook
from chargedeck.hub.plan_summary import PlanSummaryView
from chargedeck.hub.planner import Planner
from chargedeck.hub.schedules import Schedules
from chargedeck.hub.station_control import StationControl
from chargedeck.hub.stations import Station

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
"""A Sunday."""

HOUR = timedelta(hours=1)
WEEK = (0, 1, 2, 3, 4, 5, 6)
SIXTEEN = 16 * 230 / 1000
"""Kilowatts of a car on one phase."""


def flat(_: datetime) -> float:
    return 0.30


def cheap_from(hour: int) -> Callable[[datetime], float]:
    return lambda at: 0.10 if at.hour >= hour else 0.30


@dataclass
class Market:
    """What energy costs by the hour, and when the sun shines; a test may change its mind."""

    price: Callable[[datetime], float] = flat
    solar_w: Callable[[datetime], float] = lambda _: 0.0
    asked: list[tuple[datetime, datetime]] = field(default_factory=list)

    def __call__(self, station: Station, start: datetime, end: datetime) -> Outlook:
        self.asked.append((start, end))
        slots, at = [], quarter_of(start)
        while at < end:
            worth = SlotWorth(Worth(self.price(at)), Worth(0.05))
            slots.append(PlanSlot(at, at + QUARTER, Watts(self.solar_w(at)), Watts(0), worth))
            at += QUARTER
        return Outlook(tuple(slots), Currency("EUR"))


class Home:
    """A charger of one phase and 16 A, its car, and a planner; the mode is off unless a test says so."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.market = Market()
        self.delay_s = 0.0
        self.register = 1_000.0
        self.ref: str | None = None

    async def begin(self) -> None:
        """The hub's part that a restart makes anew."""
        self.planner = Planner(self.rig.context, self.rig.fleet, self.market, seed=1)
        self.control = StationControl(self.rig.context, self.rig.fleet, self.planner)
        await self.control.load()
        self.control.start()
        self.schedules = Schedules(self.rig.context, self.planner, self.control)
        await self.rig.settle()

    async def restart(self) -> None:
        self.control.close()
        await self.rig.restart()
        await self.begin()
        self.rig.connect()
        await self.rig.settle()

    # -- rules ---------------------------------------------------------------------------------

    async def rule(self, kind: RuleKind, **fields: Any) -> ScheduleRecord:
        rule: dict[str, Any] = {
            "kind": kind,
            "charger_id": ChargerId("garage"),
            "weekdays": WEEK,
            **fields,
        }
        return await self.schedules.add(self.rig.charger, lambda name: ScheduleRecord(name, **rule), ANNA)

    async def allow(self, start: str, end: str) -> ScheduleRecord:
        return await self.rule(RuleKind.ALLOWED, start=time.fromisoformat(start), end=time.fromisoformat(end))

    async def forbid(self, start: str, end: str) -> ScheduleRecord:
        hours = {"start": time.fromisoformat(start), "end": time.fromisoformat(end)}
        return await self.rule(RuleKind.FORBIDDEN, **hours)

    async def ready(self, hours: float, kwh: float) -> None:
        ready_by = self.rig.now + hours * HOUR
        await self.schedules.plan(self.rig.charger, ready_by, WattHours(kwh * 1000), ANNA)

    async def manage(self, **changes: Any) -> None:
        await self.control.change("home", lambda known: replace(known, **changes), ANNA)

    # -- the car -------------------------------------------------------------------------------

    async def plug(self) -> None:
        self.ref = str((await self.rig.charging(register=self.register)).ref)
        await self.pass_time(2)

    async def pass_time(self, seconds: float, step: float = 1.0) -> None:
        """The car draws what it is offered, and its meter counts."""
        passed = 0.0
        while passed < seconds:
            step = min(step, seconds - passed)
            drawn = self.rig.charger.control.offered_a if self.ref is not None else 0.0
            self.register += drawn * 230 * step / 3600
            if self.ref is not None:
                await self.rig.meter(self.register, ref=self.ref, current=drawn, power=drawn * 230)
            await self.rig.pass_time(step)
            passed += step

    async def pass_hours(self, hours: float) -> None:
        await self.pass_time(hours * 3600, step=20)

    # -- what can be seen ----------------------------------------------------------------------

    @property
    def in_force(self) -> tuple[LimitReason, float]:
        ladder = self.rig.charger.control.ladder
        return ladder.in_force.reason, ladder.current_a

    @property
    def why(self) -> str | None:
        return self.rig.charger.control.ladder.in_force.detail

    @property
    def state(self) -> str:
        return self.plan.state

    @property
    def plan(self) -> PlanSummaryView:
        found = self.rig.charger.view().plan
        assert found is not None
        return found

    @property
    def charged_kwh(self) -> float:
        return (self.register - 1_000) / 1000
