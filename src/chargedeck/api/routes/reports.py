"""Reimbursement reports: issued, kept, and verified."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, JSONBody

from chargedeck.api.access import access
from chargedeck.api.inputs import ResourceId, Time, TimeZone, checked_station, checked_time_zone
from chargedeck.api.paging import Cursor, Limit, Page
from chargedeck.api.request import ApiRequest
from chargedeck.api.sight import narrowed
from chargedeck.domain.problems import UnknownResourceError
from chargedeck.domain.sentences import said
from chargedeck.domain.units import ChargerId
from chargedeck.hub.cost_views import MoneyView
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import Role
from chargedeck.hub.report_records import ReportLanguage, ReportOrder, ReportRecord, report_language
from chargedeck.hub.report_rules import may_see
from chargedeck.hub.reports import Verdict
from chargedeck.hub.session_query import SessionQuery

TAGS = ["Reports"]
PDF = "application/pdf"

_PAGES_LOOKED_AT = 20
"""A page holds what of the newest reports is the caller's: so many times a page are looked through for it."""


class NewReport(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}
):
    """Which sessions: those that began in the period and have ended. Drivers get their own."""

    start: Time
    end: Time
    user_id: ResourceId | None = None
    charger_id: ResourceId | None = None
    station_id: ResourceId | None = None
    language: ReportLanguage | None = None
    time_zone: TimeZone | None = None


