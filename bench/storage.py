"""What storing costs: `python -m bench.storage`; PostgreSQL takes part where it is installed.

Loads are closed: a charger sends its next message when the last one is on disk, as OCPP has it.
"""

import asyncio
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvloop
from rich.console import Console
from rich.table import Table
from scripts import parts
from tests.contracts.postgres_server import running

from chargedeck.domain.reading import PhaseReading, Reading
from chargedeck.domain.units import Amps, ChargerId, DeviceId, SessionId, StationId, Volts, WattHours, Watts
from chargedeck.hub.ports import SessionQuery
from chargedeck.hub.records import SessionRecord
from chargedeck.storage import Storage, open_storage

SECONDS = 3.0
START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Line:
    """One measurement."""

    what: str
    value: str


def reading(number: int) -> Reading:
    """What a three-phase charger says every two seconds."""
    at = START + timedelta(milliseconds=2 * number)
    phases = tuple(PhaseReading(n, Volts(230.1), Amps(16.0)) for n in (1, 2, 3))
    return Reading(at, WattHours(1000.0 + number), Watts(11040.5), phases)


def call_costs(storage: Storage) -> list[Line]:
    """What handing over costs the loop; fewer rows than make a group, as between two of its turns."""
    journal, one, charger, count = storage.journal, reading(0), ChargerId("c1"), 900
    session = open_session(0)
    started = time.perf_counter()
    for _ in range(count):
        journal.sample(charger, one, Amps(16))
    sample = time.perf_counter() - started
    started = time.perf_counter()
    for _ in range(count):
        journal.session(session)
    replaced = time.perf_counter() - started
    started = time.perf_counter()
    for _ in range(count):
        journal.when_durable(_nothing)
    waits = time.perf_counter() - started
    names = ("sample", "session", "when_durable")
    return [
        Line(f"journal.{name}()", f"{took / count * 1e9:.0f} ns")
        for name, took in zip(names, (sample, replaced, waits), strict=True)
    ]


def _nothing(stored: bool) -> None:
    assert stored


def open_session(number: int) -> SessionRecord:
    return SessionRecord(
        SessionId(f"s{number}"),
        ChargerId("c1"),
        DeviceId("c1"),
        StationId("home"),
        str(number),
        START + timedelta(minutes=number),
        WattHours(1000),
        WattHours(2000),
    )


async def load(storage: Storage, chargers: int, work_s: float) -> list[Line]:
    """Chargers send meter values as fast as they are answered; `work_s` is the loop's own work on each."""
    loop = asyncio.get_running_loop()
    latencies: list[float] = []
    over = loop.create_future()
    ending = time.perf_counter() + SECONDS
    sent, open_calls = 0, 0

    def send(charger: ChargerId) -> None:
        nonlocal sent, open_calls
        at = time.perf_counter()
        if at > ending:
            if not open_calls and not over.done():
                over.set_result(None)
            return
        while time.perf_counter() - at < work_s:
            pass
        sent, open_calls = sent + 1, open_calls + 1

        def done(stored: bool) -> None:
            nonlocal open_calls
            assert stored
            open_calls -= 1
            latencies.append(time.perf_counter() - at)
            loop.call_soon(send, charger)

        storage.journal.sample(charger, reading(sent), Amps(16))
        storage.journal.when_durable(done)

    before, commits = resource.getrusage(resource.RUSAGE_SELF), storage.health().commits
    started = time.perf_counter()
    for number in range(chargers):
        loop.call_soon(send, ChargerId(f"c{number}"))
    await over
    took = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    groups = storage.health().commits - commits
    title = f"{chargers} chargers" + (f", {work_s * 1e6:.0f} µs of other work each" if work_s else "")
    return [
        Line(f"{title}: durable meter values/s", f"{sent / took:,.0f}"),
        Line("  CPU of the process each", f"{cpu / sent * 1e6:.1f} µs"),
        Line("  rows a group, groups/s", f"{sent / max(1, groups):.0f}, {groups / took:.0f}"),
        Line("  when_durable p50, p99, worst", _percentiles(latencies)),
    ]


def _percentiles(seconds: list[float]) -> str:
    cuts = statistics.quantiles(seconds, n=100)
    return ", ".join(f"{value * 1e3:.1f}" for value in (cuts[49], cuts[98], max(seconds))) + " ms"


async def history(storage: Storage, sessions: int) -> list[Line]:
    """What readers wait for."""
    for number in range(sessions):
        storage.journal.session(open_session(number))
        if number % 20_000 == 0:
            await asyncio.sleep(0.05)
    await durable(storage)
    charger, end = ChargerId("c1"), START + timedelta(days=1)
    day = SessionQuery(start=START + timedelta(days=3), end=START + timedelta(days=4), limit=50)
    lines = []
    for what, ask in (
        (
            "samples of a charger, thinned to a minute",
            lambda: storage.archive.samples(charger, START, end, 60),
        ),
        (f"a page of a day among {sessions:,} sessions", lambda: storage.archive.sessions(day)),
    ):
        took = []
        for _ in range(10):
            started = time.perf_counter()
            await ask()
            took.append(time.perf_counter() - started)
        lines.append(Line(what, f"{statistics.median(took) * 1e3:.1f} ms"))
    return lines


async def durable(storage: Storage) -> None:
    stored = asyncio.get_running_loop().create_future()
    storage.journal.when_durable(stored.set_result)
    assert await stored


async def measure(url: str) -> list[Line]:
    started = time.perf_counter()
    async with open_storage(url, now=lambda: datetime.now(UTC)) as storage:
        lines = [Line("opening an empty database", f"{(time.perf_counter() - started) * 1e3:.0f} ms")]
        lines += call_costs(storage)
        await durable(storage)
        lines += await load(storage, 1, 0)
        lines += await load(storage, 1_000, 0)
        lines += await load(storage, 1_000, 20e-6)
        lines += await history(storage, 1_000_000)
    return lines


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """A new database of each kind, as durable as in earnest."""
    folder = Path(tempfile.mkdtemp(prefix="chargedeck-bench-"))
    try:
        urls = {"SQLite": f"sqlite:///{folder / 'bench.db'}"}
        postgres = parts.find(parts.POSTGRESQL)
        if postgres is None:
            print(parts.missing(parts.POSTGRESQL), file=sys.stderr)
            yield urls
        else:
            with running(postgres, durable=True) as server:
                yield urls | {"PostgreSQL": server.new_database()}
    finally:
        shutil.rmtree(folder)


def main() -> None:
    table = Table("", title="Storage")
    with databases() as urls:
        columns = []
        for name, url in urls.items():
            table.add_column(name, justify="right")
            columns.append(uvloop.run(measure(url)))
    for lines in zip(*columns, strict=True):
        table.add_row(lines[0].what, *(line.value for line in lines))
    Console().print(table)


if __name__ == "__main__":
    main()
