"""How people prove who they are, how they are invited, and which cards devices keep: more of the schema.

A part of `tables`, whose rules hold here too; loaded with the book, so that the schema is whole.
"""

from sqlalchemy import Boolean, Column, ForeignKey, LargeBinary, Table

from chargedeck.hub.records import Role
from chargedeck.storage.columns import Choice, Document, Instant, Line, Number
from chargedeck.storage.tables import METADATA

PASSKEYS = Table(
    "passkeys",
    METADATA,
    Column("id", Line, primary_key=True),
    Column("user_id", Line, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", Line, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", Number, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_used_at", Instant),
)

SECOND_FACTORS = Table(
    "second_factors",
    METADATA,
    Column("user_id", Line, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("last_step", Number, nullable=False),
    Column("recovery", Document(tuple), nullable=False),
)

INVITATIONS = Table(
    "invitations",
    METADATA,
    Column("id", Line, primary_key=True),
    Column("digest", Line, nullable=False, unique=True),
    Column("role", Choice(Role), nullable=False),
    Column("created_by", Line, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("note", Line, nullable=False),
    Column("station_ids", Document(tuple)),
    Column("charger_ids", Document(tuple)),
    Column("language", Line, nullable=False),
    Column("account_ends_at", Instant),
)

EMBEDS = Table(
    "embeds",
    METADATA,
    Column("id", Line, primary_key=True),
    Column("charger_id", Line, ForeignKey("chargers.id", ondelete="CASCADE"), nullable=False),
    Column("name", Line, nullable=False),
    Column("origins", Document(tuple), nullable=False),
    Column("digest", Line, nullable=False, unique=True),
    Column("created_by", Line, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_used_at", Instant),
)

LOCAL_LISTS = Table(
    "local_lists",
    METADATA,
    Column("device_id", Line, ForeignKey("devices.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Number, nullable=False),
    Column("entries", Document, nullable=False),
)
