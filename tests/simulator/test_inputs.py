"""Commands from a script, from a socket and from the demo panel."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest
from tests.simulator.site import Site, command, passes

from chargedeck.simulator.control import (
    Address,
    carry_out_line,
    control_socket,
    loopback_address,
    run_script,
)
from chargedeck.simulator.panel import panel_server
from chargedeck.simulator.problems import CommandError

ORIGIN = "http://127.0.0.1:8080"
LOOPBACK = Address("127.0.0.1", 0)


async def test_a_script_plugs_swipes_waits_and_looks(site: Site) -> None:
    script = """
        # a short evening
        {"do": "plug", "soc_ratio": 0.5, "battery_wh": 40000, "max_current_a": 10, "phases": 1}
        {"do": "swipe", "id_tag": "CARD"}
        {"do": "wait", "status": "Charging", "seconds": 600}
        {"do": "wait", "seconds": 60}
    """
    await passes(lambda: site.point.calls.is_online)
    await run_script(site.hands, script.splitlines())
    [charger] = site.hands.state()["chargers"]
    [connector] = charger["connectors"]
    assert (charger["id"], charger["network"], charger["online"]) == ("cp", "up", True)
    assert (connector["status"], connector["transaction"], connector["pilot"]) == ("Charging", True, "C")
    assert connector["current_a"] == [10, 0, 0]
    assert 2200 < connector["power_w"] < 2300
    assert 0.5 < connector["soc_ratio"] < 0.51


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("nonsense", "malformed"),
        ('{"do": "fly"}', "do"),
        ('{"do": "plug", "colour": "red"}', "colour"),
        ('{"do": "swipe"}', "id_tag"),
        ('{"do": "error", "type": "boredom"}', "type"),
        ('{"do": "error"}', "type"),
        ('{"do": "speed", "factor": 0}', "factor"),
        ('{"do": "plug", "soc_ratio": 1.5}', "soc_ratio"),
        ('{"do": "plug", "charger": "nobody"}', "nobody"),
        ('{"do": "plug", "connector": 7}', "connector 7"),
        ('{"do": "wait", "status": "Charging", "seconds": 1}', "still Available"),
        ('{"do": "swipe", "id_tag": "a card whose tag is too long"}', "id_tag"),
    ],
)
async def test_what_cannot_be_done_is_said_and_changes_nothing(site: Site, line: str, reason: str) -> None:
    def lasting() -> object:
        return [one["connectors"] for one in site.hands.state()["chargers"]]

    before = lasting()
    done, answer = await carry_out_line(site.hands, line)
    assert not done
    assert reason in json.loads(answer)["error"]
    assert lasting() == before


async def test_a_script_stops_at_the_line_that_fails(site: Site) -> None:
    with pytest.raises(CommandError, match="line 2: connector 1 has a car already"):
        await run_script(site.hands, ['{"do": "plug"}', '{"do": "plug"}', '{"do": "quit"}'])
    assert not site.hands.quitting.is_set()


async def test_the_network_is_cut_and_comes_back_by_itself(site: Site) -> None:
    await site.hands.carry_out(command("cut", seconds=10))
    assert site.hands.state()["chargers"][0]["network"] == "cut"
    await passes(lambda: bool(site.point.calls.is_online))
    await site.hands.carry_out(command("cut"))
    await site.hands.carry_out(command("restore"))
    await passes(lambda: bool(site.point.calls.is_online))


async def test_time_can_be_sped_up_and_the_next_car_described(site: Site) -> None:
    state = await site.hands.carry_out(command("speed", factor=600))
    assert state["speed"] == 600
    await site.hands.carry_out(command("car", soc_ratio=0.9))
    await site.hands.carry_out(command("plug"))
    await site.hands.carry_out(command("car", max_current_a=8))
    car = site.connector.outlet.car
    assert car is not None
    assert (car.soc, car.model.max_current_a) == (0.9, 8.0)
    await site.hands.carry_out(command("unplug"))
    await site.hands.carry_out(command("quit"))
    assert site.hands.quitting.is_set()


async def test_the_control_socket_takes_a_line_and_gives_a_line(site: Site) -> None:
    async with control_socket(site.hands, LOOPBACK) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b'{"do": "plug"}\n{"do": "plug"}\n')
        first, second = json.loads(await reader.readline()), json.loads(await reader.readline())
        assert first["state"]["chargers"][0]["connectors"][0]["plugged"]
        assert second == {"ok": False, "error": "connector 1 has a car already"}
        writer.write(b"POST / HTTP/1.1\n" + b'{"do": "unplug"}\n')
        assert not json.loads(await reader.readline())["ok"]
        assert await reader.read() == b""
        assert site.connector.outlet.is_plugged
        writer.close()


@pytest.mark.parametrize("text", ["0.0.0.0:1", "192.168.1.1:80", "example.com:1", "127.0.0.1", "127.0.0.1:x"])
def test_commands_are_taken_from_this_machine_only(text: str) -> None:
    with pytest.raises(CommandError):
        loopback_address(text)


@pytest.mark.parametrize(
    ("text", "host"), [("127.0.0.1:9", "127.0.0.1"), ("localhost:9", "localhost"), ("[::1]:9", "::1")]
)
def test_loopback_addresses(text: str, host: str) -> None:
    assert loopback_address(text) == Address(host, 9)


@pytest.fixture
async def panel(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        panel_server(site.hands, LOOPBACK, ORIGIN) as port,
        httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers={"Origin": ORIGIN}, trust_env=False, verify=False
        ) as client,
    ):
        yield client


DEMO = {"X-ChargeDeck-Demo": "1"}


async def test_the_panel_tells_the_state_and_takes_commands(site: Site, panel: httpx.AsyncClient) -> None:
    state = await panel.get("/state")
    assert state.headers["access-control-allow-origin"] == ORIGIN
    assert state.json()["chargers"][0]["connectors"][0]["status"] == "Available"
    done = await panel.post("/command", json={"do": "plug"}, headers=DEMO)
    assert (done.status_code, done.json()["ok"]) == (200, True)
    assert site.connector.outlet.is_plugged
    refused = await panel.post("/command", json={"do": "plug"}, headers=DEMO)
    assert (refused.status_code, refused.json()["ok"]) == (422, False)


async def test_a_browser_may_ask_first(panel: httpx.AsyncClient) -> None:
    answer = await panel.options("/command", headers={"Access-Control-Request-Method": "POST"})
    assert answer.status_code == 204
    assert "x-chargedeck-demo" in answer.headers["access-control-allow-headers"]


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status"),
    [
        ("POST", "/command", {}, b'{"do":"plug"}', 403),
        ("POST", "/command", {**DEMO, "Origin": "http://evil.example"}, b'{"do":"plug"}', 403),
        ("POST", "/command", {**DEMO, "Host": "evil.example"}, b'{"do":"plug"}', 403),
        ("GET", "/state", {"Host": "evil.example:80"}, b"", 403),
        ("GET", "/state", {"Origin": "http://evil.example"}, b"", 403),
        ("OPTIONS", "/command", {"Origin": "null"}, b"", 403),
        ("POST", "/command", DEMO, b"x" * 20_000, 413),
        ("POST", "/command", DEMO, b"{", 422),
        ("DELETE", "/state", {}, b"", 405),
        ("GET", "/", {}, b"", 404),
    ],
)
async def test_the_panel_is_not_for_everybody(
    site: Site,
    panel: httpx.AsyncClient,
    *,
    method: str,
    path: str,
    headers: dict[str, str],
    body: bytes,
    status: int,
) -> None:
    answer = await panel.request(method, path, headers=headers, content=body)
    assert answer.status_code == status
    assert not site.connector.outlet.is_plugged
    if status == 403 and headers.get("Origin", ORIGIN) != ORIGIN:
        assert "access-control-allow-origin" not in answer.headers
