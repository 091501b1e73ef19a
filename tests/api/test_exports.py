"""The history as files, over the network: what is asked for, whole or cut off, and in constant memory."""

import asyncio
import csv
import io
import tracemalloc
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import timedelta
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook
from tests.api.site import CARD, Site, served
from tests.contracts.records import DEVICE, HOME, NOON, clock, durable, session

from chargedeck.api.downloads import ROWS, Download
from chargedeck.documents.tables import SessionTables
from chargedeck.domain.cards import Authorizer, AuthorizerKind
from chargedeck.hub.callers import owner_of_sign_in
from chargedeck.hub.exports import PAGE, Exports, Followed, TableFormat, TableStyle
from chargedeck.hub.records import Role, SessionRecord
from chargedeck.hub.session_query import SessionQuery
from chargedeck.storage import Storage, open_storage

EXPORT = "/api/sessions/export"


async def _keep(storage: Storage, *records: SessionRecord) -> None:
    for record in records:
        storage.journal.session(record)
    assert await durable(storage)


def _csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def _ids(answer: httpx.Response, wanted: str) -> set[str]:
    if wanted == "csv":
        return {one["session_id"] for one in _csv(answer.content)}
    if wanted == "json":
        return {one["session_id"] for one in answer.json()}
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    return {str(sheet.cell(line, 1).value) for line in range(2, sheet.max_row)}


@pytest.mark.parametrize("wanted", list(TableFormat))
async def test_every_format_has_the_sessions_that_are_asked_for(site: Site, wanted: TableFormat) -> None:
    await site.add_device()
    await _keep(site.storage, *(session(n, station_id=HOME.id) for n in range(PAGE + 20)))
    client = await site.program(Role.VIEWER)
    start, end = NOON + timedelta(minutes=5), NOON + timedelta(minutes=PAGE + 10)
    answer = await client.get(
        EXPORT, params={"format": wanted.value, "from": start.isoformat(), "to": end.isoformat()}
    )
    assert answer.status_code == 200
    assert answer.headers[ROWS] == str(PAGE + 5)
    assert _ids(answer, wanted) == {f"s{n}" for n in range(5, PAGE + 10)}
    assert f'.{wanted}"' in answer.headers["content-disposition"]


async def test_names_are_those_of_the_house(site: Site) -> None:
    await site.add_device()
    user = await site.user(Role.DRIVER)
    await site.add_card(user_id=user.id)
    ref = await site.charge()
    await site.meter(2_500, ref=ref)
    await site.end(ref, 3_000)
    await site.durable()
    client = await site.program(Role.VIEWER)
    (found,) = _csv((await client.get(EXPORT)).content)
    told = {name: found[name] for name in ("charger", "station", "user", "card", "energy_kwh")}
    assert told == {
        "charger": "Garage",
        "station": "Home",
        "user": "Driver",
        "card": f"Card {CARD}",
        "energy_kwh": "2.000",
    }


async def test_an_open_session_is_as_of_now(site: Site) -> None:
    await site.add_device()
    ref = await site.charge()
    await site.meter(2_500, ref=ref)
    client = await site.program(Role.VIEWER)
    (found,) = (await client.get(EXPORT, params={"format": "json"})).json()
    assert (found["energy_wh"], found["ended_at"]) == (1_500.0, None)


async def test_everybody_gets_their_own_stations_alone(site: Site) -> None:
    await site.add_station("office")
    await _keep(
        site.storage,
        session(1, station_id="home"),
        session(2, station_id="office"),
        session(3, station_id="x"),
    )
    browser = await site.browser(Role.VIEWER, ("office",))
    assert _ids(await browser.get(EXPORT), "csv") == {"s2"}
    assert _ids(await browser.get(EXPORT, params={"station": "home"}), "csv") == set()
    owner = await site.browser(Role.OWNER)
    assert _ids(await owner.get(EXPORT), "csv") == {"s1", "s2", "s3"}


@pytest.mark.parametrize(
    "query",
    [{"format": "pdf2"}, {"separator": "pipe"}, {"decimal": "dot"}, {"from": "yesterday"}, {"limit": "5"}],
)
async def test_what_cannot_be_asked_for(site: Site, query: dict[str, str]) -> None:
    client = await site.program(Role.VIEWER)
    answer = await client.get(EXPORT, params=query)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


async def test_what_is_gone_keeps_its_id_for_a_name(site: Site) -> None:
    by = Authorizer(AuthorizerKind.USER, "Bob", "gone")
    await _keep(site.storage, session(1, charger_id="gone", station_id="gone", authorized_by=by))
    client = await site.program(Role.VIEWER)
    (found,) = (await client.get(EXPORT, params={"format": "json"})).json()
    assert (found["charger"], found["station"], found["time_zone"], found["user"]) == (
        *("gone", "gone"),
        "UTC",
        "Bob",
    )


