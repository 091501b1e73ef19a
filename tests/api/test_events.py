"""The event stream on real sockets: snapshot, patches, resume, lag, and its end."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.api.site import PASSWORD, Site, site_in
from tests.live.screen import Message, Screen, parsed

from chargedeck.api.access import COOKIE
from chargedeck.api.event_stream import EventStream
from chargedeck.domain.events import OutletState
from chargedeck.domain.problems import StorageUnavailableError
from chargedeck.hub.records import Role
from chargedeck.live.board import Board
from chargedeck.live.ports import Scope


class Listener:
    """A browser that listens."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.screen = Screen()
        self._bytes = answer.aiter_raw()
        self._rest = b""
        self._unread: list[Message] = []

    async def next(self, event: str) -> Message:
        """The next event of a kind; what comes before it is taken in too."""
        async with asyncio.timeout(5):
            while True:
                while self._unread:
                    message = self._unread.pop(0)
                    if message.event == event:
                        return message
                await self._read()

    async def _read(self) -> None:
        self._rest += await anext(self._bytes)
        whole, _, self._rest = self._rest.rpartition(b"\n\n")
        if whole:
            self.screen.take(whole + b"\n\n")
            self._unread += parsed(whole + b"\n\n")

    async def ended(self) -> None:
        """Read until the server ends the stream."""
        async with asyncio.timeout(5):
            while True:
                try:
                    await self._read()
                except StopAsyncIteration:
                    return


@asynccontextmanager
async def listening(client: httpx.AsyncClient, query: str = "", **headers: str) -> AsyncIterator[Listener]:
    async with client.stream("GET", f"/api/events{query}", headers=headers) as answer:
        assert answer.status_code == 200, await answer.aread()
        yield Listener(answer)


async def test_the_stream_begins_with_everything_and_goes_on_with_patches(site: Site) -> None:
    await site.add_device()
    async with listening(await site.browser(Role.OPERATOR)) as stream:
        assert stream.answer.headers["content-type"] == "text/event-stream"
        assert stream.answer.headers["cache-control"] == "no-store"
        snapshot = (await stream.next("snapshot")).data
        assert [one["id"] for one in snapshot["chargers"]] == ["garage"]
        assert [one["id"] for one in snapshot["stations"]] == ["home"]
        assert [one["id"] for one in snapshot["devices"]] == ["garage"]
        site.status(OutletState.PREPARING)
        patch = (await stream.next("charger")).data
        assert patch["id"] == "garage"
        assert patch["patch"]["plugged"] is True
        assert "name" not in patch["patch"]
        assert patch["seq"] == patch["patch"]["seq"] > snapshot["chargers"][0]["seq"]


async def test_the_first_thing_is_the_snapshot_and_then_a_heartbeat(site: Site) -> None:
    async with listening(await site.browser(Role.VIEWER)) as stream:
        chunk = await anext(stream._bytes)
        assert chunk.startswith(b"retry: ")
        assert [message.event for message in parsed(chunk)] == ["snapshot", "heartbeat"]


async def test_who_is_no_operator_hears_of_no_devices(site: Site) -> None:
    await site.add_device()
    async with listening(await site.browser(Role.DRIVER)) as stream:
        assert "devices" not in (await stream.next("snapshot")).data
        site.connect()
        site.status(OutletState.PREPARING)
        await stream.next("charger")
        assert ("device", "garage") not in stream.screen.state


async def test_a_session_is_told_from_begin_to_end(site: Site) -> None:
    await site.add_device()
    async with listening(await site.browser(Role.VIEWER)) as stream:
        await stream.next("snapshot")
        ref = await site.charge()
        begun = (await stream.next("session")).data
        assert begun["patch"]["ended_at"] is None
        await site.end(ref, 2_500)
        ended = (await stream.next("session")).data
        assert ended["id"] == begun["id"]
        assert ended["patch"]["energy_wh"] == 1_500
        assert ended["seq"] > begun["seq"]


async def test_only_what_was_asked_for(site: Site) -> None:
    await site.add_station("office")
    await site.add_device("garage", "home")
    await site.add_device("desk", "office")
    client = await site.browser(Role.OWNER)
    async with listening(client, "?station=office") as office, listening(client, "?charger=garage") as garage:
        first = (await office.next("snapshot")).data
        assert [one["id"] for one in first["chargers"]] == ["desk"]
        assert [one["id"] for one in (await garage.next("snapshot")).data["chargers"]] == ["garage"]
        site.status(OutletState.PREPARING, "garage")
        site.status(OutletState.PREPARING, "desk")
        assert (await office.next("charger")).data["id"] == "desk"
        assert (await garage.next("charger")).data["id"] == "garage"


