"""The meters that we ask, and where panels are: more of the schema.

A part of `tables`, whose rules hold here too; loaded with the book, so that the schema is whole.
"""

from sqlalchemy import Boolean, Column, Double, ForeignKey, Integer, Table

from chargedeck.hub.meter_records import MeterKind
from chargedeck.hub.solar_sites import SkyService
from chargedeck.hub.station_meters import Source
from chargedeck.storage.columns import Choice, Document, Line
from chargedeck.storage.tables import METADATA

METERS = Table(
    "meters",
    METADATA,
    Column("id", Line, primary_key=True),
    Column("station_id", Line, ForeignKey("stations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", Line, nullable=False),
    Column("kind", Choice(MeterKind), nullable=False),
    Column("address", Line, nullable=False),
    Column("source", Choice(Source), nullable=False),
    Column("circuit", Line),
    Column("inverted", Boolean, nullable=False),
    Column("rotation", Document(tuple), nullable=False),
    Column("interval_s", Double, nullable=False),
    Column("username", Line),
    Column("secret", Line),
    Column("channel", Integer),
    Column("unit_id", Integer, nullable=False),
    Column("topic", Line),
    Column("topic_values", Document, nullable=False),
)
"""Meters that we ask."""

SOLAR_SITES = Table(
    "solar_sites",
    METADATA,
    Column("station_id", Line, ForeignKey("stations.id", ondelete="CASCADE"), primary_key=True),
    Column("latitude", Double, nullable=False),
    Column("longitude", Double, nullable=False),
    Column("planes", Document, nullable=False),
    Column("service", Choice(SkyService), nullable=False),
)
"""A station without panels has no row."""
