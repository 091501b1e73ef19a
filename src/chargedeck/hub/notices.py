"""Tells people what happens at their chargers: takes it up on the spot, decides a moment later.

What was decided is on disk before anything is sent, and goes out from there (`notice_outbox`).
"""

from __future__ import annotations

import asyncio
import secrets
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from chargedeck.domain.notices import OFFLINE_GRACE, Happening, Listener, NoticeKind, verdict
from chargedeck.domain.problems import StorageUnavailableError
from chargedeck.domain.sentences import Sentence
from chargedeck.hub.callers import owner_of_user
from chargedeck.hub.notice_choices import NoticeChoices
from chargedeck.hub.notice_outbox import Outbox
from chargedeck.hub.notice_people import listener, may_know
from chargedeck.hub.notice_ports import NotCarriedError
from chargedeck.hub.notice_records import Decided, DeliveryRecord, MarkKey, NoticeRecord
from chargedeck.hub.people_problems import BusyError
from chargedeck.hub.upkeep import Upkeep

if TYPE_CHECKING:
    from chargedeck.domain.notices import Mark, Verdict
    from chargedeck.hub.context import Context
    from chargedeck.hub.fleet import Fleet
    from chargedeck.hub.notice_ports import Carrier, NoticeBook, NoticeWriter
    from chargedeck.hub.notice_records import Channel, WayRecord
    from chargedeck.hub.records import UserRecord

SETTLE_S = 0.2
"""What happens together is decided together."""

LOOK_EVERY_S = 15.0
START_GRACE = timedelta(minutes=5)
"""How long after a start of ours chargers may take to come back."""

MOST_WAITING = 20_000
AT_ONCE = 500
KEPT_FOR = timedelta(days=90)
MOST_KEPT = 1_000
"""Of one person's: whoever has more has not read them."""

TRIM_EVERY = timedelta(hours=1)


class Ears(Protocol):
    """The open streams of people, who are told at once that something is new."""

    def hears(self, owner: str) -> bool: ...
    def tell(self, owner: str, kind: str, key: str, patch: Mapping[str, object]) -> None: ...


@dataclass(frozen=True, slots=True)
class NoticeKit:
    """What notices are kept, worded, carried and shown with; a channel that nobody has set up is missing."""

    book: NoticeBook
    writer: NoticeWriter
    carriers: Mapping[Channel, Carrier]
    ears: Ears
    push_key: Callable[[], Awaitable[str]]
    """What browsers subscribe with."""


@dataclass(slots=True)
class _Absence:
    """A charger that is gone, and when to look whether somebody is to be told; None: everybody knows."""

    happening: Happening
    look_at: datetime | None


