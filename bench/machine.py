"""The machine that is measured on: its facts, and which core serves and which one loads it."""

import importlib.metadata
import os
import platform
import resource
import sqlite3
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Facts = dict[str, Any]

_PACKAGES = (
    "chargedeck", "picows", "uvloop", "msgspec", "jsonschema-rs", "sqlalchemy",
    "litestar", "uvicorn", "ocpp", "websockets",
)  # fmt: skip


def facts() -> Facts:
    """What a reader must know to compare numbers; neither names nor paths of this machine."""
    return {
        "cpu": _cpu_model(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "sqlite": sqlite3.sqlite_version,
        "versions": dict(_versions()),
        "load_average_at_start": round(os.getloadavg()[0], 2),
    }


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _versions() -> Iterator[tuple[str, str]]:
    for package in _PACKAGES:
        try:
            yield package, importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue


@dataclass(frozen=True, slots=True)
class Cores:
    """The core of the server under test, and the one of everything that talks to it."""

    server: int
    load: int

    @classmethod
    def of_this_machine(cls) -> "Cores":
        """Two different ones where there are two."""
        cores = sorted(os.sched_getaffinity(0))
        return cls(server=cores[0], load=cores[-1])


@contextmanager
def children_on(core: int) -> Iterator[None]:
    """Every process started inside inherits this one core, with all the threads it will ever have."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def allow_open_files(wanted: int) -> None:
    """Raise this process's limit of open files, which its children inherit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    ceiling = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if ceiling < wanted:
        raise SystemExit(f"{wanted} open files are needed, {hard} are allowed: raise `ulimit -Hn`")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, ceiling), hard))


def sync_ms(folder: Path, times: int = 40) -> float:
    """What it costs to make 4 KiB durable in a folder, in ms (median): the floor of every durable answer."""
    path, taken = folder / "sync", []
    with path.open("wb") as file:
        for _ in range(times):
            file.write(b"\0" * 4096)
            file.flush()
            started = time.perf_counter()
            os.fdatasync(file.fileno())
            taken.append(time.perf_counter() - started)
    path.unlink()
    return statistics.median(taken) * 1e3
