"""Rows for files, and what to do to an encoder."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from chargedeck.hub.exports import Encoder
from chargedeck.hub.session_rows import SessionRow

EVENING = datetime(2026, 5, 4, 18, 30, tzinfo=UTC)
ROW = SessionRow(
    session_id="s1",
    charger_id="garage",
    charger="Garage",
    charger_serial="123456",
    station_id="home",
    station="Home",
    time_zone="Europe/Bucharest",
    started_at=EVENING,
    ended_at=EVENING + timedelta(hours=2),
    energy_wh=5_123.0,
    meter_start_wh=1_855_996.0,
    meter_end_wh=1_861_119.0,
    charging_time_s=2_410.4,
    authorized_by="card",
    user_id="u1",
    user="Ana Marin",
    card="Blue card",
    car="Dacia Spring",
    cost=Decimal("1.23"),
    currency="EUR",
    cost_estimated=False,
    grid_wh=4_000.0,
    solar_wh=1_123.0,
    battery_wh=0.0,
    note="To the mountains",
    tags=("work", "far"),
    origin="live",
    anomalies=(),
)
BARE = ROW._replace(
    session_id="s2",
    charger_serial=None,
    ended_at=None,
    authorized_by=None,
    user_id=None,
    user=None,
    card=None,
    car=None,
    cost=None,
    currency=None,
    grid_wh=None,
    solar_wh=None,
    battery_wh=None,
    note=None,
    tags=(),
)
"""An open session of which little is known."""


def row(number: int, **changes: Any) -> SessionRow:
    """One of many."""
    return ROW._replace(session_id=f"s{number}", started_at=EVENING + timedelta(minutes=number), **changes)


def whole(encoder: Encoder, *pages: Sequence[SessionRow]) -> bytes:
    """The file of these pages."""
    try:
        return b"".join([*(encoder.add(page) for page in pages), *encoder.finish()])
    finally:
        encoder.close()
