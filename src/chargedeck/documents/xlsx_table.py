"""Sessions as a spreadsheet: typed and formatted cells, totals below; on disk until it is finished."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from chargedeck.documents.columns import COLUMNS, Column, Kind, exact_kwh
from chargedeck.hub.session_rows import SessionRow

Sheet = Any
Look = Any
"""A worksheet and a format of xlsxwriter, which has no types."""

MOST_ROWS = 1_000_000
"""Rows a sheet: the format ends at 1,048,576, and the totals need room."""

LONGEST_TEXT = 32_767
"""Characters a cell."""

_PIECE = 256 * 1024
_DAY_S = 86_400
_CURRENCY = next(place for place, column in enumerate(COLUMNS) if column.name == "currency")
_FORMATS = {
    Kind.UTC: "yyyy-mm-dd hh:mm:ss",
    Kind.LOCAL: "yyyy-mm-dd hh:mm:ss",
    Kind.ENERGY: "#,##0.000",
    Kind.DURATION: "[h]:mm:ss",
    Kind.MONEY: "#,##0.00",
}
_OPTIONS = {
    "constant_memory": True,
    "remove_timezone": True,
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "nan_inf_to_errors": True,
}


class XlsxTable:
    """An encoder; nothing is ready before the end, since a spreadsheet is a zip with its table there."""

    def __init__(self, *, most_rows: int = MOST_ROWS) -> None:
        from xlsxwriter import Workbook  # type: ignore[import-untyped]  # noqa: PLC0415  (loads slowly)

        self._most_rows = most_rows
        self._folder = tempfile.TemporaryDirectory(prefix="chargedeck-")
        self._path = f"{self._folder.name}/sessions.xlsx"
        self._book = Workbook(self._path, _OPTIONS | {"tmpdir": self._folder.name})
        self._bold = self._book.add_format({"bold": True, "bottom": 1})
        self._formats = {
            kind: self._book.add_format({"num_format": shown}) for kind, shown in _FORMATS.items()
        }
        self._sums = {
            kind: self._book.add_format({"num_format": shown, "bold": True, "top": 1})
            for kind, shown in _FORMATS.items()
        }
        self._label = self._book.add_format({"bold": True, "top": 1})
        self._sheet = self._new_sheet()

    def add(self, rows: Sequence[SessionRow]) -> bytes:
        """Write the rows to the file, a new sheet where one is full."""
        for row in rows:
            if self._line > self._most_rows:
                self._close_sheet()
                self._sheet = self._new_sheet()
            self._write(row)
        return b""

    def finish(self) -> Iterator[bytes]:
        """The whole file."""
        self._close_sheet()
        self._book.close()
        with open(self._path, "rb") as file:  # noqa: PTH123  (closed by the generator's end)
            while piece := file.read(_PIECE):
                yield piece

    def close(self) -> None:
        """Remove what was written; a book that was not finished is left as it is."""
        for sheet in self._book.worksheets():
            if sheet.row_data_fh is not None and not sheet.row_data_fh.closed:
                sheet.row_data_fh.close()
        self._book.fileclosed = True
        self._folder.cleanup()

    def _new_sheet(self) -> Sheet:
        number = len(self._book.worksheets()) + 1
        sheet = self._book.add_worksheet("Sessions" if number == 1 else f"Sessions {number}")
        self._line = 1
        self._totals: dict[tuple[int, str | None], Decimal] = {}
        sheet.freeze_panes(1, 1)
        for place, column in enumerate(COLUMNS):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, column.name, self._bold)
        return sheet

    def _write(self, row: SessionRow) -> None:
        sheet, line = self._sheet, self._line
        for place, column in enumerate(COLUMNS):
            value = column.read(row)
            if value is None or value == "":
                continue
            _CELLS[column.kind](sheet, line, place, value, self._formats.get(column.kind))
            if column.summed:
                key = (place, row.currency if column.kind is Kind.MONEY else None)
                self._totals[key] = self._totals.get(key, Decimal(0)) + _number(column, value)
        self._line += 1

    def _close_sheet(self) -> None:
        """The totals below the rows: one line, and one for each further currency."""
        self._sheet.autofilter(0, 0, max(self._line - 1, 1), len(COLUMNS) - 1)
        currencies = sorted({currency for _, currency in self._totals if currency is not None})
        for below, currency in enumerate(currencies or [None]):
            self._write_totals(self._line + below, currency, is_first=below == 0)

    def _write_totals(self, line: int, currency: str | None, *, is_first: bool) -> None:
        sheet, last = self._sheet, self._line - 1
        sheet.write_string(line, 0, "Total", self._label)
        for place, column in enumerate(COLUMNS):
            if not column.summed or (column.kind is not Kind.MONEY and not is_first):
                continue
            of = currency if column.kind is Kind.MONEY else None
            if (place, of) in self._totals:
                formula = _sum_of(place, last, of)
                sheet.write_formula(
                    line, place, formula, self._sums[column.kind], float(self._totals[place, of])
                )
        if currency is not None:
            sheet.write_string(line, _CURRENCY, currency, self._label)


def _sum_of(place: int, last: int, currency: str | None) -> str:
    column, of = _letters(place), _letters(_CURRENCY)
    cells = f"{column}2:{column}{last + 1}"
    if currency is None:
        return f"=SUM({cells})"
    return f'=SUMIF({of}2:{of}{last + 1},"{currency}",{cells})'


def _letters(place: int) -> str:
    """A column's name: A to Z, then AA and so on."""
    above, within = divmod(place, 26)
    return (_letters(above - 1) if above else "") + chr(ord("A") + within)


def _number(column: Column, value: Any) -> Decimal:
    """A value as its cell holds it, for the total that is shown before anything is computed anew."""
    if column.kind is Kind.ENERGY:
        return exact_kwh(value)
    return Decimal(round(value)) / _DAY_S if column.kind is Kind.DURATION else Decimal(value)


def _text(sheet: Sheet, line: int, place: int, value: str, _: Look) -> None:
    sheet.write_string(line, place, value if len(value) <= LONGEST_TEXT else value[: LONGEST_TEXT - 1] + "…")


def _time(sheet: Sheet, line: int, place: int, value: Any, shown: Look) -> None:
    sheet.write_datetime(line, place, value.replace(microsecond=0), shown)


def _energy(sheet: Sheet, line: int, place: int, value: float, shown: Look) -> None:
    sheet.write_number(line, place, float(exact_kwh(value)), shown)


def _duration(sheet: Sheet, line: int, place: int, value: float, shown: Look) -> None:
    sheet.write_number(line, place, round(value) / _DAY_S, shown)


def _money(sheet: Sheet, line: int, place: int, value: Decimal, shown: Look) -> None:
    sheet.write_number(line, place, float(value), shown)


def _yes_no(sheet: Sheet, line: int, place: int, value: bool, _: Look) -> None:
    sheet.write_boolean(line, place, value)


_CELLS: dict[Kind, Callable[[Sheet, int, int, Any, Look], None]] = {
    Kind.TEXT: _text,
    Kind.UTC: _time,
    Kind.LOCAL: _time,
    Kind.ENERGY: _energy,
    Kind.DURATION: _duration,
    Kind.MONEY: _money,
    Kind.YES_NO: _yes_no,
}
