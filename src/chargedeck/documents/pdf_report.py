"""A reimbursement report as PDF: whose, which sessions, by which readings and prices."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from chargedeck.documents.attachments import HEADER, LINES
from chargedeck.documents.catalogue import Catalogue, catalogue, duration
from chargedeck.documents.pdf_paper import INK, QUIET, Cell, Paper
from chargedeck.documents.tariff_lines import tariff_lines
from chargedeck.hub.report_records import ReportContent, ReportRecord, Totals
from chargedeck.hub.reports import header_of
from chargedeck.hub.session_rows import SessionRow

NOTHING = "\u2013"

_MICROSECOND = timedelta(microseconds=1)
_ROW = 5.0
_SESSIONS = (
    *(Cell(8, "R"), Cell(24), Cell(24), Cell(23), Cell(24)),
    *(Cell(18.5, "R"), Cell(18.5, "R"), Cell(15, "R"), Cell(18, "R"), Cell(5)),
)
_MONTHS = (Cell(60), Cell(26, "R"), Cell(30, "R"), Cell(26, "R"), Cell(36, "R"))


class PdfPrinter:
    """Implements the hub's ReportPrinter."""

    def printed(self, content: ReportContent, record: ReportRecord) -> bytes:
        """The file; the same report is the same file, byte for byte."""
        report = _Report(content, record)
        try:
            return report.made()
        finally:
            report.paper.let_go()


