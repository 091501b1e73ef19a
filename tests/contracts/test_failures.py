"""What must hold when the database does not: who waits is told, what was handed over is kept."""

import asyncio
import logging
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from tests.contracts.postgres_server import PostgresServer
from tests.contracts.records import (
    DEVICE,
    GARAGE,
    HOME,
    MINUTE,
    NOON,
    SESSION,
    clock,
    count,
    durable,
    execute,
    reading,
    session,
    until,
)

from chargedeck.domain.limits import LimitReason
from chargedeck.domain.problems import StorageUnavailableError
from chargedeck.domain.units import Amps, WattHours
from chargedeck.hub.records import EventRecord, LimitChange, SignedValue
from chargedeck.hub.session_query import SessionQuery
from chargedeck.storage import Pace, Storage, open_storage
from chargedeck.storage.batch import Batch
from chargedeck.storage.opening import database_of, make_ready
from chargedeck.storage.writer import Landing, Writer

ROOT = Path(__file__).parents[2]
QUICK = Pace(quiet_s=0.02, retry_s=0.02, retry_at_most_s=0.05)


@contextmanager
def broken(url: str) -> Iterator[None]:
    """A database that takes no samples, and so no group with one."""
    execute(url, "ALTER TABLE fresh_samples RENAME TO gone")
    try:
        yield
    finally:
        execute(url, "ALTER TABLE gone RENAME TO fresh_samples")


async def recovered(storage: Storage) -> None:
    await until(lambda: storage.health().problem is None and not storage.health().waiting_rows)


async def test_who_waits_is_told_and_nothing_is_lost(url: str) -> None:
    async with open_storage(url, now=clock, pace=QUICK) as storage:
        with broken(url):
            storage.journal.session(SESSION)
            storage.journal.sample(GARAGE, reading(1, 1001), None)
            assert not await durable(storage)
            problem = storage.health().problem
            assert problem is not None
            assert "fresh_samples" in problem
            assert count(url, "sessions") == 0
            storage.journal.session(session(2))
            assert not await durable(storage)
            assert storage.health().waiting_rows == 3
        await recovered(storage)
        assert await storage.archive.session(session(2).id) == session(2)
        assert await durable(storage)
        assert count(url, "sessions") == 2
        assert len(await storage.archive.samples(GARAGE, NOON, NOON + MINUTE, 0)) == 1


async def test_what_came_later_stays_the_later(url: str) -> None:
    async with open_storage(url, now=clock, pace=QUICK) as storage:
        await storage.book.save_station(HOME)
        with broken(url):
            for name in ("first", "second", "third"):
                storage.journal.device(replace(DEVICE, name=name))
                storage.journal.session(SESSION._replace(stop_reason=name))
                storage.journal.sample(GARAGE, reading(1, 1001), None)
                assert not await durable(storage)
        await recovered(storage)
        assert [device.name for device in await storage.book.devices()] == ["third"]
        assert await storage.archive.session(SESSION.id) == SESSION._replace(stop_reason="third")


async def test_what_came_while_a_group_failed_stays_the_later(url: str) -> None:
    async with open_storage(url, now=clock, pace=QUICK) as storage:
        await storage.book.save_station(HOME)
        with broken(url):
            storage.journal.device(replace(DEVICE, name="first"))
            storage.journal.session(SESSION._replace(stop_reason="first"))
            storage.journal.sample(GARAGE, reading(1, 1), None)
            first = asyncio.create_task(durable(storage))
            await asyncio.sleep(0)
            await asyncio.sleep(0)  # the group has left
            storage.journal.device(replace(DEVICE, name="second"))
            storage.journal.session(SESSION._replace(stop_reason="second"))
            assert not await first
        await recovered(storage)
        assert [device.name for device in await storage.book.devices()] == ["second"]
        assert await storage.archive.session(SESSION.id) == SESSION._replace(stop_reason="second")


