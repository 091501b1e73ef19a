"""Until when an open session's charging time has been counted, and what the register said then."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.add_column("sessions", sa.Column("counted_at", sa.BigInteger()))
    op.add_column("sessions", sa.Column("counted_wh", sa.Double()))
