"""Where the data lies: addresses, the SQLite file, and what is wrong with either."""

import os
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError
from tests.contracts.postgres_server import PostgresServer
from tests.contracts.records import GARAGE, HOME, SESSION, clock, durable, engine, reading, session, until

from chargedeck.storage import DatabaseError, open_storage, opening
from chargedeck.storage.opening import database_of


@pytest.mark.parametrize(
    ("url", "name"),
    [
        pytest.param("sqlite:////var/lib/chargedeck/x.db", "/var/lib/chargedeck/x.db", id="absolute"),
        pytest.param("sqlite:///x.db", "x.db", id="relative"),
        pytest.param(
            "/var/lib/100% & more?/x.db", "/var/lib/100% & more?/x.db", id="a path with anything in it"
        ),
        pytest.param("sqlite:///~/x.db", f"{Path.home()}/x.db", id="at home"),
        pytest.param("postgresql://a:s%40crt@h:1/d", "postgresql://a:***@h:1/d", id="no password is shown"),
        pytest.param("postgres://h/d?sslmode=require", "postgresql://h/d?sslmode=require", id="with options"),
    ],
)
def test_an_address_names_a_database(url: str, name: str) -> None:
    assert database_of(url).name == name


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mysql://root:hunter2@host/db",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "postgresql://",
        "postgresql://h:x/d",
    ],
)
def test_another_address_is_refused_without_telling_it(url: str) -> None:
    with pytest.raises(DatabaseError, match="postgresql://user:password@host/name") as refused:
        database_of(url)
    assert "hunter2" not in str(refused.value)


# -- SQLite ----------------------------------------------------------------------------------------


async def test_only_the_owner_can_read_the_file_and_its_folder(sqlite_url: str) -> None:
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    async with open_storage(sqlite_url, now=clock) as storage:
        await storage.book.save_station(HOME)
        files = sorted(file.parent.iterdir())
        assert [path.name for path in files] == ["chargedeck.db", "chargedeck.db-shm", "chargedeck.db-wal"]
        assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
        assert file.parent.stat().st_mode & 0o777 == 0o700


def test_a_file_that_others_could_read_is_closed_to_them(sqlite_url: str) -> None:
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    opening.make_ready(database_of(sqlite_url))
    file.chmod(0o644)
    opening.make_ready(database_of(sqlite_url))
    assert file.stat().st_mode & 0o777 == 0o600


def test_every_commit_is_flushed_to_the_disk(sqlite_url: str) -> None:
    database = database_of(sqlite_url)
    database.prepare()
    with database.for_writing().connect() as connection:
        asked = ("journal_mode", "synchronous", "foreign_keys")
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in asked]
    assert found == ["wal", 2, 1]


def test_readers_cannot_write(url: str) -> None:
    database = database_of(url)
    opening.make_ready(database)
    readers = database.for_reading(1)
    with readers.connect() as connection, pytest.raises(DBAPIError, match=r"read-?only"):
        connection.exec_driver_sql("DELETE FROM stations")
    readers.dispose()


async def test_a_file_that_is_no_database_is_refused_and_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a database" * 1000)
    with pytest.raises(DatabaseError, match="restore a backup, or name another file"):
        async with open_storage(str(file), now=clock):
            pass
    assert file.read_text() == "not a database" * 1000


async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseError, match=r"file/x\.db cannot be written .*change the owner"):
        async with open_storage(str(tmp_path / "file" / "x.db"), now=clock):
            pass


def damage(url: str) -> None:
    """Overwrite the middle of the table of sessions."""
    file = Path(url.removeprefix("sqlite:///"))
    with sqlite3.connect(file) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'sessions'").fetchone()
    connection.close()
    with file.open("r+b") as raw:
        raw.seek((page - 1) * 4096)
        raw.write(os.urandom(4096))


async def test_a_damaged_file_is_refused(sqlite_url: str) -> None:
    async with open_storage(sqlite_url, now=clock) as storage:
        storage.journal.session(SESSION)
    damage(sqlite_url)
    with pytest.raises(DatabaseError, match=r"is damaged .*; restore a backup"):
        async with open_storage(sqlite_url, now=clock):
            pass


async def test_a_large_file_is_checked_while_it_is_used(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_storage(sqlite_url, now=clock) as storage:
        storage.journal.session(SESSION)
    damage(sqlite_url)
    monkeypatch.setattr(opening, "CHECKED_FIRST", 0)
    async with open_storage(sqlite_url, now=clock) as storage:
        await until(lambda: storage.health().damage is not None)
        storage.journal.sample(GARAGE, reading(1, 1), None)
        assert await durable(storage)


# -- PostgreSQL ------------------------------------------------------------------------------------


async def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(
        DatabaseError, match=r"postgresql://a:\*\*\*@127.0.0.1:1/d cannot be reached"
    ) as refused:
        async with open_storage("postgresql://a:hunter2@127.0.0.1:1/d", now=clock):
            pass
    assert "hunter2" not in str(refused.value)


async def test_options_of_the_address_are_kept(postgres_server: PostgresServer) -> None:
    url = f"{postgres_server.new_database()}?options=-c%20statement_timeout%3D7s&application_name=mine"
    async with open_storage(url, now=clock) as storage:
        storage.journal.session(session(1))
        assert await durable(storage)
    with engine(url).connect() as connection:
        shown = ("statement_timeout", "application_name", "synchronous_commit")
        assert [connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in shown] == [
            "7s",
            "mine",
            "on",
        ]
