"""Fills databases with a made history, as fast as each of them takes rows."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite

from bench.history.made import BERLIN, CHARGERS, END, STATIONS, YEARS, History
from chargedeck.hub.history_calendar import months_later
from chargedeck.storage import tables
from chargedeck.storage.columns import micros
from chargedeck.storage.history_tables import HISTORY_KEYS, ROLL_UPS, SESSION_PARTS, SUMS
from chargedeck.storage.hot_table import row_maker
from chargedeck.storage.opening import database_of, make_ready
from chargedeck.storage.rows import session_values

Rows = Iterable[Sequence[Any]]
Put = Callable[[Table, Rows], None]

DIMENSIONS = (
    (0, 0, "slot", "station, 0, 0, 0"),
    (1, 0, "day", "station, 0, 0, 0"),
    (1, 1, "day", "station, charger, 0, 0"),
    (1, 2, "day", "station, 0, person, card"),
)
"""Span, dimension, start and whose, as the product keeps its sums; months are made of days."""


def fill(url: str, history: History) -> None:
    """Make the schema and put everything in."""
    make_ready(database_of(url))
    opened = _postgres(url) if url.startswith("postgresql") else _sqlite(Path(url.removeprefix("sqlite:///")))
    dialect: Dialect = postgresql.dialect() if url.startswith("postgresql") else sqlite.dialect()
    with opened as (put, run):
        _places(put, history)
        _sessions(put, history, dialect)
        for charger in range(CHARGERS):
            put(tables.SAMPLES, history.samples(charger))
        for statement in (*_sums(), "ANALYZE"):
            run(statement)


def _places(put: Put, history: History) -> None:
    at = micros(END)
    stations = ((f"station-{n}", f"Station {n}", n == 0, BERLIN.key, at) for n in range(STATIONS))
    put(tables.STATIONS, stations)
    put(HISTORY_KEYS, enumerate(history.names(), 1))
    put(tables.CHARGER_KEYS, ((1 + n, f"charger-{n}") for n in range(CHARGERS)))


def _sessions(put: Put, history: History, dialect: Dialect) -> None:
    def values(record: Any) -> dict[str, Any]:
        cost = record.cost
        return session_values(record) | {
            "rolled_up": True,
            "priced_at": record.ended_at,
            "grid_wh": float(cost.grid_wh),
            "solar_wh": float(cost.solar_wh),
            "battery_wh": 0.0,
            "cost_amount": cost.amount,
            "cost_currency": cost.currency,
            "cost_estimated": False,
            "cost_detail": None,
            "tariff_as_of": None,
        }

    row = row_maker(tables.SESSIONS, dialect, values)
    put(tables.SESSIONS, (row(history.record(number)) for number in history.numbers()))
    put(SESSION_PARTS, _parts(history))


def _parts(history: History) -> Iterator[Sequence[Any]]:
    """By time, which is the order that the table has."""
    waiting: list[tuple[Any, ...]] = []
    for number in history.numbers():
        waiting += history.parts(number, history.record(number))
        if number % 5_000 == 0:
            done = min(row[0] for row in waiting[-10:]) - 8
            waiting.sort()
            yield from (row for row in waiting if row[0] < done)
            waiting = [row for row in waiting if row[0] >= done]
    yield from sorted(waiting)


def _sums() -> Iterator[str]:
    """The sums from the parts, as the product would have kept them."""
    sums = ", ".join(f"sum({name})" for name in SUMS)
    for span, dimension, start, whose in DIMENSIONS:
        yield (
            f"INSERT INTO {ROLL_UPS.name} SELECT {span}, {dimension}, {start}, {whose}, currency, {sums} "
            f"FROM {SESSION_PARTS.name} GROUP BY {start}, {whose.replace(', 0', '')}, currency"
        )
    month = months_later((END - YEARS).astimezone(BERLIN).date().replace(day=1), 0)
    whose = "station, charger, person, card, currency"
    while month <= END.date():
        after = months_later(month, 1)
        yield (
            f"INSERT INTO {ROLL_UPS.name} SELECT 2, dimension, {month.year * 12 + month.month - 1}, {whose}, "
            f"{sums} FROM {ROLL_UPS.name} WHERE span = 1 AND start >= {month.toordinal()} "
            f"AND start < {after.toordinal()} GROUP BY dimension, {whose}"
        )
        month = after


@contextmanager
def _sqlite(path: Path) -> Iterator[tuple[Put, Callable[[str], None]]]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(
            "PRAGMA synchronous=off; PRAGMA journal_mode=off; PRAGMA cache_size=-400000;"
            "PRAGMA temp_store=memory"
        )

        def put(table: Table, rows: Rows) -> None:
            places = ", ".join("?" * len(table.columns))
            connection.execute("BEGIN")
            connection.executemany(f"INSERT INTO {table.name} VALUES ({places})", rows)
            connection.execute("COMMIT")

        def run(statement: str) -> None:
            connection.execute(statement)

        yield put, run


_NUMBERED = ("charger_keys", "history_keys")


@contextmanager
def _postgres(url: str) -> Iterator[tuple[Put, Callable[[str], None]]]:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")

        def put(table: Table, rows: Rows) -> None:
            names = ", ".join(table.columns.keys())
            with (
                connection.cursor() as cursor,
                cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy,
            ):
                for row in rows:
                    copy.write_row(row)

        def run(statement: str) -> None:
            connection.execute(statement.encode())

        yield put, run
        for table in _NUMBERED:  # whose next row must not be given a number that we gave
            run(f"SELECT setval(pg_get_serial_sequence('{table}', 'key'), 100000)")
