"""What people choose to be told and how they are reached; one's own, and nobody else's."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from chargedeck.domain.problems import ConflictError, UnknownResourceError
from chargedeck.domain.sentences import Sentence, said
from chargedeck.hub.notice_records import Channel, NoticeSettings, WayRecord

if TYPE_CHECKING:
    from chargedeck.hub.context import Context
    from chargedeck.hub.notice_records import NoticeRecord
    from chargedeck.hub.notices import NoticeKit
    from chargedeck.hub.records import UserRecord

MOST_WAYS = 20


class NoSuchChannelError(ConflictError):
    """Nobody has set this server up for such a channel."""

    def __init__(self, channel: Channel) -> None:
        super().__init__(channel)
        self.channel = channel

    @property
    def sentence(self) -> Sentence:
        if self.channel is Channel.EMAIL:
            return said("No mail server is set; set CHARGEDECK_SMTP_URL and CHARGEDECK_SMTP_FROM first")
        return said("This server has no way to send it")


class TooManyWaysError(ConflictError):
    """Somebody has as many ways as one may have."""

    @property
    def sentence(self) -> Sentence:
        return said("There are {most} channels already; remove one first", most=MOST_WAYS)


class NoticeChoices:
    """Settings, ways and inbox of one person at a time."""

    def __init__(self, context: Context, kit: NoticeKit, show: Callable[[str], Awaitable[None]]) -> None:
        self._context = context
        self._book = kit.book
        self._carriers = kit.carriers
        self._show = show

    def has(self, channel: Channel) -> bool:
        """Whether this server can reach people so."""
        return channel in self._carriers

    async def settings(self, user_id: str) -> NoticeSettings:
        """What somebody chose, or what is usual."""
        return await self._book.settings(user_id) or NoticeSettings(user_id)

    async def change(
        self, user_id: str, change: Callable[[NoticeSettings], NoticeSettings]
    ) -> NoticeSettings:
        """Choose otherwise."""
        changed = change(await self.settings(user_id))
        await self._book.save_settings(changed)
        return changed

    # -- ways --------------------------------------------------------------------------------------

    async def ways(self, user_id: str) -> Sequence[WayRecord]:
        """The oldest first."""
        return await self._book.ways(user_id)

    async def way(self, user_id: str, way_id: str) -> WayRecord:
        """One's own; raises UnknownResourceError."""
        for way in await self._book.ways(user_id):
            if way.id == way_id:
                return way
        raise UnknownResourceError("channel", way_id)

    async def add(
        self,
        user: UserRecord,
        channel: Channel,
        name: str | None = None,
        address: str = "",
        *,
        sign_in: str | None = None,
    ) -> WayRecord:
        """Be reached so from now on; the same place again is the same way.

        Push belongs to the `sign_in`, by its digest, that it was last switched on in.

        Raises NoSuchChannelError, TooManyWaysError, InvalidValueError.
        """
        carrier = self._carriers.get(channel)
        if carrier is None:
            raise NoSuchChannelError(channel)
        place = await carrier.checked(address, user)
        known = await self._book.ways(user.id)
        way = WayRecord(
            secrets.token_hex(8),
            user.id,
            channel,
            name or place.name,
            self._context.now(),
            place.address,
            place.digest,
            sign_in=sign_in if channel is Channel.PUSH else None,
        )
        for one in known:
            if one.channel is channel and one.digest == place.digest:
                way = replace(
                    one,
                    name=way.name,
                    address=place.address,
                    problem=None,
                    problem_at=None,
                    sign_in=way.sign_in,
                )
        if len(known) >= MOST_WAYS and all(one.id != way.id for one in known):
            raise TooManyWaysError
        await self._book.save_way(way)
        return way

    async def change_way(
        self, user_id: str, way_id: str, change: Callable[[WayRecord], WayRecord]
    ) -> WayRecord:
        """Raises UnknownResourceError."""
        changed = change(await self.way(user_id, way_id))
        await self._book.save_way(changed)
        return changed

    async def remove_way(self, user_id: str, way_id: str) -> None:
        """With all that waits to go that way; raises UnknownResourceError."""
        await self._book.delete_way((await self.way(user_id, way_id)).id)

    # -- inbox -------------------------------------------------------------------------------------

    async def inbox(
        self, user_id: str, limit: int, before: str | None, *, unread: bool = False
    ) -> Sequence[NoticeRecord]:
        """The newest first; those before that one."""
        return await self._book.inbox(user_id, limit, before, unread=unread)

    async def unread(self, user_id: str) -> int:
        """How much is unread."""
        return await self._book.unread(user_id)

    async def read(self, user_id: str, ids: Collection[str] | None) -> int:
        """Mark as read, all of it without `ids`; answers how much is left unread."""
        left = await self._book.read(user_id, ids, self._context.now())
        await self._show(user_id)
        return left
