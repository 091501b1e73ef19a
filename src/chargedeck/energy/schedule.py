"""When a charger may charge: weekly hours, exceptions by date, departures; daylight-saving safe.

What holds is a pure function of the rules and an instant. Hours belong to the date they begin on,
also where they go on after midnight. Forbidden hours win over allowed ones. Once there are any allowed
hours in the week, the rest of it is closed. An exception replaces the weekly rules of its date; one
without allowed hours leaves the date open but for what it forbids, and the night after it as it was.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise, takewhile

from chargedeck.domain.problems import ConflictError, OutOfRangeError
from chargedeck.domain.sentences import Sentence, said
from chargedeck.domain.units import WattHours
from chargedeck.energy.schedule_clock import instant_of, local_day, midnight

Weekdays = frozenset[int]
"""Days of the week, Monday is 0."""

EVERY_DAY: Weekdays = frozenset(range(7))
LONGEST_DELAY = timedelta(seconds=1800)
_DAY = timedelta(days=1)
_WEEK = 8
NO_DELAY = timedelta(0)


class Rule(StrEnum):
    """What hours are for."""

    ALLOWED = "allowed"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True)
class Hours:
    """From `start` until `end` on the wall clock; an end not after the start is on the next day."""

    rule: Rule
    start: time
    end: time

    def span(self, day: date, zone: tzinfo) -> tuple[datetime, datetime]:
        """When they begin and end if they begin on `day`."""
        until = day if self.end > self.start else day + _DAY
        return instant_of(day, self.start, zone), instant_of(until, self.end, zone, last=True)


_WHOLE_DAY = Hours(Rule.ALLOWED, time.min, time.min)


@dataclass(frozen=True, slots=True)
class Departure:
    """Ready by this time on the wall clock with so much energy."""

    ready_by: time
    energy_wh: WattHours

    def __post_init__(self) -> None:
        if not 0 < self.energy_wh <= 1_000_000:
            raise OutOfRangeError("energy_wh", self.energy_wh, 1, 1_000_000)


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Hours that begin on some days of the week."""

    weekdays: Weekdays
    hours: Hours


@dataclass(frozen=True, slots=True)
class WeeklyDeparture:
    """A departure that comes back on some days of the week."""

    weekdays: Weekdays
    departure: Departure


@dataclass(frozen=True, slots=True)
class OneDeparture:
    """A departure on one date; no exception takes it away."""

    day: date
    departure: Departure


@dataclass(frozen=True, slots=True)
class DateException:
    """What holds on one date instead of the weekly rules; nothing given is a day without rules."""

    day: date
    hours: tuple[Hours, ...] = ()
    departures: tuple[Departure, ...] = ()


class DoubleExceptionError(ConflictError):
    """Two exceptions are given for one date."""

    code = "double_exception"

    def __init__(self, day: date) -> None:
        super().__init__(day)
        self.day = day

    @property
    def sentence(self) -> Sentence:
        return said("There are two exceptions for {day}; make one of them", day=self.day.isoformat())


@dataclass(frozen=True, slots=True)
class Schedule:
    """All rules of one charger; `start_delay` is the random delay drawn for scheduled starts."""

    zone: tzinfo
    hours: tuple[WeeklyHours, ...] = ()
    exceptions: tuple[DateException, ...] = ()
    weekly_departures: tuple[WeeklyDeparture, ...] = ()
    departures: tuple[OneDeparture, ...] = ()
    start_delay: timedelta = NO_DELAY

    def __post_init__(self) -> None:
        if not NO_DELAY <= self.start_delay <= LONGEST_DELAY:
            seconds = self.start_delay.total_seconds()
            raise OutOfRangeError("start_delay", seconds, 0, LONGEST_DELAY.total_seconds())
        for one, other in pairwise(sorted(exception.day for exception in self.exceptions)):
            if one == other:
                raise DoubleExceptionError(one)

    def exception(self, day: date) -> DateException | None:
        """What holds on `day` instead of the weekly rules."""
        return next((each for each in self.exceptions if each.day == day), None)

    def hours_of(self, day: date) -> tuple[Hours, ...]:
        """The hours that begin on `day`; a date that nothing restricts is allowed as a whole."""
        weekly = tuple(each.hours for each in self.hours if day.weekday() in each.weekdays)
        exception = self.exception(day)
        if exception is None:
            closed = any(_allows(each.hours) for each in self.hours)
            return weekly if closed else (*weekly, _WHOLE_DAY)
        if any(_allows(each) for each in exception.hours):
            return exception.hours
        return (*exception.hours, *(each for each in weekly if _allows(each)), _WHOLE_DAY)

    def departures_of(self, day: date) -> tuple[Departure, ...]:
        """The departures of `day`."""
        exception = self.exception(day)
        once = tuple(each.departure for each in self.departures if each.day == day)
        if exception is not None:
            return exception.departures + once
        weekly = (each.departure for each in self.weekly_departures if day.weekday() in each.weekdays)
        return (*weekly, *once)

    def last_day(self, first: date) -> date:
        """The day after which only what was seen comes back."""
        exceptions = [each.day for each in self.exceptions]
        departures = [each.day for each in self.departures]
        return max([first, *exceptions, *departures]) + _WEEK * _DAY


