"""Who is told what, by which way and when: pure, from what happened and what somebody was told before.

What happens again soon is not told again; what comes at night waits for the morning, unless it is a danger.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from chargedeck.domain.errors import ErrorType, Severity, severity
from chargedeck.domain.limits import LimitReason
from chargedeck.domain.units import ChargerId, StationId


class NoticeKind(StrEnum):
    """What people can be told of."""

    SESSION_STARTED = "session_started"
    SESSION_ENDED = "session_ended"
    STOPPED_BY_LIMIT = "stopped_by_limit"
    CHARGER_OFFLINE = "charger_offline"
    CHARGER_ONLINE = "charger_online"
    CHARGER_ERROR = "charger_error"


USUAL = frozenset(NoticeKind) - {NoticeKind.SESSION_STARTED}
"""What is told to who has not chosen: whoever plugs a car in knows that a session has begun."""

OF_SESSIONS = frozenset({NoticeKind.SESSION_STARTED, NoticeKind.SESSION_ENDED, NoticeKind.STOPPED_BY_LIMIT})
"""What tells of a person's doings."""

OFFLINE_GRACE = timedelta(minutes=2)
"""A charger that is back sooner was never away: routers and firmware restart."""

HOUR = timedelta(hours=1)

_SPACING = {
    NoticeKind.SESSION_STARTED: timedelta(minutes=1),
    NoticeKind.SESSION_ENDED: timedelta(minutes=1),
    NoticeKind.STOPPED_BY_LIMIT: HOUR,
    NoticeKind.CHARGER_ERROR: HOUR,
}
"""What comes again within this is counted, and not told again."""

_NEWS_FOR = timedelta(hours=6)
"""What a device tells later than this, since it was offline, is history."""

CONNECTION = "connection"

