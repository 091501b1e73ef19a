"""The schema as it is now. Every change also needs a revision under `migrations/versions`.

Three rules keep one bad row from holding up everybody's commit: history refers to nothing that can be
deleted; nothing that a device may reuse is unique; and where two rows are the same one, the later
replaces or confirms the earlier. A row that still can never be stored is left out by itself.

What is only said of SQLite, as `sqlite_where`, holds for PostgreSQL as well: naming it here would load
its dialect for everybody, which takes a tenth of a second at every start.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    false,
    text,
)

from chargedeck.domain.cards import AuthorizerKind
from chargedeck.domain.limits import LimitReason
from chargedeck.domain.register import Anomaly
from chargedeck.energy.modes import Mode
from chargedeck.hub.charging_rules import RuleKind
from chargedeck.hub.records import Origin, Role, Units
from chargedeck.hub.unit_settings import DeviceKind
from chargedeck.storage.columns import (
    KEPT,
    Choice,
    Day,
    Document,
    Exact,
    Instant,
    Line,
    Number,
    WallTime,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

STATIONS = Table(
    "stations",
    METADATA,
    Column("id", Line, primary_key=True),
    Column("name", Line, nullable=False),
    Column("is_default", Boolean, nullable=False),
    Column("time_zone", Line, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index(
        "ix_stations_one_default",
        "is_default",
        unique=True,
        sqlite_where=text("is_default"),
    ),
)

STATION_MANAGEMENT = Table(
    "station_management",
    METADATA,
    Column("station_id", Line, ForeignKey("stations.id", ondelete="CASCADE"), primary_key=True),
    Column("mode", Choice(Mode), nullable=False),
    Column("hybrid_current_a", Double, nullable=False),
    Column("pv_minimum_current_a", Double, nullable=False),
    Column("car_minimum_current_a", Double, nullable=False),
    Column("meter_lost_current_a", Double, nullable=False),
    Column("forced_single_phase", Boolean, nullable=False),
    Column("circuits", Document, nullable=False),
    Column("placements", Document, nullable=False),
    Column("random_delay_s", Double, nullable=False, server_default="600"),
    Column("heat_pumps_w", Double, nullable=False, server_default="0"),
    Column("grid_operator_w", Double),
    Column("grid_operator_until", Instant),
)
"""A station that nobody has set up for management has no row."""

DEVICES = Table(
    "devices",
    METADATA,
    Column("id", Line, primary_key=True),
    Column("name", Line, nullable=False),
    Column("driver", Line, nullable=False),
    Column("station_id", Line, ForeignKey("stations.id"), nullable=False),
    Column("approved", Boolean, nullable=False),
    Column("first_seen_at", Instant, nullable=False),
    Column("last_seen_at", Instant),
    Column("password", Line),
    Column("vendor", Line),
    Column("model", Line),
    Column("serial", Line),
    Column("firmware", Line),
    Column("kind", Choice(DeviceKind), nullable=False, server_default="charger"),
    Column("hardware_id", Line),
    Column("address", Line),
    Column("username", Line),
    Column("secret", Line),
    Column("single_phase", Boolean, nullable=False, server_default=false()),
    Column("holds_current", Boolean, nullable=False, server_default=false()),
)

CHARGERS = Table(
    "chargers",
    METADATA,
    Column("id", Line, primary_key=True),
    Column("device_id", Line, ForeignKey("devices.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("connector", Integer, nullable=False),
    Column("name", Line, nullable=False),
    Column("station_id", Line, ForeignKey("stations.id"), nullable=False),
    Column("installation_current_a", Double, nullable=False),
    Column("allowed_current_a", Double, nullable=False),
    Column("plug_and_charge", Boolean, nullable=False),
    Column("locked", Boolean, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("user_paused", Boolean, nullable=False),
    Column("inspection_required", Boolean, nullable=False),
    Column("lifetime_energy_wh", Double),
    Column("charge_now", Boolean, nullable=False, server_default=false()),
)

SCHEDULES = Table(
    "schedules",
    METADATA,
    Column("id", Line, primary_key=True),
    Column("charger_id", Line, ForeignKey("chargers.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", Choice(RuleKind), nullable=False),
    Column("weekdays", Document(tuple), nullable=False),
    Column("day", Day),
    Column("start", WallTime),
    Column("end", WallTime),
    Column("ready_by", WallTime),
    Column("energy_wh", Double),
    Column("enabled", Boolean, nullable=False),
)

PLANS = Table(
    "plans",
    METADATA,
    Column("charger_id", Line, ForeignKey("chargers.id", ondelete="CASCADE"), primary_key=True),
    Column("ready_by", Instant),
    Column("energy_wh", Double),
    Column("session_id", Line),
    Column("before_wh", Double, nullable=False),
    Column("departs_at", Instant),
    Column("car_phases", Integer),
)

LEARNED_WIRING = Table(
    "learned_wiring",
    METADATA,
    Column("charger_id", Line, ForeignKey("chargers.id", ondelete="CASCADE"), primary_key=True),
    Column("rotation", Document(tuple), nullable=False),
)

CHARGER_KEYS = Table(
    "charger_keys",
    METADATA,
    Column("key", Number, primary_key=True),
    Column("charger_id", Line, nullable=False, unique=True),
)
"""Short names of chargers for the long tables; they outlive the charger, as its history does."""

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("id", Line, primary_key=True),
    Column("charger_id", Line, nullable=False),
    Column("device_id", Line, nullable=False),
    Column("station_id", Line, nullable=False),
    Column("ref", Line, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("meter_start_wh", Double, nullable=False),
    Column("meter_last_wh", Double, nullable=False),
    Column("charging_time_s", Double, nullable=False),
    Column("ended_at", Instant),
    Column("meter_stop_wh", Double),
    Column("authorizer_kind", Choice(AuthorizerKind)),
    Column("authorizer_label", Line),
    Column("authorizer_key", Line),
    Column("id_tag", Line),
    Column("stop_reason", Line),
    Column("origin", Choice(Origin), nullable=False),
    Column("anomalies", Document(lambda words: tuple(map(Anomaly, words))), nullable=False),
    Column("user_id", Line, info=KEPT),
    Column("grid_wh", Double),
    Column("solar_wh", Double),
    Column("battery_wh", Double),
    Column("cost_amount", Exact),
    Column("cost_currency", Line),
    Column("cost_estimated", Boolean),
    Column("cost_detail", Document),
    Column("tariff_as_of", Instant),
    # Whoever writes a session's facts unsets it, so that the session is priced again.
    Column("priced_at", Instant),
    # What people say of it, which its device must not undo.
    Column("car_id", Line, info=KEPT),
    Column("place", Line, info=KEPT),
    Column("note", Line, nullable=False, server_default="", info=KEPT),
    Column("tags", Document(tuple), nullable=False, server_default="[]", info=KEPT),
    Column("words", Line, nullable=False, server_default="", info=KEPT),
    Column("deleted_at", Instant, info=KEPT),
    # Unset by whoever changes anything that the history's sums are made of.
    Column("rolled_up", Boolean, nullable=False, server_default=false()),
    Column("counted_at", Instant),
    Column("counted_wh", Double),
    # Not unique: a device that counts anew may use a number again, and its session must not be lost.
    Index(None, "device_id", "ref"),
    Index(None, "started_at", "id"),
    Index(None, "charger_id", "started_at", "id"),
    Index(None, "station_id", "started_at", "id"),
    Index(None, "user_id", "started_at", "id"),
    Index(None, "authorizer_key", "started_at", "id"),
    Index("ix_sessions_to_roll_up", "id", sqlite_where=text("NOT rolled_up")),
    Index(
        "ix_sessions_open",
        "charger_id",
        sqlite_where=text("ended_at IS NULL"),
    ),
    Index(
        "ix_sessions_unpriced",
        "ended_at",
        sqlite_where=text("ended_at IS NOT NULL AND priced_at IS NULL"),
    ),
)

MEASURED = (
    "register_wh",
    "power_w",
    "current_1_a",
    "current_2_a",
    "current_3_a",
    "voltage_1_v",
    "voltage_2_v",
    "voltage_3_v",
    "temperature_c",
    "soc_ratio",
    "limit_a",
)
"""What a sample holds beside its charger and its time, in the order of its columns."""


def _sample_columns() -> list[Column[int] | Column[float]]:
    keys = [Column("charger_key", Number, nullable=False), Column("at", Number, nullable=False)]
    return [*keys, *(Column(name, Double) for name in MEASURED)]


FRESH_SAMPLES = Table(
    "fresh_samples",
    METADATA,
    *_sample_columns(),
)
"""Samples in the order of arrival, which is the cheapest to commit; `filing` moves them on in bulk."""

SAMPLES = Table(
    "samples",
    METADATA,
    *_sample_columns(),
    PrimaryKeyConstraint("charger_key", "at"),
    sqlite_with_rowid=False,
)
"""Samples by charger and time: what is read together lies together."""

LIMIT_CHANGES = Table(
    "limit_changes",
    METADATA,
    Column("charger_key", Number, nullable=False),
    Column("at", Instant, nullable=False),
    Column("current_a", Double, nullable=False),
    Column("reason", Choice(LimitReason), nullable=False),
    PrimaryKeyConstraint("charger_key", "at"),
    sqlite_with_rowid=False,
)

SIGNED_VALUES = Table(
    "signed_values",
    METADATA,
    Column("device_id", Line, nullable=False),
    Column("connector", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("ref", Line),
    Column("context", Line, nullable=False),
    Column("value", Line, nullable=False),
    PrimaryKeyConstraint("device_id", "connector", "at", "digest"),
    Index(None, "device_id", "ref"),
)

EVENTS = Table(
    "events",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("kind", Line, nullable=False),
    Column("device_id", Line),
    Column("charger_id", Line),
    Column("actor", Line),
    Column("detail", Document),
    Column("address", Line),
    Index(None, "at", "id"),
    Index(None, "charger_id", "at", "id"),
    Index("ix_events_deeds", "at", "id", sqlite_where=text("actor IS NOT NULL")),
    Index("ix_events_deeds_of", "actor", "at", "id", sqlite_where=text("actor IS NOT NULL")),
    Index("ix_events_deeds_by_kind", "kind", "at", "id", sqlite_where=text("actor IS NOT NULL")),
    Index("ix_events_deeds_of_by_kind", "actor", "kind", "at", "id", sqlite_where=text("actor IS NOT NULL")),
)

USERS = Table(
    "users",
    METADATA,
    Column("id", Line, primary_key=True),
    Column("email", Line, nullable=False),
    Column("email_key", Line, nullable=False, unique=True),
    Column("password", Line, nullable=False),
    Column("role", Choice(Role), nullable=False),
    Column("first_name", Line, nullable=False),
    Column("last_name", Line, nullable=False),
    Column("language", Line, nullable=False),
    Column("time_zone", Line, nullable=False),
    Column("theme", Line, nullable=False),
    Column("advanced_data", Boolean, nullable=False),
    Column("station_ids", Document(tuple)),
    Column("created_at", Instant),
    Column("charger_ids", Document(tuple)),
    Column("expires_at", Instant),
    Column("units", Choice(Units), nullable=False, server_default="metric"),
)

CARDS = Table(
    "cards",
    METADATA,
    Column("id", Line, primary_key=True),
    Column("id_tag", Line, nullable=False),
    Column("tag_key", Line, nullable=False, unique=True),
    Column("label", Line, nullable=False),
    Column("user_id", Line, ForeignKey("users.id", ondelete="SET NULL"), index=True),
    Column("blocked", Boolean, nullable=False),
    Column("expires_at", Instant),
    Column("parent_id_tag", Line),
    Column("station_ids", Document(tuple)),
)

TOKENS = Table(
    "tokens",
    METADATA,
    Column("id", Line, primary_key=True),
    Column("name", Line, nullable=False),
    Column("role", Choice(Role), nullable=False),
    Column("digest", Line, nullable=False, unique=True),
    Column("created_by", Line),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("last_used_at", Instant),
)

SIGN_INS = Table(
    "sign_ins",
    METADATA,
    Column("digest", Line, primary_key=True),
    Column("user_id", Line, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("csrf_token", Line, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("last_used_at", Instant, nullable=False),
    Column("address", Line, nullable=False),
    Column("agent", Line, nullable=False),
)

SECRETS = Table(
    "secrets",
    METADATA,
    Column("name", Line, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

COUNTERS = Table(
    "counters",
    METADATA,
    Column("name", Line, primary_key=True),
    Column("next_number", Number, nullable=False),
)

SCHEMA_VERSION = Table(
    "alembic_version",
    METADATA,
    # Alembic's own shape and names, so that either can make it.
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
