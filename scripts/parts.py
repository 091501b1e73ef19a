"""The real programs that tests run against: where each is found, and how it is installed.

A test asks `find` and skips itself with `missing` where the answer is None. A new part is one more
row in `PARTS`.
"""

import functools
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from scripts import apt
from scripts.tree import StopError


@dataclass(frozen=True, slots=True)
class Part:
    """A program from outside."""

    title: str
    commands: tuple[str, ...]
    """Names it goes by; the first that answers is taken."""
    packages: tuple[str, ...]
    """Debian packages that bring it."""
    beside: tuple[str, ...] = ()
    """Programs that must lie in the same folder."""
    folders: str | None = None
    """Where Debian keeps it when that is not on PATH, as a pattern; the newest version is taken."""
    asked: str = "--version"
    """What it is called with to see that it runs."""
    answer: int = 0
    """How it then ends."""
    around_install: Callable[[], AbstractContextManager[None]] = nullcontext
    """What must hold while its packages are installed."""


@contextmanager
def _no_cluster() -> Iterator[None]:
    """Keep the package from starting a server of its own on PostgreSQL's port; tests start theirs."""
    apt.install("postgresql-common")
    settings = Path("/etc/postgresql-common/createcluster.conf")
    before = settings.read_text() if settings.exists() else ""
    settings.write_text(f"{before}\ncreate_main_cluster = false\n")
    try:
        yield
    finally:
        settings.write_text(before)


@contextmanager
def _no_service() -> Iterator[None]:
    """Keep the package from starting its service: tests start private ones on free ports."""
    policy = Path("/usr/sbin/policy-rc.d")
    if policy.exists():  # somebody has decided about services already
        yield
        return
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    try:
        yield
    finally:
        policy.unlink()


CHROMIUM = Part(
    "Chromium",
    commands=("chromium", "chromium-browser", "google-chrome"),
    packages=("chromium",),
)
POSTGRESQL = Part(
    "PostgreSQL",
    commands=("postgres",),
    packages=("postgresql",),
    beside=("initdb", "pg_ctl"),
    folders="/usr/lib/postgresql/*/bin",
    around_install=_no_cluster,
)
MOSQUITTO = Part(
    "Mosquitto",
    commands=("mosquitto",),
    packages=("mosquitto",),
    folders="/usr/sbin",
    asked="-h",
    answer=3,
    around_install=_no_service,
)
POPPLER = Part(
    "Poppler",
    commands=("pdftotext",),
    packages=("poppler-utils",),
    beside=("pdftoppm", "pdfinfo", "pdfdetach"),
    asked="-v",
)
NGINX = Part(
    "nginx",
    commands=("nginx",),
    packages=("nginx",),
    folders="/usr/sbin",
    asked="-v",
    around_install=_no_service,
)
PARTS = (CHROMIUM, POSTGRESQL, MOSQUITTO, POPPLER, NGINX)


@functools.cache
def find(part: Part) -> Path | None:
    """Return the part's program, or None where this machine has none that runs."""
    for candidate in _candidates(part):
        for path in (candidate, candidate.resolve()):
            if all((path.parent / other).exists() for other in part.beside) and _answers(path, part):
                return path
    return None


def missing(part: Part) -> str:
    """Say why tests of this part are skipped, and what mends it."""
    places = " nor in ".join(place for place in ("on PATH", part.folders) if place)
    neither = "neither" if part.folders else "not"
    programs = ", ".join((part.commands[0], *part.beside))
    return f"{part.title} is {neither} {places} ({programs}); apt-get install {' '.join(part.packages)}"


def install_missing() -> None:
    """Install what is not here where that is possible; say what was found."""
    for part in PARTS:
        if find(part) is None and apt.possible():
            _install(part)
        found = find(part)
        print(f"{part.title}: {found or f'{missing(part)}; its tests will be skipped'}", flush=True)


def _candidates(part: Part) -> Iterator[Path]:
    for command in part.commands:
        if on_path := shutil.which(command):
            yield Path(on_path)
    if part.folders:
        folders = Path("/").glob(part.folders.removeprefix("/"))
        for folder in sorted(folders, key=_versions, reverse=True):
            yield from (folder / command for command in part.commands if (folder / command).exists())


def _versions(folder: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(folder))]


def _answers(program: Path, part: Part) -> bool:
    # Ubuntu has a chromium-browser that only asks for a snap; a name on PATH proves nothing.
    try:
        run = subprocess.run([program, part.asked], check=False, capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return run.returncode == part.answer


def _install(part: Part) -> None:
    try:
        with part.around_install():
            apt.install(*part.packages)
    except StopError as error:
        # Not fatal: the tests of this part are skipped by name, with the reason.
        print(error, file=sys.stderr, flush=True)
    find.cache_clear()


if __name__ == "__main__":
    install_missing()
