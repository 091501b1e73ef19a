"""Who is sent a report of each month by e-mail."""

from datetime import date, datetime

import msgspec
from litestar import delete, get, put
from litestar.params import FromPath, JSONBody

from chargedeck.api.access import access
from chargedeck.api.inputs import Email
from chargedeck.api.request import ApiRequest
from chargedeck.domain.problems import UnknownResourceError
from chargedeck.domain.sentences import said
from chargedeck.hub.mailings import Mailing
from chargedeck.hub.monthly_reports import NoMailServerError
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import Role
from chargedeck.hub.report_records import ReportLanguage

TAGS = ["Reports"]


class MonthlyReportChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where reports go and in which language; without, to the person's own address, in their language."""

    address: Email | None = None
    language: ReportLanguage | None = None
    enabled: bool = True


class MonthlyReport(msgspec.Struct, frozen=True):
    """Somebody who is sent a report; `next_month` is the first month that was not sent yet."""

    user_id: str
    address: str | None
    language: ReportLanguage | None
    enabled: bool
    next_month: date
    sent_at: datetime | None


class MonthlyReportList(msgspec.Struct, frozen=True):
    """Everybody who is sent reports."""

    items: list[MonthlyReport]


def _shown(mailing: Mailing) -> MonthlyReport:
    return MonthlyReport(
        *(mailing.user_id, mailing.address, mailing.language),
        *(mailing.enabled, mailing.next_month, mailing.sent_at),
    )


def _may(request: ApiRequest, user_id: str) -> bool:
    """One's own, and an owner everybody's."""
    caller = request.caller
    return caller.may(Role.OWNER) or (caller.user is not None and caller.user.id == user_id)


@get(
    "/api/reports/monthly",
    operation_id="listMonthlyReports",
    summary="Monthly reports by e-mail",
    tags=TAGS,
    opt=access(Role.DRIVER),
)
async def list_monthly_reports(request: ApiRequest) -> MonthlyReportList:
    """Who is sent them: an owner sees everybody, others themselves."""
    found = await request.services.monthly.all()
    return MonthlyReportList([_shown(one) for one in found if _may(request, one.user_id)])


@put(
    "/api/reports/monthly/{user_id:str}",
    operation_id="setMonthlyReport",
    summary="Send somebody monthly reports",
    tags=TAGS,
    opt=access(Role.DRIVER, UnknownResourceError, InvalidValueError, NoMailServerError),
)
async def set_monthly_report(
    request: ApiRequest, user_id: FromPath[str], data: JSONBody[MonthlyReportChanges]
) -> MonthlyReport:
    """From the month that runs now on, at 6:00 on the first of the next, by the default station's clock."""
    if not _may(request, user_id):
        raise UnknownResourceError("user", user_id)
    if data.address is not None and "@" not in data.address:
        raise InvalidValueError("address", said("must be an e-mail address"))
    wanted = Mailing(user_id, date.min, data.language, data.address, data.enabled)
    return _shown(await request.services.monthly.subscribe(wanted))


@delete(
    "/api/reports/monthly/{user_id:str}",
    operation_id="endMonthlyReport",
    summary="Send somebody no more reports",
    tags=TAGS,
    status_code=204,
    opt=access(Role.DRIVER, UnknownResourceError),
)
async def end_monthly_report(request: ApiRequest, user_id: FromPath[str]) -> None:
    """Issued reports stay."""
    if not _may(request, user_id):
        raise UnknownResourceError("user", user_id)
    await request.services.monthly.unsubscribe(user_id)
