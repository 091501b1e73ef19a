"""What people say of sessions: which car, notes and tags; cars."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("sessions", sa.Column("car_id", LINE))
    op.add_column("sessions", sa.Column("place", LINE))
    op.add_column("sessions", sa.Column("note", LINE, nullable=False, server_default=""))
    op.add_column("sessions", sa.Column("tags", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("sessions", sa.Column("words", LINE, nullable=False, server_default=""))
    op.add_column("sessions", sa.Column("deleted_at", sa.BigInteger()))
    key = "authorizer_key"
    op.create_index(f"ix_sessions_{key}_started_at_id", "sessions", [key, "started_at", "id"])
    op.create_table(
        "cars",
        sa.Column("id", LINE, nullable=False),
        sa.Column("name", LINE, nullable=False),
        sa.Column("plate", LINE, nullable=False),
        sa.Column("battery_wh", sa.Double()),
        sa.Column("user_id", LINE),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_cars_user_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_cars"),
    )
    op.create_index("ix_cars_user_id", "cars", ["user_id"])
