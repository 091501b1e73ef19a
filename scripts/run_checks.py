"""`make check`: everything that is held by a machine and not by manners, side by side."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scripts.tree import ROOT, VENV

_PYTHON = sys.executable
_BIN = VENV / "bin"
_TYPED = ("src", "tests", "scripts")


@dataclass(frozen=True, slots=True)
class Check:
    """A command that must succeed."""

    name: str
    command: tuple[str | Path, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check said."""

    check: Check
    passed: bool
    seconds: float
    output: str


CHECKS = (
    Check("types", (_PYTHON, "-m", "mypy", *_TYPED)),
    Check("web app", (_PYTHON, "-m", "scripts.web_app", "check")),
    Check("lint", (_PYTHON, "-m", "ruff", "check", "--quiet")),
    Check("format", (_PYTHON, "-m", "ruff", "format", "--check", "--quiet")),
    Check("layers", (_BIN / "lint-imports", "--no-logo")),
    Check("purity", (_PYTHON, "-m", "scripts.purity")),
    Check("lock file", (_BIN / "uv", "lock", "--check", "--offline", "--quiet")),
    Check("licences", (_PYTHON, "-m", "scripts.licences")),
    Check("links", (_PYTHON, "-m", "scripts.links")),
    Check("tidiness", (_PYTHON, "-m", "scripts.tidiness")),
    Check("state machine", (_PYTHON, "-m", "scripts.draw_state_machine", "--check")),
)


def main() -> int:
    """Run every check; print what failed, and fail if one did."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        verdicts = list(pool.map(_run, CHECKS))
    failed = [verdict for verdict in verdicts if not verdict.passed]
    for verdict in failed:
        print(f"\n--- {verdict.check.name}\n{verdict.output.rstrip()}")
    names = ", ".join(verdict.check.name for verdict in failed)
    if failed:
        print(f"\n{len(failed)} of {len(CHECKS)} checks failed: {names}")
        return 1
    print(f"All {len(CHECKS)} checks passed")
    return 0


def _run(check: Check) -> Verdict:
    started = time.monotonic()
    run = subprocess.run(
        check.command, cwd=ROOT, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    verdict = Verdict(check, run.returncode == 0, time.monotonic() - started, run.stdout)
    print(f"{check.name:<14} {'ok' if verdict.passed else 'FAILED':<7} {verdict.seconds:5.1f} s", flush=True)
    return verdict


if __name__ == "__main__":
    sys.exit(main())
