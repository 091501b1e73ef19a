"""How far old samples have been thinned out."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "thinned",
        sa.Column("charger_key", NUMBER, nullable=False, autoincrement=False),
        sa.Column("width", NUMBER, nullable=False, autoincrement=False),
        sa.Column("until", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("charger_key", "width", name="pk_thinned"),
        sqlite_with_rowid=False,
    )
