"""The columns of a table of sessions: names that stay, and how each is read from a row."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from chargedeck.hub.session_rows import SessionRow


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    UTC = "utc"
    LOCAL = "local"
    ENERGY = "energy"
    DURATION = "duration"
    MONEY = "money"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `summed` says whether a total means anything."""

    name: str
    kind: Kind
    read: Callable[[SessionRow], Any]
    summed: bool = False
    width: int = 12


def local(at: datetime | None, time_zone: str) -> datetime | None:
    """A time as a clock on the station's wall shows it."""
    return None if at is None else at.astimezone(ZoneInfo(time_zone)).replace(tzinfo=None)


def kwh(energy_wh: float) -> str:
    """Kilowatt-hours with a point: to the watt-hour, and to a thousandth of one where a meter is so fine."""
    fine = round(energy_wh, 3)
    return f"{fine / 1000:.3f}" if fine.is_integer() else f"{fine / 1000:.6f}".rstrip("0")


def exact_kwh(energy_wh: float) -> Decimal:
    """The same as a number that adds up."""
    return Decimal(kwh(energy_wh))


COLUMNS = (
    Column("session_id", Kind.TEXT, lambda row: row.session_id, width=28),
    Column("charger_id", Kind.TEXT, lambda row: row.charger_id, width=16),
    Column("charger", Kind.TEXT, lambda row: row.charger, width=20),
    Column("charger_serial", Kind.TEXT, lambda row: row.charger_serial, width=16),
    Column("station", Kind.TEXT, lambda row: row.station, width=18),
    Column("started_at", Kind.UTC, lambda row: row.started_at, width=20),
    Column("ended_at", Kind.UTC, lambda row: row.ended_at, width=20),
    Column("started_local", Kind.LOCAL, lambda row: local(row.started_at, row.time_zone), width=20),
    Column("ended_local", Kind.LOCAL, lambda row: local(row.ended_at, row.time_zone), width=20),
    Column("time_zone", Kind.TEXT, lambda row: row.time_zone, width=18),
    Column("energy_kwh", Kind.ENERGY, lambda row: row.energy_wh, summed=True),
    Column("meter_start_kwh", Kind.ENERGY, lambda row: row.meter_start_wh, width=16),
    Column("meter_end_kwh", Kind.ENERGY, lambda row: row.meter_end_wh, width=16),
    Column("charging_time", Kind.DURATION, lambda row: row.charging_time_s, summed=True),
    Column("authorized_by", Kind.TEXT, lambda row: row.authorized_by, width=16),
    Column("user", Kind.TEXT, lambda row: row.user, width=20),
    Column("card", Kind.TEXT, lambda row: row.card, width=18),
    Column("car", Kind.TEXT, lambda row: row.car, width=18),
    Column("cost", Kind.MONEY, lambda row: row.cost, summed=True),
    Column("currency", Kind.TEXT, lambda row: row.currency),
    Column("cost_estimated", Kind.YES_NO, lambda row: None if row.cost is None else row.cost_estimated),
    Column("grid_kwh", Kind.ENERGY, lambda row: row.grid_wh, summed=True),
    Column("solar_kwh", Kind.ENERGY, lambda row: row.solar_wh, summed=True),
    Column("battery_kwh", Kind.ENERGY, lambda row: row.battery_wh, summed=True),
    Column("note", Kind.TEXT, lambda row: row.note, width=30),
    Column("tags", Kind.TEXT, lambda row: " ".join(row.tags), width=18),
    Column("origin", Kind.TEXT, lambda row: row.origin),
    Column("anomalies", Kind.TEXT, lambda row: " ".join(row.anomalies), width=24),
)
