"""The demo home: a LEKTRI.CO charger and an energy module beside the OCPP charge point, in one house."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from tests.simulator.central_system import central_system
from tests.simulator.lektrico.residence import passes

from chargedeck.simulator.home import BLUE_CARD, UNKNOWN_CARD, Home

ORIGIN = "http://127.0.0.1:8080"
Command = Callable[..., Awaitable[dict[str, Any]]]


@asynccontextmanager
async def demo(port: int) -> AsyncIterator[tuple[Home, httpx.AsyncClient, Command]]:
    """A running home, a client, and its panel's commands."""
    async with central_system() as system, httpx.AsyncClient(trust_env=False, verify=False) as http:
        system.passwords["garage"] = "a password"
        home = Home(system.url, {"garage": "a password"})
        living = asyncio.create_task(home.run(port, ORIGIN))

        async def command(**fields: object) -> dict[str, Any]:
            url, headers = f"http://127.0.0.1:{port}/command", {"X-ChargeDeck-Demo": "1"}
            answer = (await http.post(url, json=fields, headers=headers)).json()
            assert answer["ok"], answer
            state: dict[str, Any] = answer["state"]
            return state

        try:
            await home.ready.wait()
            await command(do="speed", factor=60)
            yield home, http, command
        finally:
            living.cancel()
            await asyncio.gather(living, return_exceptions=True)


async def test_the_panel_reaches_every_charger(unused_tcp_port: int) -> None:
    async with demo(unused_tcp_port) as (home, http, command):
        state = await command(do="wait", charger="carport", status="C", seconds=300)
        assert [charger["id"] for charger in state["chargers"]] == ["garage", "carport", "main-meter"]
        carport = state["chargers"][1]["connectors"][0]
        assert carport["transaction"] is True
        for error in ("car_error", "relay_failure", "device_hot", "system_error"):
            state = await command(do="error", charger="carport", type=error)
            assert error in state["chargers"][1]["connectors"][0]["errors"]
        await command(do="clear_error", charger="carport")
        await command(do="unplug", charger="carport")
        state = await command(do="plug", charger="carport")
        assert state["chargers"][1]["connectors"][0]["plugged"] is True
        state = await command(do="swipe", charger="carport", id_tag=UNKNOWN_CARD.id_tag)
        assert state["chargers"][1]["connectors"][0]["transaction"] is True
        state = await command(do="swipe", charger="carport", id_tag=BLUE_CARD.id_tag)
        assert state["chargers"][1]["connectors"][0]["transaction"] is False
        state = await command(do="cut", charger="carport")
        assert state["chargers"][1]["network"] == "cut"
        with pytest.raises(httpx.TimeoutException):
            await http.get(f"http://{home.addresses['carport']}/rpc/Device_id.Get", timeout=0.2)
        await command(do="restore", charger="carport")
        answer = await http.get(f"http://{home.addresses['carport']}/rpc/Device_id.Get")
        assert answer.json() == {"device_id": "3p22k_500007"}


async def test_the_module_meters_both_chargers_the_house_and_the_sun(unused_tcp_port: int) -> None:
    async with demo(unused_tcp_port) as (home, http, command):
        await command(do="house", load_w=[300, 200, 100], sun_w=3_000)

        async def both_charge() -> bool:
            state = await command(do="state")
            outlets = [charger["connectors"][0] for charger in state["chargers"][:2]]
            return all(outlet["power_w"] > 10_000 for outlet in outlets)

        await passes(both_charge)
        meter = await http.get(f"http://{home.addresses['main-meter']}/rpc/Meter_info.Get")
        state = await command(do="state")
        drawn = sum(charger["connectors"][0]["power_w"] for charger in state["chargers"][:2])
        assert meter.json()["total_active_power"] == pytest.approx(600 - 3_000 + drawn, rel=0.05)
        assert sum(state["house"]["chargers_w"]) == pytest.approx(drawn, rel=0.05)
