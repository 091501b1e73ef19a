"""Causes say times as every program reads them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from chargedeck.domain.causes import instant


def test_a_time_is_utc_wherever_it_was_told() -> None:
    local = datetime(2026, 6, 1, 22, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    assert instant(local) == "2026-06-01T20:30:00Z"
