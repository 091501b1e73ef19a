"""What people are told, how they are reached, and what has yet to be sent."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
UNREAD = sa.text("read_at IS NULL")


def upgrade() -> None:
    _choices()
    op.create_table(
        "notices",
        sa.Column("id", LINE, nullable=False),
        sa.Column("user_id", LINE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("charger_id", LINE, nullable=False),
        sa.Column("charger_name", LINE, nullable=False),
        sa.Column("station_id", LINE, nullable=False),
        sa.Column("about", LINE, nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger()),
        sa.Column("read_at", sa.BigInteger()),
        _of_user("notices"),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
    )
    op.create_index("ix_notices_user_id_id", "notices", ["user_id", "id"])
    op.create_index(
        "ix_notices_unread", "notices", ["user_id", "id"], sqlite_where=UNREAD, postgresql_where=UNREAD
    )
    op.create_table(
        "deliveries",
        sa.Column("notice_id", LINE, nullable=False),
        sa.Column("way_id", LINE, nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name="fk_deliveries_notice_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["way_id"], ["notice_ways.id"], name="fk_deliveries_way_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("notice_id", "way_id", name="pk_deliveries"),
    )
    for name in ("way_id", "due_at"):
        op.create_index(f"ix_deliveries_{name}", "deliveries", [name])


def _of_user(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=f"fk_{table}_user_id", ondelete="CASCADE")


def _choices() -> None:
    op.create_table(
        "notice_settings",
        sa.Column("user_id", LINE, nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("quiet_start", sa.Text()),
        sa.Column("quiet_end", sa.Text()),
        _of_user("notice_settings"),
        sa.PrimaryKeyConstraint("user_id", name="pk_notice_settings"),
    )
    op.create_table(
        "notice_ways",
        sa.Column("id", LINE, nullable=False),
        sa.Column("user_id", LINE, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("name", LINE, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("address", LINE, nullable=False),
        sa.Column("digest", LINE),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("told_at", sa.BigInteger()),
        sa.Column("problem", LINE),
        sa.Column("problem_at", sa.BigInteger()),
        _of_user("notice_ways"),
        sa.PrimaryKeyConstraint("id", name="pk_notice_ways"),
        sa.UniqueConstraint("digest", name="uq_notice_ways_digest"),
    )
    op.create_index("ix_notice_ways_user_id", "notice_ways", ["user_id"])
    op.create_table(
        "notice_marks",
        sa.Column("charger_id", LINE, nullable=False),
        sa.Column("topic", LINE, nullable=False),
        sa.Column("user_id", LINE, nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.Column("notice_id", LINE, nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        _of_user("notice_marks"),
        sa.PrimaryKeyConstraint("charger_id", "topic", "user_id", name="pk_notice_marks"),
    )
    op.create_index("ix_notice_marks_user_id", "notice_marks", ["user_id"])