NO_STOPS = frozenset({LimitReason.USER, LimitReason.PHASE_SWITCHING})
"""A person's own pause is no news to people, and phases are switched in seconds."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened at a charger.

    `about` is the error or the limit; `whose` the person whose session it is, if it is anybody's;
    `away_for` how long a charger that is back was away. `detail` is for the words.
    """

    kind: NoticeKind
    charger_id: ChargerId
    station_id: StationId
    at: datetime
    about: str = ""
    whose: str | None = None
    away_for: timedelta | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def topic(self) -> str:
        """Of one topic, what comes again is the same thing again."""
        if self.kind in {NoticeKind.CHARGER_OFFLINE, NoticeKind.CHARGER_ONLINE}:
            return CONNECTION
        return f"{self.kind}:{self.about}" if self.about else self.kind.value

    @property
    def is_danger(self) -> bool:
        """Whether somebody must be told at any hour."""
        return self.kind is NoticeKind.CHARGER_ERROR and severity(ErrorType(self.about)) is Severity.DANGER


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` to before `end` by somebody's clock, over midnight where it ends before it starts."""

    start: time
    end: time

    def until(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """When the quiet hours end that it is now, in UTC; None outside of them."""
        there = now.astimezone(zone)
        clock = there.time()
        if self.start < self.end:
            is_quiet = self.start <= clock < self.end
        else:
            is_quiet = clock >= self.start or clock < self.end
        if not is_quiet:
            return None
        day = there.date() + timedelta(days=clock >= self.end)
        # Where clocks are changed an hour comes twice, or not at all: the later reading is after now.
        return max(
            datetime.combine(day, self.end, zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1)
        )


@dataclass(frozen=True, slots=True)
class Way:
    """A way to reach somebody, and of what it may tell."""

    id: str
    kinds: frozenset[NoticeKind]


@dataclass(frozen=True, slots=True)
class Listener:
    """What somebody has chosen; without `enabled` they are told nothing at all."""

    kinds: frozenset[NoticeKind] = USUAL
    enabled: bool = True
    ways: tuple[Way, ...] = ()
    quiet: QuietHours | None = None
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    def wants(self, kind: NoticeKind) -> bool:
        """Whether they want to know of such things."""
        return self.enabled and kind in self.kinds


@dataclass(frozen=True, slots=True)
class Mark:
    """That somebody was told of a topic, and how often it came again since.

    `is_open` is for connections: they have been told that the charger is gone, and not yet that it is back.
    """

    told_at: datetime
    notice_id: str
    repeats: int = 0
    is_open: bool = False

    def holds(self, now: datetime, spacing: timedelta) -> bool:
        """Whether it was told a moment ago; a clock that was set back must not silence anybody."""
        return timedelta(0) <= now - self.told_at < spacing


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows for one person.

    `tell`: a new notice, sent by `ways` at their times. `mark` is what to remember, under the new notice
    where there is one; None leaves things as they are. `again_at`: ask again then, if it still is as it is.
    """

    tell: bool = False
    ways: tuple[tuple[str, datetime], ...] = ()
    mark: Mark | None = None
    again_at: datetime | None = None


NOTHING = Verdict()


def verdict(
    happening: Happening, listener: Listener, mark: Mark | None, now: datetime, *, notice_id: str
) -> Verdict:
    """What somebody is told who may know of it; `notice_id` is what a new notice would be called."""
    match happening.kind:
        case NoticeKind.CHARGER_OFFLINE:
            return _gone(happening, listener, mark, now, notice_id)
        case NoticeKind.CHARGER_ONLINE:
            return _back(happening, listener, mark, now, notice_id)
        case _:
            return _came(happening, listener, mark, now, notice_id)


def _came(
    happening: Happening, listener: Listener, mark: Mark | None, now: datetime, notice_id: str
) -> Verdict:
    if not listener.wants(happening.kind) or now - happening.at > _NEWS_FOR:
        return NOTHING
    if mark is not None and mark.holds(now, _SPACING[happening.kind]):
        return Verdict(mark=replace(mark, repeats=mark.repeats + 1))
    return _told(happening, listener, now, Mark(now, notice_id))


def _gone(
    happening: Happening, listener: Listener, mark: Mark | None, now: datetime, notice_id: str
) -> Verdict:
    """Who was told an hour ago at most, and of its return since, must still come to know that it is gone."""
    if not listener.wants(happening.kind) or (mark is not None and mark.is_open):
        return NOTHING
    if mark is not None and mark.holds(now, HOUR):
        return Verdict(again_at=mark.told_at + HOUR)
    return _told(happening, listener, now, Mark(now, notice_id, is_open=True))


def _back(
    happening: Happening, listener: Listener, mark: Mark | None, now: datetime, notice_id: str
) -> Verdict:
    wanted = listener.wants(happening.kind)
    if mark is not None and mark.is_open:
        closed = replace(mark, is_open=False)
        return _told(happening, listener, now, closed) if wanted else Verdict(mark=closed)
    was_away = happening.away_for is not None and happening.away_for >= OFFLINE_GRACE
    if not wanted or listener.wants(NoticeKind.CHARGER_OFFLINE) or not was_away:
        return NOTHING
    if mark is not None and mark.holds(now, HOUR):
        return NOTHING
    return _told(happening, listener, now, Mark(now, notice_id))


def _told(happening: Happening, listener: Listener, now: datetime, mark: Mark) -> Verdict:
    later = (
        None if happening.is_danger or listener.quiet is None else listener.quiet.until(now, listener.zone)
    )
    ways = tuple((way.id, later or now) for way in listener.ways if happening.kind in way.kinds)
    return Verdict(tell=True, ways=ways, mark=mark)


FIRST_RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=1)
"""What could not be told for a day is in the inbox, and no longer worth a message."""


def next_try(failures: int, since: datetime, now: datetime) -> datetime | None:
    """When to try again what has failed so many times `since`; None: no more."""
    wait: timedelta = min(FIRST_RETRY * 2 ** min(failures - 1, 16), LONGEST_RETRY)
    again = now + wait
    return again if again - since <= GIVEN_UP_AFTER else None
