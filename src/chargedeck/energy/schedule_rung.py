"""A schedule as a rung of the ladder: nothing while it forbids charging, and until when."""

from datetime import tzinfo

from chargedeck.domain.limits import LimitReason, Rung
from chargedeck.domain.units import NO_CURRENT
from chargedeck.energy.schedule import Holding, Why

_WORDS = {
    Why.FORBIDDEN_HOURS: "forbidden hours",
    Why.OUTSIDE_ALLOWED_HOURS: "outside the allowed hours",
    Why.START_DELAY: "random delay",
}


def schedule_rung(holding: Holding, zone: tzinfo) -> Rung | None:
    """What holds the charger at 0 A, or None while charging is allowed."""
    if holding.allowed:
        return None
    words = _WORDS[holding.why]
    if holding.changes_at:
        words = f"{words} until {holding.changes_at.astimezone(zone):%a %H:%M}"
    return Rung(LimitReason.SCHEDULE, NO_CURRENT, words)
