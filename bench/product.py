"""Starts ChargeDeck itself, as it is installed, on an empty data directory of its own."""

import functools
import http.client
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.ports import free_ports
from bench.processes import Process, started

_PROGRAM = Path(sys.executable).with_name("chargedeck")
_READY_TIMEOUT_S = 30
_DISK = Path("/var/tmp")  # /tmp may be memory, where durability costs nothing


@dataclass(frozen=True, slots=True)
class Product:
    """A running server."""

    process: Process
    http_port: int
    ocpp_port: int
    folder: Path
    tokens: dict[str, str]
    ready_after_s: float
    ready_after_cpu_s: float

    @property
    def ocpp_url(self) -> str:
        """Where chargers connect."""
        return f"ws://127.0.0.1:{self.ocpp_port}/ocpp/"

    @property
    def events_url(self) -> str:
        """Where browsers listen."""
        return f"http://127.0.0.1:{self.http_port}/api/events"


@contextmanager
def disk_folder() -> Iterator[Path]:
    """A private folder on a real disk."""
    parent = _DISK if os.access(_DISK, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="chargedeck-bench-", dir=parent) as folder:
        yield Path(folder)


@contextmanager
def product(core: int, roles: Sequence[str] = ()) -> Iterator[Product]:
    """Serve until the block is left; for each role there is a token. Without roles nothing is prepared."""
    with disk_folder() as folder:
        http_port, ocpp_port = free_ports(2)
        environment = _environment(folder, http_port, ocpp_port)
        tokens = {role: _token(environment, role) for role in roles}
        began = time.monotonic()
        with started([_PROGRAM, "serve"], core=core, environment=environment) as process:
            _wait_until_ready(process, http_port)
            took = time.monotonic() - began
            yield Product(process, http_port, ocpp_port, folder, tokens, took, process.cpu_s())


@functools.cache
def _bytecode() -> "tempfile.TemporaryDirectory[str]":
    """Where compiled modules are kept: every start but the first is one of a program that has run before."""
    return tempfile.TemporaryDirectory(prefix="chargedeck-bench-")


def _environment(folder: Path, http_port: int, ocpp_port: int) -> dict[str, str]:
    foreign = ("CHARGEDECK_", "PYTHONDONTWRITEBYTECODE")
    own = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return own | {
        "PYTHONPYCACHEPREFIX": _bytecode().name,
        "CHARGEDECK_DATA_DIR": str(folder),
        "CHARGEDECK_HOST": "127.0.0.1",
        "CHARGEDECK_PORT": str(http_port),
        "CHARGEDECK_OCPP_HOST": "127.0.0.1",
        "CHARGEDECK_OCPP_PORT": str(ocpp_port),
        "CHARGEDECK_OCPP_UNKNOWN": "accept",
        "CHARGEDECK_OCPP_RATE": "0",
        "CHARGEDECK_DEVICE_NETWORKS": "127.0.0.0/8",
    }


def _token(environment: dict[str, str], role: str) -> str:
    command: list[str | Path] = [_PROGRAM, "token", "create", "--name", f"bench-{role}", "--role", role]
    said = subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=60)
    if said.returncode:
        raise RuntimeError(f"no token for {role}: {said.stderr}")
    return said.stdout.strip().splitlines()[-1]


def _wait_until_ready(process: Process, port: int) -> None:
    deadline = time.monotonic() + _READY_TIMEOUT_S
    while time.monotonic() < deadline:
        process.check()
        if _ready(port):
            return
        time.sleep(0.005)
    raise TimeoutError(f"the server is not ready after {_READY_TIMEOUT_S} s:\n{process.said()}")


def _ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()
