"""Prints and reads reports; what does so is loaded when the first one is made, not when the server starts."""

from chargedeck.hub.report_ports import Attached
from chargedeck.hub.report_records import ReportContent, ReportRecord
from chargedeck.hub.reports import Press


class _Printer:
    def printed(self, content: ReportContent, record: ReportRecord) -> bytes:
        from chargedeck.documents.pdf_report import PdfPrinter  # noqa: PLC0415  (as the module says)

        return PdfPrinter().printed(content, record)


class _Reader:
    def attached(self, file: bytes) -> Attached:
        from chargedeck.documents.pdf_reader import PdfReader  # noqa: PLC0415  (as the module says)

        return PdfReader().attached(file)


def press() -> Press:
    """What the hub's reports are made with."""
    return Press(_Printer(), _Reader())
