"""What a reimbursement report is: what was ordered, what stands in it, and what is kept of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from chargedeck.hub.session_rows import SessionRow
from chargedeck.hub.tariff_terms import TariffTerms


class ReportLanguage(StrEnum):
    """What a report can be written in."""

    EN = "en"
    RO = "ro"
    DE = "de"
    FR = "fr"
    ES = "es"
    IT = "it"


def report_language(wanted: str) -> ReportLanguage:
    """The language of a locale such as `de-AT`; English for one that there is no catalogue of."""
    word = wanted.partition("-")[0].lower()
    return ReportLanguage(word) if word in list(ReportLanguage) else ReportLanguage.EN


@dataclass(frozen=True, slots=True)
class ReportOrder:
    """Which sessions, by their start, and how they are told; None means all of them."""

    start: datetime
    end: datetime
    time_zone: str
    language: ReportLanguage = ReportLanguage.EN
    user_id: str | None = None
    charger_ids: tuple[str, ...] | None = None
    station_ids: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ReportedCharger:
    """A charger that stands in a report."""

    name: str
    serial: str | None
    station: str


@dataclass(frozen=True, slots=True)
class TariffBasis:
    """What a station's sessions were priced by from a day on; no terms where the tariff was ended."""

    station: str
    valid_from: date
    terms: TariffTerms | None


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of sessions; energy exact in thousandths of a watt-hour, money by currency."""

    sessions: int = 0
    energy_mwh: int = 0
    charging_time_s: int = 0
    cost: Mapping[str, Decimal] = field(default_factory=dict)
    unpriced: int = 0
    """Sessions of which it is not known what they cost."""
    estimated: int = 0

    @property
    def energy_wh(self) -> Decimal:
        """As a number of watt-hours."""
        return Decimal(self.energy_mwh) / 1000


@dataclass(frozen=True, slots=True)
class MonthTotals:
    """The sessions that began in a calendar month of the report's time zone."""

    first: date
    totals: Totals


@dataclass(frozen=True, slots=True)
class Driver:
    """Whose report it is."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class ReportContent:
    """All that stands in a report but its number and the time of its making."""

    order: ReportOrder
    driver: Driver | None
    cars: tuple[str, ...]
    chargers: tuple[ReportedCharger, ...]
    tariffs: tuple[TariffBasis, ...]
    rows: tuple[SessionRow, ...]
    months: tuple[MonthTotals, ...]
    totals: Totals
    still_open: int
    """Sessions of the period that had not ended; they are not in the report."""
    lines: bytes
    """The rows in their canonical form."""
    rows_sha256: str


@dataclass(frozen=True, slots=True)
class ReportRecord:
    """A report that was issued. Without `file_sha256` its making was cut short: the number stays taken."""

    number: int
    issued_at: datetime
    issued_by: str
    order: ReportOrder
    driver: str | None
    sessions: int
    energy_wh: float
    cost: Mapping[str, str]
    rows_sha256: str
    content_sha256: str
    file_sha256: str | None = None

    @property
    def document(self) -> str:
        """The document number, as it is printed."""
        return document_number(self.number, self.issued_at)


def document_number(number: int, issued_at: datetime) -> str:
    """The year and the number, which goes on from year to year."""
    return f"{issued_at:%Y}-{number:06}"
