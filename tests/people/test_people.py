"""Accounts, sign-ins and tokens on a real database, without HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from chargedeck.domain.cards import AuthorizerKind
from chargedeck.domain.problems import ConflictError, UnknownResourceError
from chargedeck.domain.units import StationId
from chargedeck.hub.callers import name_of
from chargedeck.hub.one_time_code import code_of, step_at
from chargedeck.hub.passwords import OWASP, QUICK, Passwords
from chargedeck.hub.people import BELIEVED_FOR, People
from chargedeck.hub.people_context import Ears
from chargedeck.hub.people_problems import AlreadyClaimedError, InvalidValueError, WrongCodeError
from chargedeck.hub.ports import Book
from chargedeck.hub.records import EventRecord, Role, UserRecord
from chargedeck.hub.sign_ins import Visit
from chargedeck.hub.users import NewUser
from chargedeck.storage import Storage, open_storage

HERE = Visit("192.0.2.1", "a browser")
ANA = NewUser("ana@example.com", "three random words", Role.OWNER, "Ana", "Marin")


class World:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)
        self.events: list[EventRecord] = []
        self.ended: list[str] = []

    def clock(self) -> datetime:
        return self.now

    @asynccontextmanager
    async def people(self, database: Path) -> AsyncIterator[tuple[People, Storage]]:
        passwords = Passwords(QUICK)
        async with open_storage(f"sqlite:///{database}", now=self.clock) as storage:
            made = People(
                storage.book,
                passwords,
                now=self.clock,
                ears=Ears(self.events.append, self.ended.append),
            )
            yield made, storage
        passwords.close()

    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def opened(world: World, tmp_path: Path) -> AsyncIterator[tuple[People, Storage]]:
    async with world.people(tmp_path / "a.db") as both:
        yield both


@pytest.fixture
def people(opened: tuple[People, Storage]) -> People:
    return opened[0]


async def _owner(people: People) -> UserRecord:
    return await people.users.add(ANA, by="test")


async def test_two_who_claim_at_once_are_one_owner(people: People) -> None:
    code = await people.claim_code()
    assert code is not None
    claims = [replace(ANA, email=f"{n}@example.com") for n in range(4)]
    found = await asyncio.gather(*(people.claim(code, one, HERE) for one in claims), return_exceptions=True)
    assert sum(isinstance(one, AlreadyClaimedError) for one in found) == 3
    assert len(await people.users.all()) == 1
    assert await people.claim_code() is None


async def test_an_account_made_at_the_console_is_a_claim(people: People) -> None:
    await _owner(people)
    assert await people.claimed()
    with pytest.raises(AlreadyClaimedError):
        await people.claim("any", ANA, HERE)


async def test_of_two_owners_who_leave_at_once_one_stays(people: People) -> None:
    first = await _owner(people)
    second = await people.users.add(replace(ANA, email="bob@example.com"), by="test")
    found = await asyncio.gather(
        people.users.remove(first.id, by="test"),
        people.users.change(second.id, lambda user: replace(user, role=Role.VIEWER), by="test"),
        return_exceptions=True,
    )
    assert sum(isinstance(one, ConflictError) for one in found) == 1
    assert sum(user.role is Role.OWNER for user in await people.users.all()) == 1


async def test_what_is_revoked_here_counts_at_once(people: People, world: World) -> None:
    user = await _owner(people)
    entrance = await people.sign_ins.enter(user, HERE)
    caller = await people.by_cookie(entrance.secret)
    assert caller is not None
    assert caller.authorizer.kind is AuthorizerKind.USER
    assert caller.authorizer.label == "Ana Marin"
    await people.sign_ins.leave(caller)
    assert await people.by_cookie(entrance.secret) is None
    assert world.ended == [caller.owner]


async def test_what_another_process_revokes_counts_soon(opened: tuple[People, Storage], world: World) -> None:
    people, storage = opened
    user = await _owner(people)
    entrance = await people.sign_ins.enter(user, HERE)
    assert await people.by_cookie(entrance.secret) is not None
    await storage.book.delete_sign_ins(user.id)
    world.now += BELIEVED_FOR
    assert await people.by_cookie(entrance.secret) is None


class SlowToAnswer:
    """The real book; what it has read of a sign-in it tells only when it is let."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self.has_read = asyncio.Event()
        self.may_tell = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._book, name)

    async def sign_in(self, digest: str) -> Any:
        found = await self._book.sign_in(digest)
        self.has_read.set()
        await self.may_tell.wait()
        return found


async def test_an_answer_from_before_a_change_is_not_believed_after_it(
    opened: tuple[People, Storage], world: World
) -> None:
    slow, passwords = SlowToAnswer(opened[1].book), Passwords(QUICK)
    people = People(
        cast("Book", slow), passwords, now=world.clock, ears=Ears(world.events.append, world.ended.append)
    )
    user = await people.users.add(replace(ANA, role=Role.OPERATOR), by="test")
    entrance = await people.sign_ins.enter(user, HERE)
    asking = asyncio.create_task(people.by_cookie(entrance.secret))
    await slow.has_read.wait()
    await people.users.change(user.id, lambda known: replace(known, role=Role.VIEWER), by="test")
    slow.may_tell.set()
    await asking
    caller = await people.by_cookie(entrance.secret)
    assert caller is not None
    assert caller.role is Role.VIEWER
    passwords.close()


