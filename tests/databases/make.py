"""Makes the dumps beside it: what a database of the present schema looks like with a bit of everything.

`python -m tests.databases.make` is run once for every new schema, by the last program that writes it;
a dump that was made is never made again, for it stands for the databases that people have.
"""

import asyncio
import re
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from scripts import parts
from tests.contracts.postgres_server import PostgresServer, running
from tests.contracts.records import (
    CHARGER,
    DEVICE,
    GARAGE,
    HOME,
    MINUTE,
    NOON,
    OWNER,
    clock,
    durable,
    reading,
    session,
    three_phases,
)

from chargedeck.domain.cards import Authorizer, AuthorizerKind, Card
from chargedeck.domain.events import DeviceIdentity
from chargedeck.domain.limits import LimitReason
from chargedeck.domain.register import Anomaly
from chargedeck.domain.units import Amps, IdTag, WattHours
from chargedeck.hub.records import (
    EventRecord,
    LimitChange,
    Origin,
    Role,
    SignedValue,
    SignInRecord,
    TokenRecord,
)
from chargedeck.storage import Pace, Storage, open_storage
from chargedeck.storage.schema import REVISIONS

FOLDER = Path(__file__).parent
LATER = NOON + 999 * MINUTE
DEVICE_KEPT = replace(
    DEVICE,
    last_seen_at=NOON + MINUTE,
    password="$argon2id$hash",
    identity=DeviceIdentity("ACME", "Wall", "0042", "1.2.3"),
)
CHARGER_KEPT = replace(CHARGER, priority=2, user_paused=True, lifetime_energy_wh=WattHours(1861119.5))
ENDED = session(
    1,
    ended_at=NOON + 90 * MINUTE,
    meter_last_wh=WattHours(9500.25),
    meter_stop_wh=WattHours(9500.25),
    charging_time_s=4321.5,
    authorized_by=Authorizer(AuthorizerKind.CARD, "Blue card", "k1", "u1"),
    id_tag=IdTag("04A2"),
    stop_reason="EVDisconnected",
    origin=Origin.OFFLINE,
    anomalies=(Anomaly.CLOCK_OFF,),
)
OPEN = session(100, meter_start_wh=WattHours(9500), meter_last_wh=WattHours(9500))
LIMIT = LimitChange(GARAGE, NOON, Amps(13), LimitReason.LOAD_BALANCING)
SIGNED = SignedValue(DEVICE.id, 1, ENDED.ref, NOON, "Transaction.End", "OCMF|{}|{}")
EVENT = EventRecord(NOON, "error", DEVICE.id, GARAGE, "Ada", {"type": "overcurrent", "phases": [1, 2]})
CARD = Card("k1", IdTag("04A2"), "Blue card", OWNER.id, expires_at=LATER, parent_id_tag=IdTag("P"))
TOKEN = TokenRecord("t1", "Home Assistant", Role.DRIVER, "digest", OWNER.id, NOON)
SIGN_IN = SignInRecord("cookie", OWNER.id, "csrf", NOON, LATER, NOON, "192.0.2.1", "Firefox")


async def fill(url: str) -> None:
    """Write something into every table, and some samples into each of their two."""
    async with open_storage(url, now=clock, pace=Pace(file_from=1)) as storage:
        await fill_people_and_places(storage)
        storage.journal.session(ENDED)
        storage.journal.session(OPEN)
        storage.journal.limit(LIMIT)
        storage.journal.signed(SIGNED)
        storage.journal.event(EVENT)
        storage.journal.sample(GARAGE, three_phases(1, 16), Amps(16))
        assert await durable(storage)
    async with open_storage(url, now=clock) as storage:
        storage.journal.sample(GARAGE, reading(6060, 9750.5, 7360.0), Amps(16))


async def fill_people_and_places(storage: Storage) -> None:
    await storage.book.save_station(HOME)
    storage.journal.device(DEVICE_KEPT)
    storage.journal.charger(CHARGER_KEPT)
    await storage.book.save_user(OWNER)
    await storage.book.save_card(CARD)
    await storage.book.save_token(TOKEN)
    await storage.book.save_sign_in(SIGN_IN)
    assert await storage.book.secret("transactions", lambda: b"\x00secret\xff")
    assert await storage.book.reserve_numbers("transactions", 16384) == 0


def dump_sqlite() -> str:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "chargedeck.db"
        asyncio.run(fill(str(file)))
        connection = sqlite3.connect(file)
        try:
            return "\n".join(connection.iterdump()) + "\n"
        finally:
            connection.close()


def dump_postgres(server: PostgresServer) -> str:
    url = server.new_database()
    asyncio.run(fill(url))
    pg_dump = (server.programs / "postgres").resolve().with_name("pg_dump")
    command = (str(pg_dump), "--inserts", "--no-owner", "--no-privileges", url)
    dump = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    # Commands of psql, notes on versions, and a setting that not every version knows.
    return re.sub(r"(?m)^(\\.*|--.*|SET .*timeout.*|)\n", "", dump)


def main() -> None:
    postgres = parts.find(parts.POSTGRESQL)
    if postgres is None:
        sys.exit(parts.missing(parts.POSTGRESQL))
    with running(postgres) as server:
        dumps = {"sqlite": dump_sqlite(), "postgresql": dump_postgres(server)}
    for name, dump in dumps.items():
        file = FOLDER / f"{REVISIONS.newest}.{name}.sql"
        if file.exists():
            sys.exit(f"{file} stands for databases that exist; it is never made again")
        file.write_text(dump)


if __name__ == "__main__":
    main()
