"""The device's own HTTP: clients that are slow, rude or gone, and a network that is cut."""

import asyncio

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.simulator.lektrico.residence import Residence, passes, residence

from chargedeck.simulator.lektrico.household import Network
from chargedeck.simulator.lektrico.http import Connection, Manner
from chargedeck.simulator.lektrico.nameplate import Kind, Nameplate
from chargedeck.simulator.lektrico.rpc import Reply, Request
from chargedeck.simulator.lektrico.run import Plan, run
from chargedeck.simulator.lektrico.unit import Login
from chargedeck.simulator.problems import PlanError

PLATE = Nameplate(Kind.CHARGER_1P7K, 500_006)
FRAGMENTS = (
    *(b"GET / HTTP/1.1\r\n", b"POST /rpc HTTP/1.1\r\n", b"Content-Length: 2\r\n", b"\r\n", b"{}"),
    *(b"Transfer-Encoding: chunked\r\n\r\n", b"5\r\n", b"0\r\n\r\n", b"Authorization: \xff\r\n"),
    *(b"Connection: upgrade\r\nUpgrade: h2c\r\n", b"Content-Length: 99999999999999999999\r\n"),
)
GET = b"GET /rpc/Device_id.Get HTTP/1.1\r\nHost: x\r\n\r\n"


class Wire(asyncio.Transport):
    """The other side of a connection, which keeps what it is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self._reading = True
        self._closing = False

    def pause_reading(self) -> None:
        self._reading = False

    def resume_reading(self) -> None:
        self._reading = True

    def is_reading(self) -> bool:
        return self._reading

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)

    def close(self) -> None:
        self._closing = True

    def is_closing(self) -> bool:
        return self._closing


async def exchange(home: Residence, data: bytes, *, parts: int = 1) -> bytes:
    """Send bytes as they are, and read until the device hangs up or falls silent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", home.unit().door.port)
    size = -(-len(data) // parts)
    for start in range(0, len(data), size):
        writer.write(data[start : start + size])
        await writer.drain()
    answer = b""
    try:
        async with asyncio.timeout(0.5):
            while part := await reader.read(65536):
                answer += part
    except (TimeoutError, ConnectionError):
        pass
    writer.close()
    return answer


async def test_requests_in_a_row_and_in_pieces(home: Residence) -> None:
    assert (await exchange(home, GET * 5)).count(b"1p7k_500006") == 5
    assert (await exchange(home, GET, parts=len(GET))).count(b"1p7k_500006") == 1
    closing = GET.replace(b"Host", b"Connection: close\r\nHost")
    assert b"Connection: close" in await exchange(home, closing)
    old = await exchange(home, b"GET /rpc/Device_id.Get HTTP/1.0\r\n\r\n")
    assert old.startswith(b"HTTP/1.1 200 OK")


async def test_a_client_that_does_not_read_is_not_read_from() -> None:
    manner = Manner()
    connection = Connection(lambda _request, _login: (Reply(200, b"{}"), manner), set(), is_dead=False)
    wire = Wire()
    connection.connection_made(wire)
    connection.data_received(GET)
    assert wire.is_reading()
    connection.pause_writing()
    assert not wire.is_reading()
    connection.resume_writing()
    assert wire.is_reading()
    manner = Manner(delay_s=0.05)
    connection.data_received(GET)
    connection.pause_writing()
    connection.resume_writing()
    assert not wire.is_reading(), "an answer waits"

    async def answered_twice() -> bool:
        return wire.written.count(b"HTTP/1.1 200") == 2

    await passes(answered_twice)
    assert wire.is_reading()
    connection.die()
    connection.pause_writing()
    connection.resume_writing()
    assert not wire.is_reading(), "the network is gone"
    connection.connection_lost(None)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200, b"400"),
        (b"FETCH / HTTP/1.1\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 40_000 + b"\r\n\r\n", b"413"),
        (b"POST /rpc HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" + b"y" * 40_000, b"413"),
    ],
)
async def test_what_is_no_request_or_too_much(home: Residence, data: bytes, status: bytes) -> None:
    assert (await exchange(home, data)).startswith(b"HTTP/1.1 " + status)
    assert await home.get("Device_id.Get") == {"device_id": "1p7k_500006"}


