"""What reports need from the world: where issued ones are kept, who prints them, who reads them back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from chargedeck.domain.problems import ChargeDeckError
from chargedeck.hub.mailings import Mailing
from chargedeck.hub.report_records import ReportContent, ReportRecord


class NotAReportError(ChargeDeckError):
    """A file that holds no report of ours, or not any more."""

    code = "not_a_report"

    def __str__(self) -> str:
        return f"This is no report that can be verified: {self.args[0]}. Use the file as it was issued"


class MailingBook(Protocol):
    """Who is sent reports; contract-tested with the other ports."""

    async def mailings(self) -> Sequence[Mailing]: ...
    async def save_mailing(self, mailing: Mailing) -> None:
        """Insert or replace by the user; raises UnknownResourceError when there is no such user."""

    async def delete_mailing(self, user_id: str) -> None: ...


class ReportBook(MailingBook, Protocol):
    """Issued reports. Numbers begin at 1, follow one another, and none is used twice."""

    async def issue(self, draft: ReportRecord) -> ReportRecord:
        """Keep the draft under the next number, whatever number it has."""

    async def finish(self, number: int, file: bytes, file_sha256: str) -> None:
        """Keep the file of a report that was issued."""

    async def report(self, number: int) -> ReportRecord | None: ...
    async def report_file(self, number: int) -> bytes | None: ...
    async def report_of(self, content_sha256: str) -> ReportRecord | None:
        """The newest finished report that says just this."""

    async def reports(self, limit: int, before: int | None) -> Sequence[ReportRecord]:
        """The newest first; those below the number `before`."""


class ReportPrinter(Protocol):
    """Makes the file of a report; slow, and never called on the loop."""

    def printed(self, content: ReportContent, record: ReportRecord) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Attached:
    """What a report's file carries so that it can be verified."""

    header: bytes
    lines: bytes


class ReportReader(Protocol):
    """Reads a report's file back; raises NotAReportError."""

    def attached(self, file: bytes) -> Attached: ...