async def test_a_believed_caller_still_runs_out(people: People, world: World) -> None:
    await _owner(people)
    until = world.now + timedelta(seconds=2)
    _, secret = await people.tokens.create("t", Role.VIEWER, until, by=None)
    assert await people.by_token(secret) is not None
    world.now += timedelta(seconds=3)
    assert await people.by_token(secret) is None


async def test_a_name_changes_without_ending_anything(people: People, world: World) -> None:
    user = await _owner(people)
    entrance = await people.sign_ins.enter(user, HERE)
    await people.by_cookie(entrance.secret)
    await people.users.change(user.id, lambda known: replace(known, first_name="Anna"), by="test")
    caller = await people.by_cookie(entrance.secret)
    assert caller is not None
    assert caller.label == "Anna Marin"
    assert world.ended == []


@pytest.mark.parametrize(
    "change",
    [
        lambda user: replace(user, role=Role.OPERATOR),
        lambda user: replace(user, station_ids=(StationId("home"),)),
    ],
)
async def test_other_rights_end_what_is_open(people: People, world: World, change: object) -> None:
    assert callable(change)
    user = await people.users.add(replace(ANA, role=Role.DRIVER), by="test")
    await people.users.change(user.id, change, by="test")
    assert world.ended == [f"user:{user.id}"]


async def test_deeds_are_written_down_without_secrets(people: People, world: World) -> None:
    user = await _owner(people)
    await people.sign_ins.login("ana@example.com", "three random words", HERE)
    token, secret = await people.tokens.create("t", Role.VIEWER, None, by=None)
    await people.tokens.revoke(token.id, by=None)
    await people.users.set_password(user.id, "four other words", by="console")
    assert world.kinds() == ["user_added", "login", "token_created", "token_revoked", "password_changed"]
    assert not any(
        hidden in str(world.events) for hidden in (secret, "random words", "other words", "argon2")
    )


async def test_an_old_hash_is_renewed_at_the_next_sign_in(opened: tuple[People, Storage]) -> None:
    people, storage = opened
    user = await _owner(people)
    old = OWASP.hash("three random words")
    await storage.book.save_user(replace(user, password=old))
    await people.sign_ins.login(user.email, "three random words", HERE)
    assert (await people.users.get(user.id)).password != old
    await people.sign_ins.login(user.email, "three random words", HERE)


async def test_a_token_goes_with_its_maker(opened: tuple[People, Storage]) -> None:
    people, storage = opened
    await _owner(people)
    maker = await people.users.add(replace(ANA, email="bob@example.com"), by="test")
    caller = (await people.sign_ins.enter(maker, HERE)).caller
    token, secret = await people.tokens.create("t", Role.OWNER, None, by=caller)
    await storage.book.delete_user(maker.id)
    assert token.created_by == maker.id
    assert await people.tokens.caller(secret) is None


async def test_what_is_not_there(people: People) -> None:
    owner = (await people.sign_ins.enter(await _owner(people), HERE)).caller
    with pytest.raises(UnknownResourceError):
        await people.users.get("nobody")
    with pytest.raises(UnknownResourceError):
        await people.tokens.revoke("nothing", by=owner)
    assert await people.by_token("cdk_nothing") is None
    assert await people.by_token("nothing") is None
    assert await people.by_cookie("nothing") is None
    with pytest.raises(InvalidValueError):
        await people.users.add(replace(ANA, email="x"), by="test")


async def test_a_caller_is_still_welcome_until_something_changes(people: People) -> None:
    user = await people.users.add(replace(ANA, role=Role.DRIVER), by="test")
    browser = (await people.sign_ins.enter(user, HERE)).caller
    _, secret = await people.tokens.create("t", Role.DRIVER, None, by=browser)
    program = await people.by_token(secret)
    assert program is not None
    assert await people.still(browser)
    assert await people.still(program)
    await people.users.change(user.id, lambda known: replace(known, role=Role.VIEWER), by="test")
    assert not await people.still(browser)
    assert not await people.still(program)


def test_somebody_without_a_name_is_called_by_the_address() -> None:
    assert name_of(UserRecord("1", "ana@example.com", "", Role.VIEWER)) == "ana@example.com"
    assert name_of(UserRecord("1", "ana@example.com", "", Role.VIEWER, "Ana", "")) == "Ana"


async def test_a_code_counts_once_however_many_show_it_at_once(
    opened: tuple[People, Storage], world: World
) -> None:
    people, storage = opened
    user, factors = await _owner(people), people.second_factors
    await factors.begin(user)
    found = await storage.book.second_factor(user.id)
    assert found is not None
    codes = await factors.confirm(user, code_of(found.secret, step_at(world.now)))
    world.now += timedelta(minutes=5)
    now = code_of(found.secret, step_at(world.now))
    for code in (codes[0], now):
        shown = await asyncio.gather(*(factors.check(user, code) for _ in range(4)), return_exceptions=True)
        refused = [one for one in shown if one is not None]
        assert [type(one) for one in refused] == [WrongCodeError] * 3
    await asyncio.gather(*(factors.check(user, code) for code in codes[1:4]))
    for code in codes[:4]:
        with pytest.raises(WrongCodeError):
            await factors.check(user, code)
    used = [event.detail for event in world.events if event.kind == "recovery_code_used"]
    assert [detail and detail["left"] for detail in used] == [9, 8, 7, 6]
