"""The sums of one person, or of one card, found without those of all others."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

BY_PERSON = sa.text("dimension = 2")


def upgrade() -> None:
    for column in ("person", "card"):
        op.create_index(
            f"ix_roll_ups_{column}",
            "roll_ups",
            [column, "span", "start"],
            sqlite_where=BY_PERSON,
            postgresql_where=BY_PERSON,
        )