async def test_a_session_that_waits_for_the_disk_is_found_by_its_names(url: str) -> None:
    async with open_storage(url, now=clock, pace=QUICK) as storage:
        with broken(url):
            storage.journal.session(SESSION)
            storage.journal.sample(GARAGE, reading(1, 1001), None)
            assert not await durable(storage)
            found = storage.archive.session_by_start(GARAGE, SESSION.started_at, SESSION.meter_start_wh, None)
            assert await found == SESSION
            assert await storage.archive.session_by_ref(DEVICE.id, SESSION.ref) == SESSION


async def test_a_wish_that_cannot_be_stored_is_refused_and_goes_through_later(url: str) -> None:
    async with open_storage(url, now=clock, pace=QUICK) as storage:
        with broken(url):
            storage.journal.sample(GARAGE, reading(1, 1001), None)
            assert not await durable(storage)
            with pytest.raises(StorageUnavailableError):
                await storage.book.save_station(HOME)
            assert await storage.book.stations() == []
        await storage.book.save_station(HOME)
        assert await storage.book.stations() == [HOME]


async def test_samples_are_let_go_of_oldest_first_and_sessions_never(url: str) -> None:
    async with open_storage(url, now=clock, pace=replace(QUICK, group_rows=5, kept_rows=10)) as storage:
        with broken(url):
            storage.journal.sample(GARAGE, reading(0, 0), None)
            assert not await durable(storage)
            for number in range(1, 25):
                storage.journal.session(session(number))
                storage.journal.sample(GARAGE, reading(number, number), None)
                await asyncio.sleep(0.005)
        await recovered(storage)
        points = await storage.archive.samples(GARAGE, NOON, NOON + MINUTE, 0)
        kept = [point.register_wh for point in points]
        # Some had room while a group was under way; what is left is the end without a gap.
        assert 10 <= len(kept) <= 15
        assert kept == [WattHours(number) for number in range(25 - len(kept), 25)]
        assert storage.health().dropped_rows == 25 - len(kept)
        assert count(url, "sessions") == 24


async def test_the_log_tells_the_change_and_not_each_try(url: str, caplog: pytest.LogCaptureFixture) -> None:
    async with open_storage(url, now=clock, pace=QUICK) as storage:
        with broken(url):
            storage.journal.sample(GARAGE, reading(1, 1001), None)
            assert not await durable(storage)
            await asyncio.sleep(0.3)
        await recovered(storage)
    levels = [record.levelno for record in caplog.records if record.name == "chargedeck.storage.journal"]
    assert levels == [logging.ERROR, logging.WARNING]


async def test_closing_says_what_is_lost(url: str, caplog: pytest.LogCaptureFixture) -> None:
    make_ready(database_of(url))
    with broken(url):
        async with open_storage(url, now=clock, pace=QUICK) as storage:
            storage.journal.session(SESSION)
            storage.journal.sample(GARAGE, reading(1, 1001), None)
    assert "2 rows could not be written before the end" in caplog.text


async def test_a_group_tried_again_is_not_written_twice(url: str) -> None:
    """As when the connection is lost between a commit and its answer."""
    database = database_of(url)
    make_ready(database)
    batch = Batch(
        sessions={SESSION.id: SESSION},
        samples=[(GARAGE, reading(n, n), None) for n in range(100)],
        limits=[LimitChange(GARAGE, NOON, Amps(16), LimitReason.USER)],
        signed=[SignedValue(DEVICE.id, 1, "1", NOON, "Transaction.End", "OCMF")],
        events=[(n, EventRecord(NOON, "boot")) for n in range(3)],
    )
    landings = list[Landing]()
    writer = Writer(database, file_from=150, events_kept=1_000)
    writer.start()
    for _ in range(2):
        writer.submit(batch, landings.append)
    await asyncio.to_thread(writer.stop)
    assert landings == [Landing(), Landing()]
    tables = ("sessions", "samples", "limit_changes", "signed_values", "events")
    assert [count(url, table) for table in tables] == [1, 100, 1, 1, 3]


