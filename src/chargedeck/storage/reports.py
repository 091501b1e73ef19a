"""The pages on issued reports and monthly mail."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from chargedeck.domain.problems import UnknownResourceError
from chargedeck.hub.mailings import Mailing
from chargedeck.hub.report_records import ReportLanguage, ReportOrder, ReportRecord
from chargedeck.storage.desk import Desk
from chargedeck.storage.report_tables import MAILINGS, REPORTS
from chargedeck.storage.rows import plain_values

_RECORD = [column for column in REPORTS.c if column.name != "file"]
_PLAIN = (
    *("number", "issued_at", "issued_by", "driver", "sessions", "energy_wh", "cost"),
    *("rows_sha256", "content_sha256", "file_sha256"),
)


class SqlReportBook:
    """Implements the hub's ReportBook and MailingBook."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def issue(self, draft: ReportRecord) -> ReportRecord:
        """Under the next number; two processes that ask at once get two, one after the other."""

        def keep(connection: Connection) -> ReportRecord:
            self._desk.database.lock(connection, "report numbers")
            highest: int | None = connection.scalar(select(func.max(REPORTS.c.number)))
            record = replace(draft, number=(highest or 0) + 1)
            connection.execute(insert(REPORTS).values(_values(record)))
            return record

        return await self._desk.write(keep)

    async def finish(self, number: int, file: bytes, file_sha256: str) -> None:
        """Keep the file; raises UnknownResourceError when there is no such report."""
        done = update(REPORTS).where(REPORTS.c.number == number).values(file=file, file_sha256=file_sha256)
        if not await self._desk.write(lambda connection: connection.execute(done).rowcount):
            raise UnknownResourceError("report", str(number))

    async def report(self, number: int) -> ReportRecord | None:
        """The report of that number."""
        query = select(*_RECORD).where(REPORTS.c.number == number)
        row = await self._desk.read(lambda connection: connection.execute(query).first())
        return None if row is None else _record(row)

    async def report_file(self, number: int) -> bytes | None:
        """Its file, if it was finished."""
        query = select(REPORTS.c.file).where(REPORTS.c.number == number)
        file: bytes | None = await self._desk.read(lambda connection: connection.scalar(query))
        return file

    async def report_of(self, content_sha256: str) -> ReportRecord | None:
        """The newest finished one."""
        query = select(*_RECORD).where(
            REPORTS.c.content_sha256 == content_sha256, REPORTS.c.file_sha256.is_not(None)
        )
        newest = query.order_by(REPORTS.c.number.desc()).limit(1)
        row = await self._desk.read(lambda connection: connection.execute(newest).first())
        return None if row is None else _record(row)

    async def reports(self, limit: int, before: int | None) -> Sequence[ReportRecord]:
        """The newest first."""
        query = select(*_RECORD).order_by(REPORTS.c.number.desc()).limit(limit)
        if before is not None:
            query = query.where(REPORTS.c.number < before)
        return await self._desk.read(lambda connection: [*map(_record, connection.execute(query))])

    # -- who is sent them --------------------------------------------------------------------------

    async def mailings(self) -> Sequence[Mailing]:
        """In the order of the users' ids."""
        query = select(MAILINGS).order_by(MAILINGS.c.user_id)
        return await self._desk.read(lambda connection: [*map(_mailing, connection.execute(query))])

    async def save_mailing(self, mailing: Mailing) -> None:
        """Insert or replace; raises UnknownResourceError when the user is gone."""
        values = plain_values(mailing) | {"next_month": mailing.next_month.isoformat()}
        try:
            await self._desk.save(MAILINGS, values)
        except IntegrityError as error:
            raise UnknownResourceError("user", mailing.user_id) from error

    async def delete_mailing(self, user_id: str) -> None:
        """Delete, if there is one."""
        await self._desk.delete(MAILINGS, MAILINGS.c.user_id == user_id)


def _mailing(row: Row[Any]) -> Mailing:
    values = dict(row._mapping)  # noqa: SLF001  (public, named so that no column can hide it)
    language = values.pop("language")
    return Mailing(
        **values | {"next_month": date.fromisoformat(values["next_month"])},
        language=None if language is None else ReportLanguage(language),
    )


def _values(record: ReportRecord) -> dict[str, Any]:
    order = record.order
    ordered = asdict(order) | {"start": order.start.isoformat(), "end": order.end.isoformat()}
    plain = {name: getattr(record, name) for name in _PLAIN}
    return plain | {"cost": dict(record.cost), "ordered": ordered, "user_id": order.user_id}


def _record(row: Row[Any]) -> ReportRecord:
    values = row._mapping  # noqa: SLF001  (public, named so that no column can hide it)
    return ReportRecord(**{name: values[name] for name in _PLAIN}, order=_order(values["ordered"]))


def _order(values: Mapping[str, Any]) -> ReportOrder:
    chargers, stations = values["charger_ids"], values["station_ids"]
    return ReportOrder(
        datetime.fromisoformat(values["start"]),
        datetime.fromisoformat(values["end"]),
        values["time_zone"],
        ReportLanguage(values["language"]),
        values["user_id"],
        None if chargers is None else tuple(chargers),
        None if stations is None else tuple(stations),
    )
