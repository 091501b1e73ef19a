"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# Types as they were at this revision, whatever the program makes of them since.
LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TIME = sa.BigInteger()
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _places()
    _history()
    _samples()
    _people()
    op.create_table(
        "secrets",
        sa.Column("name", LINE, nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_secrets"),
    )
    op.create_table(
        "counters",
        sa.Column("name", LINE, nullable=False),
        sa.Column("next_number", KEY, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counters"),
    )


def _places() -> None:
    op.create_table(
        "stations",
        sa.Column("id", LINE, nullable=False),
        sa.Column("name", LINE, nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("time_zone", LINE, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stations"),
    )
    op.create_index(
        "ix_stations_one_default",
        "stations",
        ["is_default"],
        unique=True,
        sqlite_where=sa.text("is_default"),
        postgresql_where=sa.text("is_default"),
    )
    op.create_table(
        "devices",
        sa.Column("id", LINE, nullable=False),
        sa.Column("name", LINE, nullable=False),
        sa.Column("driver", LINE, nullable=False),
        sa.Column("station_id", LINE, nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("first_seen_at", TIME, nullable=False),
        sa.Column("last_seen_at", TIME),
        sa.Column("password", LINE),
        sa.Column("vendor", LINE),
        sa.Column("model", LINE),
        sa.Column("serial", LINE),
        sa.Column("firmware", LINE),
        sa.PrimaryKeyConstraint("id", name="pk_devices"),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name="fk_devices_station_id"),
    )
    op.create_table(
        "chargers",
        sa.Column("id", LINE, nullable=False),
        sa.Column("device_id", LINE, nullable=False),
        sa.Column("connector", sa.Integer(), nullable=False),
        sa.Column("name", LINE, nullable=False),
        sa.Column("station_id", LINE, nullable=False),
        sa.Column("installation_current_a", sa.Double(), nullable=False),
        sa.Column("allowed_current_a", sa.Double(), nullable=False),
        sa.Column("plug_and_charge", sa.Boolean(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("user_paused", sa.Boolean(), nullable=False),
        sa.Column("inspection_required", sa.Boolean(), nullable=False),
        sa.Column("lifetime_energy_wh", sa.Double()),
        sa.PrimaryKeyConstraint("id", name="pk_chargers"),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name="fk_chargers_device_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name="fk_chargers_station_id"),
    )
    op.create_index("ix_chargers_device_id", "chargers", ["device_id"])


def _history() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", LINE, nullable=False),
        sa.Column("charger_id", LINE, nullable=False),
        sa.Column("device_id", LINE, nullable=False),
        sa.Column("station_id", LINE, nullable=False),
        sa.Column("ref", LINE, nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("meter_start_wh", sa.Double(), nullable=False),
        sa.Column("meter_last_wh", sa.Double(), nullable=False),
        sa.Column("charging_time_s", sa.Double(), nullable=False),
        sa.Column("ended_at", TIME),
        sa.Column("meter_stop_wh", sa.Double()),
        sa.Column("authorizer_kind", sa.Text()),
        sa.Column("authorizer_label", LINE),
        sa.Column("authorizer_key", LINE),
        sa.Column("id_tag", LINE),
        sa.Column("stop_reason", LINE),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("anomalies", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
    )
    for columns in (
        ["device_id", "ref"],
        ["started_at", "id"],
        ["charger_id", "started_at", "id"],
        ["station_id", "started_at", "id"],
    ):
        op.create_index(f"ix_sessions_{'_'.join(columns)}", "sessions", columns)
    op.create_index(
        "ix_sessions_open",
        "sessions",
        ["charger_id"],
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "signed_values",
        sa.Column("device_id", LINE, nullable=False),
        sa.Column("connector", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("ref", LINE),
        sa.Column("context", LINE, nullable=False),
        sa.Column("value", LINE, nullable=False),
        sa.PrimaryKeyConstraint("device_id", "connector", "at", "digest", name="pk_signed_values"),
    )
    op.create_index("ix_signed_values_device_id_ref", "signed_values", ["device_id", "ref"])
    op.create_table(
        "events",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("kind", LINE, nullable=False),
        sa.Column("device_id", LINE),
        sa.Column("charger_id", LINE),
        sa.Column("actor", LINE),
        sa.Column("detail", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )
    op.create_index("ix_events_at_id", "events", ["at", "id"])
    op.create_index("ix_events_charger_id_at_id", "events", ["charger_id", "at", "id"])


def _samples() -> None:
    op.create_table(
        "charger_keys",
        sa.Column("key", KEY, nullable=False),
        sa.Column("charger_id", LINE, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_charger_keys"),
        sa.UniqueConstraint("charger_id", name="uq_charger_keys_charger_id"),
    )
    measured = (
        "register_wh",
        "power_w",
        *(f"current_{phase}_a" for phase in (1, 2, 3)),
        *(f"voltage_{phase}_v" for phase in (1, 2, 3)),
        "temperature_c",
        "soc_ratio",
        "limit_a",
    )
    for table in ("fresh_samples", "samples"):
        key = [sa.PrimaryKeyConstraint("charger_key", "at", name="pk_samples")]
        op.create_table(
            table,
            sa.Column("charger_key", KEY, nullable=False),
            sa.Column("at", KEY, nullable=False),
            *(sa.Column(name, sa.Double()) for name in measured),
            *(key if table == "samples" else []),
            sqlite_with_rowid=table == "fresh_samples",
        )
    op.create_table(
        "limit_changes",
        sa.Column("charger_key", KEY, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("current_a", sa.Double(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("charger_key", "at", name="pk_limit_changes"),
        sqlite_with_rowid=False,
    )


def _people() -> None:
    op.create_table(
        "users",
        sa.Column("id", LINE, nullable=False),
        sa.Column("email", LINE, nullable=False),
        sa.Column("email_key", LINE, nullable=False),
        sa.Column("password", LINE, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("first_name", LINE, nullable=False),
        sa.Column("last_name", LINE, nullable=False),
        sa.Column("language", LINE, nullable=False),
        sa.Column("time_zone", LINE, nullable=False),
        sa.Column("theme", LINE, nullable=False),
        sa.Column("advanced_data", sa.Boolean(), nullable=False),
        sa.Column("station_ids", sa.Text()),
        sa.Column("created_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("email_key", name="uq_users_email_key"),
    )
    op.create_table(
        "cards",
        sa.Column("id", LINE, nullable=False),
        sa.Column("id_tag", LINE, nullable=False),
        sa.Column("tag_key", LINE, nullable=False),
        sa.Column("label", LINE, nullable=False),
        sa.Column("user_id", LINE),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.Column("expires_at", TIME),
        sa.Column("parent_id_tag", LINE),
        sa.PrimaryKeyConstraint("id", name="pk_cards"),
        sa.UniqueConstraint("tag_key", name="uq_cards_tag_key"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_cards_user_id", ondelete="SET NULL"),
    )
    op.create_index("ix_cards_user_id", "cards", ["user_id"])
    op.create_table(
        "tokens",
        sa.Column("id", LINE, nullable=False),
        sa.Column("name", LINE, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("digest", LINE, nullable=False),
        sa.Column("created_by", LINE),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME),
        sa.Column("last_used_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
        sa.UniqueConstraint("digest", name="uq_tokens_digest"),
    )
    op.create_table(
        "sign_ins",
        sa.Column("digest", LINE, nullable=False),
        sa.Column("user_id", LINE, nullable=False),
        sa.Column("csrf_token", LINE, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("last_used_at", TIME, nullable=False),
        sa.Column("address", LINE, nullable=False),
        sa.Column("agent", LINE, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_sign_ins"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sign_ins_user_id", ondelete="CASCADE"),
    )
    op.create_index("ix_sign_ins_user_id", "sign_ins", ["user_id"])
