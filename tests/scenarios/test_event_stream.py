"""The event stream tells each change at a charger within a second, on its way from device to screen."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.scenarios.place import Place
from tests.support.api import Api, ApiProblem
from tests.support.charge_point import NoAnswer, Payload, agreeable, charge_point
from tests.support.server import Server

WITHIN_S = 1.0


@dataclass(frozen=True)
class Event:
    """One event."""

    kind: str
    data: dict[str, Any]


@dataclass
class Stream:
    """What a screen has been told."""

    events: list[Event] = field(default_factory=list)
    resources: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    position: str = ""
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def read(self, lines: AsyncIterator[str]) -> None:
        kind, data = "", ""
        async for line in lines:
            name, _, value = line.partition(":")
            match name:
                case "event":
                    kind = value.strip()
                case "data":
                    data += value.strip()
                case "id":
                    self.position = value.strip()
                case "" if not line and kind:
                    self._take(kind, json.loads(data or "{}"))
                    kind, data = "", ""
                case _:
                    pass

    def _take(self, kind: str, data: dict[str, Any]) -> None:
        self.events.append(Event(kind, data))
        self.begun.set()
        if kind == "snapshot":
            for group in ("charger", "station", "device"):
                for one in data.get(f"{group}s", ()):
                    self.resources[group, one["id"]] = one
        elif "patch" in data:
            merged(self.resources.setdefault((kind, data["id"]), {}), data["patch"] or {})

    async def tells(self, kind: str, resource: str, holds: Callable[[dict[str, Any]], object]) -> float:
        """Wait until the screen shows it; answers how long that took."""
        began = time.monotonic()
        while not holds(self.resources.get((kind, resource), {})):
            waited = time.monotonic() - began
            assert waited < 10, f"{kind} {resource} is {self.resources.get((kind, resource))}"
            await asyncio.sleep(0.005)
        return time.monotonic() - began


def merged(target: dict[str, Any], patch: dict[str, Any]) -> None:
    """A JSON Merge Patch, RFC 7396."""
    for name, value in patch.items():
        if value is None:
            target.pop(name, None)
        elif isinstance(value, dict):
            inner = target.get(name)
            target[name] = inner if isinstance(inner, dict) else {}
            merged(target[name], value)
        else:
            target[name] = value


@asynccontextmanager
async def screen(api: Api, **query: str) -> AsyncIterator[Stream]:
    """A browser that listens, until the block is left."""
    stream = Stream()
    async with api.client.stream("GET", "/api/events", params=query or None) as answer:
        assert answer.status_code == 200
        reading = asyncio.create_task(stream.read(answer.aiter_lines()))
        try:
            async with asyncio.timeout(10):
                await stream.begun.wait()
            yield stream
        finally:
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading


async def test_each_change_is_told_within_a_second(garage: Place) -> None:
    api, charger = garage.api, garage.id
    async with screen(api) as stream:
        assert stream.events[0].kind == "snapshot"
        assert stream.resources["charger", charger]["status"] == "available"

        async def told(holds: Callable[[dict[str, Any]], object]) -> None:
            assert await stream.tells("charger", charger, holds) < WITHIN_S

        await garage.do("plug")
        await told(lambda one: one["status"] == "awaiting")
        await garage.order("authorize")
        await told(lambda one: one.get("session"))
        session = stream.resources["charger", charger]["session"]["id"]
        await told(lambda one: one["status"] == "charging")
        await garage.outlet(lambda outlet: outlet["power_w"] > 5_000)
        await told(lambda one: one["power_w"] > 1_000)
        await garage.allow(8)
        await told(lambda one: (one["allowed_current_a"], one["limit"]["confirmed_a"]) == (8, 8))
        await garage.order("pause")
        await told(lambda one: (one["status"], one.get("status_reason")) == ("paused", "user"))
        await garage.order("resume")
        await told(lambda one: one["limit"]["confirmed_a"] == 8)
        await garage.do("error", type="overcurrent")
        await told(lambda one: one["errors"] and one["status"] == "error")
        assert await stream.tells("session", session, lambda one: one.get("ended_at")) < WITHIN_S
        await garage.do("clear_error")
        await told(lambda one: not one["errors"])
        await garage.do("unplug")
        await told(lambda one: not one["plugged"])
        await garage.do("cut")
        await told(lambda one: one["status"] == "offline")
        await garage.do("restore")
        await stream.tells("charger", charger, lambda one: one["status"] == "available")
        await garage.set(name="Renamed", plug_and_charge=True)
        await told(lambda one: (one["name"], one["plug_and_charge"]) == ("Renamed", True))
        # What the stream has built up is what the API says.
        shown = {name: value for name, value in (await garage.shows()).items() if value is not None}
        built = stream.resources["charger", charger]
        steady = (
            "name",
            "status",
            "plugged",
            "allowed_current_a",
            "errors",
            "limit",
            "actions",
            "availability",
        )
        assert {field: built.get(field) for field in steady} == {field: shown.get(field) for field in steady}


async def test_a_screen_that_comes_back_goes_on_where_it_was(garage: Place) -> None:
    async with screen(garage.api, charger=garage.id) as stream:
        await garage.do("plug")
        await stream.tells("charger", garage.id, lambda one: one["plugged"])
        position = stream.position
    await garage.do("unplug")
    await garage.shows(lambda one: not one["plugged"])
    async with screen(garage.api, charger=garage.id, last_event_id=position) as stream:
        await stream.tells("charger", garage.id, lambda one: one.get("plugged") is False)


async def test_a_command_is_pending_on_the_screen_and_rolled_back_when_it_fails(
    server: Server, api: Api
) -> None:
    silent = asyncio.Event()

    def script(action: str, payload: Payload) -> Payload:
        if silent.is_set():
            raise NoAnswer
        return agreeable(action, payload)

    password = await api.add_device("slow")
    async with screen(api) as stream:
        async with charge_point(server.ocpp_url, "slow", password, script=script) as point:
            await point.boot()
            await api.charger("slow", lambda one: one["limit"]["confirmed_a"] == 16)
            silent.set()
            moved = asyncio.create_task(api.put("/api/chargers/slow/allowed-current", {"current_a": 7}))
            waited = await stream.tells("charger", "slow", lambda one: one["pending"])
            assert waited < WITHIN_S
            [pending] = stream.resources["charger", "slow"]["pending"]
            assert (pending["command"], pending["by"]) == ("allowed-current", "scenario")
        with pytest.raises(ApiProblem) as problem:
            await moved
        assert (problem.value.status, problem.value.code) == (504, "charger_offline")
        assert await stream.tells("charger", "slow", lambda one: not one["pending"]) < WITHIN_S
        assert stream.resources["charger", "slow"]["allowed_current_a"] == 16
