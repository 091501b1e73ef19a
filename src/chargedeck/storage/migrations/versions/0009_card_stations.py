"""Cards that are good at some stations alone."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("cards", sa.Column("station_ids", sa.Text()))
