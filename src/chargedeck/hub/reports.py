"""Reimbursement reports: put together from the history, numbered, kept, and checked against it later."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from chargedeck.domain.problems import UnknownResourceError
from chargedeck.domain.sentences import said
from chargedeck.domain.units import ChargerId, StationId
from chargedeck.hub.callers import name_of
from chargedeck.hub.cost_ports import CostBook
from chargedeck.hub.cost_records import TariffVersion
from chargedeck.hub.exports import OLDEST_FIRST, Exports
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.ports import Book, Now
from chargedeck.hub.report_ports import NotAReportError, ReportBook, ReportPrinter, ReportReader
from chargedeck.hub.report_records import (
    Driver,
    ReportContent,
    ReportedCharger,
    ReportLanguage,
    ReportOrder,
    ReportRecord,
    TariffBasis,
)
from chargedeck.hub.report_rows import (
    Difference,
    canonical,
    checksum,
    differences,
    encoded,
    months_of,
    totals_of,
)
from chargedeck.hub.session_query import SessionQuery
from chargedeck.hub.session_rows import SessionRow

MOST_SESSIONS = 10_000
"""A longer document is read by nobody, and is in memory while it is made."""

FORM = 1
"""The form of what a report carries to be verified."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a report says what the history says, and is the file that was issued."""

    document: str
    issued_at: datetime | None
    """None when no such report was issued here."""
    file_unchanged: bool
    rows_unchanged: bool
    """The attached rows have the checksum that was kept when the report was issued."""
    differences: tuple[Difference, ...]

    @property
    def holds(self) -> bool:
        """Everything is as it was issued, and the history still says so."""
        return self.file_unchanged and self.rows_unchanged and not self.differences


