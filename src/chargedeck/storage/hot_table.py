"""SQL for the tables on the hot path, made once and handed to the driver beneath SQLAlchemy."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import Dialect, Table

from chargedeck.storage.columns import KEPT

Record = TypeVar("Record")
Row = tuple[Any, ...]


class Merge(NamedTuple):
    """`key` makes two rows the same one; then the later replaces the earlier, or is left out."""

    key: Sequence[str] = ()
    replaces: bool = True


class HotTable(Generic[Record]):
    """How records of one kind get into their table; columns that are not `written` are others' business.

    Where a row replaces another, columns that are `KEPT` stay as they were first.
    """

    def __init__(
        self,
        table: Table,
        dialect: Dialect,
        row: Callable[[Record], Row],
        merge: Merge = Merge(),  # noqa: B008  (a tuple)
        written: Sequence[str] = (),
    ) -> None:
        columns = written or table.columns.keys()
        key = merge.key
        self.width = len(columns)
        self.name = table.name
        self.row = row
        """Makes a record into what the driver takes, in the order of the columns."""
        self.plain = not key
        """Whether rows are only ever added."""
        self.copy_sql = f"COPY {table.name} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)"
        self.copy_types = [table.columns[name].type.compile(dialect).lower() for name in columns]
        place = "?" if dialect.paramstyle == "qmark" else "%s"
        self._places = f"({', '.join([place] * len(columns))})"
        # Made of the names in `tables` alone; every value is a parameter.
        self._head = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES "  # noqa: S608
        kept = {name for name, column in table.columns.items() if column.info == KEPT}
        changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in (*key, *kept))
        action = f"UPDATE SET {changes}" if merge.replaces else "NOTHING"
        self._tail = f" ON CONFLICT ({', '.join(key)}) DO {action}" if key else ""
        self._sql: dict[int, str] = {}

    def sql(self, rows: int = 1) -> str:
        """One statement that takes that many rows."""
        known = self._sql.get(rows)
        if known is None:
            known = self._sql[rows] = self._head + ", ".join([self._places] * rows) + self._tail
        return known


def row_maker(
    table: Table,
    dialect: Dialect,
    values: Callable[[Record], Mapping[str, Any]],
    written: Sequence[str] = (),
) -> Callable[[Record], Row]:
    """Make rows from values by name, each as its column's type wants it."""
    binders = [
        (name, column.type.dialect_impl(dialect).bind_processor(dialect))
        for name, column in table.columns.items()
        if not written or name in written
    ]

    def row(record: Record) -> Row:
        given = values(record)
        return tuple([given[name] if bind is None else bind(given[name]) for name, bind in binders])

    return row
