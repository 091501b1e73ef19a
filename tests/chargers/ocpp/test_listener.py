"""Coming in: versions, passwords, refusals and replacement, over real sockets."""

import asyncio
from http import HTTPStatus

import pytest
from tests.chargers.conftest import MakeListener
from tests.chargers.ocpp.raw import TEXT, dialled, frame, request
from tests.chargers.recording import RecordedHub
from tests.chargers.station import station
from tests.chargers.waiting import until
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from chargedeck.chargers.ocpp.limits import Limits
from chargedeck.chargers.ocpp.listener import Listener
from chargedeck.chargers.ocpp.surroundings import Keepalive
from chargedeck.domain.problems import UnknownResourceError
from chargedeck.hub.devices import Admission


async def refused(listener: Listener, path: str, **headers: str) -> tuple[int, dict[str, str]]:
    """The status and headers that a client gets instead of a WebSocket."""
    with pytest.raises(InvalidStatus) as raised:
        async with connect(
            f"ws://127.0.0.1:{listener.port}{path}", additional_headers=headers, proxy=None, compression=None
        ):
            pass
    return raised.value.response.status_code, dict(raised.value.response.headers.raw_items())


# -- versions --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("offers", "chosen"),
    [
        (("ocpp1.6",), "ocpp1.6"),
        (("ocpp2.1", "ocpp2.0.1", "ocpp1.6"), "ocpp1.6"),
        (("OCPP1.6",), "OCPP1.6"),
    ],
)
async def test_the_version_that_is_chosen(listener: Listener, offers: tuple[str, ...], chosen: str) -> None:
    async with station(listener.port, offers=offers) as point:
        assert point.socket.subprotocol == chosen
        await point.call("Heartbeat")


async def test_versions_that_nobody_speaks_are_turned_away_after_the_upgrade(
    listener: Listener, hub: RecordedHub
) -> None:
    async with station(listener.port, offers=("ocpp1.5", "ocpp2.0")) as point:
        assert point.socket.subprotocol is None
        assert (await point.closed())[0] == 1002
    assert hub.links == {}


async def test_without_an_offer_a_device_speaks_what_it_is_registered_with(
    listener: Listener, hub: RecordedHub
) -> None:
    hub.drivers["garage"] = "ocpp16"
    async with station(listener.port, offers=()) as point:
        assert point.socket.subprotocol is None
        await point.call("Heartbeat")


@pytest.mark.parametrize("driver", [None, "lektrico", "ocpp201"])
async def test_without_an_offer_an_unknown_device_is_turned_away(
    listener: Listener, hub: RecordedHub, driver: str | None
) -> None:
    if driver is not None:
        hub.drivers["garage"] = driver
    async with station(listener.port, offers=()) as point:
        assert (await point.closed())[0] == 1002
    assert hub.links == {}


# -- who may come in -------------------------------------------------------------------------------


@pytest.mark.parametrize("at_once", [True, False])
async def test_passwords(listener: Listener, hub: RecordedHub, at_once: bool) -> None:
    hub.at_once = at_once
    hub.passwords["garage"] = b"\xde\xad\x00\xbe"
    async with station(listener.port, password=b"\xde\xad\x00\xbe") as point:
        await point.call("Heartbeat")
    for wrong in (b"wrong", b"", None):
        with pytest.raises(InvalidStatus) as raised:
            async with station(listener.port, password=wrong):
                pass
        response = raised.value.response
        assert response.status_code == HTTPStatus.UNAUTHORIZED
        assert response.headers["WWW-Authenticate"] == 'Basic realm="ChargeDeck OCPP"'


async def test_what_the_door_is_told(listener: Listener, hub: RecordedHub) -> None:
    async with station(listener.port, "CP*1", password=b"secret"):
        pass
    assert hub.asked == [("CP*1", b"secret", "127.0.0.1", "ocpp16")]


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(
    ("admission", "status"),
    [
        (Admission.UNKNOWN, HTTPStatus.NOT_FOUND),
        (Admission.UNAUTHORIZED, HTTPStatus.UNAUTHORIZED),
        (Admission.BUSY, HTTPStatus.CONFLICT),
    ],
)
async def test_who_may_not(
    listener: Listener, hub: RecordedHub, admission: Admission, status: int, at_once: bool
) -> None:
    hub.at_once = at_once
    hub.answers["garage"] = admission
    assert (await refused(listener, "/ocpp/garage", **{"Sec-WebSocket-Protocol": "ocpp1.6"}))[0] == status
    assert hub.links == {}


async def test_a_device_that_waits_for_its_approval_is_let_in(listener: Listener, hub: RecordedHub) -> None:
    hub.answers["garage"] = Admission.PENDING
    hub.desk("garage").approved = False
    async with station(listener.port) as point:
        assert (await point.boot())["status"] == "Pending"


