"""What storing costs, on SQLite and, where it is installed, on PostgreSQL.

The loads are closed: a charger sends its next meter value when the last one is on disk, as OCPP has it.
"""

import asyncio
import resource
import statistics
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import uvloop
from scripts import parts
from tests.contracts.postgres_server import running

from bench.product import disk_folder
from bench.result import Measure, Result, Target
from chargedeck.domain.reading import PhaseReading, Reading
from chargedeck.domain.units import Amps, ChargerId, DeviceId, SessionId, StationId, Volts, WattHours, Watts
from chargedeck.hub.people_ports import DeedQuery
from chargedeck.hub.records import EventRecord, SessionRecord
from chargedeck.hub.session_query import SessionQuery
from chargedeck.storage import Storage, open_storage

START = datetime(2026, 1, 1, tzinfo=UTC)
A_DAY_OF_HISTORY = Target(50, "at most")
OTHER_WORK_US = 20.0
"""What the loop does with a message besides storing it."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How long, and how much."""

    seconds: float
    sessions: int


FULL = Extent(seconds=5, sessions=1_000_000)
QUICK = Extent(seconds=0.5, sessions=20_000)


def run(*, quick: bool, only: Collection[str] = ()) -> Result:
    """Measure one database after the other, all of them unless some are named."""
    measures = list[Measure]()
    with databases() as urls:
        for name, url in urls.items():
            if not only or name in only:
                print(f"  {name} …", flush=True)
                measures += uvloop.run(measured(name, url, QUICK if quick else FULL))
    return Result("storage", tuple(measures))


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """A new database of each kind, as durable as in earnest."""
    with disk_folder() as folder:
        urls = {"SQLite": f"sqlite:///{folder / 'bench.db'}"}
        postgres = parts.find(parts.POSTGRESQL)
        if postgres is None:
            print(parts.missing(parts.POSTGRESQL), file=sys.stderr)
            yield urls
        else:
            with running(postgres, durable=True) as server:
                yield urls | {"PostgreSQL": server.new_database()}


async def measured(name: str, url: str, extent: Extent) -> list[Measure]:
    """All measures of one database."""
    started = time.perf_counter()
    async with open_storage(url, now=lambda: datetime.now(UTC)) as storage:
        opened = Measure("open an empty database", _ms(time.perf_counter() - started), "ms")
        found = [opened, *call_costs(storage)]
        await durable(storage)
        for chargers, work_us in ((1, 0.0), (1_000, 0.0), (1_000, OTHER_WORK_US)):
            found += await load(storage, chargers, work_us, extent.seconds)
        found += await history(storage, extent.sessions)
        found.append(await audit(storage, extent.sessions))
    return [Measure(f"{name}: {m.name}", m.value, m.unit, m.target, m.note) for m in found]


def call_costs(storage: Storage) -> list[Measure]:
    """What handing over costs the loop; fewer rows than make a group, as between two of its turns."""
    journal, one, charger, count = storage.journal, reading(0), ChargerId("c1"), 900
    session = a_session(0)
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
        journal.when_durable(_stored)
    waits = time.perf_counter() - started
    costs = {"sample": sample, "session": replaced, "when_durable": waits}
    return [Measure(f"journal.{name}()", took / count * 1e9, "ns") for name, took in costs.items()]


def _stored(stored: bool) -> None:
    assert stored


