"""What happens at chargers that people may want to be told of; told on the spot to whoever listens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chargedeck.domain.cards import AuthorizerKind
from chargedeck.domain.errors import ErrorType, severity
from chargedeck.domain.limits import LimitReason
from chargedeck.domain.notices import NO_STOPS, Happening, NoticeKind

if TYPE_CHECKING:
    from datetime import datetime

    from chargedeck.hub.charger import Charger
    from chargedeck.hub.open_session import OpenSession
    from chargedeck.hub.records import SessionRecord

NEW_FOR = timedelta(minutes=1)
"""A beginning that is told later is told with the end."""

LIMIT_STOPS = frozenset(
    {"EnergyLimitReached", "TimeLimitReached", "SOCLimitReached", "LocalOutOfCredit", "CostLimitReached"}
)
"""Why a device says that it has ended a session, where that was a limit of the session's."""

Ear = Callable[[Happening], None]


@dataclass(slots=True)
class News:
    """Whoever listens is told at once, and must not take long."""

    _ears: list[Ear] = field(default_factory=list)

    def listen(self, ear: Ear) -> None:
        """Hear of everything from now on."""
        self._ears.append(ear)

    def tell(self, happening: Happening) -> None:
        """Something has happened."""
        for ear in self._ears:
            ear(happening)

    # -- what chargers tell ------------------------------------------------------------------------

    def began(self, charger: Charger, record: SessionRecord, now: datetime) -> None:
        """A session has begun; one that the device tells of late is told when it ends."""
        if now - record.started_at <= NEW_FOR:
            self._of_session(NoticeKind.SESSION_STARTED, charger, record, record.started_at)

    def ended(self, charger: Charger, session: OpenSession, record: SessionRecord) -> None:
        """A session has ended, perhaps since it had reached a limit."""
        if record.ended_at is None:
            return
        cost = None if session.cost is None else session.cost.total
        detail = {
            "energy_wh": record.energy_wh,
            "charging_time_s": round(record.charging_time_s),
            "cost": None if cost is None else {"amount": cost.amount, "currency": cost.currency},
        }
        by_limit = record.stop_reason in LIMIT_STOPS
        kind = NoticeKind.STOPPED_BY_LIMIT if by_limit else NoticeKind.SESSION_ENDED
        about = "session" if by_limit else ""
        self._of_session(kind, charger, record, record.ended_at, about=about, **detail)

    def held(self, charger: Charger, reason: LimitReason | None, now: datetime) -> None:
        """No energy flows any more, and a limit may be why."""
        if reason is not None and reason not in NO_STOPS and charger.session is not None:
            record = charger.session.record
            self._of_session(NoticeKind.STOPPED_BY_LIMIT, charger, record, now, about=reason.value)

    def troubled(self, charger: Charger, error: ErrorType, word: str, now: datetime) -> None:
        """The device reports an error."""
        detail = {"severity": severity(error).word, "device_detail": word}
        self._of(NoticeKind.CHARGER_ERROR, charger, now, about=error.value, detail=detail)

    def left(self, charger: Charger, now: datetime) -> None:
        """The connection is lost."""
        self._of(NoticeKind.CHARGER_OFFLINE, charger, now)

    def returned(self, charger: Charger, now: datetime) -> None:
        """There is a connection again."""
        self._of(NoticeKind.CHARGER_ONLINE, charger, now)

    def _of_session(
        self,
        kind: NoticeKind,
        charger: Charger,
        record: SessionRecord,
        at: datetime,
        *,
        about: str = "",
        **detail: Any,
    ) -> None:
        by = record.authorized_by
        if by is not None and by.kind is AuthorizerKind.UNKNOWN:
            return  # nobody may charge with it, so this is no session but a card at the wrong door
        self._of(
            kind, charger, at, about=about, whose=record.user_id, detail={"session_id": record.id, **detail}
        )

    def _of(self, kind: NoticeKind, charger: Charger, at: datetime, **more: Any) -> None:
        if self._ears and not charger.retired:
            self.tell(Happening(kind, charger.id, charger.record.station_id, at, **more))
