"""The tables of what flows at a station, what it is worth, and what sessions cost."""

from sqlalchemy import Boolean, Column, Double, ForeignKey, Integer, PrimaryKeyConstraint, Table

from chargedeck.storage.columns import Document, Exact, Instant, Line
from chargedeck.storage.tables import METADATA

STATION_ENERGY = Table(
    "station_energy",
    METADATA,
    Column("station_id", Line, nullable=False),
    Column("start", Instant, nullable=False),
    *(
        Column(name, Double, nullable=False)
        for name in (
            "from_grid_wh",
            "to_grid_wh",
            "grid_s",
            "solar_wh",
            "solar_s",
            "from_battery_wh",
            "to_battery_wh",
            "battery_s",
            "house_wh",
            "house_s",
            "chargers_wh",
            "chargers_s",
        )
    ),
    PrimaryKeyConstraint("station_id", "start"),
    sqlite_with_rowid=False,
)
"""What flowed at a station in the quarter of an hour from `start`, and how many seconds of it were known."""

TARIFFS = Table(
    "tariffs",
    METADATA,
    Column("station_id", Line, ForeignKey("stations.id", ondelete="CASCADE"), nullable=False),
    Column("valid_from", Line, nullable=False),
    Column("saved_at", Instant, nullable=False),
    Column("terms", Document),
    Column("saved_by", Line),
    Column("token", Line),
    PrimaryKeyConstraint("station_id", "valid_from", "saved_at"),
)
"""Versions are added and never changed, so that what a session was priced by can be found again."""

SPOT_PRICES = Table(
    "spot_prices",
    METADATA,
    Column("feed", Line, nullable=False),
    Column("start", Instant, nullable=False),
    Column("price", Exact, nullable=False),
    Column("slot_min", Integer, nullable=False),
    Column("received_at", Instant, nullable=False),
    PrimaryKeyConstraint("feed", "start"),
    sqlite_with_rowid=False,
)
"""A row for each quarter of an hour, also of prices by the hour: `slot_min` says how they came."""

SESSION_SLOTS = Table(
    "session_slots",
    METADATA,
    Column("session_id", Line, nullable=False),
    Column("start", Instant, nullable=False),
    Column("grid_wh", Double, nullable=False),
    Column("solar_wh", Double, nullable=False),
    Column("battery_wh", Double, nullable=False),
    Column("amount", Exact),
    Column("energy", Exact),
    Column("grid_fee", Exact),
    Column("fees", Exact),
    Column("demand", Exact),
    Column("tax", Exact),
    Column("solar_amount", Exact),
    Column("battery_amount", Exact),
    Column("currency", Line),
    Column("estimated", Boolean, nullable=False),
    Column("notes", Document(tuple), nullable=False),
    Column("quote", Document),
    PrimaryKeyConstraint("session_id", "start"),
    sqlite_with_rowid=False,
)
"""The quarters of an hour in which a session took energy or cost something.

`energy`, `grid_fee`, `fees`, `demand` and `tax` add up to `amount`, and the amounts of a session to its
cost. `energy` holds the worth of own energy, which is told apart by `solar_amount` and `battery_amount`.
"""
