"""Where panels are, and who forecasts for them."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "solar_sites",
        sa.Column("station_id", LINE, nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("planes", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["station_id"], ["stations.id"], name="fk_solar_sites_station_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("station_id", name="pk_solar_sites"),
    )