class Notices:
    """The one object that the API talks to for notices."""

    def __init__(self, context: Context, fleet: Fleet, kit: NoticeKit) -> None:
        self._context = context
        self._fleet = fleet
        self._book = kit.book
        self._ears = kit.ears
        self._writer = kit.writer
        self._testing: set[str] = set()
        self.push_key = kit.push_key
        self._waiting: deque[Happening] = deque(maxlen=MOST_WAITING)
        self._absent: dict[str, _Absence] = {}
        self._upkeep = Upkeep(
            self._tend, "People are told of what happens", again_s=LOOK_EVERY_S, settle_s=SETTLE_S
        )
        self._one_at_a_time = asyncio.Lock()
        self._trim_at = context.now()
        self.outbox = Outbox(context, kit.book, kit.writer, kit.carriers)
        self.choices = NoticeChoices(context, kit, self.show)

    def start(self) -> None:
        """Listen, decide and send from now on."""
        self.take_up()
        self.run()

    def run(self) -> None:
        """Decide and send, for as long as the program runs."""
        self._context.tasks.start(self._upkeep.run(), name="notices")
        self._context.tasks.start(self.outbox.run(), name="notices-outbox")

    def take_up(self) -> None:
        """Listen from now on; chargers that do not come back after a start of ours are gone."""
        now = self._context.now()
        for charger in self._fleet.chargers.values():
            if not charger.device.online:
                self._left(
                    Happening(NoticeKind.CHARGER_OFFLINE, charger.id, charger.record.station_id, now),
                    START_GRACE,
                )
        self._context.news.listen(self.happened)

    def happened(self, happening: Happening) -> None:
        """Take it up; costs next to nothing."""
        if happening.kind is NoticeKind.CHARGER_OFFLINE:
            self._left(happening, OFFLINE_GRACE)
            return
        if happening.kind is NoticeKind.CHARGER_ONLINE:
            absence = self._absent.pop(happening.charger_id, None)
            away_for = None if absence is None else happening.at - absence.happening.at
            happening = replace(happening, away_for=away_for)
        self._waiting.append(happening)
        self._upkeep.wake()

    def _left(self, happening: Happening, grace: timedelta) -> None:
        self._absent[happening.charger_id] = _Absence(happening, happening.at + grace)

    async def _tend(self) -> float:
        await self.look()
        return LOOK_EVERY_S

    async def look(self) -> None:
        """Decide what follows from what has happened, and from chargers that stay away."""
        async with self._one_at_a_time:
            await self._look()

    async def _look(self) -> None:
        now = self._context.now()
        while self._waiting:
            taken = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
            try:
                await self._decide(taken, now)
            except StorageUnavailableError:
                self._waiting.extendleft(reversed(taken))
                raise
        absent = [one for one in self._absent.values() if one.look_at is not None and one.look_at <= now]
        if absent:
            await self._look_for(absent, now)
        if now >= self._trim_at:
            self._trim_at = now + TRIM_EVERY
            await self._book.trim(now - KEPT_FOR, MOST_KEPT)

    async def _look_for(self, absent: Sequence[_Absence], now: datetime) -> None:
        still = [one for one in absent if self._is_away(one.happening.charger_id)]
        again = await self._decide([one.happening for one in still], now)
        for one in absent:
            one.look_at = again.get(one.happening.charger_id)

    def _is_away(self, charger_id: str) -> bool:
        charger = self._fleet.chargers.get(charger_id)
        return charger is not None and not charger.device.online

    async def _decide(self, happenings: Sequence[Happening], now: datetime) -> dict[str, datetime]:
        """Decide and keep; answers which chargers to look for again, and when."""
        if not happenings:
            return {}
        users = await self._context.book.users()
        settings = {one.user_id: one for one in await self._book.all_settings()}
        ways = await self._book.all_ways()
        marks = dict(await self._book.marks({(one.charger_id, one.topic) for one in happenings}))
        ways_of: defaultdict[str, list[WayRecord]] = defaultdict(list)
        for way in ways:
            ways_of[way.user_id].append(way)
        listeners = [(user, listener(user, settings.get(user.id), ways_of[user.id])) for user in users]
        decision = _Decision(now, marks)
        for happening in happenings:
            name = self._fleet.charger_name(happening.charger_id)
            for user, one in listeners:
                if may_know(user, happening, now):
                    decision.judge(happening, user, one, name)
            await asyncio.sleep(0)  # chargers do not wait for hundreds of people to be thought of
        if decision.decided:
            await self._book.keep(decision.decided)
            await self._tell(decision.decided)
        return decision.again

    async def _tell(self, decided: Decided) -> None:
        if decided.deliveries:
            self.outbox.wake()
        newest = {notice.user_id: notice.id for notice in decided.notices}
        for user_id, notice_id in newest.items():
            await self.show(user_id, notice_id)

    async def test(self, user: UserRecord, way_id: str) -> tuple[bool, Sentence]:
        """Send a test message now; answers whether it arrived, and what was answered in words.

        Raises UnknownResourceError, and BusyError while somebody's last test is still under way.
        """
        way = await self.choices.way(user.id, way_id)
        if user.id in self._testing:
            raise BusyError
        self._testing.add(user.id)
        try:
            return True, await self.outbox.carry(way, user, self._writer.trial(user))
        except NotCarriedError as error:
            if error.gone:
                await self._book.delete_way(way.id)
            return False, error.sentence
        finally:
            self._testing.discard(user.id)

    async def show(self, user_id: str, newest: str | None = None) -> None:
        """Tell somebody's open screens how much is unread now."""
        owner = owner_of_user(user_id)
        if self._ears.hears(owner):
            unread = await self._book.unread(user_id)
            self._ears.tell(owner, "inbox", user_id, {"unread": unread, "newest": newest})


class _Decision:
    """What follows for everybody; each verdict counts for those after it."""

    def __init__(self, now: datetime, marks: dict[MarkKey, Mark]) -> None:
        self._now = now
        self._marks = marks
        self._fresh: dict[str, int] = {}
        self.decided = Decided()
        self.again: dict[str, datetime] = {}

    def judge(self, happening: Happening, user: UserRecord, chosen: Listener, name: str) -> None:
        """Add what follows for one person."""
        key = MarkKey(happening.charger_id, happening.topic, user.id)
        notice_id = new_id(self._now)
        found = verdict(happening, chosen, self._marks.get(key), self._now, notice_id=notice_id)
        if found.again_at is not None:
            known = self.again.get(happening.charger_id)
            self.again[happening.charger_id] = found.again_at if known is None else min(known, found.again_at)
        if found.tell:
            self._fresh[notice_id] = len(self.decided.notices)
            self.decided.notices.append(_notice(notice_id, happening, user, name))
            self.decided.deliveries += [
                DeliveryRecord(notice_id, way, due, since=due) for way, due in found.ways
            ]
        if found.mark is not None:
            self._marks[key] = self.decided.marks[key] = found.mark
            if not found.tell and found.mark.repeats:
                self._count(found, happening)

    def _count(self, found: Verdict, happening: Happening) -> None:
        assert found.mark is not None
        notice_id, repeats = found.mark.notice_id, found.mark.repeats
        fresh = self._fresh.get(notice_id)
        if fresh is None:
            self.decided.repeated[notice_id] = (repeats, happening.at)
        else:
            notice = self.decided.notices[fresh]
            self.decided.notices[fresh] = replace(notice, repeats=repeats, last_at=happening.at)


def new_id(now: datetime) -> str:
    """Ids sort by time: milliseconds, and then by chance."""
    return f"{max(0, int(now.timestamp() * 1000)):012x}{secrets.token_hex(4)}"


def _notice(notice_id: str, happening: Happening, user: UserRecord, name: str) -> NoticeRecord:
    return NoticeRecord(
        notice_id,
        user.id,
        happening.kind,
        happening.at,
        happening.charger_id,
        name,
        happening.station_id,
        happening.about,
        dict(happening.detail),
    )
