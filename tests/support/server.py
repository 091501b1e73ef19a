"""The server as a process on free ports and a folder of its own; it is told nothing but settings."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.ports import LOOPBACK, free_ports

READY_S = 60.0
"""Far more than a start takes, for machines that do much else at a time."""

_STOP_S = 15.0
_LOOK_AGAIN_S = 0.01


class ServerError(Exception):
    """The server did not do what it was started for; the text ends with what it said."""


@dataclass
class Server:
    """A server that may be started, killed and started again on the same data."""

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    http_port: int = 0
    ocpp_port: int = 0
    _process: "subprocess.Popen[bytes] | None" = None

    def __post_init__(self) -> None:
        if not self.http_port:
            self.http_port, self.ocpp_port = free_ports(2)

    @property
    def url(self) -> str:
        """Where the app and the API are."""
        return f"http://{LOOPBACK}:{self.http_port}"

    @property
    def ocpp_url(self) -> str:
        """Where charge points call, without their id."""
        return f"ws://{LOOPBACK}:{self.ocpp_port}/ocpp"

    @property
    def database(self) -> Path:
        """The file that everything is kept in."""
        return self.folder / "chargedeck.db"

    @property
    def log(self) -> Path:
        """What it has said so far, over all its starts."""
        return self.folder / "server.log"

    @property
    def pid(self) -> int:
        """The running process."""
        assert self._process is not None, "the server was not started"
        return self._process.pid

    @property
    def resident_kib(self) -> int:
        """The memory it holds now."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise ServerError("the server holds no memory: it has ended")

    @property
    def environment(self) -> dict[str, str]:
        """Its settings, and nothing that the shell has set for another server."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CHARGEDECK_")}
        own = {
            "data_dir": str(self.folder),
            "host": LOOPBACK,
            "port": str(self.http_port),
            "ocpp_host": LOOPBACK,
            "ocpp_port": str(self.ocpp_port),
            **self.settings,
        }
        return kept | {f"CHARGEDECK_{name.upper()}": value for name, value in own.items()}

    def start(self) -> None:
        """Start it; `wait_until_ready` says when it serves."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "chargedeck", "serve"],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def wait_until_ready(self, seconds: float = READY_S) -> None:
        """Return once it serves; raises ServerError when it ends instead, or takes too long."""
        deadline = time.monotonic() + seconds
        while not self._is_ready():
            if self._process is None or self._process.poll() is not None:
                raise ServerError(f"the server ended before it served:\n{self.said()}")
            if time.monotonic() > deadline:
                raise ServerError(f"the server does not serve after {seconds:g} s:\n{self.said()}")
            time.sleep(_LOOK_AGAIN_S)

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection(LOOPBACK, self.http_port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    @property
    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """Take its life without a warning, as the kernel or a power cut would."""
        assert self._process is not None, "the server was not started"
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> int:
        """Ask it to end, and say with which code it did."""
        assert self._process is not None, "the server was not started"
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self.kill()
            raise ServerError(f"the server did not end within {_STOP_S:g} s:\n{self.said()}") from None

    def said(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-4000:] if self.log.exists() else ""

    def token(self, role: str = "owner", name: str = "scenario") -> str:
        """An API token, made at the console; also before the server ever ran."""
        command = [sys.executable, "-m", "chargedeck", "token", "create", "--name", name, "--role", role]
        made = subprocess.run(
            command, env=self.environment, check=False, capture_output=True, text=True, timeout=READY_S
        )
        if made.returncode:
            raise ServerError(f"no token could be made:\n{made.stderr}")
        return made.stdout.splitlines()[-1]


@contextmanager
def running_server(folder: Path, **settings: str) -> Iterator[Server]:
    """A server that serves until the block is left, whatever happens in it."""
    server = Server(folder, settings)
    server.start()
    try:
        server.wait_until_ready()
        yield server
    finally:
        if server.is_running:
            server.stop()
