"""What a listener must survive: broken frames, floods, half-open sockets, peers that do not read."""

import asyncio
import json
import os
import resource
import socket
import time
from collections.abc import AsyncIterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.chargers.conftest import MakeListener
from tests.chargers.ocpp.raw import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    RawStation,
    dialled,
    frame,
    request,
    upgraded,
)
from tests.chargers.recording import RecordedHub
from tests.chargers.station import Station, station
from tests.chargers.waiting import until

from chargedeck.chargers.ocpp.framing import LARGEST_FRAME
from chargedeck.chargers.ocpp.limits import Limits
from chargedeck.chargers.ocpp.listener import Listener
from chargedeck.chargers.ocpp.surroundings import Keepalive

SWIFT = Keepalive(sweep_s=0.05)
HEARTBEAT = b'[2,"m1","Heartbeat",{}]'


@pytest.fixture
async def raw(listener: Listener) -> AsyncIterator[RawStation]:
    """An upgraded connection whose bytes are ours to choose."""
    async with upgraded(listener.port) as connected:
        yield connected


# -- frames ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(frame(BINARY, HEARTBEAT), 1003, id="binary"),
        pytest.param(frame(TEXT, b'[2,"\xff","X",{}]'), 1007, id="not UTF-8"),
        pytest.param(frame(TEXT, b"\xc3("), 1007, id="not UTF-8, nor JSON"),
        pytest.param(frame(TEXT, b"x" * (LARGEST_FRAME + 1)), 1009, id="a frame too large"),
        pytest.param(
            frame(TEXT, b"x" * 40_000, last=False) + frame(CONTINUATION, b"x" * 40_000),
            1009,
            id="fragments too large together",
        ),
        pytest.param(frame(CONTINUATION, HEARTBEAT), 1002, id="a fragment of nothing"),
        pytest.param(
            frame(TEXT, b"[", last=False) + frame(TEXT, b"]"), 1002, id="a message within a message"
        ),
        pytest.param(frame(TEXT, HEARTBEAT, masked=False), 1002, id="not masked"),
        pytest.param(frame(0x3, HEARTBEAT), 1002, id="a kind that does not exist"),
        pytest.param(frame(PING, b"x" * 126), 1002, id="a ping too large"),
        pytest.param(
            b"\x81\xff" + (2**62).to_bytes(8, "big") + b"mask", 1009, id="a length of four exabytes"
        ),
    ],
)
async def test_frames_that_end_the_connection(
    raw: RawStation, hub: RecordedHub, data: bytes, code: int
) -> None:
    await raw.send(data)
    assert await raw.closed_with() == code
    await raw.send(frame(CLOSE, code.to_bytes(2, "big")))
    assert await raw.gone() == b""
    await until(lambda: hub.detached == hub.links["garage"])


async def test_fragments_are_put_together(raw: RawStation) -> None:
    await raw.send(frame(TEXT, HEARTBEAT[:5], last=False) + frame(CONTINUATION, HEARTBEAT[5:9], last=False))
    await raw.send(frame(PING, b"between"))
    assert await raw.receive() == (PONG, b"between")
    await raw.send(frame(CONTINUATION, HEARTBEAT[9:]))
    kind, payload = await raw.receive()
    assert (kind, json.loads(payload)[:2]) == (TEXT, [3, "m1"])


async def test_the_largest_frame_is_taken(raw: RawStation) -> None:
    start = b'[2,"m1","DataTransfer",{"vendorId":"x","data":"'
    end = b'"}]'
    await raw.send(frame(TEXT, start + b"x" * (LARGEST_FRAME - len(start) - len(end)) + end))
    assert json.loads((await raw.receive())[1]) == [3, "m1", {"status": "UnknownVendorId"}]