async def test_a_password(home: Residence) -> None:
    async with residence(PLATE, network=Network(login=Login("owner", "a secret"))) as guarded:
        for auth in (None, ("owner", "wrong"), ("guest", "a secret")):
            answer = await guarded.http.get(guarded.url("/rpc/Device_id.Get"), auth=auth)
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"].startswith("Basic")
        answer = await guarded.http.get(guarded.url("/"), auth=("owner", "a secret"))
        assert answer.status_code == 200
        assert "a secret" not in repr(guarded.household)


async def test_a_cut_network_answers_nothing_and_comes_back(home: Residence) -> None:
    await home.info()  # a connection that is kept
    state = await home.do("cut")
    assert state["chargers"][0]["network"] == "cut"
    for _ in range(2):  # the kept connection, then a new one
        with pytest.raises(httpx.TimeoutException):
            await home.http.get(home.url("/rpc/Device_id.Get"), timeout=0.2)
    waiting = asyncio.create_task(home.http.get(home.url("/rpc/Device_id.Get")))
    await asyncio.sleep(0.05)
    await home.do("restore")
    with pytest.raises(httpx.TransportError):
        await waiting
    assert await home.get("Device_id.Get") == {"device_id": "1p7k_500006"}
    assert await home.get("Device_id.Get", 1) == {"device_id": "3p22k_500007"}


async def test_a_reboot_refuses_connections_and_keeps_the_session(home: Residence) -> None:
    await home.do("plug")
    before = await home.until(lambda seen: seen["session_energy"] > 10)
    await home.frame("dynamic_current.set", {"dynamic_current": 10})
    port = home.unit().door.port
    await home.do("speed", factor=20)
    state = await home.do("reboot")
    assert state["chargers"][0]["online"] is False
    with pytest.raises(httpx.TransportError):
        await home.http.get(home.url("/rpc/Device_id.Get"))
    await passes(lambda: _answers(home))
    assert home.unit().door.port == port
    after = await home.info()
    assert after["session_id"] == before["session_id"]
    assert after["session_energy"] >= before["session_energy"]
    assert after["dynamic_current"] == 32


async def _answers(home: Residence, place: int = 0) -> bool:
    try:
        await home.get("Device_id.Get", place)
    except httpx.TransportError:
        return False
    return True


async def _is_silent(home: Residence, place: int = 0) -> bool:
    return not await _answers(home, place)


async def test_a_reset_over_rpc_waits_for_the_session_then_restarts(home: Residence) -> None:
    await home.do("plug")
    assert (await home.frame("device.reset"))["result"] is True
    await home.do("wait", seconds=60)
    assert (await home.info())["session_id"] == 1
    await home.do("speed", factor=5)
    await home.frame("charge.stop")
    await passes(lambda: _is_silent(home))
    await passes(lambda: _answers(home))


async def test_a_module_resets_at_once(home: Residence) -> None:
    await home.do("speed", factor=5)
    assert (await home.frame("device.reset", place=3))["result"] is True
    await passes(lambda: _is_silent(home, 3))
    await passes(lambda: _answers(home, 3))


async def test_a_taken_port_is_said_in_words(home: Residence) -> None:
    plan = Plan((PLATE,), Network(port=home.unit().door.port))
    with pytest.raises(PlanError, match="cannot listen on 127"):
        await run(plan)


@given(st.lists(st.sampled_from(FRAGMENTS) | st.binary(max_size=40), max_size=8))
@settings(max_examples=40, deadline=None)
def test_no_bytes_bring_it_down(parts: list[bytes]) -> None:
    answers: list[bytes] = []
    connections: set[Connection] = set()

    def answering(request: Request, _authorization: str | None) -> tuple[Reply, Manner]:
        answers.append(request.body)
        return Reply(200, b"{}"), Manner()

    connection = Connection(answering, connections, is_dead=False)
    transport = Wire()
    connection.connection_made(transport)
    for part in parts:
        if not transport.is_closing():
            connection.data_received(part)
    connection.connection_lost(None)
    assert not connections
    assert transport.written.count(b"HTTP/1.1 ") >= len(answers)
