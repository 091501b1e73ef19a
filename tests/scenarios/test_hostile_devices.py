"""Hostile devices: each gets its error, nothing of ours breaks or swells, a good charger never notices."""

import asyncio
import resource
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle, islice
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.chargers.ocpp16.payloads import complete
from tests.scenarios.hostile_frames import ANSWERS, FAULTS, FRAMES, SCHEMAS, UNREADABLE
from tests.scenarios.hostility import ATTACKERS, Site, client_hello, hostile_site, opened, spoken, upgrade
from tests.scenarios.neighbour import outlet
from tests.support.api import Api, ApiProblem, api_client
from tests.support.charge_point import (
    CallErrorAnswer,
    ChargePoint,
    Payload,
    agreeable,
    basic,
    charge_point,
)
from websockets.exceptions import ConnectionClosed

from chargedeck.chargers.ocpp.limits import Limits
from chargedeck.chargers.ocpp16.actions import CODES, TO_DEVICE

ATTACKER = ATTACKERS[0]
LIMITS = Limits()
HALF_OPEN = 10_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with hostile_site(tmp_path_factory.mktemp("hostile")) as made:
        yield made


async def closed(point: ChargePoint) -> int | None:
    """The code with which the server hangs up."""
    async with asyncio.timeout(10):
        await point.socket.wait_closed()
    return point.socket.close_code


# -- messages ----------------------------------------------------------------------------------


async def test_what_cannot_be_read_is_refused_or_met_with_silence(site: Site) -> None:
    device, password = site.device()
    async with charge_point(site.server.ocpp_url, device, password, address=ATTACKER) as point:
        for what, (text, message_id) in UNREADABLE.items():
            point.answered.clear()
            await point.socket.send(text)
            await point.call("Heartbeat")  # in order: whatever the text deserved has come before
            refused = [(frame[0], frame[1], frame[2]) for frame in point.answered[:-1]]
            expected = [] if message_id is None else [(4, message_id, "FormationViolation")]
            assert refused == expected, what
    site.check()


@pytest.mark.parametrize(
    ("what", "code"),
    [(b"\xff\xfe[2]", 1007), (b'[2,"' + b"x" * 70_000, 1009), ([b"[2,"] + [b"x" * 30_000] * 3, 1009)],
    ids=["no UTF-8", "too long", "too long in fragments"],
)
async def test_what_is_no_text_ends_the_connection(site: Site, what: Any, code: int) -> None:
    device, password = site.device()
    async with charge_point(site.server.ocpp_url, device, password, address=ATTACKER) as point:
        with suppress(ConnectionClosed):
            await point.socket.send(what, text=True)
        assert await closed(point) == code


async def test_binary_frames_end_the_connection(site: Site) -> None:
    device, password = site.device()
    async with charge_point(site.server.ocpp_url, device, password, address=ATTACKER) as point:
        await point.socket.send(b'[2,"x","Heartbeat",{}]')
        assert await closed(point) == 1003


async def test_every_spoiled_field_of_every_request_is_named(site: Site) -> None:
    """Four devices share the table, since one may not send that much at once."""
    shares = [FAULTS[first::4] for first in range(4)]
    assert sum(map(len, shares)) > 200

    async def send(share: list[Any]) -> None:
        device, password = site.device()
        async with charge_point(site.server.ocpp_url, device, password, address=ATTACKER) as point:
            await point.boot()
            for action, fault in share:
                with pytest.raises(CallErrorAnswer) as refused:
                    await point.call(action, fault.payload)
                assert refused.value.code == CODES[fault.kind], (action, fault)
                assert fault.field in refused.value.description, (action, fault)

    await asyncio.gather(*map(send, shares))
    site.check()


