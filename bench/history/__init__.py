"""A long history: what its screens wait for, on every database, beside DuckDB over the same rows.

The sizes are options: `python -m bench history --sessions 1000000` makes about fifty samples a session.
"""

import os
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvloop
from scripts import parts
from sqlalchemy import func, select, text
from tests.contracts.postgres_server import running

from bench.history import duck, questions, writing
from bench.history.made import END, History
from bench.history.stores import fill
from bench.result import Measure, Result, Target
from chargedeck.storage import Storage, open_storage
from chargedeck.storage.opening import database_of
from chargedeck.storage.tables import SAMPLES

FULL, QUICK = 1_000_000, 20_000
FOLDER = Path(os.environ.get("CHARGEDECK_BENCH_FOLDER", "/var/tmp"))
TARGETS = {
    "month": Target(50, "at most"),
    "year": Target(150, "at most"),
    "first": Target(30, "at most"),
    "session": Target(30, "at most"),
}
WRITING = Target(50_000, "at least")
PACES = {
    "nobody reads": 0.0,
    "ten screens a second are read": 10.0,
    "screens are read as fast as they come": None,
}


def run(*, quick: bool, only: Collection[str] = (), sessions: int | None = None) -> Result:
    """Measure each database, all of them unless some are named: SQLite, PostgreSQL, DuckDB."""
    history = History(sessions or (QUICK if quick else FULL))
    measures, ours = list[Measure](), dict[str, float]()
    with tempfile.TemporaryDirectory(prefix="chargedeck-bench-", dir=FOLDER) as name:
        folder = Path(name)
        for store, url in _urls(folder, only):
            found, medians = uvloop.run(_measured(store, url, history, seconds=2 if quick else 10))
            measures += found
            ours = ours or medians
        if not only or "DuckDB" in only:
            print("  DuckDB: making them …", flush=True)
            with duck.filled(folder, history) as connection:
                print("  DuckDB: asking …", flush=True)
                measures += list(_compared(duck.timed(connection, history), ours))
    details = {"sessions": history.sessions, "databases": [m.note for m in measures if m.note]}
    return Result("history", tuple(measures), details)


@contextmanager
def _server(folder: Path) -> Iterator[str | None]:
    postgres = parts.find(parts.POSTGRESQL)
    if postgres is None:
        print(parts.missing(parts.POSTGRESQL), file=sys.stderr)
        yield None
        return
    tempfile.tempdir, before = str(folder.parent), tempfile.tempdir
    try:
        with running(postgres, durable=True) as server:
            yield server.new_database()
    finally:
        tempfile.tempdir = before


def _urls(folder: Path, only: Collection[str]) -> Iterator[tuple[str, str]]:
    if not only or "SQLite" in only:
        path = folder / "history.db"
        yield "SQLite", f"sqlite:///{path}"
        path.unlink()
    if not only or "PostgreSQL" in only:
        with _server(folder) as url:
            if url is not None:
                yield "PostgreSQL", url


async def _measured(
    store: str, url: str, history: History, seconds: float
) -> tuple[list[Measure], dict[str, float]]:
    print(f"  {store}: making {history.sessions:,} sessions …", flush=True)
    fill(url, history)
    samples, size = _sizes(url)
    found = [
        Measure(f"{store}: samples", samples, ""),
        Measure(f"{store}: size of a sample", size / max(1, samples), "bytes"),
    ]
    medians: dict[str, float] = {}
    print(f"  {store}: asking …", flush=True)
    async with open_storage(url, now=lambda: datetime.now(UTC)) as storage:
        asked = questions.month_views() | questions.year_views() | questions.pages()
        asked |= questions.curves(history)
        for name, question in asked.items():
            timed = await questions.timed(question, storage)
            medians[name] = timed.median_ms
            target = TARGETS[name.partition(" ")[0]]
            note = f"slowest {timed.slowest_ms:.1f} ms"
            found.append(Measure(f"{store}: {name}", timed.median_ms, "ms", target, note))
        found += await _writing(store, storage, seconds)
    return found, medians


async def _writing(store: str, storage: Storage, seconds: float) -> list[Measure]:
    screens = [*questions.month_views().values(), *questions.pages().values()]
    found = []
    for number, (name, pace) in enumerate(PACES.items()):
        start = END + (1 + number) * timedelta(days=30)  # nobody's samples come twice
        rate, answered = await writing.rate(storage, screens, start, seconds, pace)
        note = f"{answered / seconds:.0f} screens a second meanwhile"
        found.append(Measure(f"{store}: samples written while {name}", rate, "a second", WRITING, note))
    return found


def _sizes(url: str) -> tuple[int, float]:
    """How many samples there are and how many bytes they take, indices included."""
    engine = database_of(url).for_writing()
    with engine.connect() as connection:
        count = connection.scalar(select(func.count()).select_from(SAMPLES)) or 0
        if url.startswith("postgresql"):
            size = connection.scalar(text("SELECT pg_total_relation_size('samples')"))
        else:
            size = connection.scalar(text("SELECT sum(pgsize) FROM dbstat WHERE name = 'samples'"))
    engine.dispose()
    return count, float(size or 0)


def _compared(theirs: dict[str, float], ours: dict[str, float]) -> Iterator[Measure]:
    for name, took in theirs.items():
        yield Measure(f"DuckDB: {name}", took, "ms")
        if ours.get(name):
            yield Measure(f"DuckDB takes so many times as long: {name}", took / ours[name], "times")
