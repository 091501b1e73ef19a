"""Issued reports, and who is sent one each month."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "reports",
        sa.Column("number", number, nullable=False, autoincrement=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("issued_by", LINE, nullable=False),
        sa.Column("ordered", sa.Text(), nullable=False),
        sa.Column("user_id", LINE),
        sa.Column("driver", LINE),
        sa.Column("sessions", sa.Integer(), nullable=False),
        sa.Column("energy_wh", sa.Double(), nullable=False),
        sa.Column("cost", sa.Text(), nullable=False),
        sa.Column("rows_sha256", LINE, nullable=False),
        sa.Column("content_sha256", LINE, nullable=False),
        sa.Column("file_sha256", LINE),
        sa.Column("file", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("number", name="pk_reports"),
    )
    for name in ("user_id", "content_sha256"):
        op.create_index(f"ix_reports_{name}", "reports", [name])
    op.create_table(
        "mailings",
        sa.Column("user_id", LINE, nullable=False),
        sa.Column("language", LINE),
        sa.Column("address", LINE),
        sa.Column("next_month", LINE, nullable=False),
        sa.Column("sent_at", sa.BigInteger()),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_mailings_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name="pk_mailings"),
    )
