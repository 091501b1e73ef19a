"""A restore lets nobody in who was shut out after the backup was made; from either database, into a file."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from tests.contracts.postgres_server import PostgresServer
from tests.contracts.records import CHARGER, DEVICE, GARAGE, HOME, MINUTE, NOON, OWNER, clock, durable
from tests.contracts.test_keys import DAY, EMBED, FACTOR, INVITATION, KEY

from chargedeck.domain.cards import Card
from chargedeck.domain.units import IdTag
from chargedeck.hub.records import EventRecord, Role, SignInRecord, TokenRecord, UserRecord
from chargedeck.storage import Storage, open_storage
from chargedeck.storage.backup import Deed, Restored, backup, restore, save
from chargedeck.storage.restored_access import NotRestored

BOB = replace(OWNER, id="bob", email="bob@example.org", role=Role.OPERATOR)
SIGN_IN = SignInRecord("cookie", OWNER.id, "csrf", NOON, NOON + DAY, NOON)
TOKENS = [TokenRecord(name, name, Role.OWNER, name, None, NOON) for name in ("home", "leaked")]
CARDS = [Card(name, IdTag(name), name) for name in ("BLUE", "LOST", "GONE")]
DEED = Deed("Ana", NOON + DAY)


async def fill(storage: Storage) -> None:
    book = storage.book
    await book.save_station(HOME)
    storage.journal.device(DEVICE)
    storage.journal.charger(CHARGER)
    storage.journal.event(EventRecord(NOON, "claimed", actor="Ana"))
    assert await durable(storage)
    for user in (OWNER, BOB):
        await book.save_user(user)
        await book.save_passkey(replace(KEY, id=f"old {user.id}", user_id=user.id))
    await book.save_second_factor(replace(FACTOR, confirmed=True, recovery=("a", "b")))
    await book.save_sign_in(SIGN_IN)
    await book.save_invitation(INVITATION)
    for token in TOKENS:
        await book.save_token(token)
    for number in (1, 2):
        await book.save_embed(replace(EMBED, id=f"e{number}", digest=f"card {number}"))
    for card in CARDS:
        await book.save_card(card)


async def take_away(storage: Storage) -> None:
    """After the backup."""
    book = storage.book
    await book.change_password(OWNER.id, "new hash", with_keys=True)
    await book.save_passkey(replace(KEY, id="new"))
    await book.save_second_factor(replace(FACTOR, confirmed=True, recovery=("b",)))
    await book.save_user(replace(BOB, role=Role.VIEWER, expires_at=NOON + 2 * DAY))
    await book.delete_token("leaked")
    await book.delete_embed("e2")
    await book.delete_invitation(INVITATION.id)
    await book.save_card(replace(CARDS[1], blocked=True))
    await book.delete_card("GONE")


async def users(storage: Storage) -> dict[str, UserRecord]:
    return {user.id: user for user in await storage.book.users()}


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "kept.backup"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "there" / "chargedeck.db"


async def made(url: str, kept: Path) -> None:
    """A database as it was, and its backup."""
    async with open_storage(url, now=clock) as storage:
        await fill(storage)
        save(backup(url, None, now=NOON, version="0.1.0"), kept)


def put_back(kept: Path, target: Path, *, all_of_it: bool = False) -> Restored:
    return restore(kept, f"sqlite:///{target}", None, replace(DEED, all_of_it=all_of_it))


async def test_what_was_taken_away_since_does_not_come_back(target: Path, kept: Path) -> None:
    url = f"sqlite:///{target}"
    await made(url, kept)
    async with open_storage(url, now=clock) as storage:
        await take_away(storage)
    for _ in range(2):  # neither does it the second time
        assert put_back(kept, target).withheld == NotRestored(keys=2, accounts=0)
        async with open_storage(url, now=clock) as storage:
            book, found = storage.book, await users(storage)
            assert found[OWNER.id] == replace(OWNER, password="new hash")
            assert found[BOB.id] == replace(BOB, role=Role.VIEWER, expires_at=NOON + 2 * DAY)
            assert [key.id for key in await book.passkeys(OWNER.id)] == ["new"]
            assert [key.id for key in await book.passkeys(BOB.id)] == [f"old {BOB.id}"]
            factor = await book.second_factor(OWNER.id)
            assert factor is not None
            assert factor.recovery == ("b",)
            assert [token.id for token in await book.tokens()] == ["home"]
            assert [card.id for card in await book.embeds()] == ["e1"]
            assert (await book.sign_in("cookie"), await book.invitations()) == (None, [])
            assert {card.id: card.blocked for card in await book.cards()} == {
                "BLUE": False,
                "LOST": True,
                "GONE": True,
            }
            deeds = await storage.archive.events(None, NOON, NOON + 2 * DAY, 99)
            assert (deeds[0].kind, deeds[0].actor) == ("backup_restored", "Ana")


async def test_who_was_removed_comes_back_without_a_way_in(target: Path, kept: Path) -> None:
    url = f"sqlite:///{target}"
    await made(url, kept)
    async with open_storage(url, now=clock) as storage:
        await storage.book.delete_user(BOB.id)
    assert put_back(kept, target).withheld.accounts == 1
    async with open_storage(url, now=clock) as storage:
        found = await users(storage)
        assert found[OWNER.id] == OWNER
        assert found[BOB.id].expires_at == DEED.at


async def test_a_new_machine_and_who_says_so_get_it_as_it_was(
    target: Path, kept: Path, postgres_server: PostgresServer
) -> None:
    url = f"sqlite:///{target}"
    await made(url, kept)
    async with open_storage(url, now=clock) as storage:
        await take_away(storage)
    assert put_back(kept, target, all_of_it=True).withheld == NotRestored()
    another, empty = target.with_name("another.db"), postgres_server.new_database()
    assert put_back(kept, another).withheld == NotRestored()
    assert restore(kept, empty, None, DEED).withheld == NotRestored()
    for one in (url, f"sqlite:///{another}", empty):
        async with open_storage(one, now=clock) as storage:
            book = storage.book
            assert await users(storage) == {OWNER.id: OWNER, BOB.id: BOB}
            assert [key.id for key in await book.passkeys(OWNER.id)] == [f"old {OWNER.id}"]
            assert [token.id for token in await book.tokens()] == ["home", "leaked"]
            assert len(await book.embeds()) == 2
            assert [card.blocked for card in await book.cards()] == [False] * 3
            assert (await book.sign_in("cookie"), await book.invitations()) == (None, [])


async def test_in_place_of_an_older_copy_accounts_are_as_in_the_backup(target: Path, kept: Path) -> None:
    """A machine that stood by for a year knows passwords that were changed elsewhere."""
    standby = target.with_name("standby.db")
    await made(f"sqlite:///{standby}", kept)
    async with open_storage(f"sqlite:///{target}", now=clock) as storage:
        await fill(storage)
        await storage.book.change_password(OWNER.id, "newer hash")
        storage.journal.event(EventRecord(NOON + MINUTE, "password_changed", actor="Ana"))
        assert await durable(storage)
        save(backup(f"sqlite:///{target}", None, now=NOON, version="0.1.0"), kept)
    put_back(kept, standby)
    async with open_storage(f"sqlite:///{standby}", now=clock) as storage:
        assert (await users(storage))[OWNER.id].password == "newer hash"


async def test_a_claim_on_a_new_machine_is_no_reason_to_shut_anybody_out(target: Path, kept: Path) -> None:
    await made(f"sqlite:///{target}", kept)
    fresh = target.with_name("fresh.db")
    async with open_storage(f"sqlite:///{fresh}", now=clock) as storage:
        await storage.book.save_user(replace(OWNER, id="claimed", email="new@example.org"))
        storage.journal.event(EventRecord(NOON + MINUTE, "claimed", actor="New"))
    put_back(kept, fresh)
    async with open_storage(f"sqlite:///{fresh}", now=clock) as storage:
        assert await users(storage) == {OWNER.id: OWNER, BOB.id: BOB}
        assert len(await storage.book.tokens()) == 2


@pytest.mark.parametrize("harm", [b"no database at all, and that is longer than a header" * 9, None])
async def test_of_a_database_that_cannot_be_read_no_key_is_trusted(
    target: Path, kept: Path, harm: bytes | None
) -> None:
    url = f"sqlite:///{target}"
    await made(url, kept)
    if harm is None:
        with closing(sqlite3.connect(target)) as connection:
            connection.execute("PRAGMA foreign_keys = off")
            connection.execute("UPDATE users SET role = 'of a version to come'")
            connection.commit()
    else:
        await asyncio.to_thread(target.write_bytes, harm)
    done = put_back(kept, target)
    assert (done.withheld, done.kept is not None) == (NotRestored(keys=4), True)
    async with open_storage(url, now=clock) as storage:
        assert await users(storage) == {OWNER.id: OWNER, BOB.id: BOB}
        assert await storage.book.tokens() == []
        assert await storage.book.embeds() == []
        assert await storage.book.passkeys(OWNER.id)


async def test_a_database_of_the_first_schema_is_read_too(target: Path, kept: Path) -> None:
    """Whoever restores with a new program may not have started it on the old database."""
    await made(f"sqlite:///{target}", kept)
    old = target.with_name("old.db")
    with closing(sqlite3.connect(old)) as connection:
        connection.executescript((Path(__file__).parents[1] / "databases" / "0001.sqlite.sql").read_text())
        connection.execute("UPDATE users SET id = ?, role = 'owner', password = 'of then'", (OWNER.id,))
        connection.execute("INSERT INTO events (id, at, kind) VALUES (1, 9e15, 'password_changed')")
        connection.commit()
    put_back(kept, old)
    async with open_storage(f"sqlite:///{old}", now=clock) as storage:
        found = await users(storage)
        assert found[OWNER.id].password == "of then"
        assert found[BOB.id].expires_at == DEED.at
        assert GARAGE in [one.id for one in await storage.book.chargers()]
