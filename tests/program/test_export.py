"""`chargedeck export`: the history as a file, straight from a database."""

import csv
import io
import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook
from tests.contracts.records import DEVICE, HOME, NOON, clock, durable, session
from typer.testing import CliRunner

from chargedeck.cli.export import NoTimeError, app, instant
from chargedeck.storage import open_storage

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
async def home(tmp_path: Path) -> Path:
    """A data directory with five sessions, a minute apart, from noon UTC on."""
    async with open_storage(f"sqlite:///{tmp_path / 'chargedeck.db'}", now=clock) as storage:
        await storage.book.save_station(HOME)
        storage.journal.device(DEVICE)
        for number in range(5):
            storage.journal.session(session(number))
        assert await durable(storage)
    return tmp_path


def run(home: Path, *words: str) -> bytes:
    answer = CliRunner().invoke(app, ["sessions", *words, "--data-dir", str(home)])
    if answer.exception is not None and not isinstance(answer.exception, SystemExit):
        raise answer.exception
    assert answer.exit_code == 0, answer.output
    return answer.stdout_bytes


def ids(content: bytes) -> list[str]:
    return [one["session_id"] for one in csv.DictReader(io.StringIO(content.decode(), newline=""))]


def test_all_of_it_without_a_period(home: Path) -> None:
    assert ids(run(home)) == ["s0", "s1", "s2", "s3", "s4"]


def test_days_begin_as_at_the_default_station(home: Path) -> None:
    # In Berlin it is 14:00 at the first session.
    assert len(ids(run(home, "--from", "2026-06-01T14:02:00"))) == 3
    assert len(ids(run(home, "--from", NOON.date().isoformat(), "--to", "2026-06-02"))) == 5
    assert ids(run(home, "--to", NOON.date().isoformat())) == []


def test_one_charger(home: Path) -> None:
    assert len(ids(run(home, "--charger", "garage"))) == 5
    assert ids(run(home, "--charger", "another")) == []


def test_into_a_file(home: Path) -> None:
    file = home / "sessions.xlsx"
    assert run(home, "--format", "xlsx", "--output", str(file)) == b""
    assert load_workbook(file).worksheets[0].max_row == 7


def test_json(home: Path) -> None:
    assert len(json.loads(run(home, "--format", "json"))) == 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-05-01", datetime(2026, 5, 1, tzinfo=BERLIN)),
        ("2026-05-01T08:00:00", datetime(2026, 5, 1, 8, tzinfo=BERLIN)),
        ("2026-05-01T08:00:00Z", datetime(2026, 5, 1, 10, tzinfo=BERLIN)),
    ],
)
def test_times(text: str, expected: datetime) -> None:
    assert instant(text, BERLIN) == expected


def test_no_time_says_what_would_do() -> None:
    with pytest.raises(NoTimeError, match="yesterday is no time; give a day such as 2026-05-01"):
        instant("yesterday", BERLIN)
