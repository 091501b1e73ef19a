"""The ReportBook: numbers that follow one another, files as they were issued."""

import asyncio
from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest
from tests.contracts.records import MINUTE, NOON, OWNER, clock

from chargedeck.domain.problems import UnknownResourceError
from chargedeck.hub.mailings import Mailing
from chargedeck.hub.report_records import ReportLanguage, ReportOrder, ReportRecord
from chargedeck.storage import Storage, open_storage

ORDER = ReportOrder(
    NOON, NOON + 60 * MINUTE, "Europe/Bucharest", ReportLanguage.RO, "u1", ("garage",), ("home", "office")
)
DRAFT = ReportRecord(
    number=0,
    issued_at=NOON,
    issued_by="Ada",
    order=ORDER,
    driver="Ană Mărin",
    sessions=12,
    energy_wh=123_456.789,
    cost={"EUR": "1.23"},
    rows_sha256="a" * 64,
    content_sha256="b" * 64,
)
FILE = b"%PDF-1.7\0\xff"


async def finished(storage: Storage, draft: ReportRecord) -> ReportRecord:
    record = await storage.reports.issue(draft)
    digest = sha256(FILE).hexdigest()
    await storage.reports.finish(record.number, FILE, digest)
    return replace(record, file_sha256=digest)


async def test_a_report_comes_back_as_it_was_issued(storage: Storage) -> None:
    for draft in (DRAFT, replace(DRAFT, order=ReportOrder(NOON, NOON + MINUTE, "UTC"), driver=None, cost={})):
        record = await finished(storage, draft)
        assert await storage.reports.report(record.number) == record
        assert await storage.reports.report_file(record.number) == FILE


async def test_numbers_follow_one_another(storage: Storage) -> None:
    records = await asyncio.gather(*(storage.reports.issue(DRAFT) for _ in range(10)))
    assert sorted(record.number for record in records) == list(range(1, 11))
    assert records[0].document.startswith("2026-0000")


async def test_a_number_stays_taken_though_its_making_was_cut_short(url: str) -> None:
    async with open_storage(url, now=clock) as storage:
        await storage.reports.issue(DRAFT)
    async with open_storage(url, now=clock) as storage:
        assert (await storage.reports.issue(DRAFT)).number == 2
        assert await storage.reports.report_file(1) is None
        assert await storage.reports.report_of(DRAFT.content_sha256) is None
        first = await storage.reports.report(1)
        assert first is not None
        assert first.file_sha256 is None


async def test_what_says_the_same_is_found(storage: Storage) -> None:
    await finished(storage, DRAFT)
    newest = await finished(storage, DRAFT)
    await finished(storage, replace(DRAFT, content_sha256="c" * 64))
    assert await storage.reports.report_of(DRAFT.content_sha256) == newest
    assert await storage.reports.report_of("d" * 64) is None


async def test_the_newest_first_page_by_page(storage: Storage) -> None:
    for _ in range(5):
        await storage.reports.issue(DRAFT)
    first = await storage.reports.reports(2, None)
    assert [record.number for record in first] == [5, 4]
    assert [record.number for record in await storage.reports.reports(10, 4)] == [3, 2, 1]


async def test_what_is_not_there(storage: Storage) -> None:
    assert await storage.reports.report(1) is None
    assert await storage.reports.report_file(1) is None
    with pytest.raises(UnknownResourceError):
        await storage.reports.finish(1, FILE, "x")


# -- who is sent them ------------------------------------------------------------------------------


async def test_a_mailing_comes_back_and_goes_with_its_user(storage: Storage) -> None:
    await storage.book.save_user(OWNER)
    whole = Mailing("u1", date(2026, 6, 1), ReportLanguage.IT, "a@example.org", sent_at=NOON)
    for mailing in (Mailing("u1", date(2026, 12, 1), enabled=False), whole):
        await storage.reports.save_mailing(mailing)
        assert await storage.reports.mailings() == [mailing]
    await storage.book.delete_user("u1")
    assert await storage.reports.mailings() == []
    await storage.reports.delete_mailing("u1")


async def test_nobody_is_no_subscriber(storage: Storage) -> None:
    with pytest.raises(UnknownResourceError):
        await storage.reports.save_mailing(Mailing("nobody", date(2026, 6, 1)))
