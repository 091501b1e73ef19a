"""Records for tests, and the few steps that many tests share."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, text

from chargedeck.domain.reading import PhaseReading, Reading
from chargedeck.domain.units import Amps, ChargerId, DeviceId, SessionId, StationId, Volts, WattHours, Watts
from chargedeck.hub.records import ChargerRecord, DeviceRecord, Role, SessionRecord, StationRecord, UserRecord
from chargedeck.storage import Storage
from chargedeck.storage.opening import database_of

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
GARAGE = ChargerId("garage")
HOME = StationRecord(StationId("home"), "Home", is_default=True, time_zone="Europe/Berlin", created_at=NOON)
DEVICE = DeviceRecord(DeviceId("garage"), "Garage", "ocpp16", HOME.id, approved=True, first_seen_at=NOON)
CHARGER = ChargerRecord(GARAGE, DEVICE.id, 1, "Garage", HOME.id)
OWNER = UserRecord("u1", "Ada@example.org", "$argon2id$hash", Role.OWNER, created_at=NOON)
SESSION = SessionRecord(
    SessionId("s1"), GARAGE, DEVICE.id, HOME.id, "1001", NOON, WattHours(1000), WattHours(1000)
)


def clock() -> datetime:
    return NOON


def session(number: int, **changes: Any) -> SessionRecord:
    """One of many: each a minute after the one before."""
    numbered = SESSION._replace(
        id=SessionId(f"s{number}"), ref=str(number), started_at=NOON + number * MINUTE
    )
    return numbered._replace(**changes)


def reading(seconds: float, register_wh: float | None = None, power_w: float | None = None) -> Reading:
    """At so many seconds after noon."""
    return Reading(
        NOON + timedelta(seconds=seconds),
        None if register_wh is None else WattHours(register_wh),
        None if power_w is None else Watts(power_w),
    )


def three_phases(seconds: float, current_a: float) -> Reading:
    phases = tuple(PhaseReading(n, Volts(229.0 + n), Amps(current_a + n)) for n in (1, 2, 3))
    return reading(seconds)._replace(phases=phases)


async def durable(storage: Storage) -> bool:
    """Whether all that was handed over is on disk."""
    stored: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    storage.journal.when_durable(stored.set_result)
    return await stored


async def until(condition: Callable[[], bool], *, seconds: float = 10) -> None:
    """Wait for what announces itself to nobody."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


def engine(url: str) -> Engine:
    """Straight into the database, around the program."""
    return database_of(url).for_schema()


def execute(url: str, statement: str) -> None:
    with engine(url).begin() as connection:
        connection.execute(text(statement))


def count(url: str, table: str) -> int:
    with engine(url).begin() as connection:
        found: int = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
        return found
