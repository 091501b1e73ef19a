"""`chargedeck export sessions --format pdf` and `chargedeck report verify`, as at a console."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.contracts.records import DEVICE, HOME, MINUTE, clock, durable, execute, session
from typer.testing import CliRunner, Result

from chargedeck.cli import export, report
from chargedeck.cli.export import NoPeriodError
from chargedeck.cli.report import UnreadableFileError
from chargedeck.domain.units import WattHours
from chargedeck.storage import open_storage


@pytest.fixture
async def home(tmp_path: Path) -> Path:
    """A data directory with three sessions that have ended."""
    async with open_storage(f"sqlite:///{tmp_path / 'chargedeck.db'}", now=clock) as storage:
        await storage.book.save_station(HOME)
        storage.journal.device(DEVICE)
        for number in range(3):
            one = session(number, meter_last_wh=WattHours(2000))
            storage.journal.session(one._replace(ended_at=one.started_at + 60 * MINUTE))
        assert await durable(storage)
    return tmp_path


def issued(home: Path, *words: str) -> Path:
    file = home / "report.pdf"
    period = ("--from", "2026-06-01", "--to", "2026-07-01")
    run = ["sessions", "--format", "pdf", *period, "-o", str(file), "--data-dir", str(home), *words]
    answer = CliRunner().invoke(export.app, run)
    assert answer.exit_code == 0, answer.output
    return file


def verify(home: Path, file: Path) -> Result:
    answer = CliRunner().invoke(report.app, ["verify", str(file), "--data-dir", str(home)])
    if answer.exception is not None and not isinstance(answer.exception, SystemExit):
        raise answer.exception
    return answer


def test_a_report_agrees_with_the_history(home: Path) -> None:
    answer = verify(home, issued(home, "--language", "ro"))
    assert answer.exit_code == 0
    assert answer.stdout.splitlines()[-1].endswith("agrees with the charging history")


def test_the_row_that_differs_is_named(home: Path) -> None:
    file = issued(home)
    url = f"sqlite:///{home / 'chargedeck.db'}"
    execute(url, "UPDATE sessions SET meter_last_wh = 2500 WHERE id = 's1'")
    execute(url, "DELETE FROM sessions WHERE id = 's2'")
    answer = verify(home, file)
    assert answer.exit_code == 1
    *differences, judgement = answer.stdout.splitlines()
    assert differences == [
        "s1: energy_wh is 1000 in the report, 1500 now",
        "s1: meter_end_wh is 2000 in the report, 2500 now",
        "s2: is in the report and not in the history any more",
    ]
    assert judgement.endswith("cannot be confirmed")


def test_a_report_of_somewhere_else(home: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = issued(home)
    answer = verify(tmp_path_factory.mktemp("elsewhere"), file)
    assert answer.exit_code == 1
    assert "No report" in answer.stdout
    assert answer.stdout.count("is in the report and not in the history any more") == 3


def test_a_byte_more_is_another_file(home: Path) -> None:
    file = issued(home)
    file.write_bytes(file.read_bytes() + b"\n")
    answer = verify(home, file)
    assert answer.exit_code == 1
    assert "The file is not the one that was issued" in answer.stdout


def test_what_cannot_be_done(home: Path) -> None:
    with pytest.raises(UnreadableFileError, match="No such file"):
        verify(home, home / "nothing.pdf")
    run = ["sessions", "--format", "pdf", "--data-dir", str(home)]
    answer = CliRunner().invoke(export.app, run)
    assert isinstance(answer.exception, NoPeriodError)


def test_the_installed_command(home: Path) -> None:
    file = issued(home)
    command = [sys.executable, "-m", "chargedeck", "report", "verify", str(file), "--data-dir", str(home)]
    answer = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (answer.returncode, answer.stderr) == (0, "")
