"""When people want a charger to charge, as it is kept: rules by weekday or date, and departures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from chargedeck.domain.sentences import Sentence, said
from chargedeck.domain.units import ChargerId, SessionId, WattHours
from chargedeck.energy.schedule import (
    NO_DELAY,
    DateException,
    Departure,
    Hours,
    OneDeparture,
    Rule,
    Schedule,
    WeeklyDeparture,
    WeeklyHours,
)
from chargedeck.hub.people_problems import InvalidValueError

NO_ENERGY = WattHours(0)
_DAYS = frozenset(range(7))


class RuleKind(StrEnum):
    """What a rule says: hours to charge in, hours not to, a date without rules, a time to be ready by."""

    ALLOWED = "allowed"
    FORBIDDEN = "forbidden"
    FREE = "free"
    DEPARTURE = "departure"


_HOURS = {RuleKind.ALLOWED: Rule.ALLOWED, RuleKind.FORBIDDEN: Rule.FORBIDDEN}


@dataclass(frozen=True, slots=True)
class ScheduleRecord:
    """One rule of a charger: for days of the week, Monday is 0, or for one date instead of them.

    Raises InvalidValueError for what makes no rule.
    """

    id: str
    charger_id: ChargerId
    kind: RuleKind
    weekdays: tuple[int, ...] = ()
    day: date | None = None
    start: time | None = None
    end: time | None = None
    ready_by: time | None = None
    energy_wh: WattHours | None = None
    enabled: bool = True

    def __post_init__(self) -> None:
        self._check_days()
        needed = ("start", "end") if self.kind in _HOURS else ()
        if self.kind is RuleKind.DEPARTURE:
            needed = ("ready_by", "energy_wh")
            if self.energy_wh is not None:
                Departure(time.min, self.energy_wh)
        for name in ("start", "end", "ready_by", "energy_wh"):
            if (getattr(self, name) is None) is (name in needed):
                remedy = said("is missing") if name in needed else said("has no meaning there; leave it out")
                raise InvalidValueError(
                    name, said("{remedy} (a rule of kind {kind})", remedy=remedy, kind=Sentence(self.kind))
                )

    def _check_days(self) -> None:
        if bool(self.weekdays) is (self.day is not None):
            raise InvalidValueError(
                "weekdays", said("must say when the rule holds, or date must, one of the two")
            )
        if self.kind is RuleKind.FREE and self.day is None:
            raise InvalidValueError("date", said("is missing: only a date can be without rules"))
        if not _DAYS.issuperset(self.weekdays) or len(set(self.weekdays)) != len(self.weekdays):
            raise InvalidValueError("weekdays", said("must name each day of the week at most once"))

    @property
    def hours(self) -> Hours | None:
        """The hours that it allows or forbids, where it does."""
        if self.start is None or self.end is None:
            return None
        return Hours(_HOURS[self.kind], self.start, self.end)

    @property
    def departure(self) -> Departure | None:
        """The departure that it asks for, where it does."""
        if self.ready_by is None or self.energy_wh is None:
            return None
        return Departure(self.ready_by, self.energy_wh)


@dataclass(frozen=True, slots=True)
class PlanRecord:
    """Once ready by a time with so much energy; and from where on energy counts for which departure.

    What `session_id` had charged before, `before_wh`, was for a departure that is over. `car_phases` is
    on how many phases the last car drew, by which the next is planned until it draws itself.
    """

    charger_id: ChargerId
    ready_by: datetime | None = None
    energy_wh: WattHours | None = None
    session_id: SessionId | None = None
    before_wh: WattHours = NO_ENERGY
    departs_at: datetime | None = None
    car_phases: int | None = None


def schedule_of(records: Iterable[ScheduleRecord], zone: tzinfo, delay: timedelta = NO_DELAY) -> Schedule:
    """All rules that are switched on, as the energy core knows them."""
    rules = [record for record in records if record.enabled]
    exceptions: dict[date, list[Hours]] = defaultdict(list)
    for rule in rules:
        if rule.day is not None and rule.kind is not RuleKind.DEPARTURE:
            exceptions[rule.day] += [] if rule.hours is None else [rule.hours]
    return Schedule(
        zone,
        hours=tuple(
            WeeklyHours(frozenset(rule.weekdays), rule.hours)
            for rule in rules
            if rule.day is None and rule.hours is not None
        ),
        exceptions=tuple(DateException(day, tuple(hours)) for day, hours in exceptions.items()),
        weekly_departures=tuple(
            WeeklyDeparture(frozenset(rule.weekdays), rule.departure)
            for rule in rules
            if rule.day is None and rule.departure is not None
        ),
        departures=tuple(
            OneDeparture(rule.day, rule.departure)
            for rule in rules
            if rule.day is not None and rule.departure is not None
        ),
        start_delay=delay,
    )
