"""The HTTP of one device, on real sockets: kept connections, bounds of size and time, nothing followed."""

import asyncio
import base64
from ipaddress import ip_network

import pytest
from tests.chargers.lektrico.replayed import FORMS, GONE, SILENT, Raw, Replayed, replayed, response

from chargedeck.chargers.lektrico import http
from chargedeck.chargers.lektrico.addresses import Address
from chargedeck.chargers.lektrico.http import LARGEST_ANSWER, Credentials, Http
from chargedeck.chargers.lektrico.troubles import NotAllowedError, NotUnderstoodError, UnreachableError

LOOPBACK = (ip_network("127.0.0.0/8"),)


def client(device: Replayed, credentials: Credentials | None = None) -> Http:
    return Http(Address("127.0.0.1", device.port), LOOPBACK, credentials)


async def test_one_connection_serves_all_requests_one_after_the_other() -> None:
    async with replayed({"a": {"n": 1}}) as device:
        http_ = client(device)
        answers = await asyncio.gather(*(http_.request("GET", "/rpc/a") for _ in range(5)))
        assert {answer.body for answer in answers} == {b'{"n": 1}'}
        assert (device.connections, len(device.asked)) == (1, 5)
        http_.close()


@pytest.mark.parametrize(("raw", "body"), FORMS.values(), ids=FORMS)
async def test_an_answer_may_come_in_any_form(raw: Raw, body: bytes) -> None:
    async with replayed({"a": raw}) as device:
        http_ = client(device)
        assert (await http_.request("GET", "/rpc/a")).body == body
        http_.close()


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(Raw(response(b"x" * LARGEST_ANSWER)), id="too long"),
        pytest.param(Raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * LARGEST_ANSWER), id="a head without an end"),
        pytest.param(Raw(b"SSH-2.0-OpenSSH_9.2\r\n"), id="something else than HTTP"),
        pytest.param(
            Raw(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"), id="upgrade"
        ),
    ],
)
async def test_what_is_no_answer_is_said_to_be_none(raw: Raw) -> None:
    async with replayed({"a": raw}) as device:
        with pytest.raises((NotUnderstoodError, UnreachableError)):
            await client(device).request("GET", "/rpc/a", seconds=1)


async def test_an_endless_answer_ends_and_takes_no_memory() -> None:
    endless = asyncio.Event()

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            while True:
                writer.write(b"400\r\n" + b"x" * 1024 + b"\r\n")
                await writer.drain()
        except ConnectionError:
            endless.set()
        finally:
            writer.close()

    server = await asyncio.start_server(pour, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        with pytest.raises(NotUnderstoodError, match="does not end"):
            await Http(Address("127.0.0.1", port), LOOPBACK).request("GET", "/rpc/a")
        async with asyncio.timeout(5):
            await endless.wait()


async def test_silence_ends_when_the_time_is_up_and_the_next_request_connects_anew() -> None:
    async with replayed({"slow": SILENT, "a": {"n": 1}}) as device:
        http_ = client(device)
        with pytest.raises(UnreachableError, match=r"no answer within 0\.2 s"):
            await http_.request("GET", "/rpc/slow", seconds=0.2)
        assert (await http_.request("GET", "/rpc/a")).body == b'{"n": 1}'
        assert device.connections == 2
        http_.close()


async def test_a_reading_is_asked_again_where_the_kept_connection_was_closed() -> None:
    async with replayed({"a": {"n": 1}}) as device:
        http_ = client(device)
        await http_.request("GET", "/rpc/a")
        device.overrides = lambda _: GONE if len(device.asked) == 2 else None
        assert (await http_.request("GET", "/rpc/a")).body == b'{"n": 1}'
        assert len(device.asked) == 3
        http_.close()


async def test_a_write_is_never_sent_twice() -> None:
    async with replayed({"a": {"n": 1}}) as device:
        http_ = client(device)
        await http_.request("GET", "/rpc/a")
        device.overrides = lambda request: GONE if request.body else None
        with pytest.raises(UnreachableError):
            await http_.request("POST", "/rpc", b'{"method": "b"}')
        assert len(device.asked) == 2
        http_.close()


async def test_after_its_end_nothing_is_asked_any_more() -> None:
    async with replayed({"a": {}}) as device:
        http_ = client(device)
        await http_.request("GET", "/rpc/a")
        http_.end()
        with pytest.raises(UnreachableError):
            await http_.request("GET", "/rpc/a")
        assert device.connections == 1


async def test_nobody_there_is_told_with_the_address() -> None:
    async with replayed({}) as device:
        http_ = client(device)
        address = device.address
    with pytest.raises(UnreachableError, match=f"Nothing answers at {address}"):
        await http_.request("GET", "/rpc/a")


async def test_no_connection_is_made_to_where_devices_may_not_be() -> None:
    async with replayed({"a": {}}) as device:
        http_ = Http(Address("127.0.0.1", device.port), (ip_network("10.0.0.0/8"),))
        with pytest.raises(NotAllowedError, match="CHARGEDECK_DEVICE_NETWORKS"):
            await http_.request("GET", "/rpc/a")
        assert device.connections == 0


async def test_a_password_is_shown_to_the_device_and_to_nobody_else() -> None:
    credentials = Credentials("ana", "s3cret")
    assert "s3cret" not in repr(credentials)
    async with replayed({"a": {}}) as device:
        http_ = client(device, credentials)
        await http_.request("GET", "/rpc/a")
        sent = device.asked[0].headers["authorization"]
        assert base64.b64decode(sent.removeprefix("Basic ")) == b"ana:s3cret"
        http_.close()


async def test_what_nobody_asked_for_ends_the_connection() -> None:
    async with replayed({"a": Raw(response(b"{}") + b"more", keeps=True)}) as device:
        http_ = client(device)
        for _ in range(3):
            answer = await http_.request("GET", "/rpc/a")
            assert answer.body == b"{}"
        assert device.connections >= 1
        http_.close()


async def test_a_connection_that_is_not_made_in_time_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    # A documentation address: packets to it go nowhere, and nobody may be asked there but in this test.
    monkeypatch.setattr(http, "CONNECT_S", 0.05)
    http_ = Http(Address("192.0.2.1"), (ip_network("192.0.2.0/24"),))
    with pytest.raises(UnreachableError):
        await http_.request("GET", "/rpc/a")
