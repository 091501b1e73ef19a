"""What flowed at a station in each quarter of an hour."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "station_energy",
        sa.Column("station_id", LINE, nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("from_grid_wh", sa.Double(), nullable=False),
        sa.Column("to_grid_wh", sa.Double(), nullable=False),
        sa.Column("grid_s", sa.Double(), nullable=False),
        sa.Column("solar_wh", sa.Double(), nullable=False),
        sa.Column("solar_s", sa.Double(), nullable=False),
        sa.Column("from_battery_wh", sa.Double(), nullable=False),
        sa.Column("to_battery_wh", sa.Double(), nullable=False),
        sa.Column("battery_s", sa.Double(), nullable=False),
        sa.Column("house_wh", sa.Double(), nullable=False),
        sa.Column("house_s", sa.Double(), nullable=False),
        sa.Column("chargers_wh", sa.Double(), nullable=False),
        sa.Column("chargers_s", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("station_id", "start", name="pk_station_energy"),
        sqlite_with_rowid=False,
    )