@pytest.mark.parametrize("wanted", list(TableFormat))
async def test_how_far_a_file_is_is_told_to_who_has_asked_for_it(site: Site, wanted: TableFormat) -> None:
    await site.add_device()
    await _keep(site.storage, *(session(n) for n in range(2 * PAGE + 20)))
    ana, bob = await site.user(Role.OWNER), await site.browser(Role.OWNER)
    here, total = await site.browser_of(ana), 2 * PAGE + 20
    entrance = (await site.people.sign_ins.of(ana.id))[0]
    told: list[tuple[int, int]] = []
    followed = Followed(owner_of_sign_in(entrance), "mine", total)
    pieces = site.services.exports.table(SessionQuery(), wanted, TableStyle(), followed)
    async with aclosing(pieces):
        async for _ in pieces:
            (shown,) = (await here.get("/api/exports")).json()["items"]
            assert shown["watch"] == "mine"
            told.append((shown["rows"], shown["total"]))
            assert (await bob.get("/api/exports")).json() == {"items": []}
    # A spreadsheet comes when all rows are in it.
    assert told[0] == (total if wanted is TableFormat.XLSX else PAGE, total)
    assert told[-1] == (total, total)
    assert (await here.get("/api/exports")).json() == {"items": []}, "it is made"


async def test_a_file_is_followed_by_the_name_it_was_asked_for_with(site: Site) -> None:
    await site.add_device()
    total = 6 * PAGE
    await _keep(site.storage, *(session(n, note="long " * 800) for n in range(total)))
    client = await site.browser(Role.VIEWER)
    asked = {"format": "json", "watch": "mine"}
    async with client.stream("GET", EXPORT, params=asked) as answer:
        # What nobody takes is not made: the file stops at what the network holds.
        await anext(answer.aiter_raw())
        (shown,) = (await client.get("/api/exports")).json()["items"]
        assert (shown["watch"], shown["total"]) == ("mine", total)
        assert 0 < shown["rows"] < total
    async with asyncio.timeout(10):
        while (await client.get("/api/exports")).json()["items"]:  # noqa: ASYNC110  (nobody tells)
            await asyncio.sleep(0.02)


# -- a file that is not whole is cut off -----------------------------------------------------------


async def test_a_file_that_cannot_be_finished_does_not_end_as_if_it_were() -> None:
    async def pieces() -> AsyncGenerator[bytes, None]:
        yield b"the beginning\r\n"
        raise ValueError("the disk is gone")

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await Download(pieces(), name="a.csv", media_type="text/csv")(scope, receive, send)

    async with served(app) as url, httpx.AsyncClient() as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get(url)


async def test_who_has_gone_is_not_written_for() -> None:
    ended = False
    written = 0

    async def pieces() -> AsyncGenerator[bytes, None]:
        nonlocal ended, written
        try:
            while True:
                written += 1
                yield b"x" * 10
        finally:
            ended = True

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        await asyncio.sleep(0)

    scope: Any = {}
    await Download(pieces(), name="a.csv", media_type="text/csv")(scope, receive, send)
    assert ended
    assert written < 5


# -- memory ------------------------------------------------------------------------------------------


async def _peak(storage: Storage, wanted: TableFormat, count: int) -> tuple[int, int]:
    """The most memory in use while so many sessions are streamed, and the size of the file."""
    exports = Exports(storage.archive, storage.book, SessionTables())
    query = SessionQuery(end=NOON + timedelta(minutes=count))
    size = 0
    tracemalloc.start()
    try:
        async for piece in exports.table(query, wanted, TableStyle()):
            size += len(piece)
        return tracemalloc.get_traced_memory()[1], size
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("wanted", "some"), [(TableFormat.CSV, 2 * PAGE), (TableFormat.JSON, 2 * PAGE), (TableFormat.XLSX, PAGE)]
)
async def test_five_times_the_sessions_take_no_more_memory(
    tmp_path: Any, wanted: TableFormat, some: int
) -> None:
    async with open_storage(f"sqlite:///{tmp_path / 'd.db'}", now=clock) as storage:
        await storage.book.save_station(HOME)
        storage.journal.device(DEVICE)
        await _keep(storage, *(session(n) for n in range(5 * some)))
        await _peak(storage, wanted, 10)  # what is loaded and cached once does not count
        few, small = await _peak(storage, wanted, some)
        many, large = await _peak(storage, wanted, 5 * some)
    assert large > 4 * small
    assert many - few < 2 * 1024 * 1024  # kept whole, the rows would be several times that
