"""`make test` counts what happened, and finds the real parts or says why not."""

import subprocess
import sys
from pathlib import Path

import pytest
from scripts import parts
from scripts.parts import Part
from scripts.run_tests import Outcome, environment, outcome, runs
from scripts.tree import ROOT, name

MIXED = """
import pytest

@pytest.fixture
def broken():
    raise RuntimeError

def test_passes(): pass
def test_fails(): assert False
def test_errs(broken): pass
def test_waits(): pytest.skip("no browser here")
"""


def run_pytest(folder: Path, source: str) -> Outcome:
    (folder / "test_it.py").write_text(source)
    report = folder / "report.xml"
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"--junitxml={report}", str(folder)]
    run = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    return outcome(report, run.returncode)


def test_every_kind_of_outcome_is_counted(tmp_path: Path) -> None:
    counted = run_pytest(tmp_path, MIXED)
    assert (counted.passed, counted.failed) == (1, 2)
    assert counted.skipped == ("test_it::test_waits: no browser here",)


def test_a_run_without_a_test_has_failed(tmp_path: Path) -> None:
    assert run_pytest(tmp_path, "") == Outcome(failed=1)


def test_a_run_that_left_no_report_has_failed(tmp_path: Path) -> None:
    assert outcome(tmp_path / "absent.xml", 0) == Outcome(failed=1)


def test_outcomes_add_up() -> None:
    assert Outcome(1, 2, ("a",)) + Outcome(3, 4, ("b",)) == Outcome(4, 6, ("a", "b"))


def test_every_test_is_in_exactly_one_run() -> None:
    files = [name(path) for path in (ROOT / "tests").rglob("test_*.py")]
    assert len(files) > 200
    all_runs = runs()
    for file in files:
        within = {file, *(name(parent) for parent in (ROOT / file).parents if parent.is_relative_to(ROOT))}
        having = [run.title for run in all_runs if within & {*run.tests} and not within & {*run.without}]
        assert len(having) == 1, (file, having)


def test_no_program_that_a_test_starts_compiles_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    around = environment()
    assert "PYTHONDONTWRITEBYTECODE" not in around
    assert around["PYTHONPYCACHEPREFIX"].startswith(f"{ROOT}/.venv/")
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE")
    assert "PYTHONPYCACHEPREFIX" not in environment(), "where everything is kept beside its source"


def program(path: Path, code: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\nexit {code}\n")
    path.chmod(0o755)
    return path


def part(folder: Path) -> Part:
    return Part(
        "Thing",
        commands=("thing-of-the-test",),
        packages=("thing",),
        beside=("helper",),
        folders=f"{folder}/*/bin",
    )


def test_the_newest_complete_version_is_found(tmp_path: Path) -> None:
    for version in ("9", "15", "16"):
        program(tmp_path / version / "bin" / "thing-of-the-test")
    for version in ("9", "15"):
        program(tmp_path / version / "bin" / "helper")
    assert parts.find(part(tmp_path)) == tmp_path / "15" / "bin" / "thing-of-the-test"


def test_a_program_on_path_is_followed_to_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = program(tmp_path / "real" / "thing-of-the-test")
    program(tmp_path / "real" / "helper")
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "thing-of-the-test").symlink_to(real)
    monkeypatch.setenv("PATH", str(tmp_path / "path"), prepend=":")
    assert parts.find(part(tmp_path)) == real


def test_a_program_that_does_not_start_is_missing(tmp_path: Path) -> None:
    program(tmp_path / "15" / "bin" / "thing-of-the-test", code=1)
    program(tmp_path / "15" / "bin" / "helper")
    wanted = part(tmp_path)
    assert parts.find(wanted) is None
    assert "apt-get install thing" in parts.missing(wanted)