@pytest.mark.parametrize("how", ["header", "query"])
async def test_a_stream_resumes_where_it_broke(site: Site, how: str) -> None:
    await site.add_device()
    client = await site.browser(Role.VIEWER)
    async with listening(client) as stream:
        await stream.next("snapshot")
        position = stream.screen.last_id
    assert position is not None
    site.status(OutletState.PREPARING)
    query, headers = (
        ("", {"Last-Event-ID": position}) if how == "header" else (f"?last_event_id={position}", {})
    )
    async with listening(client, query, **headers) as again:
        missed = await again.next("charger")
        assert missed.data["patch"]["plugged"] is True
        assert again.screen.snapshots == 0


async def test_a_stream_ends_with_its_sign_in(site: Site) -> None:
    user = await site.user(Role.VIEWER)
    here, there = await site.browser_of(user), await site.browser_of(user)
    async with listening(here) as mine, listening(there) as other:
        await mine.next("snapshot")
        await other.next("snapshot")
        assert (await here.post("/api/logout")).status_code == 204
        await mine.ended()
        assert site.services.board.stats.readers == 1


@pytest.mark.parametrize("deed", ["role", "stations", "password", "removed"])
async def test_a_stream_ends_when_the_rights_of_who_listens_change(site: Site, deed: str) -> None:
    user = await site.user(Role.DRIVER)
    owner = await site.browser(Role.OWNER)
    path = f"/api/users/{user.id}"
    async with listening(await site.browser_of(user)) as stream:
        await stream.next("snapshot")
        answer = {
            "role": lambda: owner.patch(path, json={"role": "viewer"}),
            "stations": lambda: owner.patch(path, json={"station_ids": []}),
            "password": lambda: owner.patch(path, json={"password": PASSWORD + "!"}),
            "removed": lambda: owner.delete(path),
        }[deed]()
        assert (await answer).status_code in (200, 204)
        await stream.ended()
    assert site.services.board.stats.readers == 0


async def test_a_stream_ends_with_its_token(site: Site) -> None:
    owner = await site.browser(Role.OWNER)
    token = (await owner.post("/api/tokens", json={"name": "t", "role": "viewer"})).json()
    program = await site.client(Authorization=f"Bearer {token['token']}")
    async with listening(program) as stream:
        await stream.next("snapshot")
        assert (await owner.delete(f"/api/tokens/{token['id']}")).status_code == 204
        await stream.ended()
    assert (await program.get("/api/me")).status_code == 401


async def test_a_stream_ends_when_another_process_revokes(tmp_path: Path, empty_database: Path) -> None:
    async with site_in(tmp_path, empty_database, stream_recheck_s=0.0) as site:
        user = await site.user(Role.VIEWER)
        await site.add_device()
        async with listening(await site.browser_of(user)) as stream:
            await stream.next("snapshot")
            await site.storage.book.delete_sign_ins(user.id)
            site.status(OutletState.PREPARING)
            await stream.ended()


async def test_a_stream_ends_with_the_server(site: Site) -> None:
    async with listening(await site.browser(Role.VIEWER)) as stream:
        await stream.next("snapshot")
        site.services.board.close()
        await stream.ended()


async def test_a_browser_that_goes_is_forgotten(site: Site) -> None:
    async with listening(await site.browser(Role.VIEWER)) as stream:
        await stream.next("snapshot")
        assert site.services.board.stats.readers == 1
    async with asyncio.timeout(5):
        while site.services.board.stats.readers:  # noqa: ASYNC110  (the server sees it when it does)
            await asyncio.sleep(0.01)


async def test_a_browser_that_takes_nothing_gets_a_fresh_snapshot_later(site: Site) -> None:
    """Its socket's buffers fill, then its queue: it loses the queue, nobody else loses anything."""
    await site.add_device()
    user = await site.user(Role.OPERATOR)
    slow_client, quick_client = await site.browser_of(user), await site.browser_of(user)
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    slow.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(slow, ("127.0.0.1", site.port))
    cookie = slow_client.cookies[COOKIE]
    await loop.sock_sendall(
        slow, f"GET /api/events HTTP/1.1\r\nHost: localhost\r\nCookie: {COOKIE}={cookie}\r\n\r\n".encode()
    )
    charger = site.fleet.charger("garage")
    async with listening(quick_client) as quick:
        await quick.next("snapshot")
        text = "x" * 60_000
        for number in range(200):
            charger.device_word = f"{number} {text}"
            charger.changed(site.clock(), urgent=True)
            assert (await quick.next("charger")).data["patch"]["device_status"].startswith(f"{number} ")
            if site.services.board.stats.lags:
                break
        assert site.services.board.stats.lags == 1
        assert quick.screen.snapshots == 1
        received = await _until_quiet(slow)
        assert received.count(b"event: snapshot") == 2
    slow.close()