@pytest.mark.parametrize("path", ["/", "/ocpp/", "/api/chargers", "/ocpp/a%20b", "/ocpp/" + "x" * 49])
async def test_addresses_that_are_no_chargers(listener: Listener, path: str) -> None:
    assert (await refused(listener, path))[0] == HTTPStatus.NOT_FOUND


async def test_credentials_of_another_station(listener: Listener, hub: RecordedHub) -> None:
    status, headers = await refused(listener, "/ocpp/garage", Authorization="Basic b3RoZXI6c2VjcmV0")
    assert status == HTTPStatus.UNAUTHORIZED
    assert "WWW-Authenticate" in headers
    assert hub.asked == []


async def test_a_browser_is_told_what_this_is(listener: Listener) -> None:
    async with dialled(listener.port) as raw:
        await raw.send(b"GET /ocpp/garage HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = await raw.gone()
    assert answer.startswith(b"HTTP/1.1 426 ")
    assert b"Connection: close" in answer


async def test_a_door_that_fails_lets_nobody_in(
    listener: Listener, hub: RecordedHub, caplog: pytest.LogCaptureFixture
) -> None:
    hub.passwords = None  # type: ignore[assignment]  # makes the door fail
    status, headers = await refused(listener, "/ocpp/barn", **{"Sec-WebSocket-Protocol": "ocpp1.6"})
    assert (status, headers["Retry-After"]) == (HTTPStatus.SERVICE_UNAVAILABLE, "10")
    assert "could not be admitted" in caplog.text


async def test_what_comes_with_the_request_is_not_lost(listener: Listener) -> None:
    """A station may send its first message before it has read our answer."""
    for rest in (
        frame(TEXT, b'[2,"m1","Heartbeat",{}]'),
        frame(TEXT, b'[2,"m1","X",{"x":"%s"}]' % (b"y" * 20_000)),
    ):
        async with dialled(listener.port) as raw:
            await raw.send(request() + rest)
            await raw.head()
            kind, payload = await raw.receive()
            assert (kind, b'"m1"' in payload) == (TEXT, True)


async def test_a_request_in_many_pieces(listener: Listener) -> None:
    whole = request()
    async with dialled(listener.port) as raw:
        for start in range(0, len(whole), 40):
            await raw.send(whole[start : start + 40])
            await asyncio.sleep(0.001)
        assert (await raw.head()).startswith(b"HTTP/1.1 101 ")


async def test_a_station_that_is_judged_for_too_long_is_dropped(
    make_listener: MakeListener, hub: RecordedHub
) -> None:
    ended = asyncio.Event()

    async def endless(*_: object, **__: object) -> Admission:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return Admission.ADMITTED

    hub.admit = endless  # type: ignore[method-assign]
    listener = await make_listener(Limits(handshake_s=0.1), Keepalive(sweep_s=0.05))
    async with dialled(listener.port) as raw:
        await raw.send(request())
        assert await raw.gone() == b""
    async with asyncio.timeout(5):
        await ended.wait()
    assert hub.links == {}


# -- one socket for an id --------------------------------------------------------------------------


async def test_a_newcomer_replaces_the_old_one(listener: Listener, hub: RecordedHub) -> None:
    async with station(listener.port) as old, station(listener.port) as new:
        assert await old.closed() == (1000, "replaced by a newer connection")
        await new.call("Heartbeat")
        assert hub.desk("garage").link is hub.links["garage"][1]
    await until(lambda: listener.addresses.open == 0)
    assert hub.detached == hub.links["garage"]


async def test_but_only_after_it_has_authenticated(listener: Listener, hub: RecordedHub) -> None:
    hub.passwords["garage"] = b"secret"
    async with station(listener.port, password=b"secret") as old:
        for wrong in (b"guess", None):
            with pytest.raises(InvalidStatus):
                async with station(listener.port, password=wrong):
                    pass
        await old.call("Heartbeat")
    assert len(hub.links["garage"]) == 1


async def test_a_device_removed_at_the_last_moment(listener: Listener, hub: RecordedHub) -> None:
    def removed(device_id: str, link: object) -> None:
        raise UnknownResourceError("device", device_id)

    hub.attach = removed  # type: ignore[assignment,method-assign]
    async with station(listener.port) as point:
        assert await point.closed() == (1008, "the device was removed")
    await until(lambda: listener.addresses.open == 0)


# -- going down ------------------------------------------------------------------------------------


async def test_at_the_end_everybody_is_told(make_listener: MakeListener) -> None:
    listener = await make_listener()
    port = listener.port
    async with station(port, "a1") as first, station(port, "a2") as second, dialled(port) as visitor:
        await listener.stop()
        for point in (first, second):
            assert await point.closed() == (1001, "the server goes down")
        assert await visitor.gone() == b""
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_a_listener_that_was_never_started(make_listener: MakeListener) -> None:
    listener = await make_listener()
    await listener.stop()
    await listener.stop()
    with pytest.raises(RuntimeError, match="not been started"):
        _ = listener.port
