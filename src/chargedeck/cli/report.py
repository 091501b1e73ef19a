"""`chargedeck report`: reimbursement reports, from the database, whether or not the server runs."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from chargedeck import settings
from chargedeck.cli.bookkeeping import utc_now
from chargedeck.cli.options import Config, DataDir
from chargedeck.documents.press import press
from chargedeck.documents.tables import SessionTables
from chargedeck.domain.problems import ChargeDeckError
from chargedeck.hub.exports import Exports
from chargedeck.hub.reports import Kept, Reports, Verdict
from chargedeck.storage import Storage, open_storage

app = typer.Typer(help="Reimbursement reports.", no_args_is_help=True)
app.callback()(lambda: None)


class UnreadableFileError(ChargeDeckError):
    """A file that cannot be read."""

    code = "unreadable_file"


def reports_of(storage: Storage) -> Reports:
    """Reports of a database."""
    exports = Exports(storage.archive, storage.book, SessionTables())
    return Reports(exports, Kept(storage.book, storage.costs, storage.reports), press(), now=utc_now)


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A report's PDF, as it was issued.")],
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Compare a report with the charging history, row by row; exit 1 where they differ."""
    chosen = settings.load(config=config, options={"data_dir": None if data_dir is None else str(data_dir)})
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"{file} cannot be read: {error.strerror}") from error

    async def work() -> Verdict:
        async with open_storage(chosen.database, now=utc_now) as storage:
            return await reports_of(storage).verify(content)

    verdict = asyncio.run(work())
    for line in said_of(verdict):
        typer.echo(line)
    raise typer.Exit(0 if verdict.holds else 1)


def said_of(verdict: Verdict) -> list[str]:
    """What was found, a line each; the last one is the judgement."""
    lines = [str(difference) for difference in verdict.differences]
    if verdict.issued_at is None:
        lines.append(f"No report {verdict.document} was issued here")
    elif not verdict.file_unchanged:
        lines.append("The file is not the one that was issued: it was signed, or its pages were changed")
    if not verdict.rows_unchanged:
        lines.append("The attached rows do not have the checksum that the report was issued with")
    issued = "" if verdict.issued_at is None else f", issued {verdict.issued_at:%Y-%m-%d %H:%M} UTC,"
    judgement = "agrees with the charging history" if verdict.holds else "cannot be confirmed"
    return [*lines, f"Report {verdict.document}{issued} {judgement}"]
