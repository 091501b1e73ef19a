"""Sessions as CSV (RFC 4180): any size, and no cell that a spreadsheet takes for a formula."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from chargedeck.documents.columns import COLUMNS, Column, Kind, kwh
from chargedeck.hub.exports import DecimalMark, Separator, TableStyle
from chargedeck.hub.session_rows import SessionRow

BYTE_ORDER_MARK = "\ufeff"

_CHARACTERS = {Separator.COMMA: ",", Separator.SEMICOLON: ";", Separator.TAB: "\t"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def harmless(text: str) -> str:
    """Text that a spreadsheet shows and does not execute: an apostrophe says that it is text."""
    return f"'{text}" if text.startswith(_FORMULA) else text


class CsvTable:
    """An encoder; with a semicolon the file is for spreadsheets of most of Europe, and marked as UTF-8."""

    def __init__(self, style: TableStyle) -> None:
        self._buffer = io.StringIO(newline="")
        self._writer = csv.writer(self._buffer, delimiter=_CHARACTERS[style.separator], lineterminator="\r\n")
        for_spreadsheets = style.separator is Separator.SEMICOLON
        decimal = style.decimal or (DecimalMark.COMMA if for_spreadsheets else DecimalMark.POINT)
        self._cells = [_cell(column, decimal) for column in COLUMNS]
        if for_spreadsheets:
            self._buffer.write(BYTE_ORDER_MARK)
        self._writer.writerow(column.name for column in COLUMNS)

    def add(self, rows: Sequence[SessionRow]) -> bytes:
        """The lines of these rows."""
        cells = self._cells
        self._writer.writerows([cell(row) for cell in cells] for row in rows)
        return self._taken()

    def finish(self) -> Iterator[bytes]:
        """The heading, where there was no row."""
        yield self._taken()

    def close(self) -> None:
        """Nothing is held."""

    def _taken(self) -> bytes:
        text = self._buffer.getvalue()
        self._buffer.seek(0)
        self._buffer.truncate()
        return text.encode()


def _cell(column: Column, decimal: DecimalMark) -> Callable[[SessionRow], str]:
    """How a cell of the column is written; what is not known is empty."""
    read, write = column.read, _WRITTEN[column.kind]

    def cell(row: SessionRow) -> str:
        value = read(row)
        return "" if value is None else write(value)

    def with_comma(row: SessionRow) -> str:
        return cell(row).replace(".", ",")

    return with_comma if decimal is DecimalMark.COMMA and column.kind in (Kind.ENERGY, Kind.MONEY) else cell


def _duration(seconds: float) -> str:
    hours, rest = divmod(round(seconds), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}"


_WRITTEN: dict[Kind, Callable[[Any], str]] = {
    Kind.TEXT: harmless,
    Kind.UTC: lambda at: f"{at:%Y-%m-%dT%H:%M:%SZ}",
    Kind.LOCAL: lambda at: f"{at:%Y-%m-%d %H:%M:%S}",
    Kind.ENERGY: kwh,
    Kind.DURATION: _duration,
    Kind.MONEY: str,
    Kind.YES_NO: lambda yes: "yes" if yes else "no",
}
