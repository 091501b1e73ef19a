"""Embeds: cards of one charger that other sites' pages show."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "embeds",
        sa.Column("id", LINE, nullable=False),
        sa.Column("charger_id", LINE, nullable=False),
        sa.Column("name", LINE, nullable=False),
        sa.Column("origins", sa.Text(), nullable=False),
        sa.Column("digest", LINE, nullable=False),
        sa.Column("created_by", LINE, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["charger_id"], ["chargers.id"], name="fk_embeds_charger_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_embeds"),
        sa.UniqueConstraint("digest", name="uq_embeds_digest"),
    )