@dataclass(frozen=True, slots=True)
class Press:
    """What makes files and reads them."""

    printer: ReportPrinter
    reader: ReportReader


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of people, of tariffs, and of reports."""

    book: Book
    costs: CostBook
    issued: ReportBook


class Reports:
    """Issues and verifies."""

    def __init__(self, exports: Exports, kept: Kept, press: Press, *, now: Now) -> None:
        self.exports = exports
        self._book = kept.book
        self._costs = kept.costs
        self._issued = kept.issued
        self._press = press
        self._now = now
        self._one_at_a_time = asyncio.Lock()

    async def issue(self, order: ReportOrder, *, by: str) -> tuple[ReportRecord, bytes]:
        """A report and its file; one that would say what an issued one says is that one.

        Raises InvalidValueError when there are too many sessions, UnknownResourceError for an unknown user.
        """
        async with self._one_at_a_time:
            content = await self.content(order)
            digest = checksum(await asyncio.to_thread(_said, content))
            known = await self._issued.report_of(digest)
            if known is not None and (file := await self._issued.report_file(known.number)) is not None:
                return known, file
            record = await self._issued.issue(self._draft(content, digest, by))
            file = await asyncio.to_thread(self._press.printer.printed, content, record)
            record = replace(record, file_sha256=checksum(file))
            await self._issued.finish(record.number, file, record.file_sha256 or "")
            return record, file

    def _draft(self, content: ReportContent, digest: str, by: str) -> ReportRecord:
        totals = content.totals
        return ReportRecord(
            number=0,
            issued_at=self._now(),
            issued_by=by,
            order=content.order,
            driver=None if content.driver is None else content.driver.name,
            sessions=totals.sessions,
            energy_wh=float(totals.energy_wh),
            cost={currency: f"{amount:f}" for currency, amount in totals.cost.items()},
            rows_sha256=content.rows_sha256,
            content_sha256=digest,
        )

    async def content(self, order: ReportOrder) -> ReportContent:
        """What a report would say now."""
        driver = None if order.user_id is None else await self._driver(order.user_id)
        rows, still_open = await self._rows(order)
        lines = await asyncio.to_thread(canonical, rows)
        return ReportContent(
            order=order,
            driver=driver,
            cars=tuple(sorted({row.car for row in rows if row.car is not None})),
            chargers=tuple(
                sorted(
                    {ReportedCharger(row.charger, row.charger_serial, row.station) for row in rows},
                    key=lambda charger: (charger.station, charger.name, charger.serial or ""),
                )
            ),
            tariffs=await self._tariffs(rows),
            rows=tuple(rows),
            months=months_of(rows, ZoneInfo(order.time_zone)),
            totals=totals_of(rows),
            still_open=still_open,
            lines=lines,
            rows_sha256=checksum(lines),
        )

    async def _driver(self, user_id: str) -> Driver:
        for user in await self._book.users():
            if user.id == user_id:
                return Driver(name_of(user), user.email)
        raise UnknownResourceError("user", user_id)

    async def _rows(self, order: ReportOrder) -> tuple[list[SessionRow], int]:
        """The ended sessions, oldest first, and how many have not ended."""
        query = query_of(order)
        if await self.exports.count(query) > MOST_SESSIONS:
            raise InvalidValueError(
                "to", said("ends a period of more than {most} sessions; shorten it", most=MOST_SESSIONS)
            )
        rows = [row async for page in self.exports.pages(query) for row in page]
        ended = [row for row in rows if row.ended_at is not None]
        ended.sort(key=lambda row: (row.started_at, row.session_id))
        return ended, len(rows) - len(ended)

    async def _tariffs(self, rows: Sequence[SessionRow]) -> tuple[TariffBasis, ...]:
        """The tariffs that were in force while these sessions ran, as they are decided now."""
        stations = {row.station_id: row for row in rows if row.cost is not None}
        versions = await self._costs.tariffs()
        return tuple(
            TariffBasis(row.station, version.valid_from, version.terms)
            for station, row in sorted(stations.items())
            for version in _in_force(
                [one for one in versions if one.station_id == station], *_days(rows, station, row.time_zone)
            )
        )

    # -- what was issued ---------------------------------------------------------------------------

    async def issued(self, limit: int, before: int | None) -> Sequence[ReportRecord]:
        """The newest first."""
        return await self._issued.reports(limit, before)

    async def report(self, number: int) -> ReportRecord:
        """An issued report; raises UnknownResourceError."""
        record = await self._issued.report(number)
        if record is None:
            raise UnknownResourceError("report", str(number))
        return record

    async def file(self, number: int) -> bytes:
        """The file as it was issued; raises UnknownResourceError."""
        file = await self._issued.report_file(number)
        if file is None:
            raise UnknownResourceError("report", str(number))
        return file

    async def verify(self, file: bytes) -> Verdict:
        """Compare a file with what was issued and with the history; raises NotAReportError."""
        attached = await asyncio.to_thread(self._press.reader.attached, file)
        header = _header(attached.header)
        record = await self._issued.report(header.number)
        now, _ = await self._rows(header.order)
        reported = _lines(attached.lines)
        rows_sha256 = checksum(attached.lines)
        return Verdict(
            document=header.document,
            issued_at=None if record is None else record.issued_at,
            file_unchanged=record is not None and record.file_sha256 == checksum(file),
            rows_unchanged=rows_sha256 == header.rows_sha256
            and (record is None or record.rows_sha256 == rows_sha256),
            differences=tuple(differences(reported, _lines(canonical(now)))),
        )

    async def verify_issued(self, number: int) -> Verdict:
        """Compare an issued report with the history; raises UnknownResourceError."""
        return await self.verify(await self.file(number))


def query_of(order: ReportOrder) -> SessionQuery:
    """The sessions that an order means."""
    return SessionQuery(
        chargers=None if order.charger_ids is None else [ChargerId(one) for one in order.charger_ids],
        stations=None if order.station_ids is None else [StationId(one) for one in order.station_ids],
        start=order.start,
        end=order.end,
        users=None if order.user_id is None else [order.user_id],
        order=OLDEST_FIRST,
    )


# -- what a report carries -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Header:
    number: int
    document: str
    order: ReportOrder
    rows_sha256: str


def header_of(content: ReportContent, record: ReportRecord) -> bytes:
    """What is needed to find the same sessions again."""
    order = asdict(content.order) | {
        "start": content.order.start.isoformat(),
        "end": content.order.end.isoformat(),
    }
    header = {
        "form": FORM,
        "number": record.number,
        "document": record.document,
        "issued_at": record.issued_at.isoformat(),
        "order": order,
        "sessions": content.totals.sessions,
        "rows_sha256": content.rows_sha256,
    }
    return encoded(header)


def _header(text: bytes) -> _Header:
    try:
        header = json.loads(text)
        if header["form"] != FORM:
            raise NotAReportError("it was made by a newer version")
        order = header["order"]
        chargers, stations = order["charger_ids"], order["station_ids"]
        return _Header(
            int(header["number"]),
            str(header["document"]),
            ReportOrder(
                datetime.fromisoformat(order["start"]),
                datetime.fromisoformat(order["end"]),
                ZoneInfo(order["time_zone"]).key,
                ReportLanguage(order["language"]),
                order["user_id"],
                None if chargers is None else tuple(chargers),
                None if stations is None else tuple(stations),
            ),
            str(header["rows_sha256"]),
        )
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise NotAReportError("what it carries cannot be read") from error


def _lines(content: bytes) -> list[dict[str, Any]]:
    try:
        lines = [json.loads(line) for line in content.splitlines()]
        if not all("session_id" in line for line in lines):
            raise NotAReportError("a row has no session")
    except (ValueError, TypeError) as error:
        raise NotAReportError("its rows cannot be read") from error
    return lines


def _said(content: ReportContent) -> bytes:
    """All that a report says, but its number: two reports that say the same are one."""
    said = asdict(replace(content, rows=(), lines=b"", tariffs=()))
    tariffs = [repr(tariff) for tariff in content.tariffs]
    return json.dumps([said, tariffs], default=str, sort_keys=True).encode()


def _days(rows: Sequence[SessionRow], station: str, time_zone: str) -> tuple[date, date]:
    zone = ZoneInfo(time_zone)
    own = [row for row in rows if row.station_id == station]
    ends = [row.ended_at or row.started_at for row in own]
    return min(row.started_at for row in own).astimezone(zone).date(), max(ends).astimezone(zone).date()


def _in_force(versions: Sequence[TariffVersion], first: date, last: date) -> list[TariffVersion]:
    """Of several for one day the one saved last; from the one that was in force on the first day on."""
    newest = {version.valid_from: version for version in versions}
    begun = [newest[day] for day in sorted(newest) if day <= last]
    before = [version for version in begun if version.valid_from <= first]
    return [*before[-1:], *(version for version in begun if version.valid_from > first)]
