"""Who is sent a report of each month, and when it is due: pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chargedeck.hub.report_records import ReportLanguage

SENT_AT = time(6)
"""On the first of the month, by the station's clock: prices of the last day are there by then."""

FIRST_RETRY = timedelta(minutes=5)
LONGEST_RETRY = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Mailing:
    """A person who is sent a report of each month; without an address or a language, by their own."""

    user_id: str
    next_month: date
    """The first day of the first month that was not sent yet."""
    language: ReportLanguage | None = None
    address: str | None = None
    enabled: bool = True
    sent_at: datetime | None = None


def month_of(at: datetime, zone: ZoneInfo) -> date:
    """The first day of a moment's month."""
    return at.astimezone(zone).date().replace(day=1)


def after(month: date) -> date:
    """The first day of the month that follows."""
    return (month + timedelta(days=31)).replace(day=1)


def period_of(month: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """A month from its first midnight to the next one's, as clocks in the zone have it."""
    return datetime.combine(month, time(), zone), datetime.combine(after(month), time(), zone)


def is_due(mailing: Mailing, now: datetime, zone: ZoneInfo) -> bool:
    """Whether the month is over and its report has not been sent."""
    return mailing.enabled and now >= datetime.combine(after(mailing.next_month), SENT_AT, zone)


def next_try(failures: int) -> timedelta:
    """How long to wait after so many failures in a row."""
    doubled: int = 2 ** min(failures - 1, 16)
    return min(FIRST_RETRY * doubled, LONGEST_RETRY)