async def test_what_only_a_server_sends_and_what_nobody_sends_is_refused(site: Site) -> None:
    device, password = site.device()
    async with charge_point(site.server.ocpp_url, device, password, address=ATTACKER) as point:
        for action in TO_DEVICE - {"DataTransfer"}:
            with pytest.raises(CallErrorAnswer) as refused:
                await point.call(action, complete(SCHEMAS.request(action)))
            assert refused.value.code == "NotSupported", action
        for action in ("Nonsense", "../../etc/passwd", "heartbeat", "", "x" * 5_000):
            with pytest.raises(CallErrorAnswer) as refused:
                await point.call(action)
            assert refused.value.code == "NotImplemented", action


async def test_numbers_and_connectors_that_cannot_be_change_nothing(site: Site) -> None:
    device, password = site.device()
    async with charge_point(site.server.ocpp_url, device, password, address=ATTACKER) as point:
        await point.boot()
        start = {"connectorId": 1, "idTag": "X", "timestamp": "2026-01-31T12:00:00Z"}
        for wrong in (
            {"connectorId": 10**9, "meterStart": 0},
            {"connectorId": -1, "meterStart": 0},
            {"connectorId": 2**70, "meterStart": 0},
            {"meterStart": 10**300},
            {"meterStart": -(10**30)},
            {"meterStart": 0, "timestamp": "99999-01-01T00:00:00Z"},
        ):
            with pytest.raises(CallErrorAnswer) as refused:
                await point.call("StartTransaction", start | wrong)
            assert refused.value.code == "PropertyConstraintViolation", wrong
    async with api_client(site.server.url, _token(site)) as api:
        assert await api.items("/api/sessions", charger=device) == []
        assert (await api.get(f"/api/devices/{device}"))["charger_ids"] == [device]


async def test_a_device_cannot_touch_anothers_session(site: Site) -> None:
    ref = (await outlet(site.neighbour.port))["transaction_id"]
    device, password = site.device()
    stop = {"transactionId": ref, "meterStop": 0, "timestamp": "2026-01-31T12:00:00Z"}
    energy = {"value": "999999999", "measurand": "Energy.Active.Import.Register"}
    values = {"timestamp": "2026-01-31T12:00:00Z", "sampledValue": [energy]}
    async with charge_point(site.server.ocpp_url, device, password, address=ATTACKER) as point:
        await point.boot()
        await point.call("MeterValues", {"connectorId": 1, "transactionId": ref, "meterValue": [values]})
        await point.call("StopTransaction", stop)
    site.check()
    assert site.neighbour.shown()["session"]["energy_wh"] < 500_000


# -- answers -----------------------------------------------------------------------------------


async def test_no_answer_of_a_device_breaks_an_operators_request(site: Site) -> None:
    device, password = site.device()
    answers: dict[str, Any] = {}
    script = lambda action, payload: answers[action] if action in answers else agreeable(action, payload)  # noqa: E731
    async with (
        api_client(site.server.url, _token(site)) as api,
        charge_point(site.server.ocpp_url, device, password, script=script, address=ATTACKER) as point,
    ):
        await point.boot()
        await point.until_asked("SetChargingProfile")
        for action, spoiled in ANSWERS.items():
            request = {"action": action, "payload": complete(SCHEMAS.request(action))}
            for answers[action] in spoiled:
                assert await _told(api, device, request) in (answers[action], 502), answers[action]
            del answers[action]
    site.check()


async def test_a_device_whose_every_answer_is_spoiled_still_works(site: Site) -> None:
    device, password = site.device()
    asked = cycle(range(10_000))

    def script(action: str, payload: Payload) -> Payload:
        spoiled: Payload = ANSWERS[action][next(asked) % len(ANSWERS[action])]
        return spoiled

    async with api_client(site.server.url, _token(site)) as api:
        for _ in range(12):
            async with charge_point(
                site.server.ocpp_url, device, password, script=script, address=ATTACKER
            ) as point:
                await point.boot()
                await point.status("Preparing")
                await api.charger(device, lambda one: one["device_status"] == "Preparing")
                await point.status("Available")
    site.check()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(frames=st.lists(FRAMES, min_size=1, max_size=25), address=st.sampled_from(ATTACKERS[1:30]))