async def test_another_process_may_hold_the_lock_for_a_while(sqlite_url: str) -> None:
    async with open_storage(sqlite_url, now=clock) as storage:
        other = sqlite3.connect(
            sqlite_url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False
        )
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(0.2, other.rollback)
        release.start()
        storage.journal.session(SESSION)
        assert await durable(storage)
        release.join()
        other.close()


async def test_a_connection_lost_while_idle_costs_nobody_anything(postgres_url: str) -> None:
    async with open_storage(postgres_url, now=clock) as storage:
        for number in range(3):
            storage.journal.session(session(number))
            assert await durable(storage)
            await storage.book.reserve_numbers("transactions", 1)
            assert (await storage.archive.session(session(number).id)) == session(number)
            with psycopg.connect(postgres_url, autocommit=True) as killer:
                killer.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
        assert storage.health().problem is None


async def test_a_server_that_crashes_and_comes_back(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    async with open_storage(postgres_url, now=clock, pace=QUICK) as storage:
        storage.journal.session(session(1))
        assert await durable(storage)
        postgres_server.stop("immediate")
        try:
            storage.journal.session(session(2))
            assert not await durable(storage)
            with pytest.raises(StorageUnavailableError):
                await storage.book.stations()
        finally:
            postgres_server.start()
        await recovered(storage)
    assert count(postgres_url, "sessions") == 2


# -- processes that end badly ----------------------------------------------------------------------


def child(url: str, way: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.contracts.writing_child", url, way]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


async def test_what_was_acknowledged_survives_a_kill(url: str) -> None:
    with child(url, "killed") as process:
        assert process.stdout is not None
        acknowledged = [int(process.stdout.readline()) for _ in range(300)]
        process.send_signal(signal.SIGKILL)
        acknowledged += [int(line) for line in process.stdout if line.endswith("\n")]
    assert process.returncode == -signal.SIGKILL
    async with open_storage(url, now=clock) as storage:
        points = await storage.archive.samples(GARAGE, NOON, NOON + 10_000 * MINUTE, 0)
        registers = {point.register_wh for point in points}
        for number in acknowledged:
            assert WattHours(number) in registers
            assert await storage.archive.session(session(number).id) == session(number)


async def test_a_full_disk_loses_nothing(sqlite_url: str) -> None:
    with child(sqlite_url, "starved") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "full\n"
        word, written = process.stdout.readline().split()
    assert process.returncode == 0
    assert word == "done"
    await check_all(sqlite_url, int(written))


async def check_all(url: str, written: int) -> None:
    assert database_of(url).damage() is None
    async with open_storage(url, now=clock) as storage:
        points = await storage.archive.samples(GARAGE, NOON, NOON + 10_000 * MINUTE, 0)
        assert [point.register_wh for point in points] == [WattHours(number) for number in range(written)]
    assert count(url, "sessions") == written


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "chargedeck-test", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only who may mount a file system can make one that is full")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


async def test_a_full_file_system_loses_nothing(small_disk: Path) -> None:
    url, ballast, number = f"sqlite:///{small_disk / 'chargedeck.db'}", small_disk / "ballast", 0
    async with open_storage(url, now=clock, pace=QUICK) as storage:
        storage.journal.session(session(number))
        assert await durable(storage)
        with pytest.raises(OSError, match="No space left"):
            ballast.write_bytes(bytes(2 * 1024 * 1024))
        stored = True
        while stored:
            storage.journal.session(session(number))
            storage.journal.sample(GARAGE, reading(number, number), None)
            number += 1
            stored = await durable(storage)
        assert storage.health().problem == "OperationalError: database or disk is full"
        assert (await storage.archive.sessions(SessionQuery(limit=1))).items
        ballast.unlink()
        await recovered(storage)
    await check_all(url, number)
