"""Paper for reports: A4, one typeface with the letters of all our languages, a foot on every page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fpdf import FPDF

FONT = "OpenSans"
MARGIN = 16.0
FOOT = 18.0
INK, QUIET, LINE, SHADE = (24, 28, 33), (92, 99, 107), (200, 205, 210), (243, 245, 247)
REPLACEMENT = "\ufffd"


def _typeface(name: str) -> Path:
    """A font file of the package that brings it, which is found and not imported."""
    package = find_spec("ttf_opensans")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "ttf" / f"OpenSans-{name}.ttf"


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a column of a table: how wide, and at which side."""

    width: float
    align: str = "L"


class Paper(FPDF):
    """Pages that write their own foot; all positions are in millimetres."""

    def __init__(self, title: str, made_at: datetime, foot: str, page_of: str) -> None:
        super().__init__(orientation="portrait", unit="mm", format="A4")
        self._foot, self._page_of = foot, page_of
        self.add_font(FONT, fname=str(_typeface("Regular")))
        self.add_font(FONT, style="B", fname=str(_typeface("Bold")))
        font: Any = self.fonts[FONT.lower()]
        self._letters = frozenset(font.cmap)
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(auto=True, margin=FOOT + 4)
        self.set_title(title)
        self.set_creator("ChargeDeck")
        self.set_creation_date(made_at)

    def text_of(self, text: str) -> str:
        """Text with a mark for each letter that the typeface has not; the attached rows have it as it is."""
        plain = " ".join(text.split(" "))
        return "".join(
            letter if ord(letter) in self._letters or letter == "\n" else REPLACEMENT for letter in plain
        )

    def words(self, size: float, *, bold: bool = False, colour: tuple[int, int, int] = INK) -> None:
        """How the next text looks."""
        self.set_font(FONT, "B" if bold else "", size)
        self.set_text_color(*colour)

    def words_within(self, text: str, width: float) -> None:
        """Bold, and as large as there is room for the text."""
        for size in (11, 9, 7.5, 6):
            self.words(size, bold=True)
            if self.get_string_width(self.text_of(text)) <= width:
                return

    def line_of(self, text: str, height: float = 5.0) -> None:
        """A paragraph over the whole width."""
        self.multi_cell(0, height, self.text_of(text), new_x="LMARGIN", new_y="NEXT", align="L")

    def room_for(self, height: float) -> bool:
        """Whether so much still fits on the page."""
        return self.get_y() + height <= self.h - FOOT - 4

    def row(self, cells: Sequence[Cell], texts: Sequence[str], height: float, *, fill: bool = False) -> None:
        """A row of a table; what is too long is cut and says so."""
        self.set_fill_color(*SHADE)
        for cell, text in zip(cells, texts, strict=True):
            self.cell(cell.width, height, self.fitting(text, cell.width - 2), align=cell.align, fill=fill)
        self.ln(height)

    def heading(self, cells: Sequence[Cell], texts: Sequence[str]) -> None:
        """The head of a table: names of columns over two lines where they need them."""
        left, top = self.get_x(), self.get_y()
        self.set_fill_color(*SHADE)
        self.rect(left, top, self.epw, 8, style="F")
        for cell, text in zip(cells, texts, strict=True):
            self.set_xy(left, top + 0.6)
            self.multi_cell(cell.width, 3.4, self.text_of(text), align=cell.align)
            left += cell.width
        self.set_xy(self.l_margin, top + 8)

    def fitting(self, text: str, width: float) -> str:
        """As much of a text as has room."""
        shown = self.text_of(text)
        if self.get_string_width(shown) <= width:
            return shown
        while shown and self.get_string_width(f"{shown}…") > width:
            shown = shown[:-1]
        return f"{shown.rstrip()}…"

    def rule(self) -> None:
        """A line across."""
        self.set_draw_color(*LINE)
        self.set_line_width(0.2)
        self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())

    def footer(self) -> None:
        """What the document is, and which page of how many."""
        self.set_y(-FOOT)
        self.rule()
        self.ln(2)
        self.words(7, colour=QUIET)
        width = self.epw / 2
        self.cell(width, 4, self.text_of(self._foot))
        page = self._page_of.format(page=self.page_no(), pages=self.str_alias_nb_pages)
        self.cell(width, 4, self.text_of(page), align="R")

    def made(self) -> bytes:
        """The finished file."""
        content: Any = self.output()
        return bytes(content)

    def let_go(self) -> None:
        """Close the files of the typeface."""
        for font in self.fonts.values():
            face: Any = font
            face.ttfont.close()
