"""What a removed outlet begins with when its device speaks of it again."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "former_outlets",
        sa.Column("charger_id", LINE, nullable=False),
        sa.Column("installation_current_a", sa.Double(), nullable=False),
        sa.Column("inspection_required", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("charger_id", name="pk_former_outlets"),
    )
