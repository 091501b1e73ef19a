"""A backup of either database, taken in use, restored into either; nothing is changed by a bad one."""

import sqlite3
import zlib
from collections.abc import Callable
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import func, select
from tests.contracts.postgres_server import PostgresServer
from tests.contracts.records import HOME, NOON, clock

from chargedeck.storage import Storage, open_storage
from chargedeck.storage.backup import Counts, Deed, backup, head_of, restore, save
from chargedeck.storage.opening import database_of, make_ready
from chargedeck.storage.problems import BackupError, SchemaTooNewError
from chargedeck.storage.sealed import Head, read_frames, read_head, sealed_for, written
from chargedeck.storage.tables import METADATA, SCHEMA_VERSION

PASSPHRASE = "correct horse"
DEED = Deed("Ana", NOON)


def rows(url: str) -> Counts:
    """How many rows each table has."""
    engine = database_of(url).for_reading(1)
    with engine.connect() as connection:
        counts = {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in METADATA.sorted_tables
            if table is not SCHEMA_VERSION
        }
    engine.dispose()
    return {name: count for name, count in counts.items() if count}


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "kept.backup"


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Another database, with nothing in it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'elsewhere' / 'chargedeck.db'}"
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return server.new_database()


async def fill(storage: Storage) -> None:
    """Something in tables of every kind: words, booleans, bytes, numbers."""
    await storage.book.secret("key", lambda: b"\x00\xff")
    await storage.book.reserve_numbers("transaction", 7)


async def test_what_comes_back_is_what_was_there(
    storage: Storage, url: str, elsewhere: str, kept: Path
) -> None:
    await fill(storage)
    save(backup(url, PASSPHRASE, now=NOON, version="0.1.0"), kept)
    assert head_of(kept).made_at == NOON
    counts, before, _ = restore(kept, elsewhere, PASSPHRASE, DEED)
    assert (counts, before) == (rows(url), None)
    async with open_storage(elsewhere, now=clock) as other:
        assert list(await other.book.stations()) == [HOME]
        assert await other.book.secret("key", lambda: b"") == b"\x00\xff"
        assert await other.book.reserve_numbers("transaction", 1) == 7


async def test_the_data_that_was_there_is_kept_beside(
    storage: Storage, url: str, tmp_path: Path, kept: Path
) -> None:
    save(backup(url, None, now=NOON, version="0.1.0"), kept)
    path = tmp_path / "old" / "chargedeck.db"
    async with open_storage(f"sqlite:///{path}", now=clock) as old:
        await old.book.secret("old", lambda: b"old")
        with pytest.raises(BackupError, match="stop the server"):
            restore(kept, f"sqlite:///{path}", None, DEED)
        assert await old.book.secret("old", lambda: b"") == b"old"
    _, before, _ = restore(kept, f"sqlite:///{path}", None, DEED)
    assert before is not None
    with closing(sqlite3.connect(before)) as connection:
        assert connection.execute("SELECT name FROM secrets").fetchall() == [("old",)]
    assert rows(f"sqlite:///{path}") == rows(url) | {"events": 1}
    assert [file.name for file in path.parent.iterdir() if "restoring" in file.name] == []


async def test_a_database_with_data_is_not_written_over(
    storage: Storage, postgres_server: PostgresServer, kept: Path
) -> None:
    url = postgres_server.new_database()
    async with open_storage(url, now=clock) as used:
        await used.book.save_station(HOME)
        save(backup(url, None, now=NOON, version="0.1.0"), kept)
        with pytest.raises(BackupError, match="empty database"):
            restore(kept, url, None, DEED)
        assert list(await used.book.stations()) == [HOME]


Harm = Callable[[bytes], bytes]


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE], ids=["plain", "sealed"])
@pytest.mark.parametrize(
    ("harm", "remedy"),
    [
        pytest.param(lambda told: told[:-1], "ends too early|damaged|changed", id="cut"),
        pytest.param(
            lambda told: told[: len(told) // 2], "ends too early|head cannot be read", id="half of it"
        ),
        pytest.param(lambda told: told + b"x", "follows its end", id="something behind"),
        pytest.param(
            lambda told: told[:-9] + bytes([told[-9] ^ 1]) + told[-8:], "damaged|changed", id="a bit"
        ),
        pytest.param(lambda told: b"PK" + told, "not a backup", id="something else"),
        pytest.param(lambda _: b"", "not a backup", id="nothing"),
    ],
)
def test_a_damaged_file_changes_nothing(
    tmp_path: Path, passphrase: str | None, harm: Harm, remedy: str
) -> None:
    kept, url = tmp_path / "kept.backup", f"sqlite:///{tmp_path / 'source.db'}"
    make_ready(database_of(url))
    save(backup(url, passphrase, now=NOON, version="0.1.0"), kept)
    assert kept.stat().st_mode & 0o777 == 0o600
    kept.write_bytes(harm(kept.read_bytes()))
    target = tmp_path / "target" / "chargedeck.db"
    with pytest.raises(BackupError, match=remedy):
        restore(kept, f"sqlite:///{target}", passphrase, DEED)
    assert not target.exists()


def test_a_sealed_file_opens_with_its_passphrase_alone() -> None:
    head = sealed_for(Head(NOON, "0.1.0", "0001"), PASSPHRASE)
    file = b"".join(written(head, [b"one", b"two", b""], PASSPHRASE))
    assert b"one" not in file
    for passphrase, remedy in ((None, "give its passphrase"), ("wrong", "passphrase is another")):
        opened = BytesIO(file)
        with pytest.raises(BackupError, match=remedy):
            list(read_frames(opened, *read_head(opened), passphrase))
    opened = BytesIO(file)
    assert list(read_frames(opened, *read_head(opened), PASSPHRASE)) == [b"one", b"two", b""]


def test_frames_cannot_be_exchanged_or_left_out() -> None:
    head = sealed_for(Head(NOON, "0.1.0", "0001"), PASSPHRASE)
    start, *frames = list(written(head, [b"one", b"two", b"three"], PASSPHRASE))
    for order in ((1, 0, 2), (0, 2), (2,)):
        opened = BytesIO(start + b"".join(frames[place] for place in order))
        with pytest.raises(BackupError, match="changed"):
            list(read_frames(opened, *read_head(opened), PASSPHRASE))


def test_a_bomb_is_not_inflated() -> None:
    body = zlib.compress(b"\0" * (80 * 1024 * 1024))
    start = b"".join(written(Head(NOON, "0.1.0", "0001"), [], None)).split(b"\n", 2)
    opened = BytesIO(b"\n".join(start[:2]) + b"\n" + (len(body) | 1 << 31).to_bytes(4) + body)
    with pytest.raises(BackupError, match="damaged"):
        list(read_frames(opened, *read_head(opened), None))


def test_a_newer_schema_is_refused(kept: Path, tmp_path: Path) -> None:
    kept.write_bytes(b"".join(written(Head(NOON, "9.0.0", "9999"), [], None)))
    with pytest.raises(SchemaTooNewError, match="9999"):
        restore(kept, f"sqlite:///{tmp_path / 'chargedeck.db'}", None, DEED)
