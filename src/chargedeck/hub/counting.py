"""Sessions of a charger that counts them itself: each look at its counters becomes facts for the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple, assert_never

from chargedeck.domain.counters import Began, Count, Ended, Missed, Presence, Standing, looked
from chargedeck.domain.events import TransactionStarted, TransactionStopped
from chargedeck.domain.reading import Reading
from chargedeck.domain.units import IdTag, WattHours

if TYPE_CHECKING:
    from datetime import datetime

    from chargedeck.hub.charger import Charger

ROUNDING = WattHours(1)

SOME_TIME = timedelta(minutes=1)
"""When exactly counters were last looked at is not kept: a little earlier than the device was last seen."""

UNNUMBERED = "0"
"""The number of all sessions of a device that gives them none."""

MISSED = "missed-"
"""Before the device's number of the last of the sessions that nobody saw: one session stands for all."""


def own_number(ref: str | None) -> str | None:
    """The device's number of a session of the history."""
    return None if ref is None else ref.removeprefix(MISSED).partition("@")[0]


class Look(NamedTuple):
    """What a device says of its counters and its cable."""

    presence: Presence
    session: str | None = None
    """The device's number; None where it does not tell it, and then the one before still holds."""
    session_wh: WattHours | None = None
    total_wh: WattHours | None = None
    since: datetime | None = None


class Counting:
    """One charger's counters, from look to look and over restarts of the server."""

    __slots__ = ("_before", "_charger", "_finished", "_tag")

    def __init__(self, charger: Charger, last_ref: str | None) -> None:
        self._charger = charger
        self._before = _recalled(charger, last_ref)
        self._finished = last_ref if charger.session is None else None
        """The session that is over while its cable may still be in."""
        self._tag: IdTag | None = None

    @property
    def in_session(self) -> bool:
        """Whether a session is on, as of the last look."""
        return self._before is not None and self._before.is_open

    def look(self, seen: Look, now: datetime) -> WattHours:
        """Take the counters in; answers the lifetime register as far as it can be believed."""
        known = None if self._before is None else self._before.session
        session = seen.session or known or UNNUMBERED
        on = self._is_on(seen.presence, session)
        count = Count(now, session, on, seen.session_wh, seen.total_wh, seen.since)
        after, happened = looked(self._before, count)
        self._before = after
        for one in happened:
            self._tell(one, now)
        if not after.is_open:
            self._keep_register(after.register_wh)
        return after.register_wh

    def started(self, tag: IdTag) -> None:
        """The device has taken our start: what begins next is in the name of this tag."""
        self._tag, self._finished = tag, None

    def finished(self) -> None:
        """The device has taken our stop: the cable alone is no session from here on."""
        if self._before is not None:
            self._finished = self._before.session

    def anew(self) -> None:
        """Another unit has taken the place: its counters have nothing to do with those before."""
        self._before = self._finished = None
        self._charger.keep(replace(self._charger.record, lifetime_energy_wh=None))

    def _is_on(self, presence: Presence, session: str) -> bool:
        match presence:
            case Presence.ABSENT:
                self._finished = None
                return False
            case Presence.WAITING:
                return False
            case Presence.HELD:
                return session != self._finished
            case Presence.DRAWING:
                self._finished = None
                return True
            case Presence.UNKNOWN:
                return self.in_session
            case _:
                assert_never(presence)

    def _tell(self, happened: Began | Ended | Missed, now: datetime) -> None:
        ledger = self._charger.device.ledger
        match happened:
            case Began(ref, at, register_wh):
                tag, self._tag = self._tag, None
                started = TransactionStarted(min(at, now), register_wh, tag or IdTag(""))
                ledger.follow(self._charger, started, ref, now)
            case Ended(ref, at, register_wh):
                ledger.end(TransactionStopped(min(at, now), ref, register_wh, "Local"), now, _ignore)
            case Missed(ref, since, at, from_wh, to_wh):
                ends = (Reading(since, from_wh), Reading(at, to_wh))
                stopped = TransactionStopped(at, MISSED + ref, to_wh, "Local", None, ends)
                ledger.end(stopped, now, _ignore)
            case _:
                assert_never(happened)

    def _keep_register(self, register_wh: WattHours) -> None:
        """Where the next session will begin, for a server that is restarted meanwhile."""
        kept = self._charger.record.lifetime_energy_wh
        if kept is None or abs(kept - register_wh) >= ROUNDING:
            self._charger.keep(replace(self._charger.record, lifetime_energy_wh=register_wh))


def _recalled(charger: Charger, last_ref: str | None) -> Standing | None:
    """How the counters stood when the server, or the connection, went down."""
    session, seen_at = charger.session, charger.device.seen_at
    if session is not None:
        record, register = session.record, session.register
        at = max(record.started_at, seen_at or record.started_at) - SOME_TIME
        return Standing(at, register.highest_wh, record.ref, register.energy_wh, is_open=True)
    kept = charger.record.lifetime_energy_wh
    if kept is None or seen_at is None:
        return None
    return Standing(seen_at - SOME_TIME, kept, last_ref, None)


def _ignore(stored: bool, answer: object) -> None:
    """Nobody at the device waits for an answer."""
