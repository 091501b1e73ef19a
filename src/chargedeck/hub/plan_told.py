"""Lays schedules and plans out for the screen; no rule lives here."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from chargedeck.domain.session import IN_SESSION
from chargedeck.hub.cost_views import MoneyView
from chargedeck.hub.plan_summary import PlanState, PlanSummaryView
from chargedeck.hub.plan_views import PlanSlotView, PlanView, ScheduleView

if TYPE_CHECKING:
    from datetime import datetime, time

    from chargedeck.energy.plan import Plan, Step
    from chargedeck.energy.plan_curve import Expense, Worth
    from chargedeck.energy.prices import Currency
    from chargedeck.hub.charger import Charger
    from chargedeck.hub.charging_rules import ScheduleRecord
    from chargedeck.hub.timetable import PlannedCharge

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FINELY_WH = 10
_CENT = Decimal("0.01")
_PRICE = Decimal("0.0001")


def schedule_view(record: ScheduleRecord) -> ScheduleView:
    """A rule as an answer."""
    return ScheduleView(
        id=record.id,
        charger_id=record.charger_id,
        kind=record.kind,
        weekdays=[WEEKDAYS[day] for day in record.weekdays],
        date=record.day,
        start=_clock(record.start),
        end=_clock(record.end),
        ready_by=_clock(record.ready_by),
        energy_wh=record.energy_wh,
        enabled=record.enabled,
    )


def _clock(at: time | None) -> str | None:
    return None if at is None else f"{at:%H:%M}"


def summary(charger: Charger, now: datetime) -> PlanSummaryView | None:
    """How a charger's plan stands, in steps that are worth telling."""
    timetable = charger.timetable
    target, charge = timetable.target, timetable.charge
    if target is None:
        return None
    left = None if charge is None else charge.plan.onward(now)
    charged = timetable.charged_wh(charger.session)
    return PlanSummaryView(
        state=_state(charger, left),
        ready_by=target.ready_by,
        energy_wh=target.energy_wh,
        charged_wh=charged // _FINELY_WH * _FINELY_WH,
        missing_wh=0.0 if charge is None else round(charge.plan.missing_wh),
        weekly=target.weekly,
        charges_from=None if left is None else left.starts_at,
        charges_until=None if left is None else left.ends_at,
    )


def _state(charger: Charger, left: Plan | None) -> PlanState:
    if charger.state not in IN_SESSION:
        return PlanState.NO_CAR
    if charger.record.charge_now:
        return PlanState.OVERRIDDEN
    if left is None:
        return PlanState.WAITING
    if left.energy_wh <= 0 and left.missing_wh <= 0:
        return PlanState.DONE
    holding = charger.timetable.holding
    free = holding is None or holding.allowed
    return PlanState.CHARGING if left.power_w > 0 and free else PlanState.WAITING


def plan_view(charger: Charger, charge: PlannedCharge | None, now: datetime) -> PlanView:
    """A plan as a whole, from now on."""
    if charge is None:
        return PlanView(charger.id, PlanState.NONE)
    left, target = charge.plan.onward(now), charge.target
    return PlanView(
        charger_id=charger.id,
        state=_state(charger, left),
        ready_by=target.ready_by,
        energy_wh=target.energy_wh,
        weekly=target.weekly,
        charged_wh=charger.timetable.charged_wh(charger.session),
        missing_wh=round(charge.plan.missing_wh),
        charges_from=left.starts_at,
        charges_until=left.ends_at,
        cost=_money(charge.plan.expense, charge.currency),
        cost_at_once=_money(charge.at_once, charge.currency),
        estimated=any(step.guessed and step.power_w > 0 for step in left.steps),
        made_at=charge.made_at,
        slots=[_slot(step, charge.currency) for step in left.steps],
    )


def _slot(step: Step, currency: Currency | None) -> PlanSlotView:
    slot = step.slot
    return PlanSlotView(
        start=slot.start,
        end=slot.end,
        allowed=slot.allowed,
        buy=_price(step.worth.buy, currency),
        sell=_price(step.worth.sell, currency),
        estimated=step.guessed,
        solar_w=round(slot.solar_w, 1),
        house_w=round(slot.load_w, 1),
        power_w=round(step.power_w, 1),
        energy_wh=round(step.energy_wh, 1),
        cost=_money(step.expense, currency),
    )


def _price(worth: Worth, currency: Currency | None) -> str | None:
    return None if currency is None else str(Decimal(worth).quantize(_PRICE))


def _money(expense: Expense, currency: Currency | None) -> MoneyView | None:
    return None if currency is None else MoneyView(str(Decimal(expense).quantize(_CENT)), currency)