@pytest.mark.parametrize("code", [1000, 1001, 3000, 4711])
async def test_a_close_is_answered(raw: RawStation, code: int) -> None:
    await raw.send(frame(CLOSE, code.to_bytes(2, "big") + b"bye"))
    assert (await raw.receive())[0] == CLOSE
    assert await raw.gone() == b""


async def test_after_a_close_nothing_is_taken(raw: RawStation, hub: RecordedHub) -> None:
    await raw.send(frame(BINARY, b"") + frame(TEXT, b'[2,"m1","DataTransfer",{"vendorId":"x"}]'))
    assert await raw.closed_with() == 1003
    assert hub.desk("garage").notes == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
ACTIONS = st.sampled_from(
    ["BootNotification", "Heartbeat", "StatusNotification", "MeterValues", "StartTransaction", "Reset", "X"]
)
MESSAGES = (
    st.tuples(st.just(2), st.text(max_size=36), ACTIONS, JSON)
    | st.tuples(st.sampled_from([2, 3, 4, 5]), JSON, JSON)
    | st.lists(JSON, max_size=6)
).map(json.dumps)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(texts=st.lists(MESSAGES | st.text(max_size=80), min_size=1, max_size=10))
async def test_no_text_ends_the_connection_or_stays_without_its_answer(
    listener: Listener, texts: list[str]
) -> None:
    """A request that can be named is answered once; everything else is met with silence."""
    async with station(listener.port, f"fuzz-{time.monotonic_ns()}") as point:
        for text in texts:
            await point.send(text)
        assert "currentTime" in await point.call("Heartbeat")


# -- rate ------------------------------------------------------------------------------------------


async def test_a_device_in_a_hurry_is_slowed_down_and_answered(
    make_listener: MakeListener, hub: RecordedHub
) -> None:
    listener = await make_listener(Limits(messages_per_s=40, messages_burst=20), silent_s=1_000)
    async with upgraded(listener.port) as raw, station(listener.port, "other") as other:
        started = time.monotonic()
        await raw.send(b"".join(frame(TEXT, b'[2,"m%d","X",{}]' % n) for n in range(70)))
        for n in range(70):
            assert b'"m%d"' % n in (await raw.receive())[1]
        await raw.send(frame(TEXT, HEARTBEAT))
        await other.call("Heartbeat")
        heard = [1 for device, incoming, _ in hub.frames if device == "garage" and incoming]
        assert len(heard) == 70, "the other does not wait for the one in a hurry, who has to"
        assert b"currentTime" in (await raw.receive())[1]
        assert time.monotonic() - started > 1.15


async def test_a_device_that_waits_for_its_answers_is_held_to_its_rate(make_listener: MakeListener) -> None:
    listener = await make_listener(Limits(messages_per_s=100, messages_burst=10), silent_s=1_000)
    async with station(listener.port) as point:
        started = time.monotonic()
        for _ in range(50):
            await point.call("DataTransfer", {"vendorId": "x"})
        assert time.monotonic() - started > 0.35


async def test_a_flood_without_waiting_is_cut_off(make_listener: MakeListener, hub: RecordedHub) -> None:
    listener = await make_listener(
        Limits(messages_per_s=10, messages_burst=20, messages_ahead=50), silent_s=1_000
    )
    async with upgraded(listener.port) as raw, station(listener.port, "other") as other:
        await raw.send(frame(TEXT, b"[]") * 500)
        assert await raw.closed_with() == 1008
        await other.call("Heartbeat")
    assert len([1 for device, incoming, _ in hub.frames if device == "garage" and incoming]) < 100


async def test_zero_lifts_the_rate(make_listener: MakeListener) -> None:
    listener = await make_listener(Limits.at_rate(0), silent_s=1_000)
    async with upgraded(listener.port) as raw:
        await raw.send(frame(TEXT, b"[]") * 5_000 + frame(TEXT, HEARTBEAT))
        assert b"currentTime" in (await raw.receive())[1]


# -- addresses and half-open sockets ---------------------------------------------------------------


