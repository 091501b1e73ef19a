"""Which encoder makes which file; each is loaded when somebody first asks for one."""

from typing import assert_never

from chargedeck.hub.exports import Encoder, TableFormat, TableStyle


class SessionTables:
    """Implements the hub's Tables."""

    def encoder(self, wanted: TableFormat, style: TableStyle) -> Encoder:
        """A new encoder."""
        match wanted:
            case TableFormat.CSV:
                from chargedeck.documents.csv_table import CsvTable  # noqa: PLC0415

                return CsvTable(style)
            case TableFormat.JSON:
                from chargedeck.documents.json_table import JsonTable  # noqa: PLC0415

                return JsonTable()
            case TableFormat.XLSX:
                from chargedeck.documents.xlsx_table import XlsxTable  # noqa: PLC0415

                return XlsxTable()
        assert_never(wanted)
