"""A private PostgreSQL server on a free port, with nothing in it, for as long as somebody needs it."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

_SPEED = ("fsync=off", "full_page_writes=off")
"""For tests, which kill programs but never cut the power."""


@dataclass(slots=True)
class PostgresServer:
    """A running server; `stop` and `start` are the accidents that a test wants."""

    folder: Path
    programs: Path
    port: int
    settings: tuple[str, ...]
    _databases: int = 0

    def url(self, database: str) -> str:
        return f"postgresql://chargedeck@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """Make an empty database; return its URL."""
        self._databases += 1
        name = f"test_{self._databases}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} STRATEGY file_copy")
        return self.url(name)

    def start(self) -> None:
        options = " ".join(f"-c {setting}" for setting in self.settings)
        options += f" -c listen_addresses=127.0.0.1 -p {self.port} -k {self.folder}"
        self._control("start", "-w", "-o", options, "-l", str(self.folder / "log"))

    def stop(self, mode: str = "immediate") -> None:
        self._control("stop", "-m", mode)

    def _control(self, *words: str) -> None:
        _run(self.folder, self.programs / "pg_ctl", "-D", str(self.folder / "data"), *words)


@contextmanager
def running(postgres: Path, *, durable: bool = False) -> Iterator[PostgresServer]:
    """Start a server with the program `postgres`; `durable` as in earnest, for benchmarks."""
    # A folder of its own at a short path: sockets may not have long ones.
    folder = Path(tempfile.mkdtemp(prefix="chargedeck-pg-"))
    server = PostgresServer(folder, postgres.parent, _free_port(), () if durable else _SPEED)
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, _plain_user())
        initdb = ("-U", "chargedeck", "-A", "trust", "-E", "UTF8", "--no-sync", "--no-instructions")
        _run(folder, postgres.parent / "initdb", "-D", str(folder / "data"), *initdb)
        server.start()
        try:
            yield server
        finally:
            server.stop("fast" if durable else "immediate")
    finally:
        shutil.rmtree(folder)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _plain_user() -> int:
    """Somebody who is not root, as PostgreSQL asks for."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    raise LookupError("neither a user postgres nor a user nobody to run PostgreSQL as")


def _run(folder: Path, *command: str | Path) -> None:
    root = os.geteuid() == 0
    done = subprocess.run(
        command,
        cwd=folder,
        check=False,
        # pg_ctl leaves the server running with these, and a pipe would never come to its end.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=60,
        user=_plain_user() if root else None,
        extra_groups=[] if root else None,
        env={**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(folder)},
    )
    if done.returncode:
        log = folder / "log"
        text = log.read_text() if log.exists() else ""
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {done.returncode}\n{text}")
