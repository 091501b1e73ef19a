"""Devices that we ask: where they are, what they call themselves, and what we show to them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("devices", sa.Column("kind", sa.Text(), nullable=False, server_default="charger"))
    for name in ("hardware_id", "address", "username", "secret"):
        op.add_column("devices", sa.Column(name, LINE))
    for name in ("single_phase", "holds_current"):
        op.add_column("devices", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
