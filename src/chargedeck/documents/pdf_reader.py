"""Reads what a report's file carries; takes files from anybody, so that nothing it finds is believed."""

import io

from chargedeck.documents.attachments import HEADER, LINES
from chargedeck.hub.report_ports import Attached, NotAReportError

LARGEST = 64 * 1024 * 1024


class PdfReader:
    """Implements the hub's ReportReader."""

    def attached(self, file: bytes) -> Attached:
        """The header and the rows; raises NotAReportError."""
        from pypdf import PdfReader as Reader  # noqa: PLC0415  (loads slowly, and few verify)
        from pypdf.errors import PyPdfError  # noqa: PLC0415  (as above)

        if len(file) > LARGEST:
            raise NotAReportError("it is too large")
        try:
            found = {one.name: one.content for one in Reader(io.BytesIO(file)).attachment_list}
        except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise NotAReportError("it cannot be read as a PDF") from error
        if HEADER not in found:
            raise NotAReportError("what it carried to be verified is gone")
        return Attached(found[HEADER], found.get(LINES, b""))
