"""`chargedeck replay`: the log of a station in a file, and every decision once more."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from chargedeck.cli.replay import command
from chargedeck.domain.limits import LimitReason, Rung
from chargedeck.domain.units import Amps, ChargerId, StationId
from chargedeck.energy.modes import Mode
from chargedeck.energy.snapshot import ManagedCharger, MeterReading
from chargedeck.energy.station import StationCharger, StationFacts
from chargedeck.energy.station_log import Planned, Started, Tick
from chargedeck.hub.management import MAIN, Management
from chargedeck.storage.station_files import StationFile, StationLogError, read_lines

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def facts(second: int) -> StationFacts:
    at, house = NOON + timedelta(seconds=second), 2 if second < 60 else 14
    drawn = (Amps(16), Amps(0), Amps(0))
    grid = (Amps(16 + house), Amps(1), Amps(1))
    garage = ManagedCharger(ChargerId("garage"), MAIN, (1,), True, Amps(16), Amps(16), drawn, at)
    installation = Rung(LimitReason.INSTALLATION, Amps(16))
    return StationFacts(Mode.POWER, (MeterReading(MAIN, at, grid),), (StationCharger(garage, installation),))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Ninety seconds with a kettle at the end of the first minute."""
    return written(tmp_path, 0)


def written(folder: Path, lied_at: int) -> Path:
    """A log; at one second it says otherwise than was decided."""
    management = Management(StationId("home"))
    started = Started(management.plain_circuits(), management.metered(), management.settings())
    station = started.station()
    file = StationFile(folder, "home/sweet", NOON)
    file.write(started)
    for second in range(1, 91):
        at = NOON + timedelta(seconds=second)
        plan = station.plan(facts(second), at)
        file.write(Tick(at, facts(second)))
        file.write(Planned(at, replace(plan, orders=()) if second == lied_at else plan))
    file.close()
    return file.path


def run(*words: str) -> tuple[int, str]:
    app = typer.Typer()
    app.command()(command)
    answer = CliRunner().invoke(app, words)
    if answer.exception is not None and not isinstance(answer.exception, SystemExit):
        raise answer.exception
    return answer.exit_code, answer.output


def test_every_decision_comes_out_again_and_says_why(log: Path) -> None:
    assert log.name == "home_sweet-20260601T120000000000.jsonl"
    code, said = run(str(log))
    assert code == 0
    assert "2026-06-01 12:01:00 garage 10 A: load_balancing: 10 A: house 14 A of 25 A on L1" in said
    assert said.endswith("90 decisions, none of them otherwise than they were\n")
    assert run(str(log), "--quiet") == (0, "90 decisions, none of them otherwise than they were\n")


def test_a_decision_that_is_another_now_is_pointed_at(tmp_path: Path) -> None:
    code, said = run(str(written(tmp_path, 60)))
    assert code == 1
    assert "12:01:00 garage 10 A (otherwise than it was)" in said
    assert said.endswith("90 decisions, 1 of them otherwise than they were\n")


def test_a_line_that_a_crash_has_cut_off_is_left_out(log: Path) -> None:
    whole = log.read_bytes()
    log.write_bytes(whole[:-40])
    assert len(list(read_lines(log))) == 180
    assert run(str(log), "--quiet")[0] == 0


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "does not begin with"),
        (b'{"tick": {}}\n{"tick": {}}\n', "line 1"),
        (b"hello\nworld\n", "line 1"),
        (b'{"other": 1}\n', "line 1"),
    ],
)
def test_a_file_that_is_none_is_said_to_be_none(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "log.jsonl"
    file.write_bytes(content)
    with pytest.raises(StationLogError, match=says):
        run(str(file))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StationLogError, match="cannot be read: No such file"):
        run(str(tmp_path / "nothing"))