async def test_an_address_that_connects_too_often(make_listener: MakeListener) -> None:
    listener = await make_listener(Limits(connects_per_s=0.5, connects_burst=3))
    for _ in range(3):
        async with upgraded(listener.port):
            pass
    async with dialled(listener.port) as raw:
        await raw.send(request())
        answer = await raw.gone()
        assert answer.startswith(b"HTTP/1.1 429 ")
        assert b"Retry-After: 10" in answer


async def test_open_connections_of_an_address(make_listener: MakeListener) -> None:
    listener = await make_listener(Limits(connections_per_address=2))
    port = listener.port
    async with upgraded(port, "/ocpp/a1"), upgraded(port, "/ocpp/a2"), dialled(port) as raw:
        await raw.send(request("/ocpp/a3"))
        assert (await raw.gone()).startswith(b"HTTP/1.1 429 ")
    await until(lambda: listener.addresses.open == 0)
    async with upgraded(listener.port, "/ocpp/a3"):
        pass


@pytest.mark.parametrize(
    "beginning",
    [
        pytest.param(b"", id="not a word"),
        pytest.param(b"GET /ocpp/garage HTTP/1.1\r\n", id="half a request"),
    ],
)
async def test_half_open_connections_time_out(make_listener: MakeListener, beginning: bytes) -> None:
    listener = await make_listener(Limits(handshake_s=0.2), SWIFT)
    async with dialled(listener.port) as raw:
        await raw.send(beginning)
        assert await raw.gone() == b""
    await until(lambda: listener.addresses.open == 0)


async def test_a_slow_loris_times_out_however_often_it_moves(make_listener: MakeListener) -> None:
    listener = await make_listener(Limits(handshake_s=0.3), SWIFT)
    async with dialled(listener.port) as raw:
        gone = asyncio.create_task(raw.gone())
        started = time.monotonic()
        while not (gone.done() or raw.writer.is_closing()):
            raw.writer.write(b"X-A: b\r\n")
            await asyncio.sleep(0.02)
        assert await gone == b""
        assert time.monotonic() - started < 10, "it went on as long as it moved"


async def test_a_request_without_end_is_cut_off(listener: Listener) -> None:
    async with dialled(listener.port) as raw:
        await raw.send(b"GET /ocpp/garage HTTP/1.1\r\n" + b"X-A: b\r\n" * 2_000)
        assert (await raw.gone()).startswith(b"HTTP/1.1 431 ")


async def test_the_oldest_visitor_makes_room_for_a_new_one(make_listener: MakeListener) -> None:
    listener = await make_listener(Limits(handshakes=20))
    async with dialled(listener.port) as first:
        visitors = [await asyncio.open_connection("127.0.0.1", listener.port) for _ in range(20)]
        assert await first.gone() == b""
        async with upgraded(listener.port):
            pass
        for _, writer in visitors:
            writer.transport.abort()
    await until(lambda: listener.addresses.open == 0)


def resident_kib() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123  (a kernel file)
        return int(file.read().split()[1]) * resource.getpagesize() // 1024


