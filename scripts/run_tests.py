"""`make test`: every test, in as few runs as their needs differ, closed by one line with the total."""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from scripts import parts, web_app
from scripts.tree import ROOT, VENV, exit_code

_PURE = {"tests/domain": "src/chargedeck/domain", "tests/energy": "src/chargedeck/energy"}
"""Tests and the sources of which they must cover every branch."""

_BROWSER_TESTS = "tests/e2e"
"""Playwright keeps an event loop running in the main thread, beside which no other can run."""

_TO_THE_SECOND = "tests/e2e/test_local_settings.py"
"""What it promises of an idle machine it cannot show on a busy one."""

_FUZZING = "tests/api/test_fuzz.py"
"""Its examples are made when it is collected, which every worker would do anew."""

_WAITING = (
    "tests/scenarios",
    "tests/octt",
    "tests/program",
    "tests/chargers",
    "tests/simulator",
    "tests/notify",
)
"""They wait on sockets and for time to go by: what begins with them has something to compute meanwhile."""

_WORKERS = (f"-n{min(os.cpu_count() or 1, 7) + 1}", "--dist=loadfile", "--no-loadscope-reorder")
"""Those of one file one after the other, and files in the order in which they are given."""

_AT_A_TIME = 2
"""Runs; what one of them prints is shown when it has ended."""


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


@dataclass(frozen=True, slots=True)
class Run:
    """Tests with the same needs, and what they need."""

    title: str
    tests: tuple[str, ...]
    without: tuple[str, ...] = ()
    """Those among them that another run has."""
    options: tuple[str, ...] = ("-n0",)
    covers: str | None = None
    """The sources of which they must cover every branch."""
    alone: bool = False
    """Whether nothing may run beside them."""

    @property
    def words(self) -> list[str]:
        """What pytest is told."""
        return [*self.tests, *(f"--ignore={tests}" for tests in self.without), *self.options]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a run came to."""

    outcome: Outcome = Outcome()
    problem: str | None = None


def runs() -> list[Run]:
    """Every test of the server is in one of these; those that take longest come first."""
    apart = (*_PURE, _BROWSER_TESTS, _FUZZING)
    folders = {
        f"tests/{path.relative_to(ROOT / 'tests').parts[0]}" for path in (ROOT / "tests").rglob("test_*.py")
    }
    pure = [Run(tests, (tests,), covers=sources) for tests, sources in reversed(_PURE.items())]
    return [
        Run("the server", (*_WAITING, *sorted(folders.difference(_WAITING, apart))), apart, _WORKERS),
        Run(_BROWSER_TESTS, (_BROWSER_TESTS,), (_TO_THE_SECOND,)),
        *pure,
        Run(_FUZZING, (_FUZZING,)),
        Run(_TO_THE_SECOND, (_TO_THE_SECOND,), alone=True),
    ]


def run_all() -> None:
    """Run every test of the app and of the server; say what was skipped and why."""
    parts.install_missing()
    with tempfile.TemporaryDirectory() as folder:
        with ThreadPoolExecutor(_AT_A_TIME) as pool:
            tasks = [pool.submit(_verdict, run, Path(folder)) for run in runs() if not run.alone]
            tasks.append(pool.submit(_web_tests))
            try:
                verdicts = [task.result() for task in tasks]
            finally:
                pool.shutdown(cancel_futures=True)
        verdicts += [_verdict(run, Path(folder)) for run in runs() if run.alone]
    total = sum((verdict.outcome for verdict in verdicts), Outcome())
    problems = [verdict.problem for verdict in verdicts if verdict.problem]
    for line in total.skipped:
        print(f"skipped {line}")
    if not total.passed:
        problems.append("no test has passed")
    for problem in problems:
        print(f"error: {problem}")
    print(f"{total.passed} passed, {total.failed} failed, {len(total.skipped)} skipped", flush=True)
    if total.failed or problems:
        raise SystemExit(1)


def _web_tests() -> Verdict:
    if not web_app.names_script("test"):
        return Verdict()
    code, printed = _heard("scripts.web_app", "test")
    _show("web", printed)
    return Verdict(problem="tests of the web app have failed" if code else None)


def _verdict(run: Run, parent: Path) -> Verdict:
    folder = Path(tempfile.mkdtemp(dir=parent))
    report, data = folder / "report.xml", f"--data-file={folder}/coverage"
    runner = ("coverage", "run", data, "-m") if run.covers else ()
    code, printed = _heard(*runner, "pytest", f"--junitxml={report}", *run.words)
    found, problem = outcome(report, code), None
    if run.covers:
        measure = ("report", data, f"--include={run.covers}/*", "--fail-under=100", "--skip-covered", "-m")
        code, table = _heard("coverage", *measure)
        printed += table
        problem = f"{run.title} must cover every branch of {run.covers}" if code else None
    _show(run.title, printed)
    return Verdict(found, problem)


def _heard(*module: str) -> tuple[int, str]:
    """Run a module to its end; answers its code and what it has printed."""
    command = [sys.executable, "-m", *module]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment(),
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    return done.returncode, done.stdout


def _show(title: str, printed: str) -> None:
    """In one piece, also when everything has been interrupted: others are running beside it."""
    sys.stdout.write(f"\n--- {title}\n{printed.rstrip()}\n")
    sys.stdout.flush()


def environment() -> dict[str, str]:
    """What tests start with: of the hundreds of programs that they start none shall compile anew."""
    around = dict(os.environ)
    if around.pop("PYTHONDONTWRITEBYTECODE", None):  # its wish is a tree without it
        around.setdefault("PYTHONPYCACHEPREFIX", str(VENV / "bytecode"))
    return around


def _run_some(words: list[str]) -> int:
    command = [sys.executable, "-m", "pytest", *words]
    return subprocess.run(command, cwd=ROOT, env=environment(), check=False).returncode


if __name__ == "__main__":
    sys.exit(_run_some(sys.argv[1:]) if sys.argv[1:] else exit_code(run_all))
