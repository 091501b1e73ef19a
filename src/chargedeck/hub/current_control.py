"""Keeps a device at the lowest rung of its ladder, and watches that the car obeys."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from chargedeck.domain.car_current import Taking, taking
from chargedeck.domain.causes import Cause, CauseCode
from chargedeck.domain.limits import OVERRIDABLE, Ladder, LimitReason, Rung, joined, ladder
from chargedeck.domain.over_limit import exceeded, over_since
from chargedeck.domain.problems import DeviceError, NotSupportedError
from chargedeck.domain.session import IN_SESSION
from chargedeck.domain.units import NO_CURRENT, Amps
from chargedeck.energy.unreachable import LastWords, Told
from chargedeck.hub.commands import LimitCurrent
from chargedeck.hub.grant import HOLDS_FOR, RENEWED_EVERY
from chargedeck.hub.records import LimitChange

if TYPE_CHECKING:
    from datetime import datetime

    from chargedeck.domain.reading import Reading
    from chargedeck.hub.charger import Charger
    from chargedeck.hub.grant import Grant
    from chargedeck.hub.records import ChargerRecord

RETRY_S = 30.0

Change = Callable[["ChargerRecord"], "ChargerRecord"]
"""Laid over the settings as they are then: others may have changed them while the device was asked."""


def _set_by_people(record: ChargerRecord) -> tuple[Rung, ...]:
    if record.user_paused:
        return (Rung(LimitReason.USER, NO_CURRENT, "paused", Cause(CauseCode.PAUSED)),)
    return (Rung(LimitReason.USER, record.allowed_current_a),)


class CurrentControl:
    """The limit of one charger: what it should be, what the device has confirmed."""

    __slots__ = (
        "_charger",
        "_complained",
        "_confirmed",
        "_expires_at",
        "_held",
        "_lock",
        "_over_since",
        "_own",
        "_pushing",
        "_reported",
        "_retry",
        "_taking",
        "_unanswered",
        "grant",
        "ladder",
        "limit_a",
        "warned_at",
    )

    def __init__(self, charger: Charger) -> None:
        self._charger = charger
        self._confirmed: LimitCurrent | None = None
        self._held: LimitCurrent | None = None
        """What was confirmed last, on whatever connection."""
        self._unanswered: LimitCurrent | None = None
        """What it was asked since and has not confirmed: it may have obeyed and been cut off."""
        self._complained = False
        self._lock = asyncio.Lock()
        self._pushing = False
        self._retry: asyncio.TimerHandle | None = None
        self._over_since: datetime | None = None
        self.warned_at: datetime | None = None
        self._taking: Taking | None = None
        self.grant: Grant | None = None
        """What the station's control loop lets it have, where there is one."""
        self._expires_at: datetime | None = None
        self._reported: tuple[Rung, ...] = ()
        self._own = self.ladder = self._stand(charger.record)
        """Our own rungs, which the device is brought to, and all of them with those that it reports."""
        self.limit_a = self.ladder.current_a
        """What the charger may draw now; every sample is stored with it."""

    # -- the ladder ----------------------------------------------------------------------------

    @property
    def held_by(self) -> LimitReason | None:
        """Who holds the charger at nothing, if anybody does."""
        return self.ladder.in_force.reason if self.limit_a == NO_CURRENT else None

    @property
    def slowed_by(self) -> LimitReason | None:
        """Who sets the limit in force, where there is any current left."""
        return None if self.limit_a == NO_CURRENT else self.ladder.in_force.reason

    @property
    def charge_now(self) -> bool:
        """Whether schedule, price and solar are set aside."""
        return self._charger.record.charge_now

    @property
    def confirmed_a(self) -> Amps | None:
        """What the device has last confirmed on this connection."""
        return None if self._confirmed is None else self._holding(self._confirmed)

    @property
    def held_for_session(self) -> bool:
        """Whether a pause or an override is on, which both end with the session."""
        return self.charge_now or self._charger.record.user_paused

    @property
    def offered_a(self) -> Amps:
        """What the device offers a car, as far as it is known: what it last confirmed, or all it could."""
        held = self._confirmed or self._held
        if held is None:
            return self._charger.record.installation_current_a
        return self._holding(held) if held.ref is not None else max(held.session_a, held.kept_a)

    def _holding(self, command: LimitCurrent) -> Amps:
        """What a session may draw where the device has confirmed the command."""
        if command.connector in self._charger.device.capabilities.by_default:
            return min(command.session_a, command.kept_a)
        return command.session_a

    def last_words(self, assumed: Told) -> LastWords:
        """What the device may hold while it cannot be asked; `assumed` where it has confirmed nothing yet."""
        held = self._confirmed or self._held
        return LastWords(
            confirmed=None if held is None else self._told(held),
            unanswered=None if self._unanswered is None else self._told(self._unanswered),
            assumed=assumed,
        )

    def _told(self, command: LimitCurrent) -> Told:
        session_a, kept_a = command.session_a, command.kept_a
        if not self._charger.device.ends_grants:
            return Told(session_a, max(session_a, kept_a))
        if command.ref is None:
            return Told(max(session_a, kept_a), kept_a)
        return Told(session_a, kept_a, command.expires_at)

    @property
    def set_by_people(self) -> tuple[Rung, ...]:
        """The rungs beside the installation's that no loop of ours has set."""
        return _set_by_people(self._charger.record)

    def _stand(self, record: ChargerRecord) -> Ladder:
        grant = self.grant
        rungs = [*_set_by_people(record), *(() if grant is None else grant.rungs)]
        if record.charge_now:
            rungs = [rung for rung in rungs if rung.reason not in OVERRIDABLE]
        installation = Rung(LimitReason.INSTALLATION, record.installation_current_a)
        stood = ladder(installation, *rungs)
        return stood if grant is None else ladder(installation, *rungs, *grant.unexplained(stood))

    def _wanted(self, record: ChargerRecord, stood: Ladder) -> LimitCurrent:
        charger, default_a = self._charger, min(record.installation_current_a, record.allowed_current_a)
        session = charger.session
        ref = session.record.ref if session is not None and session.told else None
        if ref is None and charger.state in IN_SESSION:
            default_a = stood.current_a  # nothing else reaches a session whose number is not known
        if self.grant is None:
            return LimitCurrent(record.connector, default_a, stood.current_a, ref)
        fallback_a = min(default_a, self.grant.fallback_a)
        ends = ref is not None and stood.current_a > fallback_a
        return LimitCurrent(
            record.connector, default_a, stood.current_a, ref, fallback_a, self._expires_at if ends else None
        )

    def report(self, rungs: tuple[Rung, ...], now: datetime) -> None:
        """The limits that the device itself says are in force: shown, and never sent back to it."""
        if rungs != self._reported:
            self._reported = rungs
            self._adopt(self._own, now)
            self._charger.changed(now, urgent=True)

    def _adopt(self, own: Ladder, now: datetime) -> None:
        former, self._own = self.ladder, own
        stood = joined(own, self._reported) if self._reported else own
        self.ladder, self.limit_a = stood, stood.current_a
        told, before = stood.in_force, former.in_force
        if (told.reason, told.current_a) != (before.reason, before.current_a):
            self.note(now)

    def note(self, now: datetime) -> None:
        """Write down the limit that is in force from now on."""
        stood = self.ladder
        self._charger.context.journal.limit(
            LimitChange(self._charger.id, now, stood.current_a, stood.in_force.reason)
        )

    # -- the station's control loop --------------------------------------------------------------

    def manage(self, grant: Grant | None, now: datetime) -> None:
        """Have no more than this from now on; None leaves the charger to its people."""
        if grant == self.grant:
            return
        former, self.grant = self.grant, grant
        self._expires_at = now + HOLDS_FOR
        stood = self._stand(self._charger.record)
        is_same = grant is not None and former is not None and grant.current_a == former.current_a
        if not is_same or stood.current_a != self._own.current_a:
            self.push()
            self._charger.changed(now, urgent=True)
            return
        self._adopt(stood, now)
        self._charger.changed(now)

    def renew(self, now: datetime) -> None:
        """Let a grant go on that would end by itself, where that is due."""
        if self._expires_at is not None:
            granted_at = self._expires_at - HOLDS_FOR
            # What was granted after now was granted before the clock was put back.
            if granted_at <= now < granted_at + RENEWED_EVERY:
                return
        self._expires_at = now + HOLDS_FOR
        if self._retry is None:
            self._push_in_time()

    def _give_back(self) -> None:
        """What people take of a grant is somebody else's from now on, and comes back when there is room."""
        if self.grant is not None:
            record = self._charger.record
            installation = Rung(LimitReason.INSTALLATION, record.installation_current_a)
            self.grant = self.grant.at_most(ladder(installation, *_set_by_people(record)).current_a)

    # -- towards the device --------------------------------------------------------------------

    async def order(self, change: Change) -> None:
        """Make the device obey changed settings, then adopt them; on a DeviceError nothing has changed."""
        charger = self._charger
        async with self._lock:
            changed = change(charger.record)
            try:
                await self._tell(self._wanted(changed, self._stand(changed)))
            except DeviceError:
                # It may have obeyed in part, or have obeyed and been cut off: what it holds is not known.
                self._confirmed = None
                self.push()
                raise
            charger.keep(change(charger.record))
        self.push()

    def push(self) -> None:
        """Bring the device to the ladder in the background, as often as it takes."""
        charger = self._charger
        self._give_back()
        self._adopt(self._stand(charger.record), charger.context.now())
        self._cancel_retry()
        self._push_in_time()

    def _push_in_time(self) -> None:
        charger = self._charger
        if not self._pushing and charger.device.online and self._behind():
            self._pushing = True
            charger.context.tasks.start(self._push(), name=f"limit-{charger.id}")

    def _behind(self) -> bool:
        return not self._covered(self._wanted(self._charger.record, self._own))

    def _covered(self, wanted: LimitCurrent) -> bool:
        """Whether the device holds what is wanted.

        A session that may have all that the default allows needs no limit of its own, once one
        session on this connection has shown that the device keeps to it.
        """
        confirmed = self._confirmed
        if confirmed is None or confirmed == wanted:
            return confirmed is not None
        if confirmed.ref is None or wanted.session_a != wanted.kept_a:
            return False
        if self._charger.device.capabilities.counts_watts:
            return False
        return replace(confirmed, ref=wanted.ref) == wanted

    async def _push(self) -> None:
        charger = self._charger
        try:
            while charger.device.online and self._behind():
                async with self._lock:
                    link, wanted = charger.device.link, self._wanted(charger.record, self._own)
                    try:
                        await self._tell(wanted)
                    except DeviceError as error:
                        if (link, wanted) == (charger.device.link, self._wanted(charger.record, self._own)):
                            self._give_up(error)
                            return
                charger.changed(charger.context.now(), urgent=True)
        finally:
            self._pushing = False

    async def _tell(self, wanted: LimitCurrent) -> None:
        """Ask the device; an answer over a connection that is gone confirms nothing on the present one."""
        device = self._charger.device
        link = device.link
        if link is not None:
            former_a = NO_CURRENT if self._unanswered is None else self._unanswered.session_a
            self._unanswered = replace(wanted, session_a=max(wanted.session_a, former_a))
        await device.send(wanted)
        if device.link is link:
            self._confirmed = self._held = wanted
            self._unanswered = None
            self._complained = False

    def _give_up(self, error: DeviceError) -> None:
        """Try again later, or with the next connection; write it down once."""
        charger = self._charger
        if not isinstance(error, NotSupportedError):
            self._retry = asyncio.get_running_loop().call_later(RETRY_S, self.push)
        if not self._complained:
            self._complained = True
            charger.context.event(
                "limit_not_confirmed", charger.context.now(), charger=charger.id, reason=str(error)
            )

    def _cancel_retry(self) -> None:
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None

    def forget(self) -> None:
        """The connection is gone: what was confirmed on it is no longer known."""
        self._confirmed = None
        self._complained = False
        self._cancel_retry()

    def session_ended(self) -> None:
        """What held for the session alone is over."""
        self._over_since = self.warned_at = self._taking = None
        if self.grant is not None:
            self.grant = self.grant.over()
        self.push()

    # -- the car -------------------------------------------------------------------------------

    @property
    def car_a(self) -> Amps | None:
        """What its car takes at the most, where that is less than it may."""
        return None if self._taking is None else self._taking.no_more_than_a

    def watch(self, reading: Reading, now: datetime) -> None:
        """Notice a car that takes more than it was offered, or less."""
        measured = reading.current_a
        if measured is None:
            return
        self._taking = taking(self._taking, measured=measured, limit=self.confirmed_a, at=reading.at)
        since = over_since(self._over_since, measured=measured, limit=self.limit_a, at=reading.at)
        self._over_since = since
        if since is None:
            self.warned_at = None
        elif self.warned_at is None and exceeded(since, reading.at):
            self.warned_at = now
            self._charger.context.event(
                "over_limit", now, charger=self._charger.id, measured_a=measured, limit_a=self.limit_a
            )
