"""One kind of deed among a million is found at once, of anybody or of one person."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"

DEED = sa.text("actor IS NOT NULL")


def upgrade() -> None:
    for name, columns in (
        ("ix_events_deeds_by_kind", ["kind", "at", "id"]),
        ("ix_events_deeds_of_by_kind", ["actor", "kind", "at", "id"]),
    ):
        op.create_index(name, "events", columns, sqlite_where=DEED, postgresql_where=DEED)
