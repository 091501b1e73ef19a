"""The tables behind the history that sessions are put down to."""

from sqlalchemy import Column, Double, ForeignKey, Table

from chargedeck.storage.columns import Line
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
