"""Examples of reports for the document."""

from datetime import UTC, datetime
from typing import Any

from chargedeck.api.routes import exports, monthly_reports, reports
from chargedeck.hub.cost_views import MoneyView
from chargedeck.hub.report_records import ReportLanguage

AT = datetime(2026, 5, 4, 18, 30, tzinfo=UTC)
LATER = datetime(2026, 5, 4, 19, 10, 10, tzinfo=UTC)
_USER = "5b0c9f27d1a84e36"
MONTHLY = monthly_reports.MonthlyReport(_USER, None, ReportLanguage.RO, True, AT.date().replace(day=1), None)
_EXPORT = exports.ExportUnderWay("8c2f41", 4_000, 12_345)
REPORT_EXAMPLES: tuple[Any, ...] = (
    _EXPORT,
    exports.ExportsUnderWay([_EXPORT]),
    monthly_reports.MonthlyReportChanges("ana@example.com", ReportLanguage.RO),
    MONTHLY,
    monthly_reports.MonthlyReportList([MONTHLY]),
    reports.NewReport(AT, LATER, _USER, language=ReportLanguage.DE),
    reports.Report(
        *(7, "2026-000007", LATER, "Ana Marin", AT, LATER, "Europe/Bucharest", ReportLanguage.DE),
        *(_USER, "Ana Marin", None, 12, 123_456.0, [MoneyView("35.49", "EUR")], "…", "…"),
    ),
    reports.Verification(
        *("2026-000007", False, True, True),
        [reports.ReportDifference("1f6c…", "cost", '1f6c…: cost is "1.23" in the report, "1.32" now')],
    ),
)
