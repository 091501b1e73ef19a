"""What the screen is told of schedules and plans, as plain data. No rule lives here."""

from dataclasses import dataclass, field
from datetime import date, datetime

from chargedeck.hub.charging_rules import RuleKind
from chargedeck.hub.cost_views import MoneyView
from chargedeck.hub.plan_summary import PlanState


@dataclass(frozen=True, slots=True)
class ScheduleView:
    """A rule of a charger's schedule; times are of the station's time zone."""

    id: str
    charger_id: str
    kind: RuleKind
    weekdays: list[str]
    date: date | None
    start: str | None
    end: str | None
    ready_by: str | None
    energy_wh: float | None
    enabled: bool


@dataclass(frozen=True, slots=True)
class PlanSlotView:
    """What a plan does in a slot. Prices are per kilowatt-hour, `estimated` where nobody knows them yet."""

    start: datetime
    end: datetime
    allowed: bool
    buy: str | None
    sell: str | None
    estimated: bool
    solar_w: float
    house_w: float
    power_w: float
    energy_wh: float
    cost: MoneyView | None


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan as a whole; all but its state is null while there is none."""

    charger_id: str
    state: PlanState
    ready_by: datetime | None = None
    energy_wh: float | None = None
    weekly: bool = False
    charged_wh: float = 0.0
    missing_wh: float = 0.0
    charges_from: datetime | None = None
    charges_until: datetime | None = None
    cost: MoneyView | None = None
    cost_at_once: MoneyView | None = None
    estimated: bool = False
    made_at: datetime | None = None
    slots: list[PlanSlotView] = field(default_factory=list)
