"""People: allowed chargers, accounts that end, passkeys, codes, invitations, whose a session is."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DEED = sa.text("actor IS NOT NULL")

BY_CARD = """UPDATE sessions SET user_id = (SELECT user_id FROM cards WHERE cards.id = authorizer_key)
WHERE authorizer_kind = 'card'"""
BY_APP = "UPDATE sessions SET user_id = authorizer_key WHERE authorizer_kind = 'user'"


def upgrade() -> None:
    _sessions_and_events()
    op.add_column("users", sa.Column("charger_ids", sa.Text()))
    op.add_column("users", sa.Column("expires_at", sa.BigInteger()))
    op.add_column("users", sa.Column("units", sa.Text(), nullable=False, server_default="metric"))
    _keys_of_people()
    op.create_table(
        "invitations",
        sa.Column("id", LINE, nullable=False),
        sa.Column("digest", LINE, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created_by", LINE, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("note", LINE, nullable=False),
        sa.Column("station_ids", sa.Text()),
        sa.Column("charger_ids", sa.Text()),
        sa.Column("language", LINE, nullable=False),
        sa.Column("account_ends_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("digest", name="uq_invitations_digest"),
    )
    op.create_table(
        "local_lists",
        sa.Column("device_id", LINE, nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("entries", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name="fk_local_lists_device_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("device_id", name="pk_local_lists"),
    )


def _sessions_and_events() -> None:
    op.add_column("sessions", sa.Column("user_id", LINE))
    op.execute(BY_CARD)
    op.execute(BY_APP)
    op.create_index("ix_sessions_user_id_started_at_id", "sessions", ["user_id", "started_at", "id"])
    op.add_column("events", sa.Column("address", LINE))
    for name, columns in (
        ("ix_events_deeds", ["at", "id"]),
        ("ix_events_deeds_of", ["actor", "at", "id"]),
    ):
        op.create_index(name, "events", columns, sqlite_where=DEED, postgresql_where=DEED)


def _keys_of_people() -> None:
    op.create_table(
        "passkeys",
        sa.Column("id", LINE, nullable=False),
        sa.Column("user_id", LINE, nullable=False),
        sa.Column("name", LINE, nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", NUMBER, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_passkeys_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_passkeys"),
    )
    op.create_index("ix_passkeys_user_id", "passkeys", ["user_id"])
    op.create_table(
        "second_factors",
        sa.Column("user_id", LINE, nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("last_step", NUMBER, nullable=False),
        sa.Column("recovery", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_second_factors_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name="pk_second_factors"),
    )
