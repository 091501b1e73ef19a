"""A backup goes back in from the app: in pieces, checked while the server serves, then it begins again."""

import asyncio
import sqlite3
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from tests.support.api import Api, ApiProblem, api_client
from tests.support.server import Server, running_server

from chargedeck.storage.dump import End, Rows
from chargedeck.storage.sealed import Head, sealed_for, written

OLD = Path(__file__).parents[1] / "databases"
PHRASE = "a few random words"
PIECE = 40_000


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with running_server(tmp_path) as running:
        yield running


async def send(api: Api, backup: bytes) -> Any:
    """In pieces; answers what the last one was answered."""
    shown = await api.post("/api/restore", {"size_bytes": len(backup)})
    while shown["stage"] == "receiving":
        offset = shown["received_bytes"]
        piece = b64encode(backup[offset : offset + PIECE]).decode()
        shown = await api.put("/api/restore/data", {"offset": offset, "data": piece})
    return shown


async def ended(api: Api) -> Any:
    """What has become of it; the server is away for a moment in between."""
    async with asyncio.timeout(60):
        while True:
            try:
                return await api.until("/api/restore", lambda one: one["stage"] in ("done", "failed"), 60)
            except httpx.TransportError:
                await asyncio.sleep(0.1)


async def labels(api: Api) -> list[str]:
    return sorted(card["label"] for card in await api.items("/api/cards"))


async def test_a_backup_is_put_back_from_the_app(server: Server) -> None:
    async with api_client(server.url, server.token()) as api:
        await api.post("/api/cards", {"id_tag": "04BEFORE", "label": "Before"})
        leaked = server.token()
        sealed = (await api.client.post("/api/backup", json={"passphrase": PHRASE})).content
        async with api_client(server.url, leaked) as thief:
            own = await thief.get("/api/me")
            await api.delete(f"/api/tokens/{own['id']}")
        await api.post("/api/cards", {"id_tag": "04AFTER", "label": "After"})
        shown = await send(api, sealed)
        assert (shown["stage"], shown["sealed"], shown["problem"]) == ("received", True, None)

        # What will not do changes nothing, and can be tried again.
        for phrase, reason in (("another one", "passphrase is another one"), (None, "give its passphrase")):
            await api.post("/api/restore/begin", {"passphrase": phrase})
            failed = await ended(api)
            assert (failed["stage"], reason in failed["problem"]) == ("failed", True), failed
        assert await labels(api) == ["After", "Before"]

        await api.post("/api/restore/begin", {"passphrase": PHRASE})
        done = await ended(api)
        assert (done["stage"], done["rows"] > 0) == ("done", True), done
        assert await labels(api) == ["Before"]
        assert done["keys_ended"] == 1
        async with api_client(server.url, leaked) as thief:
            with pytest.raises(ApiProblem) as refused:
                await thief.get("/api/me")
            assert refused.value.status == 401
        kept = server.folder / done["kept_as"]
        assert kept.stat().st_mode & 0o077 == 0
        assert sorted(path.name for path in server.folder.glob("chargedeck.db*")) == sorted(
            {"chargedeck.db", "chargedeck.db-shm", "chargedeck.db-wal", kept.name}
        )
        deeds = [deed["kind"] for deed in await api.items("/api/audit")]
        assert "backup_restored" in deeds


def backup_of_version_1() -> bytes:
    """What a server of the first schema would have written."""
    frames, counts = [], {}
    with closing(sqlite3.connect(":memory:")) as old:
        old.executescript((OLD / "0001.sqlite.sql").read_text())
        tables = [name for (name,) in old.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        by_reference = sorted(
            tables, key=lambda name: len(old.execute(f"PRAGMA foreign_key_list({name})").fetchall())
        )
        for table in by_reference:
            if table == "alembic_version":
                continue
            found = old.execute(f"SELECT * FROM {table}")
            rows = [list(row) for row in found]
            counts[table] = len(rows)
            frames.append(
                msgspec.msgpack.encode(Rows(table, [column[0] for column in found.description], rows))
            )
    frames.append(msgspec.msgpack.encode(End({name: count for name, count in counts.items() if count})))
    head = sealed_for(Head(datetime(2026, 1, 1, tzinfo=UTC), "0.0.1", "0001"), PHRASE)
    return b"".join(written(head, frames, PHRASE))


async def test_a_backup_of_the_first_version_is_brought_up_to_date(server: Server) -> None:
    async with api_client(server.url, server.token()) as api:
        shown = await send(api, backup_of_version_1())
        assert (shown["stage"], shown["version"]) == ("received", "0.0.1")
        await api.post("/api/restore/begin", {"passphrase": PHRASE})
        # The accounts are those of the backup now, so that nobody who was signed in still is.
        with pytest.raises(ApiProblem) as gone:
            await ended(api)
        assert gone.value.status == 401
    async with api_client(server.url, server.token()) as api:
        assert (await api.get("/api/restore"))["stage"] == "done"
        assert await api.items("/api/sessions")


async def test_what_is_no_backup_of_ours_is_refused_and_nothing_changes(server: Server) -> None:
    async with api_client(server.url, server.token()) as api:
        await api.post("/api/cards", {"id_tag": "04HERE", "label": "Here"})
        good = (await api.client.post("/api/backup", json={})).content
        newer = good.replace(b'"db_schema":"00', b'"db_schema":"99', 1)
        assert newer != good
        for bad, reason in (
            (b"no backup at all", "not a backup of ChargeDeck"),
            (newer, "install the newer ChargeDeck"),
            (good[:-10], "ends too early"),
            (good[: len(good) // 2] + bytes(20) + good[len(good) // 2 + 20 :], "take another copy"),
        ):
            shown = await send(api, bad)
            if shown["stage"] == "received":
                await api.post("/api/restore/begin", {"passphrase": None})
                shown = await ended(api)
            assert (shown["stage"], reason in shown["problem"]) == ("failed", True), shown
        await api.delete("/api/restore")
        assert (await api.get("/api/restore"))["stage"] == "none"
        assert await labels(api) == ["Here"]
        assert [path.name for path in server.folder.glob("*.restoring*")] == []
        assert [path.name for path in server.folder.glob("*.uploaded*")] == []


async def test_pieces_come_in_order_and_within_what_was_announced(server: Server) -> None:
    async with api_client(server.url, server.token()) as api:

        async def refused(method: str, path: str, body: dict[str, Any]) -> tuple[int, str]:
            with pytest.raises(ApiProblem) as raised:
                await api.call(method, path, body)
            return raised.value.status, raised.value.detail

        data = b64encode(b"0123456789").decode()
        assert (await refused("POST", "/api/restore/begin", {"passphrase": None}))[0] == 409
        assert (await refused("PUT", "/api/restore/data", {"offset": 0, "data": data}))[0] == 409
        assert (await refused("POST", "/api/restore", {"size_bytes": 3 * 1024**3}))[0] == 422
        await api.post("/api/restore", {"size_bytes": 15})
        await api.put("/api/restore/data", {"offset": 0, "data": data})
        status, detail = await refused("PUT", "/api/restore/data", {"offset": 0, "data": data})
        assert (status, "at 10" in detail) == (409, True)
        assert (await refused("PUT", "/api/restore/data", {"offset": 10, "data": data}))[0] == 422
        # After a restart nothing is left of it.
        server.stop()
        server.start()
        server.wait_until_ready()
        assert (await api.get("/api/restore"))["stage"] == "none"
        assert [path.name for path in server.folder.glob("*.uploaded*")] == []
