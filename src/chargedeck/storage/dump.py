"""Every row of a database as frames, and back; the same from and into SQLite and PostgreSQL.

A dump holds what stands in the columns, not what it means, so that one of an older schema can be read:
its tables are made as they were then, filled, and brought up to date like any other database.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from sqlalchemy import Boolean, Connection, inspect, text

from chargedeck.domain.sentences import said
from chargedeck.storage import schema
from chargedeck.storage.problems import BackupError, SchemaTooNewError
from chargedeck.storage.tables import METADATA, SCHEMA_VERSION

ROWS_A_FRAME = 5_000


class Rows(msgspec.Struct, frozen=True, tag=True):
    """Rows of one table."""

    table: str
    columns: list[str]
    rows: list[list[Any]]


class End(msgspec.Struct, frozen=True, tag=True):
    """The last frame: how many rows of each table there were."""

    counts: dict[str, int]


def dumped(connection: Connection) -> Iterator[bytes]:
    """Every table, in an order in which references hold; the transaction decides what is seen."""
    counts: Counter[str] = Counter()
    for table in METADATA.sorted_tables:
        if table is SCHEMA_VERSION:
            continue
        name, columns = str(table.name), [str(column.name) for column in table.columns]
        query = text(f"SELECT {_quoted(columns)} FROM {name}")  # noqa: S608  (names of our own)
        result = connection.execution_options(yield_per=ROWS_A_FRAME).execute(query)
        for rows in result.partitions():
            counts[name] += len(rows)
            yield msgspec.msgpack.encode(Rows(name, columns, [list(row) for row in rows]))
    yield msgspec.msgpack.encode(End(dict(counts)))


def loaded(connection: Connection, db_schema: str, frames: Iterable[bytes]) -> dict[str, int]:
    """Fill an empty database and bring it up to date, in the caller's transaction; answers the counts.

    Raises BackupError for frames that do not add up, SchemaTooNewError for those of a newer ChargeDeck.
    """
    newest = schema.REVISIONS.newest
    if db_schema > newest:
        raise SchemaTooNewError(db_schema, newest)
    if schema.found_version(connection) is not None:
        raise BackupError(said("there is data already where it was to be put; name an empty database"))
    schema.make_at(connection, db_schema)
    counts = _filled(connection, frames)
    schema.bring_up_to_date(connection)
    return counts


def _filled(connection: Connection, frames: Iterable[bytes]) -> dict[str, int]:
    kinds = {
        table: {column["name"]: isinstance(column["type"], Boolean) for column in inspector_columns}
        for table, inspector_columns in _columns(connection)
    }
    counts: Counter[str] = Counter()
    end: End | None = None
    for frame in frames:
        part = _decoded(frame)
        if end is not None:
            raise BackupError(said("something follows its end; take another copy"))
        if isinstance(part, End):
            end = part
            continue
        booleans = kinds.get(part.table)
        if booleans is None or not booleans.keys() >= set(part.columns):
            raise BackupError(said("it speaks of {table}, which its schema does not have", table=part.table))
        _insert(connection, part, [booleans[column] for column in part.columns])
        counts[part.table] += len(part.rows)
    if end is None or Counter(end.counts) != counts:
        raise BackupError(said("rows are missing; take another copy"))
    return dict(counts)


def _columns(connection: Connection) -> Iterator[tuple[str, list[Any]]]:
    found = inspect(connection)
    for table in found.get_table_names():
        yield table, list(found.get_columns(table))


def _insert(connection: Connection, part: Rows, booleans: list[bool]) -> None:
    if not part.rows:
        return
    if any(len(row) != len(part.columns) for row in part.rows):
        raise BackupError(said("a row of {table} has too many or too few values", table=part.table))
    places = ", ".join(f":c{place}" for place in range(len(part.columns)))
    statement = text(f"INSERT INTO {part.table} ({_quoted(part.columns)}) VALUES ({places})")  # noqa: S608
    connection.execute(
        statement,
        [
            {
                f"c{place}": bool(value) if is_boolean and value is not None else value
                for place, (value, is_boolean) in enumerate(zip(row, booleans, strict=True))
            }
            for row in part.rows
        ],
    )


def _decoded(frame: bytes) -> Rows | End:
    try:
        part: Rows | End = msgspec.msgpack.decode(frame, type=Rows | End)
    except msgspec.MsgspecError as error:
        raise BackupError(said("a part of it cannot be read; take another copy")) from error
    return part


def _quoted(columns: Iterable[str]) -> str:
    """Some names are words of SQL."""
    return ", ".join(f'"{column}"' for column in columns)
