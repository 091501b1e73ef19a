"""Sums of the history; those of the sessions that are there are added up once the server runs."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SUMS = (
    "energy_mwh",
    "grid_mwh",
    "solar_mwh",
    "battery_mwh",
    "priced_mwh",
    "charging_time_ms",
    "sessions",
    "cost_micros",
)
WHOSE = ("station", "charger", "person", "card", "currency")
OPEN = sa.text("NOT rolled_up")


def upgrade() -> None:
    op.add_column("sessions", sa.Column("rolled_up", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_sessions_to_roll_up", "sessions", ["id"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "history_keys",
        sa.Column("key", NUMBER, nullable=False),
        sa.Column("name", LINE, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_history_keys"),
        sa.UniqueConstraint("name", name="uq_history_keys_name"),
    )
    op.create_table(
        "session_parts",
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("session_id", LINE, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in WHOSE),
        *(sa.Column(name, NUMBER, nullable=False) for name in SUMS),
        sa.PrimaryKeyConstraint("slot", "session_id", name="pk_session_parts"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_session_parts_session_id", "session_parts", ["session_id"])
    key = ("span", "dimension", "start", *WHOSE)
    op.create_table(
        "roll_ups",
        *(sa.Column(name, sa.Integer(), nullable=False) for name in key),
        *(sa.Column(name, NUMBER, nullable=False) for name in SUMS),
        sa.PrimaryKeyConstraint(*key, name="pk_roll_ups"),
        sqlite_with_rowid=False,
    )