class Report(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """An issued report. Numbers follow one another; without `file_sha256` its making was cut short."""

    number: int
    document: str
    issued_at: datetime
    issued_by: str
    start: datetime
    end: datetime
    time_zone: str
    language: ReportLanguage
    user_id: str | None
    driver: str | None
    charger_ids: list[str] | None
    sessions: int
    energy_wh: float
    cost: list[MoneyView]
    rows_sha256: str
    file_sha256: str | None


class ReportsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which page of the reports."""

    limit: Limit = 50
    cursor: Cursor | None = None


class ReportDifference(msgspec.Struct, frozen=True):
    """Where a report and the history differ; without a field the whole session is meant."""

    session_id: str
    field: str | None
    text: str


class Verification(msgspec.Struct, frozen=True):
    """Whether a report still says what the history says."""

    document: str
    holds: bool
    file_unchanged: bool
    rows_unchanged: bool
    differences: list[ReportDifference]


def report_shown(record: ReportRecord) -> Report:
    """A report as an answer."""
    order = record.order
    return Report(
        record.number,
        record.document,
        record.issued_at,
        record.issued_by,
        order.start,
        order.end,
        order.time_zone,
        order.language,
        order.user_id,
        record.driver,
        None if order.charger_ids is None else list(order.charger_ids),
        record.sessions,
        record.energy_wh,
        [MoneyView(amount, currency) for currency, amount in record.cost.items()],
        record.rows_sha256,
        record.file_sha256,
    )


async def issued(request: ApiRequest, wanted: NewReport) -> tuple[ReportRecord, bytes]:
    """The report that is wanted, as the caller may have it, and its file."""
    if wanted.start >= wanted.end:
        raise InvalidValueError("to", said("must be later than from"))
    caller, station = request.caller, wanted.station_id
    query = narrowed(
        caller,
        SessionQuery(
            chargers=None if wanted.charger_id is None else [ChargerId(wanted.charger_id)],
            stations=None if station is None else [checked_station(request.services.fleet, caller, station)],
            users=None if wanted.user_id is None else [wanted.user_id],
        ),
    )
    if query.users is not None and not any(query.users):
        raise UnknownResourceError("user", wanted.user_id or "")
    order = ReportOrder(
        wanted.start,
        wanted.end,
        _zone(request, wanted),
        wanted.language or report_language("" if caller.user is None else caller.user.language),
        None if query.users is None else query.users[0],
        None if query.chargers is None else tuple(query.chargers),
        None if query.stations is None else tuple(query.stations),
    )
    return await request.services.reports.issue(order, by=caller.label)


def _zone(request: ApiRequest, wanted: NewReport) -> str:
    """The zone that is wished for, or else that of the station."""
    if wanted.time_zone is not None:
        return checked_time_zone(wanted.time_zone)
    stations = request.services.fleet.stations
    of_charger = request.services.fleet.chargers.get(ChargerId(wanted.charger_id or ""))
    station = wanted.station_id or (None if of_charger is None else of_charger.station_id)
    found = [one.record for one in stations.values() if one.record.id == station or one.record.is_default]
    found.sort(key=lambda record: record.id != station)
    return found[0].time_zone if found else "UTC"


async def _visible(request: ApiRequest, number: str) -> ReportRecord:
    known = number.isdecimal() and len(number) < 10
    record = await request.services.reports.report(int(number)) if known else None
    if record is None or not may_see(request.caller, record):
        raise UnknownResourceError("report", number)
    return record


def pdf_of(record: ReportRecord, file: bytes) -> Response[bytes]:
    """The file as an answer."""
    named = {"content-disposition": f'attachment; filename="chargedeck-{record.document}.pdf"'}
    return Response(file, media_type=PDF, headers=named)


@get(
    "/api/reports",
    operation_id="listReports",
    summary="Issued reports",
    tags=TAGS,
    opt=access(Role.DRIVER, InvalidValueError, query=ReportsQuery),
)
async def list_reports(request: ApiRequest) -> Page[Report]:
    """The newest first; operators see all of their stations, drivers their own."""
    query = request.asked(ReportsQuery)
    before = _before(query.cursor)
    found: list[ReportRecord] = []
    for _ in range(_PAGES_LOOKED_AT):
        records: Sequence[ReportRecord] = await request.services.reports.issued(query.limit, before)
        found += [record for record in records if may_see(request.caller, record)]
        if len(records) < query.limit:
            before = None
            break
        before = records[-1].number
        if len(found) >= query.limit:
            break
    shown = found[: query.limit]
    more = before is not None or len(found) > len(shown)
    return Page([*map(report_shown, shown)], str(_last(shown, before)) if more else None)


def _last(shown: Sequence[ReportRecord], before: int | None) -> int:
    """Where the next page begins: below what was shown, or below what was looked through in vain."""
    return shown[-1].number if shown else before or 1


def _before(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not cursor.isascii() or not cursor.isdecimal() or len(cursor) > 9:
        raise InvalidValueError("cursor", said("is not one that a list has answered with"))
    return int(cursor)


@post(
    "/api/reports",
    operation_id="issueReport",
    summary="Issue a report",
    tags=TAGS,
    opt=access(Role.DRIVER, InvalidValueError, UnknownResourceError),
)
async def issue_report(request: ApiRequest, data: JSONBody[NewReport]) -> Report:
    """Under the next document number. One that would say just what an issued one says is that one."""
    record, _ = await issued(request, data)
    return report_shown(record)


@get(
    "/api/reports/{number:str}",
    operation_id="getReport",
    summary="One report",
    tags=TAGS,
    opt=access(Role.DRIVER, UnknownResourceError),
)
async def get_report(request: ApiRequest, number: FromPath[str]) -> Report:
    """By number."""
    return report_shown(await _visible(request, number))


@get(
    "/api/reports/{number:str}/file",
    media_type=PDF,
    operation_id="getReportFile",
    summary="A report's file",
    tags=TAGS,
    opt=access(Role.DRIVER, UnknownResourceError),
)
async def get_report_file(request: ApiRequest, number: FromPath[str]) -> Response[bytes]:
    """The PDF, byte for byte as it was issued."""
    record = await _visible(request, number)
    return pdf_of(record, await request.services.reports.file(record.number))


@get(
    "/api/reports/{number:str}/verification",
    operation_id="verifyReport",
    summary="Verify a report",
    tags=TAGS,
    opt=access(Role.DRIVER, UnknownResourceError),
)
async def verify_report(request: ApiRequest, number: FromPath[str]) -> Verification:
    """Compare the report that was issued with the history as it is now."""
    record = await _visible(request, number)
    return _verification(await request.services.reports.verify_issued(record.number))


def _verification(verdict: Verdict) -> Verification:
    return Verification(
        verdict.document,
        verdict.holds,
        verdict.file_unchanged,
        verdict.rows_unchanged,
        [ReportDifference(one.session_id, one.field, str(one)) for one in verdict.differences],
    )
