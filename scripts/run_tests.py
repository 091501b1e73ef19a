"""`make test`: every test, in as few runs as their needs differ, closed by one line with the total."""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from scripts import parts, web_app
from scripts.tree import ROOT, StopError, exit_code

_PURE = {"tests/domain": "src/chargedeck/domain", "tests/energy": "src/chargedeck/energy"}
"""Tests and the sources of which they must cover every branch."""
_BROWSER_TESTS = "tests/e2e"
"""Playwright keeps an event loop running in the main thread, beside which no other can run."""

_SIDE_BY_SIDE = ("-n2", "--dist=loadfile")
"""Two at a time, for many wait on sockets; those of one file one after the other, in their order."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What runs of pytest came to."""

    passed: int = 0
    failed: int = 0
    skipped: tuple[str, ...] = ()

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)


def outcome(report: Path, code: int) -> Outcome:
    """Read the JUnit report of a pytest run; one that ended badly has failed, whatever it counted."""
    failed, passed, skipped = 0, 0, list[str]()
    if not report.exists():
        return Outcome(failed=1)
    # The report was made by the run before it and never comes from outside.
    for case in ET.parse(report).iter("testcase"):  # noqa: S314
        reason = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif reason is not None:
            skipped.append(f"{case.get('classname')}::{case.get('name')}: {reason.get('message')}")
        else:
            passed += 1
    return Outcome(passed, max(failed, 1) if code else failed, tuple(skipped))


def run_all() -> None:
    """Run every test of the app and of the server; say what was skipped and why."""
    parts.install_missing()
    problems = [problem for problem in (_web_tests(),) if problem]
    with tempfile.TemporaryDirectory() as folder:
        total = Outcome()
        for tests, sources in _PURE.items():
            data = f"--data-file={folder}/coverage"
            total += _pytest(Path(folder), tests, "-n0", runner=("coverage", "run", data))
            measure = ("report", data, f"--include={sources}/*", "--fail-under=100", "--skip-covered", "-m")
            if _python("coverage", *measure):
                problems.append(f"{tests} must cover every branch of {sources}")
        ignored = (f"--ignore={tests}" for tests in (*_PURE, _BROWSER_TESTS))
        total += _pytest(Path(folder), *ignored, *_SIDE_BY_SIDE)
        total += _pytest(Path(folder), _BROWSER_TESTS, "-n0")
    for line in total.skipped:
        print(f"skipped {line}")
    if not total.passed:
        problems.append("no test has passed")
    for problem in problems:
        print(f"error: {problem}")
    print(f"{total.passed} passed, {total.failed} failed, {len(total.skipped)} skipped", flush=True)
    if total.failed or problems:
        raise SystemExit(1)


def _web_tests() -> str | None:
    try:
        if web_app.names_script("test"):
            web_app.run("test")
    except StopError as error:
        return str(error)
    return None


def _pytest(folder: Path, *words: str, runner: tuple[str, ...] = ()) -> Outcome:
    report = folder / "report.xml"
    report.unlink(missing_ok=True)
    before = (*runner, "-m") if runner else ()
    code = _python(*before, "pytest", f"--junitxml={report}", *words)
    return outcome(report, code)


def _python(*module: str) -> int:
    sys.stdout.flush()
    return subprocess.run([sys.executable, "-m", *module], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(_python("pytest", *sys.argv[1:]) if sys.argv[1:] else exit_code(run_all))
