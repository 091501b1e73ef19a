"""What people add to the history and change in it."""

from datetime import datetime

from sqlalchemy import Connection, CursorResult, func, insert, update

from chargedeck.domain.cards import AuthorizerKind
from chargedeck.domain.units import SessionId
from chargedeck.energy.prices import Money
from chargedeck.hub.records import SessionRecord
from chargedeck.hub.session_edits import Remarks
from chargedeck.storage.desk import Desk
from chargedeck.storage.rows import session_values, words
from chargedeck.storage.tables import SESSIONS

_C = SESSIONS.c


class SqlEditedSessions:
    """Implements the hub's EditedSessions."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def add(self, record: SessionRecord, cost: Money | None) -> None:
        """Priced once and for all by who adds it: the tariff of a station is not that of another place."""
        values = session_values(record) | {
            "priced_at": record.ended_at,
            "grid_wh": record.energy_wh,
            "solar_wh": 0.0,
            "battery_wh": 0.0,
            "cost_amount": None if cost is None else cost.amount,
            "cost_currency": None if cost is None else cost.currency,
            "cost_estimated": False,
        }
        await self._desk.write(lambda connection: connection.execute(insert(SESSIONS).values(values)))

    async def remark(self, session: SessionRecord, remarks: Remarks) -> bool:
        """Of a session that nobody is known to have begun, the kind says that it is unknown."""
        unknown = None if remarks.user_id is None else AuthorizerKind.UNKNOWN
        return await self._update(
            session.id,
            {
                "user_id": remarks.user_id,
                "authorizer_kind": func.coalesce(_C.authorizer_kind, unknown),
                "car_id": remarks.car_id,
                "note": remarks.note,
                "tags": remarks.tags,
                "words": words(session.place, remarks.note, remarks.tags),
            },
        )

    async def delete(self, session: SessionId, at: datetime) -> bool:
        """The row stays."""
        return await self._update(session, {"deleted_at": at}, ended=True)

    async def _update(self, session: SessionId, values: dict[str, object], *, ended: bool = False) -> bool:
        change = update(SESSIONS).where(_C.id == session, _C.deleted_at.is_(None))
        if ended:
            change = change.where(_C.ended_at.is_not(None))

        def work(connection: Connection) -> bool:
            done: CursorResult[tuple[()]] = connection.execute(change.values(values | {"rolled_up": False}))
            return bool(done.rowcount)

        return await self._desk.write(work)