class Why(StrEnum):
    """Why a schedule allows charging or does not."""

    FREE = "free"
    ALLOWED_HOURS = "allowed_hours"
    FORBIDDEN_HOURS = "forbidden_hours"
    OUTSIDE_ALLOWED_HOURS = "outside_allowed_hours"
    START_DELAY = "start_delay"


@dataclass(frozen=True, slots=True)
class NextDeparture:
    """The departure to plan for."""

    at: datetime
    energy_wh: WattHours


@dataclass(frozen=True, slots=True)
class Holding:
    """What holds now, why, and when it changes; None is never."""

    allowed: bool
    why: Why
    changes_at: datetime | None
    departure: NextDeparture | None


def schedule(rules: Schedule, now: datetime) -> Holding:
    """What the rules say at `now` and when they say something else."""
    days = _Days(rules)
    why = days.why(now)
    change = next((at for at, _ in days.changes(now)), None)
    return Holding(_may(why), why, change, next_departure(rules, now))


def why(rules: Schedule, now: datetime) -> Why:
    """Only what the rules say at `now`."""
    return _Days(rules).why(now)


def allowed_spans(rules: Schedule, start: datetime, end: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """All times from `start` until `end` at which charging is allowed."""
    days = _Days(rules)
    changes = takewhile(lambda change: change[0] < end, days.changes(start))
    borders = [(start, _may(days.why(start))), *changes, (end, False)]
    return tuple(
        (begun, over) for (begun, allowed), (over, _) in pairwise(borders) if allowed and begun < over
    )


def next_departure(rules: Schedule, now: datetime) -> NextDeparture | None:
    """The first departure after `now`; of two at one time the one that needs more."""
    for day in _dates(rules, now):
        coming = [
            (at, -each.energy_wh)
            for each in rules.departures_of(day)
            if (at := instant_of(day, each.ready_by, rules.zone)) > now
        ]
        if coming:
            at, energy = min(coming)
            return NextDeparture(at, WattHours(-energy))
    return None


def _allows(hours: Hours) -> bool:
    return hours.rule is Rule.ALLOWED


def _may(why: Why) -> bool:
    return why in {Why.FREE, Why.ALLOWED_HOURS}


def _dates(rules: Schedule, now: datetime) -> Iterator[date]:
    """Today and all dates after it, until only what was seen comes back."""
    day = local_day(now, rules.zone)
    last = rules.last_day(day)
    while day <= last:
        yield day
        day += _DAY


class _Days:
    """The hours of each date as instants, computed once for a question."""

    def __init__(self, rules: Schedule) -> None:
        self._rules = rules
        self._spans: dict[date, tuple[tuple[Hours, datetime, datetime], ...]] = {}

    def _around(self, day: date) -> tuple[tuple[Hours, datetime, datetime], ...]:
        """All hours that may hold on `day`: those that begin on it or on the day before."""
        if day not in self._spans:
            self._spans[day] = tuple(
                (hours, *hours.span(begun, self._rules.zone))
                for begun in (day - _DAY, day)
                for hours in self._rules.hours_of(begun)
            )
        return self._spans[day]

    def changes(self, after: datetime) -> Iterator[tuple[datetime, bool]]:
        """Each instant later than `after` at which charging becomes allowed or forbidden."""
        allowed = _may(self.why(after))
        for day in _dates(self._rules, after):
            for border in self._borders(day):
                if border > after and _may(self.why(border)) is not allowed:
                    allowed = not allowed
                    yield border, allowed

    def _borders(self, day: date) -> list[datetime]:
        """All instants of `day` at which something may change."""
        zone = self._rules.zone
        start, end = midnight(day, zone), midnight(day + _DAY, zone)
        borders = {start, *(border for _, *span in self._around(day) for border in span)}
        late = {border + self._rules.start_delay for border in borders}
        return sorted(border for border in borders | late if start <= border < end)

    def why(self, at: datetime) -> Why:
        """What the rules say, and whether a start there is still delayed."""
        why = self._undelayed(at)
        delay = self._rules.start_delay
        if _may(why) and delay > NO_DELAY and not self._held(at - delay, at):
            return Why.START_DELAY
        return why

    def _held(self, since: datetime, at: datetime) -> bool:
        """Whether charging was allowed all the time."""
        day = local_day(at, self._rules.zone)
        borders = (border for each in (day - _DAY, day) for border in self._borders(each))
        moments = (since, *(border for border in borders if since < border <= at))
        return all(_may(self._undelayed(moment)) for moment in moments)

    def _undelayed(self, at: datetime) -> Why:
        spans = self._around(local_day(at, self._rules.zone))
        holding = {hours for hours, start, end in spans if start <= at < end}
        if not all(_allows(hours) for hours in holding):
            return Why.FORBIDDEN_HOURS
        if not holding:
            return Why.OUTSIDE_ALLOWED_HOURS
        return Why.FREE if holding == {_WHOLE_DAY} else Why.ALLOWED_HOURS
