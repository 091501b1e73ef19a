"""Sends each subscriber the report of each month, once; what cannot be sent is tried again, and told once."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from chargedeck.domain.problems import ChargeDeckError, ConflictError
from chargedeck.domain.sentences import said
from chargedeck.hub.callers import name_of
from chargedeck.hub.context import Context
from chargedeck.hub.mail import Attachment, Mail, MailSender
from chargedeck.hub.mailings import Mailing, after, is_due, month_of, next_try, period_of
from chargedeck.hub.records import UserRecord
from chargedeck.hub.report_ports import MailingBook
from chargedeck.hub.report_records import ReportOrder, ReportRecord, report_language
from chargedeck.hub.reports import Reports

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 60.0


@dataclass(frozen=True, slots=True)
class Letter:
    """What a report's mail says."""

    subject: str
    text: str


class LetterWriter(Protocol):
    """Words a letter in the language of its report."""

    def letter(self, record: ReportRecord, month: date, name: str) -> Letter: ...


class NoMailServerError(ConflictError):
    """Nothing can be sent, since nobody has said by whom."""

    sentence = said("No mail server is set; set CHARGEDECK_SMTP_URL and CHARGEDECK_SMTP_FROM first")


@dataclass(frozen=True, slots=True)
class Post:
    """What letters are written and sent with; without a mail server there is no sender."""

    writer: LetterWriter
    sender: MailSender | None


class MonthlyReports:
    """The monthly post."""

    def __init__(self, context: Context, reports: Reports, book: MailingBook, post: Post) -> None:
        self._context = context
        self._reports = reports
        self._book = book
        self._post = post
        self._failures: dict[str, tuple[int, datetime]] = {}

    async def all(self) -> Sequence[Mailing]:
        """Everybody who is sent reports."""
        return await self._book.mailings()

    async def subscribe(self, mailing: Mailing) -> Mailing:
        """Send reports from the month that runs now on; who is subscribed already misses none.

        Raises NoMailServerError, UnknownResourceError.
        """
        if self._post.sender is None:
            raise NoMailServerError
        known = {one.user_id: one for one in await self._book.mailings()}.get(mailing.user_id)
        month = month_of(self._context.now(), await self._zone())
        if known is not None and known.enabled:
            mailing = replace(mailing, next_month=known.next_month, sent_at=known.sent_at)
        else:
            mailing = replace(mailing, next_month=month)
        await self._book.save_mailing(mailing)
        self._failures.pop(mailing.user_id, None)
        return mailing

    async def unsubscribe(self, user_id: str) -> None:
        """Send no more."""
        await self._book.delete_mailing(user_id)

    async def run(self) -> None:
        """Look every minute whether something is due, for as long as the program runs."""
        while True:
            try:
                await self.look()
            except ChargeDeckError as error:
                logger.warning("monthly reports: %s", error)
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """Send what is due now."""
        sender, now = self._post.sender, self._context.now()
        if sender is None:
            return
        due = [one for one in await self._book.mailings() if one.enabled]
        zone = await self._zone() if due else ZoneInfo("UTC")
        users = {user.id: user for user in await self._context.book.users()} if due else {}
        for mailing in due:
            user = users.get(mailing.user_id)
            if user is not None and is_due(mailing, now, zone) and self._may_try(mailing.user_id, now):
                await self._attempt(sender, mailing, user, zone)

    def _may_try(self, user_id: str, now: datetime) -> bool:
        failed = self._failures.get(user_id)
        return failed is None or now >= failed[1]

    async def _attempt(self, sender: MailSender, mailing: Mailing, user: UserRecord, zone: ZoneInfo) -> None:
        context, now = self._context, self._context.now()
        try:
            record = await self._send(sender, mailing, user, zone)
        except ChargeDeckError as error:
            count = self._failures.get(user.id, (0, now))[0] + 1
            self._failures[user.id] = (count, now + next_try(count))
            if count == 1:
                logger.warning("the report of %s for %s: %s", mailing.next_month, user.id, error)
                context.event("report_not_sent", now, user=user.id, reason=str(error))
            return
        self._failures.pop(user.id, None)
        # Saved after it was taken: a crash in between sends the same document once more, never none.
        sent = replace(mailing, next_month=after(mailing.next_month), sent_at=now)
        await self._book.save_mailing(sent)
        if record is not None:
            context.event("report_sent", now, user=user.id, document=record.document)

    async def _send(
        self, sender: MailSender, mailing: Mailing, user: UserRecord, zone: ZoneInfo
    ) -> ReportRecord | None:
        """Issue and send; None for a month without sessions, of which there is nothing to report."""
        start, end = period_of(mailing.next_month, zone)
        language = mailing.language or report_language(user.language)
        order = ReportOrder(start, end, zone.key, language, user.id)
        if not (await self._reports.content(order)).rows:
            return None
        record, file = await self._reports.issue(order, by="ChargeDeck")
        letter = self._post.writer.letter(record, mailing.next_month, name_of(user))
        pdf = Attachment(f"chargedeck-{record.document}.pdf", "application/pdf", file)
        await sender.send(Mail(mailing.address or user.email, letter.subject, letter.text, (pdf,)))
        return record

    async def _zone(self) -> ZoneInfo:
        names = [one.time_zone for one in await self._context.book.stations() if one.is_default]
        return ZoneInfo(names[0] if names else "UTC")
