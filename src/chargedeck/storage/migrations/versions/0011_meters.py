"""Meters that we ask."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "meters",
        sa.Column("id", LINE, nullable=False),
        sa.Column("station_id", LINE, nullable=False),
        sa.Column("name", LINE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", LINE, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("circuit", LINE),
        sa.Column("inverted", sa.Boolean(), nullable=False),
        sa.Column("rotation", sa.Text(), nullable=False),
        sa.Column("interval_s", sa.Double(), nullable=False),
        sa.Column("username", LINE),
        sa.Column("secret", LINE),
        sa.Column("channel", sa.Integer()),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("topic", LINE),
        sa.Column("topic_values", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["station_id"], ["stations.id"], name="fk_meters_station_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_meters"),
    )
    op.create_index("ix_meters_station_id", "meters", ["station_id"])
