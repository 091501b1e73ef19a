"""The history as files of any size: read page by page, encoded in threads, handed on as it is made."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from chargedeck.hub.ports import Archive, Book
from chargedeck.hub.records import SessionRecord
from chargedeck.hub.session_query import SessionQuery, Sort, SortColumn
from chargedeck.hub.session_rows import Directory, SessionRow

PAGE = 1_000
"""Sessions read at a time. No transaction is open between two pages, so a slow reader holds up nobody."""

OLDEST_FIRST = (Sort(SortColumn.STARTED_AT),)


class TableFormat(StrEnum):
    """What a table of sessions can be written as."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


class FileFormat(StrEnum):
    """The same, and a report."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    PDF = "pdf"


class Separator(StrEnum):
    """What stands between the values of a CSV file."""

    COMMA = "comma"
    SEMICOLON = "semicolon"
    TAB = "tab"


class DecimalMark(StrEnum):
    """What stands before the decimals of a number."""

    POINT = "point"
    COMMA = "comma"


@dataclass(frozen=True, slots=True)
class TableStyle:
    """How CSV is written; `decimal` None goes with the separator."""

    separator: Separator = Separator.COMMA
    decimal: DecimalMark | None = None


class Encoder(Protocol):
    """Makes a file out of rows; called from one thread at a time, never from the loop."""

    def add(self, rows: Sequence[SessionRow]) -> bytes:
        """Take rows; answer what of the file is ready."""

    def finish(self) -> Iterator[bytes]:
        """The rest of the file."""

    def close(self) -> None:
        """Let go of everything, finished or not."""


class Tables(Protocol):
    """Makes encoders."""

    def encoder(self, wanted: TableFormat, style: TableStyle) -> Encoder: ...


@dataclass(slots=True, eq=False)
class Followed:
    """A file that is being made, for who follows it: whose it is, what they call it, and how far it is."""

    owner: str
    name: str
    total: int
    """Sessions that it will hold."""
    rows: int = 0
    """Sessions that are in it."""


AsOfNow = Callable[[SessionRecord], SessionRecord]
"""Brings an open session up to this moment."""


class Exports:
    """Sessions as rows and as files."""

    def __init__(
        self, archive: Archive, book: Book, tables: Tables, as_of_now: AsOfNow = lambda record: record
    ) -> None:
        self._archive = archive
        self._book = book
        self._tables = tables
        self._as_of_now = as_of_now
        self._followed: list[Followed] = []

    def under_way(self, owner: str) -> list[Followed]:
        """The files of one owner that are being made and are followed."""
        return [one for one in self._followed if one.owner == owner]

    async def count(self, query: SessionQuery) -> int:
        """How many sessions there are."""
        return await self._archive.count_sessions(query)

    async def pages(self, query: SessionQuery) -> AsyncGenerator[list[SessionRow], None]:
        """All sessions of a query, a page at a time."""
        directory = await Directory.of(self._book)
        asked = replace(query, limit=PAGE, cursor=None)
        while True:
            page = await self._archive.sessions(asked)
            yield [directory.row(self._as_of_now(record)) for record in page.items]
            if page.next_cursor is None:
                return
            asked = replace(asked, cursor=page.next_cursor)

    async def table(
        self, query: SessionQuery, wanted: TableFormat, style: TableStyle, followed: Followed | None = None
    ) -> AsyncGenerator[bytes, None]:
        """A file, piece by piece; `followed` says how far it is until it is made or given up."""
        encoder = self._tables.encoder(wanted, style)
        with self._following(followed) as counted:
            try:
                async for rows in self.pages(query):
                    ready = await asyncio.to_thread(encoder.add, rows)
                    counted(len(rows))
                    if ready:
                        yield ready
                rest = encoder.finish()
                while piece := await asyncio.to_thread(next, rest, b""):
                    yield piece
            finally:
                await asyncio.to_thread(encoder.close)

    @contextmanager
    def _following(self, followed: Followed | None) -> Iterator[Callable[[int], None]]:
        """Known to who follows it, for as long as the block runs; gives what counts further rows."""
        followed = followed or Followed("", "", 0)
        self._followed.append(followed)

        def count(rows: int) -> None:
            followed.rows += rows

        try:
            yield count
        finally:
            self._followed.remove(followed)
