"""Sends what waits in the outbox, each way its own messages together; what fails is tried again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from chargedeck.domain.notices import next_try
from chargedeck.domain.sentences import Sentence, said
from chargedeck.hub.notice_people import may_still_know
from chargedeck.hub.notice_ports import NotCarriedError
from chargedeck.hub.upkeep import Upkeep

if TYPE_CHECKING:
    from chargedeck.hub.context import Context
    from chargedeck.hub.notice_ports import Carrier, Message, NoticeBook, NoticeWriter
    from chargedeck.hub.notice_records import Channel, Waiting, WayRecord
    from chargedeck.hub.records import UserRecord

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 60.0
AT_ONCE = 500
AT_A_TIME = 4
"""Ways that are gone at one time."""

CARRIED_WITHIN_S = 60.0


class Outbox:
    """What has been decided and not yet been sent; it is in the database, so that nothing is lost."""

    def __init__(
        self,
        context: Context,
        book: NoticeBook,
        writer: NoticeWriter,
        carriers: Mapping[Channel, Carrier],
    ) -> None:
        self._context = context
        self._book = book
        self._writer = writer
        self._carriers = carriers
        self._upkeep = Upkeep(self._look, "Messages are sent", again_s=LOOK_EVERY_S)
        self._one_at_a_time = asyncio.Lock()

    def wake(self) -> None:
        """There is something new."""
        self._upkeep.wake()

    async def run(self) -> None:
        """Send what is due, for as long as the program runs."""
        await self._upkeep.run()

    async def _look(self) -> float:
        await self.send_due()
        due = await self._book.next_due()
        if due is None:
            return LOOK_EVERY_S
        return min(max((due - self._context.now()).total_seconds(), 0.05), LOOK_EVERY_S)

    async def send_due(self) -> None:
        """Send what is due now; ways do not wait for one another."""
        async with self._one_at_a_time:
            await self._send_due()

    async def _send_due(self) -> None:
        waiting = await self._book.due(self._context.now(), AT_ONCE)
        users = {user.id: user for user in await self._context.book.users()} if waiting else {}
        by_way: dict[str, list[Waiting]] = {}
        for one in waiting:
            by_way.setdefault(one.way.id, []).append(one)
        room = asyncio.Semaphore(AT_A_TIME)

        async def send(items: list[Waiting]) -> None:
            async with room:
                await self._send(items, users.get(items[0].way.user_id))

        async with asyncio.TaskGroup() as tasks:
            for items in by_way.values():
                tasks.create_task(send(items), name=f"notice-way-{items[0].way.id}")

    async def _send(self, items: list[Waiting], user: UserRecord | None) -> None:
        way, now = items[0].way, self._context.now()
        allowed = [one for one in items if user is not None and way.enabled and _may_go(one, user, now)]
        if user is None or not allowed:
            await self._book.given_up([one.delivery for one in items], way.problem or "", now)
            return
        deliveries = [one.delivery for one in items]
        notices = sorted((one.notice for one in allowed), key=lambda notice: notice.id)
        try:
            await self.carry(way, user, self._writer.message(notices, user))
        except NotCarriedError as error:
            await self._not_carried(items, error)
        else:
            await self._book.delivered(deliveries, self._context.now())

    async def carry(self, way: WayRecord, user: UserRecord, message: Message) -> Sentence:
        """Hand a message over now; answers what the other end said, raises NotCarriedError."""
        carrier = self._carriers.get(way.channel)
        if carrier is None:
            raise NotCarriedError(said("This server has no way to send it"), hopeless=True)
        try:
            async with asyncio.timeout(CARRIED_WITHIN_S):
                return await carrier.carry(way, user, message)
        except TimeoutError as error:
            raise NotCarriedError(said("No answer within {seconds} s", seconds=CARRIED_WITHIN_S)) from error
        except NotCarriedError:
            raise
        except Exception as error:
            # The text of an error of a library may hold the address, which is a secret.
            logger.exception("a message by %s could not be sent", way.channel)
            raise NotCarriedError(said("It could not be sent ({kind})", kind=type(error).__name__)) from error

    async def _not_carried(self, items: Sequence[Waiting], error: NotCarriedError) -> None:
        way, now = items[0].way, self._context.now()
        deliveries = [one.delivery for one in items]
        failures = max(one.failures for one in deliveries) + 1
        if way.problem != str(error):
            logger.warning("notices by %s for %s: %s", way.channel, way.user_id, str(error))
        if error.gone:
            await self._book.delete_way(way.id)
            self._context.event("notice_way_gone", now, user=way.user_id, channel=way.channel.value)
            return
        over, again = [], []
        for one in deliveries:
            due = None if error.hopeless else next_try(failures, one.since, now)
            if due is None:
                over.append(one)
            else:
                again.append(replace(one, due_at=due, failures=failures))
        if again:
            await self._book.failed(again, str(error), now)
        if over:
            await self._book.given_up(over, str(error), now)


def _may_go(one: Waiting, user: UserRecord, now: datetime) -> bool:
    notice = one.notice
    return may_still_know(user, notice.kind, notice.station_id, notice.charger_id, now)
