"""A charger over a real Mosquitto: seen, driven, discovered; the server and the broker come and go."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiomqtt
from tests.mqtt.broker import Mosquitto, mosquitto
from tests.scenarios.place import Place, place
from tests.support.api import Api, api_client
from tests.support.ports import LOOPBACK
from tests.support.server import running_server

PATIENCE_S = 20.0


class Listener:
    """Somebody on the broker who keeps the last message of every topic."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self.client = client
        self.last: dict[str, Any] = {}
        self.retained: set[str] = set()
        self._news = asyncio.Event()

    async def listen(self) -> None:
        async for message in self.client.messages:
            assert isinstance(message.payload, bytes)
            text = message.payload.decode()
            self.last[str(message.topic)] = json.loads(text) if text.startswith("{") else text
            self._news.set()

    async def until(self, topic: str, holds: Callable[[Any], object] = bool) -> Any:
        """The message of a topic, once it is as it should be."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while topic not in self.last or not holds(self.last[topic]):
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"{topic} is {self.last.get(topic)}") from None
        return self.last[topic]

    async def wish(self, charger: str, verb: str, payload: str = "", *, retain: bool = False) -> Any:
        """Send a wish, and answer what became of it."""
        self.last.pop(f"chargedeck/{charger}/result", None)
        await self.client.publish(f"chargedeck/{charger}/set/{verb}", payload, qos=1, retain=retain)
        return await self.until(f"chargedeck/{charger}/result", lambda one: one["command"] == verb)


@asynccontextmanager
async def listening(broker: Mosquitto, password: str | None = None) -> AsyncIterator[Listener]:
    user = None if password is None else "chargedeck"
    async with aiomqtt.Client(LOOPBACK, broker.port, username=user, password=password) as client:
        listener = Listener(client)
        await client.subscribe("#", qos=1)
        task = asyncio.create_task(listener.listen())
        try:
            yield listener
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def test_a_charger_is_seen_driven_and_discovered(tmp_path: Path) -> None:
    with mosquitto(tmp_path / "broker") as broker, running_server(tmp_path, mqtt_url=broker.url) as server:
        async with (
            api_client(server.url, server.token()) as api,
            listening(broker) as home,
            place(server, api, "garage", installation_current_a=32) as garage,
        ):
            await garage.ready()
            await _drive(home, garage)
            await _refuse(home, garage)
            await home.until("homeassistant/sensor/chargedeck_garage/power/config")
            server.kill()
            assert await home.until("chargedeck/status", lambda word: word == "offline")
            server.start()
            await asyncio.to_thread(server.wait_until_ready)
            assert await home.until("chargedeck/status", lambda word: word == "online")
        async with api_client(server.url, server.token()) as api, listening(broker) as home:
            await _remove(home, api)


async def _drive(home: Listener, garage: Place) -> None:
    state = "chargedeck/garage/state"
    await home.until(state, lambda one: one["status"] == "available")
    await garage.do("plug")
    await home.until(state, lambda one: one["plugged"] and "authorize" in one["actions"])
    assert (await home.wish("garage", "start"))["ok"]
    await home.until(state, lambda one: one["status"] == "charging" and one["session"]["energy_wh"] > 0)
    assert (await home.wish("garage", "allowed_current", "10"))["ok"]
    shown = await home.until(state, lambda one: one["limit"]["confirmed_a"] == 10)
    assert shown["allowed_current_a"] == 10
    assert shown["seq"] <= (await garage.shows())["seq"]
    assert (await home.wish("garage", "pause"))["ok"]
    await home.until(state, lambda one: (one["status"], one["status_reason"]) == ("paused", "user"))
    assert (await home.wish("garage", "resume"))["ok"]
    assert (await home.wish("garage", "stop"))["ok"]
    (session,) = await garage.sessions()
    assert session["authorized_by"] == {"kind": "remote", "label": "MQTT"}


async def _refuse(home: Listener, garage: Place) -> None:
    refused = await home.wish("garage", "allowed_current", "40")
    assert (refused["ok"], "32" in refused["detail"]) == (False, True)
    assert not (await home.wish("garage", "explode"))["ok"]
    assert not (await home.wish("cellar", "start"))["ok"]
    await home.client.publish("chargedeck/garage/set/allowed_current", "6", qos=1, retain=True)
    await home.client.publish("chargedeck/garage/set/allowed_current", "", qos=1, retain=True)


async def _remove(home: Listener, api: Api) -> None:
    """What is gone leaves nothing retained; what was retained as a wish was not carried out."""
    topic = "homeassistant/sensor/chargedeck_garage/power/config"
    await home.until(topic)
    assert (await api.charger("garage"))["allowed_current_a"] == 10
    await api.delete("/api/devices/garage")
    assert await home.until(topic, lambda text: text == "") == ""
    assert await home.until("chargedeck/garage/state", lambda text: text == "") == ""


async def test_a_broker_that_comes_late_goes_away_or_wants_a_password(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("wrong\n")
    with mosquitto(tmp_path / "broker", password="right") as broker:
        settings = {
            "mqtt_url": f"mqtt://chargedeck@{LOOPBACK}:{broker.port}",
            "mqtt_password_file": str(secret),
        }
        with running_server(tmp_path, **settings) as server:
            async with api_client(server.url, server.token()) as api:
                state = await api.until(
                    "/api/integrations", lambda one: "uthor" in str(one["mqtt"]["problem"])
                )
                assert state["mqtt"] | {"since": "", "problem": ""} == {
                    "broker": f"{LOOPBACK}:{broker.port}",
                    "connected": False,
                    "since": "",
                    "problem": "",
                }
                secret.write_text("right\n")
                await api.until("/api/integrations", lambda one: one["mqtt"]["connected"], PATIENCE_S)
                broker.stop()
                await api.until("/api/integrations", lambda one: not one["mqtt"]["connected"])
                broker.start()
                await api.until("/api/integrations", lambda one: one["mqtt"]["connected"], PATIENCE_S)
            assert "right" not in server.said()
            assert "wrong" not in server.said()
