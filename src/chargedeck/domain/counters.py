"""A device that counts its own sessions: what has happened between two looks at its counters.

Such a device is asked how it is, so sessions may begin and end while nobody looks. Two counters tell of
it: one starts at nothing with each session, the other counts on for the device's whole life. The first
shows what the second may be late with; the second shows what the first has forgotten. Neither is
believed beyond what could have flowed since the last look, so no energy is ever counted twice.
"""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from chargedeck.domain.units import WattHours, Watts

HIGHEST_POWER = Watts(3_000_000)
"""A hundred times what any of these devices passes: counters may leap, and only nonsense is beyond it."""

SLACK = WattHours(5)
"""Counters are rounded, and a look takes its time."""

ROUNDING = WattHours(1)
"""What the lifetime counter may differ by and still say the same: it counts in whole watt-hours."""

LAG = WattHours(20)
"""When the session's counter has moved so far and the lifetime's has not, that one comes afterwards."""

WORTH_A_SESSION = WattHours(2)
"""Less than this between two sessions is rounding, and belongs to the next one."""

CLOSE_S = 60.0
"""Looks that are no further apart have missed no whole session of another car."""


class Presence(StrEnum):
    """What a device's state says of its cable and its session."""

    ABSENT = "absent"
    """No cable."""
    WAITING = "waiting"
    """A cable, and nobody has allowed it any energy."""
    HELD = "held"
    """A cable, and nothing flows: the car waits, or somebody holds it."""
    DRAWING = "drawing"
    """The car asks for energy and gets it."""
    UNKNOWN = "unknown"
    """The state tells of something else: an error, an update."""


class Count(NamedTuple):
    """One look; `session` is the device's own number, `since` when it says that session began."""

    at: datetime
    session: str
    in_session: bool
    session_wh: WattHours | None = None
    total_wh: WattHours | None = None
    since: datetime | None = None


class Standing(NamedTuple):
    """How the counters stood at the last look, on one scale that never goes back in a session."""

    at: datetime
    register_wh: WattHours
    session: str | None = None
    session_wh: WattHours | None = None
    is_open: bool = False
    total_wh: WattHours | None = None
    unmoved_wh: WattHours = WattHours(0)
    """What the session has drawn since the lifetime counter moved."""


class Began(NamedTuple):
    """A session began."""

    ref: str
    at: datetime
    register_wh: WattHours


class Ended(NamedTuple):
    """A session ended; without a register where others have followed it unseen."""

    ref: str
    at: datetime
    register_wh: WattHours | None


class Missed(NamedTuple):
    """Sessions that began and ended between two looks, as one: the counters cannot tell them apart."""

    ref: str
    since: datetime
    at: datetime
    from_wh: WattHours
    to_wh: WattHours


Happened = Began | Ended | Missed


def looked(before: Standing | None, seen: Count) -> tuple[Standing, tuple[Happened, ...]]:
    """What has happened since the last look, in order; `before` is None at the very first one."""
    if before is None:
        return _first(seen)
    grown, is_believed = _grown(before, seen)
    if not is_believed and not before.is_open and not seen.in_session:
        return before, ()  # perhaps later, when there was time for it
    register = _register(before, seen, grown)
    after = Standing(
        seen.at if is_believed else before.at,
        register,
        seen.session if is_believed else before.session,
        seen.session_wh if is_believed and seen.session_wh is not None else before.session_wh,
        seen.in_session,
        seen.total_wh,
        _unmoved(before, seen, grown),
    )
    if not is_believed:
        seen = seen._replace(session=before.session or seen.session, session_wh=before.session_wh)
    return after, tuple(_events(before, seen, register))


def _first(seen: Count) -> tuple[Standing, tuple[Happened, ...]]:
    """What the device counted before we knew it is none of our history but for the session that runs."""
    drawn = seen.session_wh or WattHours(0)
    register = drawn if seen.total_wh is None else seen.total_wh
    after = Standing(seen.at, register, seen.session, seen.session_wh, seen.in_session, seen.total_wh)
    if not seen.in_session:
        return after, ()
    start = WattHours(max(0.0, register - drawn))
    return after, (Began(seen.session, seen.since or seen.at, start),)


def _possible(before: Standing, seen: Count) -> WattHours:
    """The most that can have flowed since the last look."""
    elapsed_s = max(0.0, (seen.at - before.at).total_seconds())
    return WattHours(HIGHEST_POWER * elapsed_s / 3600 + SLACK)


