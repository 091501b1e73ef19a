"""When one charger charges: the rules that people have set, and the plan that is in force."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chargedeck.domain.units import WattHours
from chargedeck.hub.charging_rules import PlanRecord, ScheduleRecord

if TYPE_CHECKING:
    from datetime import datetime

    from chargedeck.domain.limits import Rung
    from chargedeck.domain.units import ChargerId
    from chargedeck.energy.plan import Plan
    from chargedeck.energy.plan_curve import Expense
    from chargedeck.energy.plan_powers import Outlet
    from chargedeck.energy.prices import Currency
    from chargedeck.energy.schedule import Holding
    from chargedeck.hub.open_session import OpenSession
    from chargedeck.hub.plan_summary import HoursView, PlanSummaryView


@dataclass(frozen=True, slots=True)
class Target:
    """What a car is charged for: ready then, with so much energy; `weekly` where a schedule says so."""

    ready_by: datetime
    energy_wh: WattHours
    weekly: bool


@dataclass(frozen=True, slots=True)
class PlannedCharge:
    """A plan with what it was made of and for; `at_once` is what charging at once would cost."""

    target: Target
    plan: Plan
    outlet: Outlet
    made_at: datetime
    at_once: Expense
    currency: Currency | None


class Timetable:
    """Of one charger. The planner alone changes what is in force; whoever looks finds plain values."""

    __slots__ = (
        "charge",
        "has_waited",
        "holding",
        "hours",
        "is_planned",
        "is_stale",
        "looked_at",
        "phases",
        "record",
        "rungs",
        "schedules",
        "starts_at",
        "summary",
        "target",
        "tried_at",
    )

    def __init__(self, charger: ChargerId) -> None:
        self.schedules: tuple[ScheduleRecord, ...] = ()
        self.record = PlanRecord(charger)
        self.forget()

    def forget(self) -> None:
        """The rules are others: nothing that followed from them holds any more."""
        self.looked_at: datetime | None = None
        self.holding: Holding | None = None
        """What the hours say, where there are any."""
        self.target: Target | None = None
        self.is_stale = False
        """Whether what the plan was made of has changed."""
        self.tried_at: datetime | None = None
        """When a plan was last made, or could not be."""
        self.no_session()
        self.rungs: tuple[Rung, ...] = ()
        self.is_planned = False
        """Whether the plan decides how much of the sun the car takes, and not the station's mode."""
        self.phases: int | None = None
        """On how many phases the plan charges at a charger that can switch."""
        self.summary: PlanSummaryView | None = None
        self.hours: HoursView | None = None

    def no_session(self) -> None:
        """There is nothing to plan."""
        self.charge: PlannedCharge | None = None
        self.has_waited = False
        self.starts_at: datetime | None = None
        """When the plan in force began to charge, after it had waited."""

    @property
    def is_empty(self) -> bool:
        """Whether nobody has said when this charger is to charge."""
        return not self.schedules and self.record.ready_by is None

    def without_departure(self) -> PlanRecord:
        """The record when the one-off departure is over or taken back."""
        return replace(self.record, ready_by=None, energy_wh=None)

    def charged_wh(self, session: OpenSession | None) -> WattHours:
        """What the car has got for the departure that is planned for."""
        if session is None:
            return WattHours(0)
        before = self.record.before_wh if self.record.session_id == session.record.id else 0.0
        return WattHours(max(0.0, session.register.energy_wh - before))
