"""The history as files."""

from datetime import datetime

import msgspec
from litestar import get

from chargedeck.api.access import access
from chargedeck.api.downloads import ROWS, Download
from chargedeck.api.inputs import ResourceId, Time
from chargedeck.api.request import ApiRequest
from chargedeck.api.routes.sessions import TAGS
from chargedeck.api.sight import narrowed
from chargedeck.domain.units import ChargerId, StationId
from chargedeck.hub.exports import DecimalMark, Separator, TableFormat, TableStyle
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import Role
from chargedeck.hub.session_query import SessionQuery

MEDIA_TYPES = {
    TableFormat.CSV: "text/csv; charset=utf-8",
    TableFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    TableFormat.JSON: "application/json",
}


class ExportQuery(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}
):
    """Which sessions, and as what; `separator` and `decimal` are for CSV."""

    format: TableFormat = TableFormat.CSV
    charger: ResourceId | None = None
    station: ResourceId | None = None
    start: Time | None = None
    end: Time | None = None
    separator: Separator = Separator.COMMA
    decimal: DecimalMark | None = None


@get(
    "/api/sessions/export",
    operation_id="exportSessions",
    summary="Sessions as a file",
    tags=TAGS,
    opt=access(Role.VIEWER, InvalidValueError, query=ExportQuery) | {"media_types": MEDIA_TYPES.values()},
)
async def export_sessions(request: ApiRequest) -> Download:
    """All sessions that began in the period, of any number, as CSV, a spreadsheet or JSON.

    `X-Total-Count` says how many there are. A file that ends before its time is cut off, never ended
    as if it were whole. With `separator=semicolon` a CSV file has decimal commas, unless `decimal` says
    otherwise, and begins with a byte order mark.
    """
    query, exports = request.asked(ExportQuery), request.services.exports
    wanted = SessionQuery(
        chargers=None if query.charger is None else [ChargerId(query.charger)],
        stations=None if query.station is None else [StationId(query.station)],
        start=query.start,
        end=query.end,
    )
    sessions = narrowed(request.caller, wanted)
    rows = await exports.count(sessions)
    style = TableStyle(query.separator, query.decimal)
    return Download(
        exports.table(sessions, query.format, style),
        name=f"{_stem(query.start, query.end)}.{query.format}",
        media_type=MEDIA_TYPES[query.format],
        headers={ROWS: str(rows)},
    )


def _stem(start: datetime | None, end: datetime | None) -> str:
    days = [f"{at:%Y-%m-%d}" for at in (start, end) if at is not None]
    return "-".join(["chargedeck-sessions", *days])
