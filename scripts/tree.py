"""Knows the repository's folders and files; starts no program but git."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
WEB = ROOT / "web"

_MADE = {".git", ".venv", "node_modules", "dist", "__pycache__"}


class StopError(Exception):
    """The work cannot go on; the text says why and what mends it."""


def exit_code(work: Callable[[], None]) -> int:
    """Do the work; where it stops, tell the person at the terminal why. Return the exit code."""
    try:
        work()
    except StopError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def files(*suffixes: str) -> Iterator[Path]:
    """Every file that belongs to the repository, or those with one of the suffixes, in order.

    Files that git would ignore are left out, files not yet added are not. Where git cannot say (a
    release archive, a clone of somebody else), the folders are walked.
    """
    for path in sorted(_listed() or _walked(ROOT)):
        if path.is_file() and (not suffixes or path.suffix in suffixes):
            yield path


def name(path: Path) -> str:
    """Return how a message names a file: from the root of the repository."""
    return path.relative_to(ROOT).as_posix()


def _listed() -> list[Path]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return []
    return [ROOT / line for line in listing.split("\0") if line]


def _walked(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            if path.name not in _MADE:
                yield from _walked(path)
        else:
            yield path
