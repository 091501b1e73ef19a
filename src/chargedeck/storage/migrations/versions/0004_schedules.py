"""When chargers charge: schedules, plans, Charge now; grid operator and random delay; learned wiring."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column(
        "chargers", sa.Column("charge_now", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    for name, default in (("random_delay_s", "600"), ("heat_pumps_w", "0")):
        op.add_column(
            "station_management", sa.Column(name, sa.Double(), nullable=False, server_default=default)
        )
    op.add_column("station_management", sa.Column("grid_operator_w", sa.Double()))
    op.add_column("station_management", sa.Column("grid_operator_until", sa.BigInteger()))
    op.create_table(
        "schedules",
        sa.Column("id", LINE, nullable=False),
        sa.Column("charger_id", LINE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("weekdays", sa.Text(), nullable=False),
        sa.Column("day", sa.Text()),
        sa.Column("start", sa.Text()),
        sa.Column("end", sa.Text()),
        sa.Column("ready_by", sa.Text()),
        sa.Column("energy_wh", sa.Double()),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        _charger("schedules"),
        sa.PrimaryKeyConstraint("id", name="pk_schedules"),
    )
    op.create_index("ix_schedules_charger_id", "schedules", ["charger_id"])
    op.create_table(
        "plans",
        sa.Column("charger_id", LINE, nullable=False),
        sa.Column("ready_by", sa.BigInteger()),
        sa.Column("energy_wh", sa.Double()),
        sa.Column("session_id", LINE),
        sa.Column("before_wh", sa.Double(), nullable=False),
        sa.Column("departs_at", sa.BigInteger()),
        sa.Column("car_phases", sa.Integer()),
        _charger("plans"),
        sa.PrimaryKeyConstraint("charger_id", name="pk_plans"),
    )
    op.create_table(
        "learned_wiring",
        sa.Column("charger_id", LINE, nullable=False),
        sa.Column("rotation", sa.Text(), nullable=False),
        _charger("learned_wiring"),
        sa.PrimaryKeyConstraint("charger_id", name="pk_learned_wiring"),
    )


def _charger(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["charger_id"], ["chargers.id"], name=f"fk_{table}_charger_id", ondelete="CASCADE"
    )
