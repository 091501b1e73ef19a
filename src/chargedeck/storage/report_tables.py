"""Issued reports, and who is sent one each month: more of the schema, whose rules hold here too."""

from sqlalchemy import Boolean, Column, Double, ForeignKey, Integer, LargeBinary, Table

from chargedeck.storage.columns import Document, Instant, Line, Number
from chargedeck.storage.tables import METADATA

REPORTS = Table(
    "reports",
    METADATA,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("issued_at", Instant, nullable=False),
    Column("issued_by", Line, nullable=False),
    Column("ordered", Document, nullable=False),
    Column("user_id", Line, index=True),
    Column("driver", Line),
    Column("sessions", Integer, nullable=False),
    Column("energy_wh", Double, nullable=False),
    Column("cost", Document, nullable=False),
    Column("rows_sha256", Line, nullable=False),
    Column("content_sha256", Line, nullable=False, index=True),
    Column("file_sha256", Line),
    Column("file", LargeBinary),
)
"""A number without a file is that of a report whose making was cut short."""

MAILINGS = Table(
    "mailings",
    METADATA,
    Column("user_id", Line, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("language", Line),
    Column("address", Line),
    Column("next_month", Line, nullable=False),
    Column("sent_at", Instant),
    Column("enabled", Boolean, nullable=False),
)
"""Who is sent a report of each month; `next_month` is the first that was not sent yet."""
