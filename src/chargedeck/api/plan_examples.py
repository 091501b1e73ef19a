"""Examples of schedules and plans for the document."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chargedeck.api.routes import grid_operator, plans, schedules
from chargedeck.energy.schedule import Why
from chargedeck.hub.charging_rules import RuleKind
from chargedeck.hub.cost_views import MoneyView
from chargedeck.hub.plan_summary import HoursView, PlanState, PlanSummaryView
from chargedeck.hub.plan_views import PlanSlotView, PlanView, ScheduleView

NIGHT = datetime(2026, 5, 5, 0, 15, tzinfo=UTC)
MORNING = datetime(2026, 5, 5, 4, tzinfo=UTC)
HOURS = HoursView(True, Why.FREE, None)
SUMMARY = PlanSummaryView(
    PlanState.WAITING, MORNING, 30_000.0, 12_000.0, 0.0, True, NIGHT, NIGHT + timedelta(minutes=105)
)
WEEK = ["mon", "tue", "wed", "thu", "fri"]

EXAMPLES: tuple[Any, ...] = (
    ScheduleView(
        "3c1a…", "garage", RuleKind.DEPARTURE, WEEK, None, None, None, "07:00", 30_000.0, enabled=True
    ),
    schedules.ScheduleDraft(RuleKind.ALLOWED, ["mon", "tue", "sun"], start="22:00", end="06:00"),
    schedules.ScheduleChanges(enabled=False),
    plans.DeparturePlan(MORNING, 30_000.0),
    PlanView(
        "garage",
        PlanState.WAITING,
        MORNING,
        30_000.0,
        charged_wh=12_000.0,
        charges_from=NIGHT,
        charges_until=NIGHT + timedelta(minutes=105),
        cost=MoneyView("3.78", "EUR"),
        cost_at_once=MoneyView("5.94", "EUR"),
        made_at=NIGHT - timedelta(hours=4),
        slots=[
            PlanSlotView(
                NIGHT,
                NIGHT + timedelta(minutes=15),
                allowed=True,
                buy="0.2100",
                sell="0.0800",
                estimated=False,
                solar_w=0.0,
                house_w=310.0,
                power_w=11_040.0,
                energy_wh=2760.0,
                cost=MoneyView("0.58", "EUR"),
            )
        ],
    ),
    grid_operator.OperatorOrder(4200.0, MORNING),
    grid_operator.OperatorLimit(4200.0, MORNING, 7560.0),
)
