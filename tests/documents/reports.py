"""Reports to print: of any number of sessions, with everything that can be said of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from tests.documents.rows import ROW

from chargedeck.hub.report_records import (
    Driver,
    ReportContent,
    ReportedCharger,
    ReportLanguage,
    ReportOrder,
    ReportRecord,
    TariffBasis,
)
from chargedeck.hub.report_rows import canonical, checksum, months_of, totals_of
from chargedeck.hub.session_rows import SessionRow
from chargedeck.hub.tariff_terms import (
    BandTerms,
    FixedTerms,
    NamedFee,
    SpotTerms,
    TariffTerms,
    TaxTerms,
    TimeOfUseTerms,
)

BUCHAREST = ZoneInfo("Europe/Bucharest")
MARCH = datetime(2026, 3, 1, tzinfo=BUCHAREST)
ISSUED = datetime(2026, 6, 2, 9, 30, tzinfo=UTC)
FIXED = TariffTerms("EUR", FixedTerms("0.2875"), taxes=[TaxTerms("TVA", ratio="0.19")])
BY_HOUR = TariffTerms(
    "EUR",
    TimeOfUseTerms("0.31", [BandTerms("0.19", "22:00", "06:00")]),
    grid_fee=FixedTerms("0.08"),
    fees=[NamedFee("Abonament", per_day="0.25")],
    feed_in=FixedTerms("0.07"),
)
SPOT = TariffTerms("EUR", SpotTerms("0.30", "1.05", "0.02"))


def many(count: int) -> list[SessionRow]:
    """One after the other over three months, each beginning where the meter stood."""
    rows, meter = list[SessionRow](), 1_855_996.0
    for number in range(count):
        energy = 4_000.0 + number * 37 % 9_000
        start = MARCH.astimezone(UTC) + timedelta(hours=7) + timedelta(days=91) * number / max(count, 1)
        start = start.replace(microsecond=0)
        rows.append(
            ROW._replace(
                session_id=f"s{number}",
                started_at=start,
                ended_at=start + timedelta(minutes=30 + number * 13 % 300),
                meter_start_wh=meter,
                meter_end_wh=meter + energy,
                energy_wh=energy,
                charging_time_s=60.0 * (30 + number * 11 % 200),
                cost=(Decimal(str(energy)) * Decimal("0.0002875")).quantize(Decimal("0.01")),
                cost_estimated=number % 11 == 3,
                anomalies=("clock_off",) if number % 29 == 7 else (),
                charger="Garaj Ștefan" if number % 2 else "Parcare subterană B2, locul 117",
                charger_serial="123456" if number % 2 else None,
                origin="manual" if number % 17 == 5 else "live",
            )
        )
        meter += energy
    return rows


def content(
    rows: Sequence[SessionRow], language: ReportLanguage = ReportLanguage.RO, **changes: object
) -> ReportContent:
    """A report of these sessions."""
    lines = canonical(rows)
    made = ReportContent(
        order=ReportOrder(MARCH, MARCH + timedelta(days=92), "Europe/Bucharest", language, "u1"),
        driver=Driver("Ana Mărin-Țuțea", "ana@example.com"),
        cars=("Dacia Spring B 123 ABC",),
        chargers=tuple(
            sorted(
                {ReportedCharger(row.charger, row.charger_serial, row.station) for row in rows},
                key=lambda charger: charger.name,
            )
        ),
        tariffs=(
            TariffBasis("Acasă", date(2026, 1, 1), FIXED),
            TariffBasis("Acasă", date(2026, 4, 1), BY_HOUR),
        ),
        rows=tuple(rows),
        months=months_of(rows, BUCHAREST),
        totals=totals_of(rows),
        still_open=1,
        lines=lines,
        rows_sha256=checksum(lines),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # named by the test


def record(of: ReportContent, number: int = 123) -> ReportRecord:
    """What is kept of it."""
    return ReportRecord(
        number=number,
        issued_at=ISSUED,
        issued_by="Ana Mărin-Țuțea",
        order=of.order,
        driver=None if of.driver is None else of.driver.name,
        sessions=of.totals.sessions,
        energy_wh=float(of.totals.energy_wh),
        cost={},
        rows_sha256=of.rows_sha256,
        content_sha256="c" * 64,
    )
