"""`chargedeck export`: the history as a file, from the database, whether or not the server runs."""

import asyncio
import sys
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Annotated, BinaryIO
from zoneinfo import ZoneInfo

import typer

from chargedeck import settings
from chargedeck.cli.bookkeeping import utc_now
from chargedeck.cli.options import Config, DataDir
from chargedeck.cli.report import reports_of
from chargedeck.domain.problems import ChargeDeckError
from chargedeck.domain.units import ChargerId
from chargedeck.hub.exports import OLDEST_FIRST, DecimalMark, FileFormat, Separator, TableFormat, TableStyle
from chargedeck.hub.ports import Book
from chargedeck.hub.report_records import ReportLanguage, ReportOrder
from chargedeck.hub.reports import Reports
from chargedeck.hub.session_query import SessionQuery
from chargedeck.storage import open_storage

app = typer.Typer(help="The history as a file.", no_args_is_help=True)
app.callback()(lambda: None)

From = Annotated[str | None, typer.Option("--from", help="A day (2026-05-01) or a time with its offset.")]
To = Annotated[str | None, typer.Option("--to", help="Where it ends; this day is not in it any more.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="The file; standard output without.")]


class NoTimeError(ChargeDeckError):
    """A word that is no time."""

    code = "invalid_request"

    def __str__(self) -> str:
        return f"{self.args[0]} is no time; give a day such as 2026-05-01, or 2026-05-01T08:00:00+02:00"


class NoPeriodError(ChargeDeckError):
    """A report without a period."""

    code = "invalid_request"

    def __str__(self) -> str:
        return "A report has a period; give --from and --to"


@app.command()
def sessions(
    start: From = None,
    end: To = None,
    wanted: Annotated[FileFormat, typer.Option("--format", help="Of which kind.")] = FileFormat.CSV,
    charger: Annotated[str | None, typer.Option(help="Only of this charger.")] = None,
    user: Annotated[str | None, typer.Option(help="Only of this user, by id.")] = None,
    separator: Annotated[Separator, typer.Option(help="Between the values of CSV.")] = Separator.COMMA,
    decimal: Annotated[DecimalMark | None, typer.Option(help="Before the decimals of CSV.")] = None,
    language: Annotated[ReportLanguage, typer.Option(help="Of a PDF.")] = ReportLanguage.EN,
    output: Output = None,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Write the sessions that began in a period; days begin as at the default station.

    PDF is a reimbursement report: it is issued under the next document number, and kept.
    """
    chosen = settings.load(config=config, options={"data_dir": None if data_dir is None else str(data_dir)})

    async def work() -> None:
        async with open_storage(chosen.database, now=utc_now) as storage:
            zone = await default_zone(storage.book)
            query = SessionQuery(
                chargers=None if charger is None else [ChargerId(charger)],
                start=None if start is None else instant(start, zone),
                end=None if end is None else instant(end, zone),
                users=None if user is None else [user],
                order=OLDEST_FIRST,
            )
            reports = reports_of(storage)
            with opened(output) as file:
                if wanted is FileFormat.PDF:
                    file.write(await _report(reports, query, str(zone), language))
                    return
                style = TableStyle(separator, decimal)
                async for piece in reports.exports.table(query, TableFormat(wanted.value), style):
                    file.write(piece)

    asyncio.run(work())


async def _report(reports: Reports, query: SessionQuery, zone: str, language: ReportLanguage) -> bytes:
    if query.start is None or query.end is None:
        raise NoPeriodError
    user = None if query.users is None else query.users[0]
    chargers = None if query.chargers is None else tuple(query.chargers)
    order = ReportOrder(query.start, query.end, zone, language, user, chargers)
    _, file = await reports.issue(order, by="console")
    return file


async def default_zone(book: Book) -> ZoneInfo:
    """Where days begin when nobody says."""
    names = [station.time_zone for station in await book.stations() if station.is_default]
    return ZoneInfo(names[0] if names else "UTC")


def instant(text: str, zone: ZoneInfo) -> datetime:
    """A day's midnight, or the time that is meant; raises NoTimeError."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise NoTimeError(text) from error
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)


def opened(output: Path | None) -> AbstractContextManager[BinaryIO]:
    """Where the file goes."""
    return nullcontext(sys.stdout.buffer) if output is None else output.open("wb")
