"""A million sessions as a file: how long it takes, and how much memory the server needs beyond its idle."""

import asyncio
import http.client
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.machine import Cores
from bench.product import Product, product
from bench.result import Measure, Result, Target
from bench.storage import a_session, durable
from chargedeck.storage import open_storage

MEMORY = Target(50, "at most")
FORMATS = ("csv", "json", "xlsx")
_PIECE = 256 * 1024


@dataclass(slots=True)
class Taken:
    """A file that was taken and thrown away."""

    seconds: float = 0
    size: int = 0
    lines: int = 0
    peak_kib: int = 0


def run(*, quick: bool, only: Collection[str] = ()) -> Result:
    """One format after the other from one server, all of them unless some are named."""
    sessions = 20_000 if quick else 1_000_000
    cores = Cores.of_this_machine()
    measures = list[Measure]()
    with product(cores.server, ("viewer",)) as server:
        asyncio.run(_filled(server.folder, sessions))
        idle = server.process.memory().resident_kib
        for wanted in FORMATS:
            if not only or wanted in only:
                print(f"  {wanted} …", flush=True)
                measures += _measures(wanted, sessions, idle, _taken(server, wanted))
    return Result("exports", tuple(measures))


def _measures(wanted: str, sessions: int, idle_kib: int, taken: Taken) -> Iterator[Measure]:
    if wanted != "xlsx" and taken.lines < sessions:
        raise RuntimeError(f"{taken.lines} lines of {sessions}")
    more = (taken.peak_kib - idle_kib) / 1024
    note = f"{taken.size / 1e6:.0f} MB of {sessions:,} sessions in {taken.seconds:.0f} s"
    yield Measure(f"{wanted}: memory above idle", more, "MiB", MEMORY if wanted == "csv" else None, note)
    yield Measure(f"{wanted}: sessions a second", sessions / taken.seconds, "")


async def _filled(folder: Path, sessions: int) -> None:
    async with open_storage(
        f"sqlite:///{folder / 'chargedeck.db'}", now=lambda: datetime.now(UTC)
    ) as storage:
        for number in range(sessions):
            storage.journal.session(a_session(number))
            if number % 5_000 == 0:
                await durable(storage)
        await durable(storage)


def _taken(server: Product, wanted: str) -> Taken:
    taken, began = Taken(), time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=900)
    headers = {"Authorization": f"Bearer {server.tokens['viewer']}"}
    try:
        with _watched(server, taken):
            connection.request("GET", f"/api/sessions/export?format={wanted}", headers=headers)
            answer = connection.getresponse()
            while piece := answer.read(_PIECE):
                taken.size += len(piece)
                taken.lines += piece.count(b"\n")
    finally:
        connection.close()
    taken.seconds = time.monotonic() - began
    return taken


@contextmanager
def _watched(server: Product, taken: Taken) -> Iterator[None]:
    """Note the most memory that the server holds meanwhile."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.2):
            taken.peak_kib = max(taken.peak_kib, server.process.memory().resident_kib)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
