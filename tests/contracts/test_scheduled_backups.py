"""A backup a day: made when one is due, the newest kept, and other people's files left alone."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.contracts.records import NOON

from chargedeck.storage.backup import head_of
from chargedeck.storage.opening import database_of, make_ready
from chargedeck.storage.problems import BackupError
from chargedeck.storage.scheduled_backups import BackupPlan, ScheduledBackups


class Days:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def days() -> Days:
    return Days()


@pytest.fixture
def url(tmp_path: Path) -> str:
    made = f"sqlite:///{tmp_path / 'chargedeck.db'}"
    make_ready(database_of(made))
    return made


def scheduled(tmp_path: Path, url: str, days: Days, **plan: Path) -> ScheduledBackups:
    return ScheduledBackups(BackupPlan(tmp_path / "kept", 2, **plan), url, now=days, version="0.1.0")


def names(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "kept").iterdir())


def test_one_a_day_and_the_newest_are_kept(tmp_path: Path, url: str, days: Days) -> None:
    backups = scheduled(tmp_path, url, days)
    assert backups.make_if_due() is not None
    (tmp_path / "kept" / "holiday.jpg").write_bytes(b"mine")
    days.now += timedelta(hours=23)
    assert backups.make_if_due() is None
    for _ in range(3):
        days.now += timedelta(days=1)
        assert backups.make_if_due() is not None
    assert len(names(tmp_path)) == 3
    assert "holiday.jpg" in names(tmp_path)
    newest = tmp_path / "kept" / names(tmp_path)[1]
    assert (head_of(newest).made_at, newest.stat().st_mode & 0o777) == (days.now, 0o600)


def test_a_clock_that_was_ahead_does_not_keep_backups_from_being_made(
    tmp_path: Path, url: str, days: Days
) -> None:
    backups = scheduled(tmp_path, url, days)
    backups.make_if_due()
    days.now -= timedelta(days=400)
    assert backups.make_if_due() is not None


def test_it_is_sealed_with_the_first_line_of_a_file(tmp_path: Path, url: str, days: Days) -> None:
    file = tmp_path / "passphrase"
    backups = scheduled(tmp_path, url, days, passphrase_file=file)
    with pytest.raises(BackupError, match="passphrase cannot be read"):
        backups.make_if_due()
    file.write_text("\n")
    with pytest.raises(BackupError, match="empty"):
        backups.make_if_due()
    file.write_text("correct horse\nnot this\n")
    made = backups.make_if_due()
    assert made is not None
    assert head_of(made).seal is not None


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path, url: str, days: Days) -> None:
    (tmp_path / "kept").write_text("a file")
    with pytest.raises(BackupError, match="cannot be written"):
        scheduled(tmp_path, url, days).make_if_due()
