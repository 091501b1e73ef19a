"""Puts the rows of a batch into their tables, inside a transaction that the writer began."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Table, select

from chargedeck.hub.records import LimitChange
from chargedeck.storage import rows, tables
from chargedeck.storage.batch import Batch, Sample
from chargedeck.storage.columns import clean
from chargedeck.storage.database import Database
from chargedeck.storage.energy_tables import STATION_ENERGY
from chargedeck.storage.hot_table import HotTable, Merge, Row, row_maker
from chargedeck.storage.tables import CHARGER_KEYS

logger = logging.getLogger(__name__)

_NAMES_AT_ONCE = 500

_COST = {
    "grid_wh",
    "solar_wh",
    "battery_wh",
    "cost_amount",
    "cost_currency",
    "cost_estimated",
    "cost_detail",
    "tariff_as_of",
}
SESSION_FACTS = tuple(name for name in tables.SESSIONS.columns.keys() if name not in _COST)  # noqa: SIM118
"""What the ledger writes of a session; what it cost is written by who prices it."""


class Inscription:
    """The SQL of every table on the hot path, and the keys of the chargers that were met so far."""

    def __init__(self, database: Database, dialect: Dialect) -> None:
        self._database = database
        self._keys: dict[str, int] = {}

        def made(
            table: Table,
            values: Callable[[Any], Mapping[str, Any]],
            key: Sequence[str] = ("id",),
            *,
            replaces: bool = True,
            written: Sequence[str] = (),
        ) -> HotTable[Any]:
            row = row_maker(table, dialect, values, written)
            return HotTable(table, dialect, row, Merge(key, replaces), written)

        self._devices = made(tables.DEVICES, rows.device_values)
        self._chargers = made(tables.CHARGERS, rows.plain_values)
        self._sessions = made(tables.SESSIONS, rows.session_values, written=SESSION_FACTS)
        self._samples = HotTable(tables.FRESH_SAMPLES, dialect, self._sample_row)
        self._limits = made(tables.LIMIT_CHANGES, self._limit_values, ("charger_key", "at"))
        self._flows = made(STATION_ENERGY, rows.plain_values, ("station_id", "start"))
        self._signed = made(
            tables.SIGNED_VALUES,
            rows.signed_values,
            ("device_id", "connector", "at", "digest"),
            replaces=False,
        )
        self._events = made(tables.EVENTS, rows.event_values, replaces=False)

    def write(self, connection: Connection, batch: Batch) -> None:
        """Write all rows, or raise."""
        self._meet_chargers(connection, batch)
        cursor = connection.connection.cursor()
        try:
            for table, records in self._parts(batch):
                if records:
                    self._database.insert(cursor, table, [table.row(record) for record in records])
        finally:
            cursor.close()

    def write_what_can_be(self, connection: Connection, batch: Batch) -> int:
        """Write row by row, leaving out those that no database would take; say how many those were."""
        self._meet_chargers(connection, batch)
        rejected = 0
        for table, records in self._parts(batch):
            for record in records:
                try:
                    with connection.begin_nested():
                        cursor = connection.connection.cursor()
                        self._database.insert(cursor, table, [table.row(record)])
                except self._database.row_faults as error:
                    rejected += 1
                    logger.error("A row of %s can never be stored, and is left out: %s", table.name, error)  # noqa: TRY400
        return rejected

    def forget(self) -> None:
        """Whatever was learnt from a transaction that did not come to be."""
        self._keys.clear()

    def _parts(self, batch: Batch) -> Iterator[tuple[HotTable[Any], Sequence[Any]]]:
        yield self._devices, list(batch.devices.values())
        yield self._chargers, list(batch.chargers.values())
        yield self._sessions, list(batch.sessions.values())
        yield self._flows, list(batch.energy.values())
        yield self._samples, batch.samples
        yield self._limits, list({(change.charger_id, change.at): change for change in batch.limits}.values())
        yield self._signed, batch.signed
        yield self._events, batch.events

    def _sample_row(self, sample: Sample) -> Row:
        charger, reading, limit_a = sample
        return rows.sample_row(self._keys[charger], reading, limit_a)

    def _limit_values(self, change: LimitChange) -> rows.Values:
        return rows.limit_values(self._keys[change.charger_id], change)

    def _meet_chargers(self, connection: Connection, batch: Batch) -> None:
        named: set[str] = {sample[0] for sample in batch.samples}
        named.update(change.charger_id for change in batch.limits)
        strangers = sorted(named - self._keys.keys())
        for start in range(0, len(strangers), _NAMES_AT_ONCE):
            some = strangers[start : start + _NAMES_AT_ONCE]
            add = self._database.insert_into(CHARGER_KEYS).on_conflict_do_nothing()
            connection.execute(add, [{"charger_id": name} for name in some])
            query = select(CHARGER_KEYS.c.charger_id, CHARGER_KEYS.c.key)
            query = query.where(CHARGER_KEYS.c.charger_id.in_(some))
            keys = {row.charger_id: row.key for row in connection.execute(query)}
            self._keys.update((name, keys[clean(name)]) for name in some)
