"""Tariffs, exchange prices, and what each quarter of an hour of a session cost."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.BigInteger()


def upgrade() -> None:
    for name in ("grid_wh", "solar_wh", "battery_wh"):
        op.add_column("sessions", sa.Column(name, sa.Double()))
    op.add_column("sessions", sa.Column("cost_amount", sa.Text()))
    op.add_column("sessions", sa.Column("cost_currency", LINE))
    op.add_column("sessions", sa.Column("cost_estimated", sa.Boolean()))
    op.add_column("sessions", sa.Column("cost_detail", sa.Text()))
    op.add_column("sessions", sa.Column("tariff_as_of", INSTANT))
    op.add_column("sessions", sa.Column("priced_at", INSTANT))
    unpriced = sa.text("ended_at IS NOT NULL AND priced_at IS NULL")
    op.create_index(
        "ix_sessions_unpriced",
        "sessions",
        ["ended_at"],
        sqlite_where=unpriced,
        postgresql_where=unpriced,
    )
    _tariffs()
    _spot_prices()
    _session_slots()


def _tariffs() -> None:
    op.create_table(
        "tariffs",
        sa.Column("station_id", LINE, nullable=False),
        sa.Column("valid_from", LINE, nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.Column("terms", sa.Text()),
        sa.Column("saved_by", LINE),
        sa.Column("token", LINE),
        sa.ForeignKeyConstraint(
            ["station_id"], ["stations.id"], name="fk_tariffs_station_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("station_id", "valid_from", "saved_at", name="pk_tariffs"),
    )


def _spot_prices() -> None:
    op.create_table(
        "spot_prices",
        sa.Column("feed", LINE, nullable=False),
        sa.Column("start", INSTANT, nullable=False),
        sa.Column("price", sa.Text(), nullable=False),
        sa.Column("slot_min", sa.Integer(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("feed", "start", name="pk_spot_prices"),
        sqlite_with_rowid=False,
    )


def _session_slots() -> None:
    exact = ("amount", "energy", "grid_fee", "fees", "demand", "tax", "solar_amount", "battery_amount")
    op.create_table(
        "session_slots",
        sa.Column("session_id", LINE, nullable=False),
        sa.Column("start", INSTANT, nullable=False),
        *(sa.Column(name, sa.Double(), nullable=False) for name in ("grid_wh", "solar_wh", "battery_wh")),
        *(sa.Column(name, sa.Text()) for name in exact),
        sa.Column("currency", LINE),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text()),
        sa.PrimaryKeyConstraint("session_id", "start", name="pk_session_slots"),
        sqlite_with_rowid=False,
    )
