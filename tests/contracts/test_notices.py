"""The NoticeBook: what people chose, what they were told, and an outbox that outlives the program."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta

import pytest
from tests.contracts.records import MINUTE, NOON, OWNER, clock

from chargedeck.domain.notices import USUAL, Mark, NoticeKind, QuietHours
from chargedeck.domain.problems import UnknownResourceError
from chargedeck.domain.units import ChargerId, StationId
from chargedeck.hub.notice_records import (
    Channel,
    Decided,
    DeliveryRecord,
    MarkKey,
    NoticeRecord,
    NoticeSettings,
    WayRecord,
)
from chargedeck.hub.records import SignInRecord
from chargedeck.storage import Storage, open_storage
from chargedeck.storage.notices import id_from

BOB = replace(OWNER, id="bob", email="bob@example.com")
MAIL = WayRecord("mail", "u1", Channel.EMAIL, "E-mail", NOON)
PUSH = WayRecord(
    "push",
    "u1",
    Channel.PUSH,
    "Téléphone",
    NOON + MINUTE,
    '{"endpoint": "https://push.example/1"}',
    "digest",
    frozenset({NoticeKind.CHARGER_ERROR}),
    enabled=False,
)


def signed_in(digest: str) -> SignInRecord:
    return SignInRecord(digest, "u1", "csrf", NOON, NOON + timedelta(days=1), NOON, "192.0.2.1", "Firefox")


def notice(number: int, user_id: str = "u1") -> NoticeRecord:
    at = NOON + number * MINUTE
    return NoticeRecord(
        f"{id_from(at)}{number:08x}",
        user_id,
        NoticeKind.CHARGER_ERROR,
        at,
        ChargerId("garage"),
        "Garage",
        StationId("home"),
        "overcurrent",
        {"device": "OverCurrentFailure", "energy_wh": 5.5},
    )


def delivery(number: int, way: str = "mail") -> DeliveryRecord:
    return DeliveryRecord(notice(number).id, way, NOON + number * MINUTE, NOON)


@pytest.fixture
async def people(storage: Storage) -> Storage:
    for user in (OWNER, BOB):
        await storage.book.save_user(user)
    return storage


async def ids(storage: Storage, limit: int = 100, before: str | None = None) -> Sequence[str]:
    return [one.id for one in await storage.notices.inbox("u1", limit, before, unread=False)]


async def test_what_people_choose_comes_back(people: Storage) -> None:
    book = people.notices
    quiet = NoticeSettings("u1", False, USUAL, QuietHours(time(22), time(6, 30)))
    for settings in (quiet, NoticeSettings("u1", True, frozenset())):
        await book.save_settings(settings)
        assert await book.settings("u1") == settings
        assert await book.all_settings() == [settings]
    assert await book.settings("bob") is None
    with pytest.raises(UnknownResourceError):
        await book.save_settings(replace(quiet, user_id="nobody"))


async def test_ways_come_back_and_a_place_has_one(people: Storage) -> None:
    book = people.notices
    for way in (PUSH, MAIL):
        await book.save_way(way)
    assert await book.ways("u1") == [MAIL, PUSH]
    assert await book.all_ways() == [MAIL, PUSH]
    told = replace(MAIL, enabled=False, name="Post", told_at=NOON, problem="552 full", problem_at=NOON)
    await book.save_way(told)
    taken = replace(PUSH, id="other", user_id="bob")
    await book.save_way(taken)
    assert await book.all_ways() == [told, taken]
    await book.delete_way("mail")
    assert await book.all_ways() == [taken]
    with pytest.raises(UnknownResourceError):
        await book.save_way(replace(MAIL, user_id="nobody"))


async def switched_on(storage: Storage, *digests: str) -> None:
    """Sign-ins, with push switched on in each; the mail belongs to none."""
    await storage.notices.save_way(MAIL)
    for digest in digests:
        await storage.book.save_sign_in(signed_in(digest))
        await storage.notices.save_way(replace(PUSH, id=digest, digest=digest, sign_in=digest))


async def left(storage: Storage) -> list[str]:
    return sorted(way.id for way in await storage.notices.all_ways())


async def test_push_ends_with_the_sign_in_that_somebody_ends(people: Storage) -> None:
    await switched_on(people, "a", "b", "c", "d")
    await people.notices.save_way(replace(PUSH, id="bobs", user_id="bob", digest="e"))
    await people.notices.keep(Decided([notice(1)], [delivery(1, "a"), delivery(1, "b")]))
    await people.book.delete_sign_in("a")
    assert await left(people) == ["b", "bobs", "c", "d", "mail"]
    assert [one.way.id for one in await people.notices.due(NOON + MINUTE, 10)] == ["b"]
    await people.book.delete_sign_in("b", ran_out=True)
    assert await left(people) == ["b", "bobs", "c", "d", "mail"]
    await people.book.delete_sign_ins(OWNER.id, but="c")
    assert await left(people) == ["bobs", "c", "mail"]
    await people.book.delete_sign_ins(OWNER.id)
    assert await left(people) == ["bobs", "mail"]


async def test_push_stays_with_the_sign_in_that_takes_the_place(people: Storage) -> None:
    await switched_on(people, "a", "b")
    await people.book.change_password(OWNER.id, "hash", stays=("a", signed_in("new")))
    assert await people.book.sign_in("a") is None
    assert {way.id: way.sign_in for way in await people.notices.all_ways()} == {
        "mail": None,
        "a": "new",
    }
    await people.book.delete_sign_in("new")
    assert await left(people) == ["mail"]


async def test_what_follows_is_kept_in_one_step(people: Storage) -> None:
    book = people.notices
    await book.save_way(MAIL)
    key = MarkKey(ChargerId("garage"), "charger_error:overcurrent", "u1")
    mark = Mark(NOON, notice(1).id, 0, is_open=True)
    stranger = notice(9, "nobody")
    first = Decided(
        [notice(1), stranger],
        [delivery(1), replace(delivery(1), way_id="gone")],
        {key: mark, key._replace(user_id="nobody"): mark},
    )
    await book.keep(first)
    assert await book.inbox("u1", 10, None, unread=False) == [notice(1)]
    assert await book.marks([(key.charger_id, key.topic), (key.charger_id, "other")]) == {key: mark}
    again = replace(mark, repeats=3)
    await book.keep(Decided(marks={key: again}, repeated={notice(1).id: (3, NOON + MINUTE)}))
    assert await book.marks([(key.charger_id, key.topic)]) == {key: again}
    assert await book.inbox("u1", 10, None, unread=False) == [
        replace(notice(1), repeats=3, last_at=NOON + MINUTE)
    ]
    (waiting,) = await book.due(NOON + MINUTE, 10)
    assert (waiting.delivery, waiting.way, waiting.notice.repeats) == (delivery(1), MAIL, 3)


async def test_the_inbox_in_pages(people: Storage) -> None:
    book = people.notices
    await book.keep(Decided([*map(notice, range(7)), notice(9, "bob")]))
    newest_first = [notice(number).id for number in range(6, -1, -1)]
    assert await ids(people, 3) == newest_first[:3]
    assert await ids(people, 9, newest_first[2]) == newest_first[3:]
    assert await book.unread("u1") == 7
    assert await book.read("u1", newest_first[:2], NOON) == 5
    assert await book.read("u1", [notice(9, "bob").id], NOON) == 5
    unread = await book.inbox("u1", 10, None, unread=True)
    assert [one.id for one in unread] == newest_first[2:]
    assert (await book.inbox("u1", 1, None, unread=False))[0].read_at == NOON
    assert await book.read("u1", None, NOON + MINUTE) == 0
    assert await book.unread("bob") == 1


async def test_the_outbox_survives_a_restart(url: str) -> None:
    async with open_storage(url, now=clock) as storage:
        await storage.book.save_user(OWNER)
        await storage.notices.save_way(MAIL)
        await storage.notices.keep(Decided([notice(1), notice(2)], [delivery(2), delivery(1)]))
    async with open_storage(url, now=clock) as storage:
        book = storage.notices
        assert await book.next_due() == NOON + MINUTE
        assert [one.delivery for one in await book.due(NOON + 5 * MINUTE, 10)] == [delivery(1), delivery(2)]
        assert [one.delivery for one in await book.due(NOON + MINUTE, 10)] == [delivery(1)]
        later = replace(delivery(1), due_at=NOON + 3 * MINUTE, failures=1)
        await book.failed([later], "552 Mailbox full", NOON)
    async with open_storage(url, now=clock) as storage:
        book = storage.notices
        assert [one.delivery for one in await book.due(NOON + 5 * MINUTE, 10)] == [delivery(2), later]
        (way,) = await book.ways("u1")
        assert (way.problem, way.problem_at, way.told_at) == ("552 Mailbox full", NOON, None)
        await book.delivered([delivery(2)], NOON + MINUTE)
        (way,) = await book.ways("u1")
        assert (way.problem, way.problem_at, way.told_at) == (None, None, NOON + MINUTE)
        await book.given_up([later], "still full", NOON + 2 * MINUTE)
        (way,) = await book.ways("u1")
        assert (way.problem, way.told_at) == ("still full", NOON + MINUTE)
        assert await book.due(NOON + timedelta(days=9), 10) == []
        assert await book.next_due() is None


async def test_everything_goes_with_its_user(people: Storage) -> None:
    book = people.notices
    await book.save_settings(NoticeSettings("u1"))
    await book.save_way(MAIL)
    key = MarkKey(ChargerId("garage"), "connection", "u1")
    await book.keep(Decided([notice(1)], [delivery(1)], {key: Mark(NOON, "n")}))
    await people.book.delete_user("u1")
    assert not await book.all_settings()
    assert not await book.all_ways()
    assert not await book.due(NOON + timedelta(days=1), 10)
    assert not await book.marks([(key.charger_id, key.topic)])
    assert await book.unread("u1") == 0


async def test_what_is_old_or_too_much_goes(people: Storage) -> None:
    book = people.notices
    await book.save_way(MAIL)
    old = MarkKey(ChargerId("garage"), "old", "u1")
    marks = {old: Mark(NOON, "n"), old._replace(topic="new"): Mark(NOON + 20 * MINUTE, "n")}
    await book.keep(Decided([*map(notice, range(30)), notice(40, "bob")], [delivery(0), delivery(29)], marks))
    assert await book.trim(NOON + 10 * MINUTE, 12) == 18
    assert await ids(people) == [notice(number).id for number in range(29, 17, -1)]
    assert await book.unread("bob") == 1
    assert [*await book.marks([(old.charger_id, "old"), (old.charger_id, "new")])] == [
        old._replace(topic="new")
    ]
    assert [one.delivery for one in await book.due(NOON + timedelta(days=1), 10)] == [delivery(29)]
    assert await book.trim(NOON + 10 * MINUTE, 12) == 0
