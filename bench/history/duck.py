"""The same rows in DuckDB, which keeps columns and no sums: what a scan costs that is made for scanning."""

import csv
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb

from bench.history.made import CHARGERS, END, History
from bench.history.questions import REPEATS, period
from chargedeck.storage.columns import micros
from chargedeck.storage.history_tables import SESSION_PARTS
from chargedeck.storage.tables import SAMPLES

Connection = duckdb.DuckDBPyConnection

_SESSION = (
    "id VARCHAR, charger_id VARCHAR, station_id VARCHAR, user_id VARCHAR, started_at BIGINT, "
    "ended_at BIGINT, meter_start_wh DOUBLE, meter_last_wh DOUBLE, charging_time_s DOUBLE, amount DOUBLE"
)
_PAGE = """SELECT * FROM sessions WHERE station_id = ? AND user_id = ? AND started_at >= ?
ORDER BY started_at DESC, id DESC LIMIT 51"""
_CURVE = """SELECT "at" // 10000000, max(register_wh), avg(power_w), avg(current_1_a), avg(limit_a)
FROM samples WHERE charger_key = ? AND "at" >= ? AND "at" < ? GROUP BY 1 ORDER BY 1"""
_SUMS = "sum(energy_mwh), sum(grid_mwh), sum(solar_mwh), sum(battery_mwh), sum(cost_micros), sum(sessions)"


@contextmanager
def filled(folder: Path, history: History) -> Iterator[Connection]:
    """A database with the sessions, their parts, and the samples."""
    with duckdb.connect(str(folder / "history.duckdb")) as connection:
        columns = [
            f'"{name}" {"VARCHAR" if name == "session_id" else "BIGINT"}'
            for name in SESSION_PARTS.columns.keys()  # noqa: SIM118
        ]
        connection.execute(f"CREATE TABLE sessions ({_SESSION})")
        connection.execute(f"CREATE TABLE session_parts ({', '.join(columns)})")
        kinds = [
            f'"{name}" {"BIGINT" if name in ("charger_key", "at") else "DOUBLE"}'
            for name in SAMPLES.columns.keys()  # noqa: SIM118
        ]
        connection.execute(f"CREATE TABLE samples ({', '.join(kinds)})")
        records = map(history.record, history.numbers())
        _load(connection, "sessions", folder, (_session(record) for record in records))
        numbers = history.numbers()
        _load(
            connection,
            "session_parts",
            folder,
            (row for number in numbers for row in history.parts(number, history.record(number))),
        )
        for charger in range(0, CHARGERS, 20):
            some = (row for one in range(charger, charger + 20) for row in history.samples(one))
            _load(connection, "samples", folder, some)
        yield connection


def _session(record: Any) -> Sequence[Any]:
    return (
        record.id,
        record.charger_id,
        record.station_id,
        record.user_id,
        micros(record.started_at),
        micros(record.ended_at),
        record.meter_start_wh,
        record.meter_last_wh,
        record.charging_time_s,
        float(record.cost.amount),
    )


def _load(connection: Connection, table: str, folder: Path, rows: Iterable[Sequence[Any]]) -> None:
    with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".csv", newline="") as file:
        csv.writer(file).writerows(rows)
        file.flush()
        connection.execute(f"COPY {table} FROM '{file.name}' (HEADER false)")


def questions(history: History) -> dict[str, tuple[str, list[Any]]]:
    """What the screens ask, by the names that the product's questions have."""
    month, year = period(1), period(12)
    days = [
        day.date().toordinal() for day in (month.start + timedelta(hours=3), month.end + timedelta(hours=3))
    ]
    months = [
        day.date().toordinal() for day in (year.start + timedelta(hours=3), year.end + timedelta(hours=3))
    ]
    by_month = (
        "date_part('year', DATE '0001-01-01' + CAST(day - 1 AS INTEGER)) * 12 + "
        "date_part('month', DATE '0001-01-01' + CAST(day - 1 AS INTEGER))"
    )
    number = int((END - timedelta(days=1) - history.started_at(0)) / history.step)
    record = history.record(number)
    assert record.ended_at is not None
    span = [1 + number % CHARGERS, micros(record.started_at), micros(record.ended_at)]
    sums = f"SELECT {{}}, {_SUMS} FROM session_parts WHERE day >= ? AND day < ? GROUP BY {{}}"
    return {
        "month by day, stacked by source": (sums.format("day", "day"), days),
        "month by day, stacked by charger": (sums.format("day, charger", "day, charger"), days),
        "year by month, stacked by source": (sums.format(by_month, by_month), months),
        "year by month, stacked by charger": (
            sums.format(f"{by_month}, charger", f"{by_month}, charger"),
            months,
        ),
        "first page: station, person, year": (
            _PAGE,
            ["station-3", "user-77", micros(year.start)],
        ),
        "session curve, yesterday": (
            _CURVE,
            span,
        ),
    }


def timed(connection: Connection, history: History) -> dict[str, float]:
    """The median of each question, in milliseconds."""
    found = {}
    for name, (query, values) in questions(history).items():
        took = []
        for _ in range(1 + REPEATS):
            began = time.perf_counter()
            assert connection.execute(query, values).fetchall(), name
            took.append((time.perf_counter() - began) * 1e3)
        found[name] = statistics.median(took[1:])
    return found
