"""The history as files."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import datetime

import msgspec
from litestar import get

from chargedeck.api.access import access
from chargedeck.api.downloads import ROWS, Download
from chargedeck.api.inputs import ResourceId, Time
from chargedeck.api.refusals import ForbiddenError
from chargedeck.api.request import ApiRequest
from chargedeck.api.routes.reports import PDF, NewReport, issued
from chargedeck.api.routes.sessions import TAGS, Order, SearchedText, SessionsQuery, session_query
from chargedeck.domain.problems import UnknownResourceError
from chargedeck.domain.sentences import Sentence, said
from chargedeck.hub.exports import (
    OLDEST_FIRST,
    DecimalMark,
    FileFormat,
    Followed,
    Separator,
    TableFormat,
    TableStyle,
)
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import Role
from chargedeck.hub.report_records import ReportLanguage
from chargedeck.hub.session_query import SessionQuery

MEDIA_TYPES = {
    TableFormat.CSV: "text/csv; charset=utf-8",
    TableFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    TableFormat.JSON: "application/json",
}


class ExportQuery(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}
):
    """Which sessions, and as what; `separator` and `decimal` are for CSV, `language` for PDF.

    `watch` is a name by which the file is found at `/api/exports` while it is made.
    """

    format: FileFormat = FileFormat.CSV
    charger: ResourceId | None = None
    user: ResourceId | None = None
    card: ResourceId | None = None
    car: ResourceId | None = None
    station: ResourceId | None = None
    search: SearchedText | None = None
    sort: Order | None = None
    start: Time | None = None
    end: Time | None = None
    separator: Separator = Separator.COMMA
    decimal: DecimalMark | None = None
    language: ReportLanguage | None = None
    watch: ResourceId | None = None


class ExportUnderWay(msgspec.Struct, frozen=True):
    """A file that is being made: `rows` of `total` sessions are in it. `watch` is what was given with it."""

    watch: str
    rows: int
    total: int


class ExportsUnderWay(msgspec.Struct, frozen=True):
    """Those of who asks."""

    items: list[ExportUnderWay]


@get(
    "/api/sessions/export",
    operation_id="exportSessions",
    summary="Sessions as a file",
    tags=TAGS,
    opt=access(Role.VIEWER, InvalidValueError, ForbiddenError, UnknownResourceError, query=ExportQuery)
    | {"media_types": (*MEDIA_TYPES.values(), PDF)},
)
async def export_sessions(request: ApiRequest) -> Download:
    """All sessions that began in the period, of any number, as CSV, a spreadsheet or JSON.

    `X-Total-Count` says how many there are. A file that ends before its time is cut off, never ended
    as if it were whole. With `separator=semicolon` a CSV file has decimal commas, unless `decimal` says
    otherwise, and begins with a byte order mark. PDF is a reimbursement report, as `POST /api/reports`
    issues it to drivers and above: of the ended sessions, and `from` and `to` are needed.
    """
    query, exports = request.asked(ExportQuery), request.services.exports
    if query.format is FileFormat.PDF:
        return await _report(request, query)
    wanted = TableFormat(query.format.value)
    sessions = await _sessions(request, query)
    rows = await exports.count(sessions)
    style = TableStyle(query.separator, query.decimal)
    followed = None if query.watch is None else Followed(request.caller.owner, query.watch, rows)
    return Download(
        exports.table(sessions, wanted, style, followed),
        name=f"{_stem(query.start, query.end)}.{wanted}",
        media_type=MEDIA_TYPES[wanted],
        headers={ROWS: str(rows)},
    )


@get(
    "/api/exports",
    operation_id="listExports",
    summary="How far files are",
    tags=TAGS,
    opt=access(Role.VIEWER),
)
async def list_exports(request: ApiRequest) -> ExportsUnderWay:
    """The files that are being made just now in answer to who asks, by the `watch` they were asked for with.

    A spreadsheet comes only when all of it is made; this says how far it is until then.
    """
    files = request.services.exports.under_way(request.caller.owner)
    return ExportsUnderWay([ExportUnderWay(one.name, one.rows, one.total) for one in files])


async def _report(request: ApiRequest, query: ExportQuery) -> Download:
    if not request.caller.may(Role.DRIVER):
        raise ForbiddenError(
            said(
                "This needs the role {needed}; yours is {role}. Ask an owner.",
                needed=Sentence(Role.DRIVER),
                role=Sentence(request.caller.role),
            )
        )
    if query.start is None or query.end is None:
        raise InvalidValueError(
            "from" if query.start is None else "to", said("is missing: a report has a period")
        )
    for name in ("card", "car", "search", "sort"):
        if getattr(query, name) is not None:
            raise InvalidValueError(name, said("cannot be asked of a report; leave it out"))
    wanted = NewReport(query.start, query.end, query.user, query.charger, query.station, query.language)
    record, file = await issued(request, wanted)

    async def pieces() -> AsyncGenerator[bytes, None]:
        yield file

    name = f"chargedeck-{record.document}.pdf"
    return Download(pieces(), name=name, media_type=PDF, headers={ROWS: str(record.sessions)})


async def _sessions(request: ApiRequest, query: ExportQuery) -> SessionQuery:
    """The same sessions as in the list, from the beginning unless asked otherwise."""
    names = set(SessionsQuery.__struct_fields__) & set(ExportQuery.__struct_fields__)
    listed = await session_query(request, SessionsQuery(**{name: getattr(query, name) for name in names}))
    return listed if query.sort is not None else replace(listed, order=OLDEST_FIRST)


def _stem(start: datetime | None, end: datetime | None) -> str:
    days = [f"{at:%Y-%m-%d}" for at in (start, end) if at is not None]
    return "-".join(["chargedeck-sessions", *days])