def _grown(before: Standing, seen: Count) -> tuple[WattHours, bool]:
    """What the session's counter adds, and whether it can be true; one that went back has begun anew."""
    if seen.session_wh is None:
        return WattHours(0), True
    grown = _session_growth(before, seen, seen.session_wh)
    is_believed = grown <= _possible(before, seen)
    return (grown, True) if is_believed else (WattHours(0), False)


def _session_growth(before: Standing, seen: Count, session_wh: WattHours) -> WattHours:
    is_same = seen.session == before.session
    if before.session_wh is None:
        # After a restart of ours: the counter may still show a session that we have.
        if seen.total_wh is not None:
            return WattHours(min(session_wh, max(0.0, seen.total_wh - before.register_wh)))
        return WattHours(0) if is_same else session_wh
    if is_same and session_wh >= before.session_wh:
        return WattHours(session_wh - before.session_wh)
    return session_wh


def _register(before: Standing, seen: Count, grown: WattHours) -> WattHours:
    """Both counters on one scale: the lifetime's, as far as it can be true."""
    counted = WattHours(before.register_wh + grown)
    total = seen.total_wh
    if total is None:
        return counted
    if abs(total - counted) <= ROUNDING:
        return counted  # the session's counter is the finer one
    if not before.is_open and not seen.in_session:
        return total  # nobody's energy hangs on it: take the device's own word, even after a new meter
    if before.is_open and before.unmoved_wh > LAG:
        return counted  # what it will tell after the session is told already
    if counted < total <= before.register_wh + _possible(before, seen):
        return total
    return counted


def _unmoved(before: Standing, seen: Count, grown: WattHours) -> WattHours:
    if not seen.in_session or seen.total_wh != before.total_wh:
        return WattHours(0)
    return WattHours(before.unmoved_wh + grown)


def _events(before: Standing, seen: Count, register: WattHours) -> list[Happened]:
    is_same = seen.session == before.session
    if before.is_open and seen.in_session:
        return [] if is_same else _changed_over(before, seen, register)
    if before.is_open:
        return _over(before, seen, register)
    if seen.in_session:
        return _begun(before, seen, register)
    return _missed(before, seen, register)


def _changed_over(before: Standing, seen: Count, register: WattHours) -> list[Happened]:
    """Another session is on: the one before ended, and others may lie between."""
    start = WattHours(max(before.register_wh, register - (seen.session_wh or 0)))
    began = Began(seen.session, seen.since or seen.at, start)
    if _follows(before, seen):
        return [Ended(_ref(before), began.at, start), began]
    upto = seen._replace(at=began.at)
    return [Ended(_ref(before), before.at, None), *_missed(before, upto, start), began]


def _over(before: Standing, seen: Count, register: WattHours) -> list[Happened]:
    if seen.session == before.session or _follows(before, seen):
        return [Ended(_ref(before), seen.at, register)]
    return [Ended(_ref(before), before.at, None), *_missed(before, seen, register)]


def _begun(before: Standing, seen: Count, register: WattHours) -> list[Happened]:
    """A session is on that was not; what the total has beyond it was drawn by others before."""
    began_at = seen.since or seen.at
    is_same = seen.session == before.session
    if not is_same and seen.session_wh is not None:
        start = WattHours(max(before.register_wh, register - seen.session_wh))
        missed = _missed(before, seen._replace(at=began_at), start)
        if missed:
            return [*missed, Began(seen.session, began_at, start)]
    return [Began(seen.session, began_at, before.register_wh)]


def _missed(before: Standing, seen: Count, upto: WattHours) -> list[Happened]:
    """Energy that no session of ours has: a car came and went while nobody looked."""
    energy = upto - before.register_wh
    is_another = seen.session != before.session or (seen.at - before.at).total_seconds() > CLOSE_S
    if not is_another or energy < WORTH_A_SESSION or energy > _possible(before, seen):
        return []
    since = min(before.at, seen.at)
    return [Missed(seen.session, since, seen.at, before.register_wh, upto)]


def _ref(before: Standing) -> str:
    return before.session or ""


def _follows(before: Standing, seen: Count) -> bool:
    """Whether no third session can lie between: the next number, or hardly any time."""
    if (seen.at - before.at).total_seconds() <= CLOSE_S:
        return True
    number, former = seen.session, before.session or ""
    return number.isdecimal() and former.isdecimal() and int(number) == int(former) + 1