class Load:
    """Chargers that send meter values as fast as they are answered."""

    def __init__(self, storage: Storage, work_s: float, seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._journal = storage.journal
        self._work_s = work_s
        self._ending = time.perf_counter() + seconds
        self._waiting = 0
        self.over = self._loop.create_future()
        self.sent = 0
        self.delays_s: list[float] = []

    def send(self, charger: ChargerId) -> None:
        """One meter value of one charger, and the next when it is on disk."""
        at = time.perf_counter()
        if at > self._ending:
            if not self._waiting and not self.over.done():
                self.over.set_result(None)
            return
        while time.perf_counter() - at < self._work_s:
            pass
        self.sent += 1
        self._waiting += 1

        def done(stored: bool) -> None:
            assert stored
            self._waiting -= 1
            self.delays_s.append(time.perf_counter() - at)
            self._loop.call_soon(self.send, charger)

        self._journal.sample(charger, reading(self.sent), Amps(16))
        self._journal.when_durable(done)


async def load(storage: Storage, chargers: int, work_us: float, seconds: float) -> list[Measure]:
    """Throughput, processor time and delay under load; `work_us` is the loop's other work on a message."""
    commits, cpu, started = storage.health().commits, cpu_s(), time.perf_counter()
    it = Load(storage, work_us / 1e6, seconds)
    for number in range(chargers):
        asyncio.get_running_loop().call_soon(it.send, ChargerId(f"c{number}"))
    await it.over
    took, cpu, commits = time.perf_counter() - started, cpu_s() - cpu, storage.health().commits - commits
    title = "a charger alone" if chargers == 1 else f"{chargers:,} chargers"
    title += f", {work_us:g} µs of other work a message" if work_us else ""
    cuts = statistics.quantiles(it.delays_s, n=100)
    return [
        Measure(f"{title}: durable meter values", it.sent / took, "a second"),
        Measure(f"{title}: processor time", cpu / it.sent * 1e6, "µs a message", note="with the load's own"),
        Measure(f"{title}: rows a commit", it.sent / max(1, commits), ""),
        Measure(f"{title}: when_durable, p50", _ms(cuts[49]), "ms"),
        Measure(f"{title}: when_durable, p99", _ms(cuts[98]), "ms"),
    ]


async def history(storage: Storage, sessions: int) -> list[Measure]:
    """What readers wait for."""
    for number in range(sessions):
        storage.journal.session(a_session(number))
        if number % 5_000 == 0:
            await durable(storage)
    await durable(storage)
    month = timedelta(days=30)
    day = SessionQuery(start=START + month, end=START + month + timedelta(days=1), limit=50)
    samples, pages = list[float](), list[float]()
    for _ in range(10):
        started = time.perf_counter()
        await storage.archive.samples(ChargerId("c1"), START, START + month, 60)
        samples.append(time.perf_counter() - started)
        started = time.perf_counter()
        await storage.archive.sessions(day)
        pages.append(time.perf_counter() - started)
    page = f"a day of history among {sessions:,} sessions"
    return [
        Measure("a charger's samples, thinned to a minute", _ms(statistics.median(samples)), "ms"),
        Measure(page, _ms(statistics.median(pages)), "ms", A_DAY_OF_HISTORY),
    ]


async def audit(storage: Storage, deeds: int) -> Measure:
    """What an owner waits for at most who looks through so many deeds, by person, by kind or by both."""
    for number in range(deeds):
        at = START + timedelta(seconds=30 * number)
        kind = "invited" if number == 5 else ("settings", "request")[number % 2]
        storage.journal.event(EventRecord(at, kind, None, None, f"person {number % 10}", {"n": number}))
        if number % 5_000 == 0:
            await durable(storage)
    await durable(storage)
    slowest = 0.0
    for actor in (None, "person 3", "nobody"):
        for kinds in (None, ("settings",), ("invited",), ("nothing",)):
            started = time.perf_counter()
            await storage.archive.deeds(DeedQuery(actor=actor, kinds=kinds))
            slowest = max(slowest, time.perf_counter() - started)
    return Measure(f"the slowest page of {deeds:,} deeds", _ms(slowest), "ms", A_DAY_OF_HISTORY)


def reading(number: int) -> Reading:
    """What a three-phase charger says."""
    at = START + timedelta(milliseconds=2 * number)
    phases = tuple(PhaseReading(n, Volts(230.1), Amps(16.0)) for n in (1, 2, 3))
    return Reading(at, WattHours(1000.0 + number), Watts(11040.5), phases)


def a_session(number: int) -> SessionRecord:
    """One of many, a minute after the one before."""
    return SessionRecord(
        SessionId(f"s{number}"),
        ChargerId(f"c{number % 1000}"),
        DeviceId(f"c{number % 1000}"),
        StationId("home"),
        str(number),
        START + timedelta(minutes=number),
        WattHours(1000),
        WattHours(2000),
        ended_at=START + timedelta(minutes=number + 60),
    )


async def durable(storage: Storage) -> None:
    """Return once all that was handed over is on disk."""
    stored: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    storage.journal.when_durable(stored.set_result)
    assert await stored


def cpu_s() -> float:
    """Processor time of this process, all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _ms(seconds: float) -> float:
    return seconds * 1e3
