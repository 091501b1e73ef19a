"""The tables behind the history: cars, and the sums that are kept of sessions so that no page adds them up.

`session_parts` says what each session has put into the sums, hour by hour; `roll_ups` holds the sums
themselves. A session that changes takes its old parts out of them and puts its new ones in, all in one
transaction. Sums are whole numbers of thousandths, so that taking out leaves nothing behind.
"""

from sqlalchemy import Column, Double, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, text

from chargedeck.storage.columns import Line, Number
from chargedeck.storage.tables import METADATA

CARS = Table(
    "cars",
    METADATA,
    Column("id", Line, primary_key=True),
    Column("name", Line, nullable=False),
    Column("plate", Line, nullable=False),
    Column("battery_wh", Double),
    Column("user_id", Line, ForeignKey("users.id", ondelete="SET NULL"), index=True),
)

HISTORY_KEYS = Table(
    "history_keys",
    METADATA,
    Column("key", Number, primary_key=True),
    Column("name", Line, nullable=False, unique=True),
)
"""Short names of stations, chargers, people, cards and currencies; 0 stands for none."""

SUMS = (
    "energy_mwh",
    "grid_mwh",
    "solar_mwh",
    "battery_mwh",
    "priced_mwh",
    "charging_time_ms",
    "sessions",
    "cost_micros",
)
"""What is added up; money in millionths of its currency."""


def _sums() -> list[Column[int]]:
    return [Column(name, Number, nullable=False) for name in SUMS]


SESSION_PARTS = Table(
    "session_parts",
    METADATA,
    Column("slot", Integer, nullable=False),
    Column("session_id", Line, nullable=False),
    Column("day", Integer, nullable=False),
    Column("station", Integer, nullable=False),
    Column("charger", Integer, nullable=False),
    Column("person", Integer, nullable=False),
    Column("card", Integer, nullable=False),
    Column("currency", Integer, nullable=False),
    *_sums(),
    PrimaryKeyConstraint("slot", "session_id"),
    Index(None, "session_id"),
    sqlite_with_rowid=False,
)
"""`slot` counts quarters of an hour since 1970, and is the first of its hour; where local time is not whole
hours from UTC it is the quarter itself. `day` is the station's local day as Python's ordinal."""

SPAN_HOUR, SPAN_DAY, SPAN_MONTH = range(3)
BY_STATION, BY_CHARGER, BY_PERSON = range(3)

ROLL_UPS = Table(
    "roll_ups",
    METADATA,
    Column("span", Integer, nullable=False),
    Column("dimension", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("station", Integer, nullable=False),
    Column("charger", Integer, nullable=False),
    Column("person", Integer, nullable=False),
    Column("card", Integer, nullable=False),
    Column("currency", Integer, nullable=False),
    *_sums(),
    PrimaryKeyConstraint("span", "dimension", "start", "station", "charger", "person", "card", "currency"),
    Index("ix_roll_ups_person", "person", "span", "start", sqlite_where=text(f"dimension = {BY_PERSON}")),
    Index("ix_roll_ups_card", "card", "span", "start", sqlite_where=text(f"dimension = {BY_PERSON}")),
    sqlite_with_rowid=False,
)
"""By station, by charger, and by person and card; by hour (of stations alone), local day and month.

`start` is a slot, a day, or a month counted from the year 0. Of chargers and people the hours are the
sessions' own parts, for a charger has one session at a time.
"""

THINNED = Table(
    "thinned",
    METADATA,
    Column("charger_key", Number, nullable=False, autoincrement=False),
    Column("width", Number, nullable=False, autoincrement=False),
    Column("until", Number, nullable=False),
    PrimaryKeyConstraint("charger_key", "width"),
    sqlite_with_rowid=False,
)
"""Until when a charger's samples are one for each `width`, in microseconds."""
