"""The session ledger of a device: each session once, its energy from register to register.

What a device tells us may be a repeat (our answer was lost), late (it was queued while the network
was down) or about a session that we never heard of. All of it is taken, exactly once.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chargedeck.domain.cards import CardAnswer, folded
from chargedeck.domain.problems import StorageUnavailableError
from chargedeck.domain.register import Anomaly
from chargedeck.domain.units import SessionId
from chargedeck.hub.context import FRESH
from chargedeck.hub.open_session import CLOCK_TOLERANCE, OpenSession
from chargedeck.hub.permission import judge_again, judge_followed, judge_start
from chargedeck.hub.records import Origin, SessionRecord
from chargedeck.hub.recovered import is_of_another, own_ref, recovered, ref_by_end

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from chargedeck.domain.events import TransactionStarted, TransactionStopped
    from chargedeck.hub.charger import Charger
    from chargedeck.hub.context import Context
    from chargedeck.hub.device import Device


@dataclass(frozen=True, slots=True)
class Begun:
    """What the device is told about its new session."""

    ref: int
    answer: CardAnswer


BeginDone = Callable[["Begun | None"], None]
EndDone = Callable[[bool, "CardAnswer | None"], None]


class Ledger:
    """The open sessions of one device, by the number that the device knows them by."""

    __slots__ = ("_context", "_device", "_open")

    def __init__(self, context: Context, device: Device) -> None:
        self._context = context
        self._device = device
        self._open: dict[str, OpenSession] = {}

    def resume(self, record: SessionRecord) -> OpenSession:
        """Take up a session that was open when the server went down."""
        session = self._open[record.ref] = OpenSession(record, told=True)
        return session

    def get(self, ref: str) -> OpenSession | None:
        """The open session of that number."""
        return self._open.get(ref)

    # -- the beginning -------------------------------------------------------------------------

    def begin(self, charger: Charger, started: TransactionStarted, now: datetime, done: BeginDone) -> None:
        """Open a session, or find the one that a repeated message means; `done` once it is on disk."""
        if self._answered_again(charger, started, now, done):
            return
        if self._context.fresh(started.at, now):
            self._begin_new(charger, started, now, done)
        else:
            late = self._begin_late(charger, started, now, done)
            self._context.tasks.start(late, name=f"late-start-{charger.id}")

    def _answered_again(
        self, charger: Charger, started: TransactionStarted, now: datetime, done: BeginDone
    ) -> bool:
        """A start at the same register with the same card is the same start: no energy lies between."""
        for session in self._open.values():
            if _is_start_of(session, charger, started, now):
                self._tell_begun(session, charger, judge_again(charger, session.record, now), done)
                return True
        return False

    def _tell_begun(
        self, session: OpenSession, charger: Charger, answer: CardAnswer, done: BeginDone
    ) -> None:
        def told(begun: Begun | None) -> None:
            done(begun)
            if begun is not None and not session.told:
                session.told = True
                charger.control.push()

        self._tell_durable(Begun(int(session.record.ref), answer), told)

    def _tell_durable(self, begun: Begun, done: BeginDone) -> None:
        self._context.journal.when_durable(lambda stored: done(begun if stored else None))

    async def _begin_late(
        self, charger: Charger, started: TransactionStarted, now: datetime, done: BeginDone
    ) -> None:
        try:
            known = await self._context.archive.session_by_start(
                charger.id, started.at, started.meter_start_wh, folded(started.id_tag)
            )
        except StorageUnavailableError:
            done(None)
            return
        if known is not None and known.ref not in self._open and known.ref.isdecimal():
            self._tell_durable(Begun(int(known.ref), judge_again(charger, known, now)), done)
        elif not self._answered_again(charger, started, now, done):
            self._begin_new(charger, started, now, done)

    def _begin_new(
        self, charger: Charger, started: TransactionStarted, now: datetime, done: BeginDone
    ) -> None:
        ids = self._context.transaction_ids
        if ids.running_low:
            self._context.tasks.start(ids.refill(), name="transaction-ids")
        try:
            ref = ids.take()
        except StorageUnavailableError:
            done(None)
            return
        judged = judge_start(charger, started.id_tag, now)
        late = now - started.at > FRESH
        ahead = _is_ahead(started, now)
        record = SessionRecord(
            id=SessionId(secrets.token_hex(8)),
            charger_id=charger.id,
            device_id=self._device.id,
            station_id=charger.record.station_id,
            ref=str(ref),
            started_at=now if ahead else started.at,
            meter_start_wh=started.meter_start_wh,
            meter_last_wh=started.meter_start_wh,
            authorized_by=judged.authorizer,
            id_tag=folded(started.id_tag),
            origin=Origin.OFFLINE if late else Origin.LIVE,
            anomalies=(Anomaly.CLOCK_OFF,) if ahead else (),
        )
        session = self._open[record.ref] = OpenSession(record, told=False)
        self._context.journal.session(record)
        self._tell_begun(session, charger, judged.answer, done)
        charger.session_opened(session, judged, now)

    def follow(self, charger: Charger, started: TransactionStarted, ref: str, now: datetime) -> None:
        """Open a session that the device began and numbers itself; nobody there waits for an answer."""
        if ref in self._open:
            return
        judged = judge_followed(charger, started.id_tag)
        record = SessionRecord(
            id=SessionId(secrets.token_hex(8)),
            charger_id=charger.id,
            device_id=self._device.id,
            station_id=charger.record.station_id,
            ref=ref,
            started_at=started.at,
            meter_start_wh=started.meter_start_wh,
            meter_last_wh=started.meter_start_wh,
            authorized_by=judged.authorizer,
            id_tag=folded(started.id_tag) or None,
        )
        session = self._open[ref] = OpenSession(record, told=True)
        self._context.journal.session(record)
        charger.session_opened(session, judged, now)

    # -- the end -------------------------------------------------------------------------------

    def end(self, stopped: TransactionStopped, now: datetime, done: EndDone) -> None:
        """Close a session; a stop of an unknown or already stopped one is taken as well."""
        session = self._open.get(stopped.ref)
        if session is None:
            self._context.tasks.start(self._end_unknown(stopped, now, done), name=f"stop-{self._device.id}")
        else:
            self._close(session, stopped, now)
            self._tell_ended(session.record, stopped, now, done)

    def _tell_ended(
        self, record: SessionRecord | None, stopped: TransactionStopped, now: datetime, done: EndDone
    ) -> None:
        if stopped.id_tag is None:
            answer = None
        elif record is not None and record.id_tag == folded(stopped.id_tag):
            answer = judge_again(self._device.outlet_of(record.charger_id), record, now)
        else:
            answer = self._device.judge(stopped.id_tag, now)
        self._context.journal.when_durable(lambda stored: done(stored, answer))

    def _close(self, session: OpenSession, stopped: TransactionStopped, now: datetime) -> None:
        """Settle a session with what the device says about its end."""
        for reading in stopped.readings:
            kept = session.counted(reading, now, is_old=True)
            self._context.journal.sample(session.record.charger_id, kept, None)
        record = session.ended(stopped.at, stopped.meter_stop_wh, stopped.reason, now=now)
        if record.origin is Origin.OFFLINE and record.ended_at is not None:
            # Nobody watched it charge; the time from start to stop is the best there is.
            duration = (record.ended_at - record.started_at).total_seconds()
            record = record._replace(charging_time_s=duration)
        self._settle(session, record, now)

    def abandon(self, session: OpenSession, at: datetime, now: datetime, *why: Anomaly) -> None:
        """Close a session whose stop the device never told us; a stop that comes later still counts."""
        ended_at = max(session.record.started_at, min(at, now))
        record = session.ended(ended_at, None, None, now=now)
        record = record._replace(anomalies=tuple(dict.fromkeys((*record.anomalies, *why))))
        self._settle(session, record, now)

    def _settle(self, session: OpenSession, record: SessionRecord, now: datetime) -> None:
        self._open.pop(record.ref, None)
        self._context.journal.session(record)
        self._device.outlet_of(record.charger_id).session_closed(session, record, now)

    def settle_orphans(self, now: datetime, patience: timedelta) -> None:
        """Close the sessions whose stop never came: the car has gone, or charges in another session."""
        since = self._device.link_since
        if not self._device.online or since is None or now - since <= patience:
            return
        for session in tuple(self._open.values()):
            charger = self._device.outlet_of(session.record.charger_id)
            present, left_at = charger.session, charger.deserted_since
            if present is not session:
                self.abandon(session, now if present is None else present.record.started_at, now)
            elif left_at is not None and now - left_at > patience:
                self.abandon(session, left_at, now)

    async def _end_unknown(self, stopped: TransactionStopped, now: datetime, done: EndDone) -> None:
        try:
            known, ref = await self._meant(stopped)
        except StorageUnavailableError:
            done(False, None)
            return
        if known is None:
            self._context.journal.session(recovered(self._device.outlet(1), stopped, ref, now))
        elif known.ended_at is None or Anomaly.STOP_UNKNOWN in known.anomalies:
            without = tuple(a for a in known.anomalies if a is not Anomaly.STOP_UNKNOWN)
            self._close(OpenSession(known._replace(anomalies=without), told=True), stopped, now)
        self._tell_ended(known, stopped, now, done)

    async def _meant(self, stopped: TransactionStopped) -> tuple[SessionRecord | None, str]:
        """The session on record that a stop is of, if any, and the number to keep it by."""
        known = None
        for ref in (own_ref(stopped), ref_by_end(stopped)):
            known = await self._context.archive.session_by_ref(self._device.id, ref)
            if known is None or Anomaly.STOP_UNKNOWN in known.anomalies or not is_of_another(stopped, known):
                break
        return known, ref


def _is_ahead(started: TransactionStarted, now: datetime) -> bool:
    """Whether the device's clock runs so far ahead that its time is of no use."""
    return started.at > now + CLOCK_TOLERANCE


def _is_start_of(session: OpenSession, charger: Charger, started: TransactionStarted, now: datetime) -> bool:
    record = session.record
    if (record.charger_id, record.meter_start_wh) != (charger.id, started.meter_start_wh):
        return False
    if record.id_tag != folded(started.id_tag):
        return False
    if session.untouched or record.started_at == started.at:
        return True
    # The time of a clock that is ahead was not kept, so that it cannot tell two starts apart.
    return Anomaly.CLOCK_OFF in record.anomalies and _is_ahead(started, now)
