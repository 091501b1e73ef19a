"""A schedule as a rung of the ladder: nothing while it forbids charging, and until when."""

from datetime import tzinfo

from chargedeck.domain.causes import Cause, CauseCode, Value, instant
from chargedeck.domain.limits import LimitReason, Rung
from chargedeck.domain.units import NO_CURRENT
from chargedeck.energy.schedule import Holding, Why

_CODES = {
    Why.FORBIDDEN_HOURS: CauseCode.FORBIDDEN_HOURS,
    Why.OUTSIDE_ALLOWED_HOURS: CauseCode.OUTSIDE_ALLOWED_HOURS,
    Why.START_DELAY: CauseCode.START_DELAY,
}
_WORDS = {
    Why.FORBIDDEN_HOURS: "forbidden hours",
    Why.OUTSIDE_ALLOWED_HOURS: "outside the allowed hours",
    Why.START_DELAY: "random delay",
}


def schedule_rung(holding: Holding, zone: tzinfo) -> Rung | None:
    """What holds the charger at 0 A, or None while charging is allowed."""
    if holding.allowed:
        return None
    words, values = _WORDS[holding.why], dict[str, Value]()
    if holding.changes_at:
        words = f"{words} until {holding.changes_at.astimezone(zone):%a %H:%M}"
        values["until"] = instant(holding.changes_at)
    return Rung(LimitReason.SCHEDULE, NO_CURRENT, words, Cause(_CODES[holding.why], values))