async def _until_quiet(slow: socket.socket) -> bytes:
    loop, received = asyncio.get_running_loop(), b""
    while received.count(b"event: snapshot") < 2:
        async with asyncio.timeout(5):
            received += await loop.sock_recv(slow, 1 << 20)
    return received


async def test_only_so_many_streams(tmp_path: Path, empty_database: Path) -> None:
    async with site_in(tmp_path, empty_database, most_streams=1) as site:
        client = await site.browser(Role.VIEWER)
        async with listening(client) as stream:
            await stream.next("snapshot")
            answer = await client.get("/api/events")
            assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")


async def test_one_person_holds_only_so_many_streams(tmp_path: Path, empty_database: Path) -> None:
    """Over all their browsers and programs; nobody else has fewer for it."""
    async with site_in(tmp_path, empty_database, most_streams_of_one=2) as site, AsyncExitStack() as stack:

        async def opened(client: httpx.AsyncClient) -> int:
            answer = await stack.enter_async_context(client.stream("GET", "/api/events"))
            if answer.status_code == 429:
                assert answer.headers["Retry-After"]
            return answer.status_code

        driver = await site.user(Role.DRIVER)
        phone, laptop = await site.browser_of(driver), await site.browser_of(driver)
        assert [await opened(one) for one in (phone, laptop, phone, laptop)] == [200, 200, 429, 429]
        for other in (
            await site.browser(Role.DRIVER),
            await site.browser(Role.OWNER),
            await site.program(Role.VIEWER),
        ):
            assert await opened(other) == 200
        owner = await site.browser(Role.OWNER)
        assert [await opened(owner) for _ in range(3)] == [200, 200, 200]
        site.services.board.close_readers(f"user:{driver.id}")
        assert await opened(phone) == 200


async def test_a_stream_that_hangs_after_its_end_is_let_go() -> None:
    """The browser takes nothing, so the last write never returns."""
    board = Board(asyncio.get_running_loop())
    reader = board.open(Scope(), owner="a")
    written = asyncio.Event()

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            written.set()
            await asyncio.Event().wait()

    async def receive() -> Any:
        await asyncio.Event().wait()

    async def welcome() -> bool:
        return True

    stream = EventStream(reader, welcome, recheck_s=15, grace_s=0.01)
    serving = asyncio.create_task(stream({}, receive, send))  # type: ignore[arg-type]  # no scope is needed
    await written.wait()
    board.close_readers("a")
    async with asyncio.timeout(5):
        await serving
    board.close()


async def test_a_stream_whose_sign_in_cannot_be_checked_ends() -> None:
    """Else nobody would notice that its browser has gone, or may not listen any more."""
    board = Board(asyncio.get_running_loop())
    reader = board.open(Scope(), owner="a")

    async def send(message: Any) -> None:
        assert message["type"].startswith("http.response.")

    async def receive() -> Any:
        await asyncio.Event().wait()

    async def welcome() -> bool:
        raise StorageUnavailableError

    stream = EventStream(reader, welcome, recheck_s=0.01)
    async with asyncio.timeout(5):
        with pytest.raises(StorageUnavailableError):
            await stream({}, receive, send)  # type: ignore[arg-type]  # no scope is needed
    assert reader.ended.done()
    assert board.stats.readers == 0
    board.close()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
async def test_no_other_page_may_listen(site: Site, headers: dict[str, str], status: int) -> None:
    browser = await site.browser(Role.VIEWER)
    del browser.headers["Origin"]
    assert (await browser.get("/api/events", headers=headers)).status_code == status


async def test_an_answer_and_the_stream_agree(site: Site) -> None:
    await site.add_device()
    driver = await site.browser(Role.OPERATOR)
    async with listening(driver) as stream:
        await stream.next("snapshot")
        answered: dict[str, Any] = (await driver.patch("/api/chargers/garage", json={"name": "Left"})).json()
        while (await stream.next("charger")).data["seq"] < answered["seq"]:
            pass
        assert stream.screen.state["charger", "garage"]["name"] == answered["name"] == "Left"
        read = (await driver.get("/api/chargers/garage")).json()
        assert read["seq"] == stream.screen.state["charger", "garage"]["seq"]
