"""How stations are managed: mode, circuits, limits and where the chargers hang."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "station_management",
        sa.Column("station_id", LINE, nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("hybrid_current_a", sa.Double(), nullable=False),
        sa.Column("pv_minimum_current_a", sa.Double(), nullable=False),
        sa.Column("car_minimum_current_a", sa.Double(), nullable=False),
        sa.Column("meter_lost_current_a", sa.Double(), nullable=False),
        sa.Column("forced_single_phase", sa.Boolean(), nullable=False),
        sa.Column("circuits", sa.Text(), nullable=False),
        sa.Column("placements", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["station_id"],
            ["stations.id"],
            name="fk_station_management_station_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("station_id", name="pk_station_management"),
    )
