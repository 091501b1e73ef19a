"""Push on a device ends with the sign-in that it was switched on in."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0017"

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("notice_ways", sa.Column("sign_in", LINE))