async def test_no_frame_at_all_is_more_than_an_error(site: Site, frames: list[bytes], address: str) -> None:
    device, password = _reused(site)
    async with charge_point(site.server.ocpp_url, device, password, address=address) as point:
        with suppress(ConnectionClosed, ConnectionResetError):
            for frame in frames:
                await point.socket.send(frame, text=True)
            await point.call("Heartbeat")
        codes = [frame[2] for frame in point.answered if frame[0] == 4]
        assert "InternalError" not in codes
        assert set(codes) <= set(CODES.values())
        assert point.socket.close_code in (None, 1007), point.socket.close_reason


# -- connections -------------------------------------------------------------------------------


def _handshakes(site: Site) -> dict[str, tuple[bytes, int]]:
    device, password = _reused(site)
    other = basic("somebody-else", password)["Authorization"]
    wrong = basic(device, "wrong")["Authorization"]
    path = f"/ocpp/{device}"
    return {
        "not HTTP": (b"HELO charger\r\n\r\n", 400),
        "another method": (upgrade(path).replace(b"GET", b"POST"), 405),
        "no upgrade": (upgrade(path, Upgrade=""), 426),
        "an old version": (upgrade(path, Sec_WebSocket_Version="8"), 426),
        "a short key": (upgrade(path, Sec_WebSocket_Key="YQ=="), 400),
        "another path": (upgrade("/api/me"), 404),
        "a path upwards": (upgrade("/ocpp/..%2f..%2fetc"), 404),
        "an id that is too long": (upgrade("/ocpp/" + "x" * 49), 404),
        "an id with a line break": (upgrade("/ocpp/a%0d%0ab"), 404),
        "a head without end": (b"GET /ocpp/x HTTP/1.1\r\nX: " + b"x" * 20_000, 431),
        "a malformed header": (upgrade(path).replace(b"Host:", b"Ho st:"), 400),
        "no password": (upgrade(path), 401),
        "a wrong password": (upgrade(path, Authorization=wrong), 401),
        "somebody else's name": (upgrade(path, Authorization=other), 401),
        "no Basic at all": (upgrade(path, Authorization="Basic %%%"), 401),
    }


async def test_a_handshake_that_is_wrong_is_told_so(site: Site) -> None:
    for number, (what, (request, status)) in enumerate(_handshakes(site).items()):
        answer = await spoken(site.server, request, address=ATTACKERS[number])
        assert answer.startswith(b"HTTP/1.1 %d " % status), (what, answer[:200])


@pytest.mark.parametrize("offer", ["ocpp9.9", "ocpp2.0.1, ocpp2.1", "chat, superchat", "x" * 2_000])
async def test_a_version_that_nobody_speaks_ends_after_the_upgrade(site: Site, offer: str) -> None:
    device, password = _reused(site)
    request = upgrade(f"/ocpp/{device}", Sec_WebSocket_Protocol=offer, **basic(device, password))
    answer = await spoken(site.server, request)
    assert answer.startswith(b"HTTP/1.1 101 ")
    assert b"sec-websocket-protocol" not in answer.lower()
    frame = answer.partition(b"\r\n\r\n")[2]
    assert frame[:1] == b"\x88", "no close frame"
    assert int.from_bytes(frame[2:4], "big") == 1002


async def test_only_so_many_strangers_are_remembered(site: Site) -> None:
    for number in range(130):
        address = ATTACKERS[number % len(ATTACKERS)]
        async with charge_point(site.server.ocpp_url, f"stranger-{number}", address=address) as point:
            assert (await point.boot())["status"] == "Pending"
            with pytest.raises(CallErrorAnswer) as refused:
                await point.status("Available")
            assert refused.value.code == "SecurityError"
    async with api_client(site.server.url, _token(site)) as api:
        assert len(await api.items("/api/devices", state="pending")) == 100
    site.check()


