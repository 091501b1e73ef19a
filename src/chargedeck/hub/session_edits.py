"""What people add to the history and change in it; a deed counts when it is on disk, and is written down."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from chargedeck.domain.cards import Authorizer, AuthorizerKind
from chargedeck.domain.problems import ConflictError, UnknownResourceError
from chargedeck.domain.sentences import said
from chargedeck.domain.units import ChargerId, DeviceId, SessionId, StationId, WattHours
from chargedeck.energy.prices import Money
from chargedeck.hub.context import Context
from chargedeck.hub.fleet import Fleet
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import EventRecord, Origin, SessionRecord

LONGEST = timedelta(days=31)
MOST_WH = 2_000_000
"""More than any car takes at once."""

_REMARKS = ("user_id", "car_id", "note", "tags")
_KEPT = 200
"""Characters of a note that the log of deeds keeps."""


@dataclass(frozen=True, slots=True)
class ManualSession:
    """A session that none of our devices has told of; it was charged at a charger of ours or at a place."""

    station_id: StationId
    started_at: datetime
    ended_at: datetime
    energy_wh: WattHours
    charger_id: ChargerId | None = None
    place: str | None = None
    cost: Money | None = None


@dataclass(frozen=True, slots=True)
class Remarks:
    """What people say of a session."""

    user_id: str | None = None
    car_id: str | None = None
    note: str = ""
    tags: tuple[str, ...] = ()


class EditedSessions(Protocol):
    """Where edits are kept; what is returned from is on disk, and the sums of the history follow."""

    async def add(self, record: SessionRecord, cost: Money | None) -> None:
        """Insert a session by hand, which nobody prices."""

    async def remark(self, session: SessionRecord, remarks: Remarks) -> bool:
        """Replace what people say of a session; False when it is gone."""

    async def delete(self, session: SessionId, at: datetime) -> bool:
        """Hide a session that has ended; False when it is gone, or still runs."""


class SessionEdits:
    """Adds, remarks on and deletes sessions."""

    def __init__(self, kept: EditedSessions, fleet: Fleet, context: Context) -> None:
        self._kept = kept
        self._fleet = fleet
        self._now = context.now
        self._record = context.journal.event

    async def add(self, new: ManualSession, remarks: Remarks, by: Authorizer) -> SessionRecord:
        """Put a session into the history by hand."""
        self._check(new)
        session = SessionRecord(
            id=SessionId(secrets.token_hex(8)),
            charger_id=new.charger_id or ChargerId(""),
            device_id=DeviceId(""),
            station_id=new.station_id,
            ref="",
            started_at=new.started_at,
            meter_start_wh=WattHours(0),
            meter_last_wh=new.energy_wh,
            charging_time_s=(new.ended_at - new.started_at).total_seconds(),
            ended_at=new.ended_at,
            authorized_by=replace(by, user_id=remarks.user_id),
            origin=Origin.MANUAL,
            car_id=remarks.car_id,
            place=new.place,
            note=remarks.note,
            tags=remarks.tags,
        )
        await self._kept.add(session, new.cost)
        self._note("session_added", session, by, energy_wh=new.energy_wh)
        return session

    def _check(self, new: ManualSession) -> None:
        if not timedelta(0) < new.ended_at - new.started_at <= LONGEST:
            raise InvalidValueError(
                "ended_at", said("must be later than started_at, at most {days} days", days=LONGEST.days)
            )
        if new.ended_at > self._now():
            raise InvalidValueError("ended_at", said("must not lie in the future"))
        if not new.charger_id and not new.place:
            raise InvalidValueError(
                "place", said("must say where it was charged, or charger_id at which charger")
            )

    async def remark(self, session: SessionRecord, remarks: Remarks, by: Authorizer) -> SessionRecord:
        """Say whose session it is, in which car, and what there is to know of it."""
        if remarks_of(session) == remarks:
            return session
        if not await self._kept.remark(session, remarks):
            raise UnknownResourceError("session", session.id)
        changed = remarked(session, remarks)
        self._tell_ledger(changed)
        self._note("session_changed", session, by, **_differences(remarks_of(session), remarks))
        return changed

    def _tell_ledger(self, record: SessionRecord) -> None:
        """While a session is open, what is written of it comes from the ledger."""
        device = self._fleet.devices.get(record.device_id)
        session = None if device is None else device.ledger.get(record.ref)
        if session is not None and session.record.id == record.id:
            session.remarked(record)

    async def delete(self, session: SessionRecord, by: Authorizer) -> None:
        """Take a session out of the history; its row stays, and who did it is written down."""
        if session.ended_at is None:
            raise ConflictError(said("The session still runs; stop it first"))
        if not await self._kept.delete(session.id, self._now()):
            raise UnknownResourceError("session", session.id)
        self._note("session_deleted", session, by, energy_wh=session.energy_wh)

    def _note(self, kind: str, session: SessionRecord, by: Authorizer, **detail: object) -> None:
        detail = {"session": session.id, "started_at": session.started_at.isoformat(), **detail}
        charger, device = session.charger_id or None, session.device_id or None
        self._record(EventRecord(self._now(), kind, device, charger, by.label, detail))


def remarks_of(session: SessionRecord) -> Remarks:
    """What people say of a session now."""
    return Remarks(session.user_id, session.car_id, session.note, session.tags)


def remarked(session: SessionRecord, remarks: Remarks) -> SessionRecord:
    """A session with what people say of it."""
    by = session.authorized_by
    if by is None and remarks.user_id is not None:
        by = Authorizer(AuthorizerKind.UNKNOWN, "")
    if by is not None:
        by = replace(by, user_id=remarks.user_id)
    return session._replace(authorized_by=by, car_id=remarks.car_id, note=remarks.note, tags=remarks.tags)


def _differences(before: Remarks, after: Remarks) -> dict[str, object]:
    """What was and what is, of that which has changed."""
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in _REMARKS}
    return {name: [_short(was), _short(now)] for name, (was, now) in pairs.items() if was != now}


def _short(value: object) -> object:
    return value[:_KEPT] if isinstance(value, str) else value
