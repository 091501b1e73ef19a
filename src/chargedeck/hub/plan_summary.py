"""How schedules and plans stand, as a charger shows them live; plain data, no rule lives here."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chargedeck.energy.schedule import Why


class PlanState(StrEnum):
    """Where a plan is with its car."""

    NONE = "none"
    """Nobody has asked for a departure."""
    NO_CAR = "no_car"
    """There is no session to plan yet."""
    WAITING = "waiting"
    """It charges later."""
    CHARGING = "charging"
    """It charges now."""
    DONE = "done"
    """All that was asked for is in the car."""
    OVERRIDDEN = "overridden"
    """Charge now has set it aside."""


@dataclass(frozen=True, slots=True)
class HoursView:
    """What a charger's hours say now, why, and when that changes; null is never."""

    allowed: bool
    why: Why
    changes_at: datetime | None


@dataclass(frozen=True, slots=True)
class PlanSummaryView:
    """How a plan stands: what the car has got of what it is to have, and when it charges."""

    state: PlanState
    ready_by: datetime
    energy_wh: float
    charged_wh: float
    missing_wh: float
    weekly: bool
    charges_from: datetime | None
    charges_until: datetime | None
