"""Tiles, table, files and reports say the same, whatever is asked: each sums up sessions in its own way."""

import csv
import io
import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from pypdf import PdfReader
from tests.contracts.records import clock, durable
from tests.contracts.slices import slices
from tests.contracts.test_history import CHARGERS, OFFICE, PEOPLE, SPRING, a_session, priced

from chargedeck.documents.catalogue import catalogue
from chargedeck.documents.press import press
from chargedeck.documents.tables import SessionTables
from chargedeck.hub.exports import Exports, TableFormat, TableStyle
from chargedeck.hub.history import Filter, Grouping, HistoryQuery, added
from chargedeck.hub.history_calendar import HOUR, Bucket, Period
from chargedeck.hub.records import Role, UserRecord
from chargedeck.hub.report_records import ReportLanguage, ReportOrder
from chargedeck.hub.reports import Kept, Reports, query_of
from chargedeck.storage import Storage

QUESTIONS = 200
PRINTED_EVERY = 40


@dataclass(frozen=True, slots=True)
class Said:
    """What somewhere says of some sessions."""

    sessions: int
    energy_mwh: int
    cost: Decimal


async def _filled(storage: Storage, random: Random) -> None:
    """Ended and priced sessions, each within an hour: then no period that begins on the hour parts one."""
    await storage.book.save_station(OFFICE)
    for name in filter(None, PEOPLE.values()):
        await storage.book.save_user(UserRecord(name, f"{name}@example.com", "x", Role.DRIVER, name.title()))
    hours = random.sample(range(60 * 24), 150)
    for number, hour in enumerate(hours, start=1):
        start = SPRING + hour * HOUR + timedelta(minutes=random.randrange(20))
        session = a_session(random, 10 * number + 1)._replace(
            started_at=start, ended_at=start + timedelta(minutes=random.randrange(1, 39))
        )
        storage.journal.session(session)
        assert await durable(storage)
        assert await storage.costs.keep_cost(priced(random, session))


def _asked(random: Random) -> ReportOrder:
    """A period on whole hours, and one filter or several."""
    first, last = sorted(random.sample(range(-24, 62 * 24), 2))
    users = [name for name in PEOPLE.values() if name is not None]
    return ReportOrder(
        SPRING + first * HOUR,
        SPRING + last * HOUR,
        "Europe/Berlin",
        ReportLanguage.EN,
        random.choice([None, *users]),
        random.choice([None, None, (random.choice(list(CHARGERS)),)]),
        random.choice([None, None, ("home",), ("home", "office")]),
    )


async def _tiles(storage: Storage, order: ReportOrder) -> Said:
    query = query_of(order)
    only = Filter(query.chargers, query.users, None, query.stations)
    period = Period(order.start, order.end)
    asked = HistoryQuery(period, ZoneInfo(order.time_zone), Bucket.DAY, Grouping.SOURCE, only)
    sums, cost = added(await slices(storage, asked))
    return Said(sums.sessions, sums.energy_mwh, sum(map(Decimal, cost.values()), Decimal(0)).scaleb(-6))


async def _read(pieces: AsyncGenerator[bytes, None]) -> str:
    return b"".join([piece async for piece in pieces]).decode()


async def _json(exports: Exports, order: ReportOrder) -> Said:
    rows = json.loads(await _read(exports.table(query_of(order), TableFormat.JSON, TableStyle())))
    cost = sum((Decimal(row["cost"]["amount"]) for row in rows), Decimal(0))
    return Said(len(rows), sum(round(row["energy_wh"] * 1000) for row in rows), cost)


async def _csv(exports: Exports, order: ReportOrder) -> Said:
    text = await _read(exports.table(query_of(order), TableFormat.CSV, TableStyle()))
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    energy = sum((Decimal(row["energy_kwh"]) for row in rows), Decimal(0))
    cost = sum((Decimal(row["cost"]) for row in rows), Decimal(0))
    return Said(len(rows), int(energy.scaleb(6)), cost)


async def _printed(reports: Reports, order: ReportOrder, expected: Said) -> None:
    """The PDF's text holds the sums."""
    _, file = await reports.issue(order, by="test")
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(file)).pages)
    of = catalogue(order.language)
    assert f"{of.kwh(expected.energy_mwh)} kWh" in text
    if expected.sessions:
        assert of.money(expected.cost, "EUR").replace("\u00a0", " ") in text.replace("\u00a0", " ")


async def test_everything_says_the_same(storage: Storage) -> None:
    random = Random(20260301)
    await _filled(storage, random)
    exports = Exports(storage.archive, storage.book, SessionTables())
    reports = Reports(exports, Kept(storage.book, storage.costs, storage.reports), press(), now=clock)
    met = 0
    for number in range(QUESTIONS):
        order = _asked(random)
        tiles = await _tiles(storage, order)
        assert await _json(exports, order) == tiles
        assert await _csv(exports, order) == tiles
        assert await exports.count(query_of(order)) == tiles.sessions
        totals = (await reports.content(order)).totals
        cost = sum(totals.cost.values(), Decimal(0))
        assert Said(totals.sessions, totals.energy_mwh, cost) == tiles
        if number % PRINTED_EVERY == 0:
            await _printed(reports, order, tiles)
        met += bool(tiles.sessions)
    assert met > QUESTIONS / 2