async def test_a_flood_is_slowed_down_to_what_a_device_may_send(site: Site) -> None:
    device, password = site.device()
    loop = asyncio.get_running_loop()
    async with charge_point(site.server.ocpp_url, device, password, address=ATTACKER) as point:
        began = loop.time()
        with suppress(ConnectionClosed):
            for number in range(20_000):
                await point.socket.send(f'[2,"{number}","Heartbeat",{{}}]')
        site.check()
        await asyncio.sleep(1)
        allowed = LIMITS.messages_burst + LIMITS.messages_per_s * (loop.time() - began)
        assert LIMITS.messages_burst <= len(point.answered) <= allowed + LIMITS.messages_ahead
        # Its backlog waits on its own side; whoever else calls from there is served as ever.
        device, password = site.device()
        async with charge_point(site.server.ocpp_url, device, password, address=ATTACKER) as other:
            assert (await other.boot())["status"] == "Accepted"
    site.check()


async def test_ten_thousand_half_open_sockets_cost_little(site: Site) -> None:
    _allow_sockets(HALF_OPEN + 500)
    sockets = []
    try:
        for address in islice(cycle(ATTACKERS), HALF_OPEN):
            sockets.append(opened(site.server, address))
            if len(sockets) % 250 == 0:
                await asyncio.sleep(0.01)
        site.check()
        device, password = site.device()
        async with charge_point(site.server.ocpp_url, device, password) as point:
            assert (await point.boot())["status"] == "Accepted"
    finally:
        for one in sockets:
            one.close()
    site.check()


def _allow_sockets(count: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft >= count:
        return
    if hard != resource.RLIM_INFINITY and hard < count:
        pytest.skip(f"{HALF_OPEN} sockets need {count} open files, this machine allows {hard} (ulimit -Hn)")
    resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))


async def test_whoever_dawdles_at_the_door_is_shown_out(site: Site) -> None:
    """A byte now and then, nothing at all, half a request, or TLS where none is spoken: 10 s."""
    device, password = site.device()
    request = upgrade(f"/ocpp/{device}", **basic(device, password))

    async def dawdles(number: int) -> bytes:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", site.server.ocpp_port, local_addr=(ATTACKERS[number % 40], 0)
        )
        first = {0: b"", 1: request[:-1], 2: client_hello()}.get(number % 4, b"")
        writer.write(first)
        try:
            async with asyncio.timeout(60):
                for byte in request if number % 4 == 3 else b"":
                    writer.write(bytes((byte,)))
                    await asyncio.sleep(0.4)
                    if reader.at_eof():
                        break
                return await reader.read()
        except ConnectionError:
            return b""
        finally:
            writer.close()

    loop = asyncio.get_running_loop()
    began = loop.time()
    answers = await asyncio.gather(*map(dawdles, range(200)))
    assert 8 < loop.time() - began < 50
    assert not any(answer.startswith(b"HTTP/1.1 101") for answer in answers)
    site.check()


# -- in the end --------------------------------------------------------------------------------


def test_the_neighbour_was_served_all_the_while(site: Site) -> None:
    site.check()
    assert site.trouble == []
    figures = site.neighbour.figures()
    lost = (figures["connections_lost"], figures["unanswered"], figures["refused"])
    assert lost == (0, 0, 0)
    for action in figures["actions"]:
        assert action["p99_ms"] < 1_000, action
        assert action["max_ms"] < 3_000, action
    assert {"Heartbeat", "MeterValues"} <= {one["action"] for one in figures["actions"] if one["count"] > 50}


async def _told(api: Api, device: str, request: dict[str, Any]) -> Any:
    """What the API says that the device answered, or the status of its problem."""
    try:
        return (await api.post(f"/api/devices/{device}/ocpp", request))["result"]
    except ApiProblem as problem:
        return problem.status


def _token(site: Site) -> str:
    return site.neighbour.headers["Authorization"].removeprefix("Bearer ")


_KNOWN: dict[int, tuple[str, str]] = {}


def _reused(site: Site) -> tuple[str, str]:
    """One registered device for tests that need no state of its own."""
    if site.pid not in _KNOWN:
        _KNOWN[site.pid] = site.device()
    return _KNOWN[site.pid]
