"""What people are told, how, and what has yet to be sent: more of the schema, whose rules hold here too."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, text

from chargedeck.domain.notices import NoticeKind
from chargedeck.hub.notice_records import Channel
from chargedeck.storage.columns import Choice, Document, Instant, Line, WallTime
from chargedeck.storage.tables import METADATA


def _kinds(words: list[str]) -> frozenset[NoticeKind]:
    return frozenset(map(NoticeKind, words))


def _of_user(*, primary_key: bool = False, index: bool = False) -> Column[str]:
    user = ForeignKey("users.id", ondelete="CASCADE")
    return Column("user_id", Line, user, nullable=False, primary_key=primary_key, index=index)


NOTICE_SETTINGS = Table(
    "notice_settings",
    METADATA,
    _of_user(primary_key=True),
    Column("enabled", Boolean, nullable=False),
    Column("kinds", Document(_kinds), nullable=False),
    Column("quiet_start", WallTime),
    Column("quiet_end", WallTime),
)

NOTICE_WAYS = Table(
    "notice_ways",
    METADATA,
    Column("id", Line, primary_key=True),
    _of_user(index=True),
    Column("channel", Choice(Channel), nullable=False),
    Column("name", Line, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("address", Line, nullable=False),
    Column("digest", Line, unique=True),
    Column("kinds", Document(_kinds), nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("told_at", Instant),
    Column("problem", Line),
    Column("problem_at", Instant),
    Column("sign_in", Line),
)

NOTICES = Table(
    "notices",
    METADATA,
    Column("id", Line, primary_key=True),
    _of_user(),
    Column("kind", Choice(NoticeKind), nullable=False),
    Column("at", Instant, nullable=False),
    Column("charger_id", Line, nullable=False),
    Column("charger_name", Line, nullable=False),
    Column("station_id", Line, nullable=False),
    Column("about", Line, nullable=False),
    Column("detail", Document, nullable=False),
    Column("repeats", Integer, nullable=False),
    Column("last_at", Instant),
    Column("read_at", Instant),
    Index("ix_notices_user_id_id", "user_id", "id"),
    Index("ix_notices_unread", "user_id", "id", sqlite_where=text("read_at IS NULL")),
)

NOTICE_MARKS = Table(
    "notice_marks",
    METADATA,
    Column("charger_id", Line, primary_key=True),
    Column("topic", Line, primary_key=True),
    _of_user(primary_key=True, index=True),
    Column("told_at", Instant, nullable=False),
    Column("notice_id", Line, nullable=False),
    Column("repeats", Integer, nullable=False),
    Column("is_open", Boolean, nullable=False),
)
"""What people were told last; a notice that is gone leaves its mark until it is old."""

DELIVERIES = Table(
    "deliveries",
    METADATA,
    Column("notice_id", Line, ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True),
    Column("way_id", Line, ForeignKey("notice_ways.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("due_at", Instant, nullable=False, index=True),
    Column("since", Instant, nullable=False),
    Column("failures", Integer, nullable=False),
)
"""The outbox."""
