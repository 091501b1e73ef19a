"""Whether a charger still holds what it was given, which other clients and restarts undo; pure.

What we set by the dynamic current is in the device's memory alone, and everybody in the network may write it.
A lower value from elsewhere is safe, and may be what somebody wants; a higher one is what we must not leave.
"""

from __future__ import annotations

from typing import NamedTuple

from chargedeck.domain.counters import ROUNDING, Presence

_IN_SESSION = frozenset({Presence.HELD, Presence.DRAWING})


class Glance(NamedTuple):
    """What tells a restart: the counters of a session, and what is in the device's memory alone."""

    presence: Presence
    session: str | None = None
    session_wh: float | None = None
    seconds: float | None = None
    """For how long the session has been on, by the device."""
    dynamic_a: float | None = None
    single_phase: bool | None = None


NOTHING_SEEN = Glance(Presence.UNKNOWN)


def is_raised(found_a: float | None, cap_a: int | None) -> bool:
    """Whether a charger may draw more than the dynamic current we have set; None where we have set none."""
    return found_a is not None and cap_a is not None and found_a > cap_a


def has_restarted(before: Glance, now: Glance) -> bool:
    """Whether the device lost its power between two looks, as far as what it tells shows that.

    Devices tell neither for how long they have run nor that they have restarted. But a session's counters
    never go back while it is on, and what is in the memory alone falls back together, which no write does.
    """
    is_same_session = (
        before.session is not None
        and before.session == now.session
        and before.presence in _IN_SESSION
        and now.presence in _IN_SESSION
    )
    if is_same_session and (
        _is_below(now.seconds, before.seconds, 1) or _is_below(now.session_wh, before.session_wh, ROUNDING)
    ):
        return True
    was_forced = before.single_phase is True and now.single_phase is False
    return was_forced and now.dynamic_a is not None and before.dynamic_a not in (None, now.dynamic_a)


def _is_below(now: float | None, before: float | None, slack: float) -> bool:
    return now is not None and before is not None and now < before - slack
