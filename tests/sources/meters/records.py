"""Meters for tests."""

from ipaddress import ip_network
from typing import Any

from chargedeck.domain.units import StationId
from chargedeck.hub.meter_records import MeterKind, MeterRecord
from chargedeck.hub.meter_sources import MeterLine
from chargedeck.sources.meters import Dialer

LOOPBACK = (ip_network("127.0.0.0/8"),)
DIALER = Dialer(LOOPBACK)


def record(kind: MeterKind, port: int, **more: Any) -> MeterRecord:
    """A meter on this machine."""
    return MeterRecord("m1", StationId("home"), "Meter", kind, f"127.0.0.1:{port}", **more)


async def read_of(line: MeterLine) -> Any:
    """What it answers, as plain numbers."""
    return await line.read()
