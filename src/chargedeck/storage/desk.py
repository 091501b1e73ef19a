"""What the parts of the book share: writing a record by its key, and reading a table."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Table, delete, select

from chargedeck.storage.database import Database
from chargedeck.storage.readers import Readers

Answer = TypeVar("Answer")
Record = TypeVar("Record")


class Scribe(Protocol):
    """Who writes: the journal, so that nothing overtakes the rows that were handed over before."""

    async def run(self, work: Callable[[Connection], Answer]) -> Answer:
        """Do work in a transaction of its own; return once it is on disk."""


class Desk:
    """Where records are written and read."""

    def __init__(self, database: Database, scribe: Scribe, readers: Readers) -> None:
        self.database = database
        self.write = scribe.run
        self.read = readers.run

    async def all(self, table: Table, record: Callable[[Row[Any]], Record]) -> Sequence[Record]:
        """Every record of a table, in the order of their ids."""
        query = select(table).order_by(table.c.id)
        return await self.read(lambda connection: [*map(record, connection.execute(query))])

    async def save(self, table: Table, values: Mapping[str, Any]) -> None:
        """Insert or replace by the primary key."""
        await self.write(lambda connection: self.put(connection, table, values))

    def put(self, connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
        """Insert or replace by the primary key, within a transaction."""
        keys = [column.name for column in table.primary_key]
        put = self.database.insert_into(table).values(values)
        changes = {name: put.excluded[name] for name in values if name not in keys}
        connection.execute(put.on_conflict_do_update(index_elements=keys, set_=changes))

    async def delete(self, table: Table, condition: ColumnElement[bool]) -> None:
        """Delete what meets the condition, which may be nothing."""
        await self.write(lambda connection: connection.execute(delete(table).where(condition)))
