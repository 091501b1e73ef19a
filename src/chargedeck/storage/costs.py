"""The pages on tariffs, exchange prices and what sessions cost."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, CursorResult, delete, func, insert, select, union_all, update
from sqlalchemy.exc import IntegrityError

from chargedeck.domain.problems import UnknownResourceError
from chargedeck.domain.units import ChargerId, SessionId, StationId
from chargedeck.energy.cost_energy import RegisterAt
from chargedeck.hub.cost_records import Again, FeedId, PricedSession, SessionSlot, SpotPrice, TariffVersion
from chargedeck.hub.records import Origin, SessionRecord
from chargedeck.storage import cost_rows as rows
from chargedeck.storage.columns import instant, micros
from chargedeck.storage.desk import Desk
from chargedeck.storage.energy_tables import SESSION_SLOTS, SPOT_PRICES, TARIFFS
from chargedeck.storage.rows import session_record
from chargedeck.storage.samples import key_of
from chargedeck.storage.tables import FRESH_SAMPLES, SAMPLES, SESSIONS

_MINUTE = 60_000_000
_AT_ONCE = 1_000


class SqlCostBook:
    """Implements the hub's CostBook."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # -- tariffs and prices ------------------------------------------------------------------------

    async def tariffs(self) -> Sequence[TariffVersion]:
        """In the order in which they were saved."""
        query = select(TARIFFS).order_by(TARIFFS.c.saved_at, TARIFFS.c.station_id, TARIFFS.c.valid_from)
        return await self._desk.read(
            lambda connection: [*map(rows.version_record, connection.execute(query))]
        )

    async def add_tariff(self, version: TariffVersion) -> None:
        """Add a version; raises UnknownResourceError when the station is gone."""
        try:
            await self._desk.save(TARIFFS, rows.version_values(version))
        except IntegrityError as error:
            raise UnknownResourceError("station", version.station_id) from error

    async def spot_prices(self, feed: FeedId, start: datetime, end: datetime) -> Sequence[SpotPrice]:
        """Oldest first."""
        of_feed = SPOT_PRICES.c.feed == feed
        query = select(SPOT_PRICES).where(of_feed, SPOT_PRICES.c.start >= start, SPOT_PRICES.c.start < end)
        query = query.order_by(SPOT_PRICES.c.start)
        return await self._desk.read(lambda connection: [*map(rows.spot_record, connection.execute(query))])

    async def save_spot_prices(self, feed: FeedId, prices: Sequence[SpotPrice], at: datetime) -> None:
        """Insert or replace, all or none."""
        values = {price.start: rows.spot_values(feed, price) | {"received_at": at} for price in prices}

        def save(connection: Connection) -> None:
            put = self._desk.database.insert_into(SPOT_PRICES)
            changes = {name: put.excluded[name] for name in ("price", "slot_min", "received_at")}
            put = put.on_conflict_do_update(index_elements=["feed", "start"], set_=changes)
            connection.execute(put, list(values.values()))

        if values:
            await self._desk.write(save)

    # -- what sessions cost ------------------------------------------------------------------------

    async def session_slots(self, session: SessionId) -> Sequence[SessionSlot]:
        """Oldest first."""
        query = select(SESSION_SLOTS).where(SESSION_SLOTS.c.session_id == session)
        query = query.order_by(SESSION_SLOTS.c.start)
        return await self._desk.read(lambda connection: [*map(rows.slot_record, connection.execute(query))])

    async def unpriced(self, limit: int) -> Sequence[SessionRecord]:
        """Those first that ended first; asked in turn with the writing, so that none is overlooked."""
        columns = SESSIONS.c
        query = select(SESSIONS).where(columns.ended_at.is_not(None), columns.priced_at.is_(None))
        query = query.order_by(columns.ended_at).limit(limit)
        return await self._desk.write(lambda connection: [*map(session_record, connection.execute(query))])

    async def keep_cost(self, priced: PricedSession) -> bool:
        """In one transaction; what was priced before the facts changed is let go of."""
        session, columns = priced.session, SESSIONS.c
        unchanged = update(SESSIONS).where(
            columns.id == session.id,
            columns.started_at == session.started_at,
            columns.ended_at == session.ended_at,
            columns.meter_start_wh == session.meter_start_wh,
            columns.meter_last_wh == session.meter_last_wh,
        )

        def keep(connection: Connection) -> bool:
            result: CursorResult[tuple[()]] = connection.execute(
                unchanged.values(rows.cost_values(priced) | {"rolled_up": False})
            )
            if result.rowcount:
                replace_session_slots(connection, priced)
            return bool(result.rowcount)

        return await self._desk.write(keep)

    async def price_again(self, station: StationId, start: datetime, end: datetime, why: Again) -> int:
        """Unset when they were priced, and for an owner which versions counted."""
        columns = SESSIONS.c
        again = update(SESSIONS).where(
            columns.station_id == station,
            columns.started_at < end,
            columns.ended_at > start,
            columns.origin != Origin.MANUAL,
        )
        if why is Again.PRICES:
            again = again.where(columns.cost_estimated)
        unset = {"priced_at": None} | ({"tariff_as_of": None} if why is Again.TARIFF else {})

        def write(connection: Connection) -> int:
            result: CursorResult[tuple[()]] = connection.execute(again.values(unset))
            return result.rowcount

        return await self._desk.write(write)

    async def registers(self, charger: ChargerId, start: datetime, end: datetime) -> Sequence[RegisterAt]:
        """Oldest first; a register only counts up, so that the highest of a minute is its last one."""
        both = union_all(
            *(
                select(table.c.at, table.c.register_wh).where(
                    table.c.charger_key == key_of(charger),
                    table.c.at >= micros(start),
                    table.c.at <= micros(end),
                    table.c.register_wh.is_not(None),
                )
                for table in (SAMPLES, FRESH_SAMPLES)
            )
        ).subquery()
        minute = both.c.at // _MINUTE
        query = select(func.max(both.c.at), func.max(both.c.register_wh)).group_by(minute).order_by(minute)
        found = await self._desk.read(lambda connection: connection.execute(query).all())
        return [RegisterAt(instant(at), Decimal(repr(register))) for at, register in found]


def replace_session_slots(connection: Connection, priced: PricedSession) -> None:
    """The one place where the slots of a session change, within the transaction that changes its cost."""
    connection.execute(delete(SESSION_SLOTS).where(SESSION_SLOTS.c.session_id == priced.session.id))
    for first in range(0, len(priced.slots), _AT_ONCE):
        some = priced.slots[first : first + _AT_ONCE]
        connection.execute(insert(SESSION_SLOTS), [rows.slot_values(priced, slot) for slot in some])
