"""What stays of removed outlets: more of the schema.

A part of `tables`, whose rules hold here too; loaded with the book, so that the schema is whole.
"""

from sqlalchemy import Boolean, Column, Double, Table

from chargedeck.storage.columns import Line
from chargedeck.storage.tables import METADATA

FORMER_OUTLETS = Table(
    "former_outlets",
    METADATA,
    Column("charger_id", Line, primary_key=True),
    Column("installation_current_a", Double, nullable=False),
    Column("inspection_required", Boolean, nullable=False),
)
