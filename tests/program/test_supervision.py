"""What a service manager is told, over a real socket, by a real server and by what watches over it."""

import asyncio
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.support.server import Server

from chargedeck.supervision import Supervisor

PATIENT_S = 60.0


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    """The end that systemd has."""
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as made:
        made.bind(str(tmp_path / "notify"))
        made.settimeout(PATIENT_S)
        yield made


def told(manager: socket.socket, word: str) -> list[str]:
    """The lines of the next message that has the word; the watchdog's come in between."""
    while True:
        lines = manager.recv(4096).decode().splitlines()
        if word in lines:
            return lines


@pytest.mark.parametrize(
    ("environment", "supervisor"),
    [
        pytest.param({}, Supervisor(), id="nobody asks"),
        pytest.param({"NOTIFY_SOCKET": ""}, Supervisor(), id="an empty name"),
        pytest.param({"NOTIFY_SOCKET": "/run/n"}, Supervisor("/run/n"), id="no watchdog"),
        pytest.param(
            {"NOTIFY_SOCKET": "@n", "WATCHDOG_USEC": "30000000"}, Supervisor("@n", 30), id="a watchdog"
        ),
        pytest.param(
            {"NOTIFY_SOCKET": "/n", "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"},
            Supervisor("/n", 30),
            id="over us",
        ),
        pytest.param(
            {"NOTIFY_SOCKET": "/n", "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8"},
            Supervisor("/n"),
            id="over another",
        ),
        pytest.param({"NOTIFY_SOCKET": "/n", "WATCHDOG_USEC": "soon"}, Supervisor("/n"), id="nonsense"),
        pytest.param({"WATCHDOG_USEC": "30000000"}, Supervisor(), id="a watchdog that cannot hear"),
    ],
)
def test_what_the_environment_says(environment: dict[str, str], supervisor: Supervisor) -> None:
    assert Supervisor.of(environment, 7) == supervisor


def test_an_address_without_a_file() -> None:
    name = f"@chargedeck-{os.getpid()}"
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as manager:
        manager.bind("\0" + name[1:])
        manager.settimeout(PATIENT_S)
        Supervisor(name).ready("Serving")
        assert manager.recv(4096) == b"READY=1\nSTATUS=Serving"


def test_nobody_there_is_no_reason_to_fail(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    Supervisor(str(tmp_path / "nobody")).stopping()
    assert "does not hear us" in caplog.text


async def test_a_writer_that_is_stuck_is_not_told_as_living(
    manager: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    stuck = asyncio.Event()
    watching = asyncio.create_task(Supervisor(str(manager.getsockname()), 0.2).watch(stuck.wait))
    async with asyncio.timeout(PATIENT_S):
        while "nothing is written" not in caplog.text:  # noqa: ASYNC110  (a log tells nobody)
            await asyncio.sleep(0.02)
    manager.setblocking(False)
    with pytest.raises(BlockingIOError):
        manager.recv(4096)
    stuck.set()
    manager.settimeout(PATIENT_S)
    assert await asyncio.to_thread(manager.recv, 4096) == b"WATCHDOG=1"
    watching.cancel()


def test_a_server_is_ready_alive_loads_anew_and_stops(
    manager: socket.socket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(manager.getsockname()))
    monkeypatch.setenv("WATCHDOG_USEC", str(3_000_000))
    settings = tmp_path / "data" / "chargedeck.toml"
    settings.parent.mkdir()
    server = Server(tmp_path / "data")
    server.start()
    try:
        ready = told(manager, "READY=1")
        assert ready[1] == f"STATUS=Serving on port {server.http_port}, chargers on port {server.ocpp_port}"
        server.wait_until_ready()
        told(manager, "WATCHDOG=1")
        settings.write_text("backup_keep = 0\n")  # will not do: everything stays as it was
        os.kill(server.pid, signal.SIGHUP)
        assert told(manager, "RELOADING=1")[1].startswith("MONOTONIC_USEC=")
        told(manager, "READY=1")
        assert "The settings stay as they were" in server.said()
        settings.write_text("log_format = 'json'\n")
        os.kill(server.pid, signal.SIGHUP)
        told(manager, "READY=1")
        server.wait_until_ready()
        told(manager, "WATCHDOG=1")
    finally:
        code = server.stop()
    assert code == 0
    told(manager, "STOPPING=1")