async def test_ten_thousand_half_open_sockets(make_listener: MakeListener) -> None:
    """Opened as fast as they can be: memory stays bounded and a charger notices nothing."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    listener = await make_listener(Limits.at_rate(0), silent_s=1_000)
    opened: list[socket.socket] = []
    try:
        async with station(listener.port) as point:
            before, slowest = resident_kib(), 0.0
            for _ in range(100):
                for _ in range(100):
                    opened.append(socket.socket())
                    opened[-1].setblocking(False)
                    opened[-1].connect_ex(("127.0.0.1", listener.port))
                started = time.monotonic()
                await point.call("Heartbeat")
                slowest = max(slowest, time.monotonic() - started)
                assert listener.addresses.open <= Limits().handshakes + 200
            assert len(opened) == 10_000
            assert resident_kib() - before < 30_000
            assert slowest < 5, "a charger gives up after 30 s"
    finally:
        for half_open in opened:
            half_open.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_out_of_file_descriptors(make_listener: MakeListener, caplog: pytest.LogCaptureFixture) -> None:
    """Nobody can be accepted for a moment; those who are there go on, and newcomers get in later."""
    listener = await make_listener(keepalive=SWIFT, silent_s=1_000)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    async with station(listener.port) as point, dialled(listener.port) as early:
        newcomer = socket.socket()
        newcomer.setblocking(False)
        free = os.dup(newcomer.fileno())
        os.close(free)
        resource.setrlimit(resource.RLIMIT_NOFILE, (free, hard))
        try:
            newcomer.connect_ex(("127.0.0.1", listener.port))
            await until(lambda: "no connection can be accepted" in caplog.text)
            await point.call("Heartbeat")
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        reader, writer = await asyncio.open_connection(sock=newcomer)
        late = RawStation(reader, writer)
        for raw in (early, late):
            await raw.send(request("/ocpp/x1"))
            assert (await raw.head()).startswith(b"HTTP/1.1 101 ")
        writer.close()


# -- silence ---------------------------------------------------------------------------------------

QUICK = Keepalive(interval_s=0.2, patience_s=0.5, pong_s=0.2, sweep_s=0.05)


async def test_a_silent_device_is_asked_and_given_up(make_listener: MakeListener, hub: RecordedHub) -> None:
    listener = await make_listener(keepalive=QUICK, silent_s=1_000)
    async with upgraded(listener.port) as dead, station(listener.port, "alive") as alive:
        assert (await dead.receive())[0] == PING
        assert await dead.closed_with() == 1001
        await alive.call("Heartbeat")
    assert hub.desk("garage").link is None
    assert hub.desk("alive").seen_count > 2


async def test_whether_a_device_answers(make_listener: MakeListener, hub: RecordedHub) -> None:
    listener = await make_listener(keepalive=QUICK, silent_s=1_000)
    async with upgraded(listener.port), station(listener.port, "alive") as alive:
        await alive.call("Heartbeat")
        dead, living = hub.links["garage"][0], hub.links["alive"][0]
        answers = await asyncio.gather(dead.answers(), living.answers(), living.answers())
        assert tuple(answers) == (False, True, True)
        waiting = asyncio.create_task(dead.answers())
        await asyncio.sleep(0)
        dead.close("enough")
        assert not await waiting


async def test_a_device_that_does_not_read_is_not_read_either(
    make_listener: MakeListener, hub: RecordedHub
) -> None:
    """Its answers would fill our memory; when it stays so, it is given up."""
    listener = await make_listener(
        Limits.at_rate(0), keepalive=Keepalive(0.5, 1.5, sweep_s=0.05), silent_s=1_000
    )
    async with upgraded(listener.port) as raw, station(listener.port, "other") as other:
        call = frame(TEXT, b'[2,"%s","Heartbeat",{}]' % (b"m" * 64)) * 500
        sending = asyncio.create_task(_send_on(raw, call))
        await until(lambda: hub.desk("garage").link is None, seconds=15)
        await other.call("Heartbeat")
        sending.cancel()
    answered = sum(len(data) for device, incoming, data in hub.frames if device == "garage" and not incoming)
    assert answered < 20_000_000


async def _send_on(raw: RawStation, data: bytes) -> None:
    while True:
        await raw.send(data)


async def test_other_stations_go_on(listener: Listener) -> None:
    async with station(listener.port, "good") as good:
        for number in range(20):
            async with upgraded(listener.port, f"/ocpp/bad{number}") as bad:
                await bad.send(frame(TEXT, b"[" * 60_000))
                await bad.send(frame(BINARY, b"x"))
                assert await bad.closed_with() == 1003
            await _lives(good)


async def _lives(point: Station) -> None:
    assert "currentTime" in await point.call("Heartbeat")
