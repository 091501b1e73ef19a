"""A real Mosquitto of one's own on a free port, which may be stopped and started again."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from scripts import parts
from tests.support.ports import LOOPBACK, free_ports

READY_S = 30.0


@dataclass
class Mosquitto:
    """The broker; without a password file everybody may do everything."""

    program: Path
    folder: Path
    port: int
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"mqtt://{LOOPBACK}:{self.port}"

    def start(self) -> None:
        """Start it and wait until it listens."""
        self._process = subprocess.Popen(
            [self.program, "-c", self.folder / "mosquitto.conf"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + READY_S
        while True:
            try:
                socket.create_connection((LOOPBACK, self.port), timeout=1).close()
            except OSError:
                assert time.monotonic() < deadline, "Mosquitto does not listen"
                time.sleep(0.02)
            else:
                return

    def stop(self) -> None:
        """End it, and every connection with it."""
        assert self._process is not None
        self._process.terminate()
        self._process.wait()


def _configured(folder: Path, port: int, password: str | None) -> None:
    lines = [f"listener {port} {LOOPBACK}", "persistence false", "user root"]
    if password is None:
        lines.append("allow_anonymous true")
    else:
        passwords = folder / "passwords"
        subprocess.run(
            ["mosquitto_passwd", "-b", "-c", passwords, "chargedeck", password],
            check=True,
            capture_output=True,
        )
        lines += ["allow_anonymous false", f"password_file {passwords}"]
    (folder / "mosquitto.conf").write_text("\n".join(lines))


@contextmanager
def mosquitto(folder: Path, password: str | None = None) -> Iterator[Mosquitto]:
    """A broker until the block is left; with a password only for the user `chargedeck`."""
    program = parts.find(parts.MOSQUITTO)
    if program is None:
        pytest.skip(parts.missing(parts.MOSQUITTO))
    folder.mkdir(parents=True, exist_ok=True)
    (port,) = free_ports(1)
    _configured(folder, port, password)
    broker = Mosquitto(program, folder, port)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()