class _Report:
    """A report while it is written."""

    def __init__(self, content: ReportContent, record: ReportRecord) -> None:
        self._content, self._record = content, record
        self._say: Catalogue = catalogue(content.order.language)
        self._zone = ZoneInfo(content.order.time_zone)
        say = self._say.say
        title = f"{say('report.title')} {record.document}"
        self.paper = Paper(title, record.issued_at, title, say("check.page"))
        self.paper.set_lang(content.order.language.value)

    def made(self) -> bytes:
        """Write everything, in order."""
        self.paper.add_page()
        self._head()
        self._sums()
        self._months()
        self._tariffs()
        self._sessions()
        self._notes()
        self._closing()
        self._attach()
        return self.paper.made()

    # -- head --------------------------------------------------------------------------------------

    def _head(self) -> None:
        paper, say = self.paper, self._say.say
        paper.words(20, bold=True)
        paper.cell(0, 10, paper.text_of(say("report.title")), new_x="LMARGIN", new_y="NEXT")
        paper.ln(2)
        for label, text in self._facts():
            paper.words(8, colour=QUIET)
            paper.cell(36, 5.2, paper.text_of(label))
            paper.words(9.5)
            paper.multi_cell(0, 5.2, paper.text_of(text), new_x="LMARGIN", new_y="NEXT", align="L")
        paper.ln(3)

    def _facts(self) -> Iterator[tuple[str, str]]:
        content, record, say = self._content, self._record, self._say.say
        issued = self._say.minute(record.issued_at.astimezone(self._zone))
        yield say("report.document"), record.document
        yield say("report.issued"), f"{issued} {say('report.issued_by', name=record.issued_by)}"
        first, last = content.order.start, content.order.end - _MICROSECOND
        days = [self._say.day(at.astimezone(self._zone)) for at in (first, last)]
        yield say("report.period"), say("report.period_days", first=days[0], last=days[1])
        driver = content.driver
        who = say("report.all_drivers") if driver is None else _named(driver.name, driver.email)
        yield say("report.driver"), who
        cars = ", ".join(content.cars) or say("report.not_stated")
        yield say("report.cars" if len(content.cars) > 1 else "report.car"), cars
        yield say("report.chargers"), "\n".join(self._chargers()) or say("report.not_stated")

    def _chargers(self) -> Iterator[str]:
        say = self._say.say
        for charger in self._content.chargers:
            serial = (
                say("report.no_serial")
                if charger.serial is None
                else say("report.serial", serial=charger.serial)
            )
            yield f"{charger.name}, {charger.station} ({serial})"

    def _sums(self) -> None:
        """The four numbers that matter, side by side."""
        paper, say, totals = self.paper, self._say.say, self._content.totals
        shown = (
            (say("totals.sessions"), str(totals.sessions)),
            (say("totals.energy"), f"{self._say.kwh(totals.energy_mwh)} kWh"),
            (say("totals.charging_time"), duration(totals.charging_time_s)),
            (say("totals.cost"), self._amounts(totals)),
        )
        width, top = paper.epw / len(shown), paper.get_y()
        paper.set_fill_color(243, 245, 247)
        paper.rect(paper.l_margin, top, paper.epw, 16, style="F")
        for place, (label, value) in enumerate(shown):
            paper.set_xy(paper.l_margin + place * width + 2, top + 2)
            paper.words(7.5, colour=QUIET)
            paper.cell(width - 4, 4, paper.text_of(label))
            paper.set_xy(paper.l_margin + place * width + 2, top + 7)
            paper.words_within(value, width - 4)
            paper.cell(width - 4, 6, paper.fitting(value, width - 4))
        paper.set_xy(paper.l_margin, top + 20)

    def _amounts(self, totals: Totals) -> str:
        return " + ".join(self._say.money(amount, of) for of, amount in totals.cost.items()) or NOTHING

    # -- tables ------------------------------------------------------------------------------------

    def _title(self, key: str, room: float = 25.0) -> None:
        paper = self.paper
        if not paper.room_for(room):
            paper.add_page()
        paper.ln(2)
        paper.words(11, bold=True)
        paper.cell(0, 7, paper.text_of(self._say.say(key)), new_x="LMARGIN", new_y="NEXT")

    def _months(self) -> None:
        say, months = self._say.say, self._content.months
        if not months:
            return
        self._title("totals.by_month")
        names = ("month", "sessions", "energy", "charging_time", "cost")
        headings = [say(f"totals.{name}") for name in names]
        headings[2] = f"{headings[2]} kWh"
        self._heading(_MONTHS, headings)
        for month in months:
            self._month(self._say.month(month.first), month.totals)
        if len(months) > 1:
            self.paper.words(8, bold=True)
            self._month(say("totals.total"), self._content.totals, bold=True)
        self.paper.words(7.5, colour=QUIET)
        self.paper.line_of(say("totals.month_rule"), 4.5)

    def _month(self, name: str, totals: Totals, *, bold: bool = False) -> None:
        paper = self.paper
        if not paper.room_for(_ROW):
            paper.add_page()
        paper.words(8, bold=bold)
        kwh = self._say.kwh(totals.energy_mwh)
        texts = (name, str(totals.sessions), kwh, duration(totals.charging_time_s), self._amounts(totals))
        paper.row(_MONTHS, texts, _ROW)

    def _heading(self, cells: Sequence[Cell], texts: Sequence[str]) -> None:
        paper = self.paper
        paper.words(7, bold=True, colour=QUIET)
        paper.row(cells, texts, _ROW, fill=True)

    def _sessions(self) -> None:
        say, paper = self._say.say, self.paper
        self._title("table.title")
        if not self._content.rows:
            paper.words(9)
            paper.line_of(say("table.none"))
            return
        self._session_heading()
        for number, row in enumerate(self._content.rows, start=1):
            if not paper.room_for(_ROW):
                paper.add_page()
                self._session_heading()
            paper.words(7.5)
            paper.row(_SESSIONS, self._session(number, row), _ROW)
        self._session_total()

    def _session_heading(self) -> None:
        say = self._say.say
        names = ("number", "start", "end", "charger", "who", "meter_start", "meter_end", "energy", "amount")
        texts = [say(f"table.{name}") for name in names]
        if (currency := self._currency) is not None:
            texts[-1] = f"{texts[-1]} {currency}"
        paper = self.paper
        paper.words(6.5, bold=True, colour=QUIET)
        paper.heading(_SESSIONS, [*texts, ""])

    @property
    def _currency(self) -> str | None:
        """The currency of all amounts, where there is but one."""
        found = list(self._content.totals.cost)
        return found[0] if len(found) == 1 else None

    def _session(self, number: int, row: SessionRow) -> tuple[str, ...]:
        driver = None if self._content.driver is not None else row.user
        who = ", ".join(word for word in (driver, row.card) if word)
        return (
            str(number),
            self._time(row.started_at),
            self._time(row.ended_at or row.started_at),
            row.charger,
            who or NOTHING,
            *(self._kwh(wh) for wh in (row.meter_start_wh, row.meter_end_wh, row.energy_wh)),
            self._amount(row.cost, row.currency),
            _marks(row),
        )

    def _session_total(self) -> None:
        paper, totals = self.paper, self._content.totals
        if not paper.room_for(2 * _ROW):
            paper.add_page()
            self._session_heading()
        paper.rule()
        paper.words(7.5, bold=True)
        kwh = self._say.kwh(totals.energy_mwh)
        # Sums are wider than what they are of: they take the room of the columns before them.
        label = sum(cell.width for cell in _SESSIONS[:5])
        cells = (Cell(label), Cell(52, "R"), Cell(18, "R"), Cell(5))
        amount = "" if self._currency is None else self._amount(totals.cost[self._currency], self._currency)
        paper.row(cells, (self._say.say("totals.total"), kwh, amount, ""), _ROW)
        if self._currency is None and totals.cost:
            paper.row((Cell(173, "R"),), (self._amounts(totals),), _ROW)
        paper.words(7.5, colour=QUIET)
        paper.line_of(self._say.say("table.unit_hint"), 4.5)

    def _time(self, at: datetime) -> str:
        return self._say.minute(at.astimezone(self._zone))

    def _kwh(self, wh: float) -> str:
        return self._say.kwh(round(wh * 1000))

    def _amount(self, amount: Decimal | None, currency: str | None) -> str:
        if amount is None or currency is None:
            return NOTHING
        return self._say.number(amount, 2) if self._currency else self._say.money(amount, currency)

    # -- what must be said -------------------------------------------------------------------------

    def _tariffs(self) -> None:
        paper, say = self.paper, self._say
        self._title("tariff.title")
        paper.words(8.5)
        lines = [line for basis in self._content.tariffs for line in tariff_lines(basis, say)]
        for line in lines or [say.say("tariff.none")]:
            paper.line_of(line, 4.8)
        if any(basis.terms is not None and basis.terms.taxes for basis in self._content.tariffs):
            paper.words(7.5, colour=QUIET)
            paper.line_of(say.say("tariff.net"), 4.5)

    def _notes(self) -> None:
        content, rows = self._content, self._content.rows
        counts = (
            ("estimated", content.totals.estimated),
            ("unpriced", content.totals.unpriced),
            ("anomaly", sum(bool(row.anomalies) for row in rows)),
            ("manual", sum(row.origin == "manual" for row in rows)),
            ("still_open", content.still_open),
        )
        told = [(name, count) for name, count in counts if count]
        if told:
            self._title("notes.title")
        self.paper.words(8)
        for name, count in told:
            self.paper.line_of(self._say.say(f"notes.{name}", count=count), 4.6)
        self.paper.words(8, colour=QUIET)
        self.paper.line_of(self._say.say("report.time_zone", zone=content.order.time_zone), 4.6)

    def _closing(self) -> None:
        """Where to sign, and what to check with; together on one page."""
        paper, say = self.paper, self._say.say
        if not paper.room_for(58):
            paper.add_page()
        paper.ln(18)
        width = paper.epw / 3
        for place, name in enumerate(("place", "driver", "employer")):
            left = paper.l_margin + place * width
            paper.set_draw_color(*INK)
            paper.line(left, paper.get_y(), left + width - 8, paper.get_y())
            paper.set_x(left)
            paper.words(7.5, colour=QUIET)
            paper.cell(width - 8, 5, paper.text_of(say(f"signature.{name}")))
        paper.ln(8)
        self._title("check.title")
        paper.words(8, colour=QUIET)
        paper.line_of(say("check.rows", count=self._content.totals.sessions), 4.6)
        paper.words(8)
        paper.line_of(self._content.rows_sha256, 4.6)
        paper.words(8, colour=QUIET)
        paper.line_of(say("check.how"), 4.6)

    def _attach(self) -> None:
        content, record = self._content, self._record
        attached = {HEADER: header_of(content, record), LINES: content.lines}
        for name, text in attached.items():
            if not text:  # no sessions, no rows: nothing is not something that can be attached
                continue
            self.paper.embed_file(
                bytes=text,
                basename=name,
                creation_date=record.issued_at,
                modification_date=record.issued_at,
                compress=True,
            )


def _named(name: str, email: str) -> str:
    return name if name == email else f"{name} ({email})"


def _marks(row: SessionRow) -> str:
    """What the notes explain."""
    marks = (("*", row.cost_estimated), ("!", bool(row.anomalies)), ("m", row.origin == "manual"))
    return "".join(mark for mark, holds in marks if holds)
