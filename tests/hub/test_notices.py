"""Notices on a real database: who is told what, what waits, and what survives a restart."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.contracts.records import OWNER
from tests.hub.disk import Ports, SqliteDisk
from tests.hub.rig import GARAGE, Rig
from tests.hub.surroundings import Clock

from chargedeck.documents.notices import Notifier
from chargedeck.domain.errors import ErrorType
from chargedeck.domain.events import OutletSeen, OutletState
from chargedeck.domain.limits import LimitReason, Rung
from chargedeck.domain.notices import NoticeKind, QuietHours
from chargedeck.domain.problems import ConflictError, UnknownResourceError
from chargedeck.domain.sentences import Sentence
from chargedeck.domain.units import Amps, ChargerId, StationId
from chargedeck.hub.devices import UnknownPolicy
from chargedeck.hub.grant import Grant
from chargedeck.hub.notice_choices import MOST_WAYS, NoSuchChannelError, TooManyWaysError
from chargedeck.hub.notice_ports import Message, NotCarriedError, Place
from chargedeck.hub.notice_records import Channel, NoticeRecord, WayRecord
from chargedeck.hub.notices import LOOK_EVERY_S, START_GRACE, NoticeKit, Notices
from chargedeck.hub.records import Role, UserRecord
from chargedeck.storage import Storage, open_storage

ADA = replace(OWNER, id="ada", email="ada@example.com", time_zone="UTC", language="en")
BOB = replace(ADA, id="bob", email="bob@example.com", role=Role.DRIVER)


@dataclass
class Postman:
    """A carrier that keeps what it is handed, or refuses it."""

    carried: list[tuple[str, Message]] = field(default_factory=list)
    refusal: NotCarriedError | None = None

    async def checked(self, address: str, to: UserRecord) -> Place:
        await asyncio.sleep(0)
        return Place(to.email, address, address or None)

    async def carry(self, way: WayRecord, to: UserRecord, message: Message) -> Sentence:
        await asyncio.sleep(0)
        if self.refusal is not None:
            raise self.refusal
        self.carried.append((to.id, message))
        return Sentence("250 OK")

    @property
    def titles(self) -> list[str]:
        return [message.title for _, message in self.carried]


@dataclass
class Streams:
    """Who has the app open, and what their screens are told."""

    open: set[str] = field(default_factory=set)
    told: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)

    def hears(self, owner: str) -> bool:
        return owner in self.open

    def tell(self, owner: str, kind: str, key: str, patch: Mapping[str, Any]) -> None:
        self.told.append((owner, kind, patch))


class KeptDisk(SqliteDisk):
    """The database of a rig, with its notices."""

    storage: Storage

    @asynccontextmanager
    async def open(self, now: Any) -> AsyncIterator[Ports]:
        async with open_storage(str(self._path), now=now) as storage:
            self.storage = storage
            yield Ports(storage.journal, storage.book, storage.archive)


async def no_key() -> str:
    return ""


class House:
    """A rig whose people are told of things."""

    def __init__(self, folder: Path) -> None:
        self.disk = KeptDisk(folder)
        self.clock = Clock()
        self.rig = Rig(self.disk, self.clock, UnknownPolicy.PENDING)
        self.post, self.push, self.streams = Postman(), Postman(), Streams()
        self.notices: Notices

    async def start(self) -> None:
        await self.rig.start_server()
        kit = NoticeKit(
            self.disk.storage.notices,
            Notifier("https://charge.example/"),
            {Channel.EMAIL: self.post, Channel.PUSH: self.push},
            self.streams,
            no_key,
        )
        self.notices = Notices(self.rig.context, self.rig.fleet, kit)

    async def stop(self) -> None:
        await self.rig.stop_server()

    async def people(self, *users: UserRecord) -> None:
        for user in users:
            await self.rig.context.book.save_user(user)

    async def look(self) -> None:
        await self.rig.settle()
        await self.notices.look()
        await self.notices.outbox.send_due()

    async def later(self, by: timedelta) -> None:
        self.clock.turn(by.total_seconds())
        await self.look()

    def fails(self, error: ErrorType | None = ErrorType.OVERCURRENT) -> None:
        state = OutletState.AVAILABLE if error is None else OutletState.FAULTED
        self.rig.charger.seen_state(OutletSeen(self.rig.now, state, "word", error), self.rig.now)

    async def inbox(self, user: UserRecord = ADA) -> Sequence[NoticeRecord]:
        return await self.notices.choices.inbox(user.id, 100, None)

    async def kinds(self, user: UserRecord = ADA) -> list[str]:
        return [one.kind.value for one in reversed(await self.inbox(user))]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """One charger, connected; Ada owns it and has e-mail."""
    async with AsyncExitStack() as stack:
        made = House(tmp_path)
        await made.start()
        stack.push_async_callback(made.stop)
        await made.rig.add_device(name="Garage")
        made.rig.connect()
        await made.people(ADA)
        await made.notices.choices.add(ADA, Channel.EMAIL)
        made.notices.take_up()
        yield made


async def test_an_error_that_flaps_is_told_once_an_hour(house: House) -> None:
    house.streams.open.add("user:ada")
    for _ in range(5):
        house.fails()
        house.fails(None)
        await house.later(timedelta(minutes=1))
    assert house.post.titles == ["Garage: Overcurrent"]
    ((to, message),) = house.post.carried
    assert to == "ada"
    assert message.url == "https://charge.example/chargers/garage"
    (notice,) = await house.inbox()
    assert (notice.repeats, notice.about, notice.read_at) == (4, "overcurrent", None)
    assert notice.last_at == house.clock() - timedelta(minutes=1)
    assert house.streams.told == [("user:ada", "inbox", {"unread": 1, "newest": notice.id})]
    await house.later(timedelta(minutes=56))
    house.fails()
    await house.look()
    assert house.post.titles == ["Garage: Overcurrent"] * 2
    assert len(await house.inbox()) == 2


async def test_repeats_that_come_together_are_counted_too(house: House) -> None:
    for _ in range(3):
        house.fails()
        house.fails(None)
    await house.look()
    (notice,) = await house.inbox()
    assert (notice.repeats, notice.last_at) == (2, house.clock())
    assert "It came again 2\u00d7" in house.post.carried[0][1].body


async def test_a_charger_that_is_back_soon_was_never_away(house: House) -> None:
    house.rig.disconnect()
    await house.later(timedelta(seconds=90))
    house.rig.connect()
    await house.later(timedelta(minutes=10))
    assert await house.kinds() == []


async def test_gone_and_back(house: House) -> None:
    house.rig.disconnect()
    await house.later(timedelta(minutes=2))
    await house.later(timedelta(minutes=2))
    assert house.post.titles == ["Garage is offline"]
    house.rig.connect()
    await house.look()
    # Gone again within the hour: told when the hour is over, if it still is.
    house.rig.disconnect()
    await house.later(timedelta(minutes=3))
    assert house.post.titles == ["Garage is offline", "Garage is online again"]
    await house.later(timedelta(minutes=58))
    assert house.post.titles[2:] == ["Garage is offline"]
    assert await house.kinds() == ["charger_offline", "charger_online", "charger_offline"]


async def test_a_charger_that_does_not_survive_a_power_cut(house: House) -> None:
    house.rig.disconnect()
    await house.later(timedelta(minutes=3))
    await house.rig.stop_server()
    await house.start()
    house.notices.take_up()
    await house.later(START_GRACE)
    assert house.post.titles == ["Garage is offline"], "it is known already"
    house.rig.connect()
    await house.look()
    assert house.post.titles[1:] == ["Garage is online again"]
    await house.rig.stop_server()
    await house.start()
    house.notices.take_up()
    await house.later(timedelta(hours=2))
    assert house.post.titles[2:] == ["Garage is offline"], "it never came back after our start"


async def test_a_session_is_told_to_its_driver_and_to_who_runs_the_station(house: House) -> None:
    far = replace(
        BOB, id="far", email="far@example.com", station_ids=(StationId("office"),), role=Role.VIEWER
    )
    other = replace(BOB, id="other", email="other@example.com")
    await house.people(BOB, far, other)
    await house.rig.add_card(user_id="bob")
    begun = await house.rig.charging()
    house.clock.turn(3_600)
    await house.rig.end(begun.ref, 8_500)
    await house.look()
    assert await house.kinds() == ["session_ended"]
    assert await house.kinds(BOB) == ["session_ended"]
    assert await house.kinds(far) == await house.kinds(other) == []
    (notice,) = await house.inbox(BOB)
    assert notice.detail["energy_wh"] == 7_500
    assert [to for to, _ in house.post.carried] == ["ada"]


async def test_drivers_are_told_of_errors_at_chargers_that_they_may_use(house: House) -> None:
    here = replace(BOB, charger_ids=(ChargerId(GARAGE),))
    there = replace(BOB, id="there", email="t@example.com", charger_ids=(ChargerId("office"),))
    over = replace(BOB, id="over", email="o@example.com", expires_at=house.clock())
    await house.people(here, there, over)
    house.fails()
    await house.look()
    assert [await house.kinds(who) for who in (here, there, over)] == [["charger_error"], [], []]


async def test_at_night_messages_wait_and_a_danger_does_not(house: House) -> None:
    choices = house.notices.choices
    await choices.change("ada", lambda now: replace(now, quiet=QuietHours(time(11), time(13))))
    house.fails(ErrorType.METERING_ERROR)
    house.fails(None)
    house.fails(ErrorType.SYSTEM_ERROR)
    await house.look()
    assert not house.post.carried
    assert await house.notices.choices.unread("ada") == 2
    house.fails(ErrorType.RELAY_FAILURE)
    await house.look()
    assert house.post.titles == ["Garage: Relay failure"]
    assert "Disconnect power immediately" in house.post.carried[0][1].body
    await house.later(timedelta(hours=1))
    assert house.post.titles[1:] == ["2 messages about your chargers"]


async def test_what_cannot_be_sent_is_tried_again_also_after_a_restart(house: House) -> None:
    house.post.refusal = NotCarriedError(Sentence("552 Mailbox full"))
    house.fails()
    await house.look()
    (way,) = await house.notices.choices.ways("ada")
    assert (way.problem, way.told_at) == ("552 Mailbox full", None)
    house.post.refusal = None
    await house.look()
    assert not house.post.carried, "not before its time"
    await house.rig.stop_server()
    await house.start()
    await house.later(timedelta(seconds=30))
    assert house.post.titles == ["Garage: Overcurrent"]
    (way,) = await house.notices.choices.ways("ada")
    assert (way.problem, way.told_at) == (None, house.clock())
    await house.later(timedelta(days=1))
    assert len(house.post.carried) == 1


async def test_after_a_day_it_is_given_up(house: House) -> None:
    house.post.refusal = NotCarriedError(Sentence("nobody there"))
    house.fails()
    for _ in range(40):
        await house.later(timedelta(hours=1))
    assert await house.disk.storage.notices.next_due() is None
    house.post.refusal = NotCarriedError(Sentence("550 no such user"), hopeless=True)
    house.fails(None)
    house.fails()
    await house.look()
    assert await house.disk.storage.notices.next_due() is None
    assert (await house.notices.choices.ways("ada"))[0].problem == "550 no such user"
    assert len(await house.inbox()) == 2


async def test_a_way_that_leads_nowhere_any_more_goes(house: House) -> None:
    await house.notices.choices.add(ADA, Channel.PUSH, "Phone", "place")
    house.push.refusal = NotCarriedError(Sentence("410"), gone=True)
    house.fails()
    await house.look()
    assert [way.channel for way in await house.notices.choices.ways("ada")] == [Channel.EMAIL]
    assert house.post.titles == ["Garage: Overcurrent"]
    assert await house.disk.storage.notices.next_due() is None


async def test_who_may_see_it_no_longer_is_not_sent_it(house: House) -> None:
    viewer = replace(ADA, id="eve", email="eve@example.com", role=Role.VIEWER)
    await house.people(viewer)
    await house.notices.choices.add(viewer, Channel.EMAIL)
    house.fails()
    await house.rig.settle()
    await house.notices.look()
    await house.people(replace(viewer, station_ids=()))
    await house.notices.outbox.send_due()
    assert [to for to, _ in house.post.carried] == ["ada"]
    assert await house.disk.storage.notices.next_due() is None


async def test_everybody_has_their_own_choices(house: House) -> None:
    choices = house.notices.choices
    (mail,) = await choices.ways("ada")
    with pytest.raises(UnknownResourceError):
        await choices.change_way("bob", mail.id, lambda way: way)
    with pytest.raises(UnknownResourceError):
        await choices.remove_way("bob", mail.id)
    with pytest.raises(NoSuchChannelError, match="no way"):
        await choices.add(ADA, Channel.APPRISE, "x")
    assert (await choices.add(ADA, Channel.EMAIL, "Post")).id == mail.id
    for number in range(MOST_WAYS - 1):
        await choices.add(ADA, Channel.PUSH, "Phone", str(number))
    with pytest.raises(TooManyWaysError) as refused:
        await choices.add(ADA, Channel.PUSH, "Phone", "one more")
    assert isinstance(refused.value, ConflictError)
    await choices.change_way("ada", mail.id, lambda way: replace(way, enabled=False))
    house.fails()
    await house.look()
    assert not house.post.carried
    assert len(house.push.carried) == MOST_WAYS - 1


async def test_by_itself(house: House) -> None:
    """The tasks do what the tests above do by hand."""
    house.notices.run()
    house.fails()
    async with asyncio.timeout(LOOK_EVERY_S):
        while not house.post.carried:  # noqa: ASYNC110  (a postman tells nobody)
            await asyncio.sleep(0.01)


async def test_a_limit_that_stops_charging(house: House) -> None:
    rig = house.rig
    await rig.charging()
    nothing = Grant(Amps(0), Amps(0), (Rung(LimitReason.SOLAR, Amps(0)),))
    for stops in (False, True):
        if stops:
            rig.charger.control.manage(nothing, rig.now)
        rig.status(OutletState.SUSPENDED_BY_CHARGER)
        rig.status(OutletState.CHARGING)
    await house.look()
    (notice,) = await house.inbox()
    assert (notice.kind, notice.about, notice.repeats) == (NoticeKind.STOPPED_BY_LIMIT, "solar", 0)
    assert house.post.carried[0][1].body == "At 12:00. The limit: solar."


async def test_a_persons_own_pause_is_no_news(house: House) -> None:
    await house.rig.charging()
    house.rig.charger.keep(replace(house.rig.charger.record, user_paused=True))
    house.rig.charger.control.push()
    house.rig.status(OutletState.SUSPENDED_BY_CHARGER)
    await house.look()
    assert await house.kinds() == []
