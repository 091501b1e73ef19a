"""Schedules and plans at chargers of two kinds, over real sockets, through a restart of the server."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.support.api import Api, api_client
from tests.support.lektrico import Emulator, emulator
from tests.support.server import Server, running_server
from tests.support.simulator import Simulator, simulator

TRI = "3p22k_500006"
WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
NEVER = {"kind": "forbidden", "weekdays": WEEK, "start": "00:00", "end": "00:00"}
BOTH = ("garage", "tri")
OPTIONS = ("--reconnect-max", "0.5", "--speed", "5")
KINDS = ("--type", "3p22k", "--no-mdns", "--install-current", "16")

Shown = dict[str, Any]


@dataclass
class Chargers:
    """An OCPP charger and a LEKTRI.CO one, both with a car that charges, in a station without management."""

    server: Server
    api: Api
    points: Simulator
    lektrico: Emulator

    async def drawn_a(self) -> list[float]:
        """What a bystander sees on the cars' phases."""
        outlet = (await self.points.do("state"))["chargers"][0]["connectors"][0]
        unit = (await self.lektrico.do(do="state"))["chargers"][0]["connectors"][0]
        return [max(each["current_a"], default=0.0) for each in (outlet, unit)]

    async def until_drawn(self, holds: Any, seconds: float = 20) -> None:
        found: list[float] = []
        try:
            async with asyncio.timeout(seconds):
                while not all(map(holds, found)) or not found:
                    found = await self.drawn_a()
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise AssertionError(f"not within {seconds:g} s: {found}") from None

    async def show(self, status: str, reason: str | None) -> list[Shown]:
        """Both of them, once their badges are this."""

        def holds(one: Shown) -> bool:
            return (one["status"], one["status_reason"]) == (status, reason)

        return [await self.api.charger(name, holds, 30) for name in BOTH]

    async def order(self, word: str) -> None:
        for name in BOTH:
            await self.api.post(f"/api/chargers/{name}/{word}")

    async def restart(self) -> None:
        """Pull the plug of the server and start it again."""
        self.server.kill()
        self.server.start()
        await asyncio.to_thread(self.server.wait_until_ready)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with running_server(tmp_path, device_networks="127.0.0.0/8") as running:
        yield running


@asynccontextmanager
async def both(server: Server) -> AsyncIterator[Chargers]:
    async with api_client(server.url, server.token()) as api:
        password = await api.add_device("garage", installation_current_a=16)
        async with (
            simulator(server.ocpp_url, {"garage": password}, *OPTIONS) as points,
            emulator(*KINDS) as lektrico,
        ):
            draft = {"driver": "lektrico", "id": "tri", "address": lektrico.addresses[TRI]}
            await api.post("/api/devices", draft)
            await lektrico.do(do="plug", charger=TRI)
            await api.charger("garage", lambda one: one["limit"]["confirmed_a"] is not None, 30)
            await points.do("plug", "garage")
            await api.charger("garage", lambda one: "authorize" in one["actions"])
            await api.post("/api/chargers/garage/authorize")
            chargers = Chargers(server, api, points, lektrico)
            await chargers.show("charging", None)
            await chargers.until_drawn(lambda amps: amps > 10)
            yield chargers


async def test_a_schedule_pauses_both_kinds_charge_now_lifts_it_and_all_of_it_outlives_the_server(
    server: Server,
) -> None:
    async with both(server) as chargers:
        rules = [await chargers.api.post(f"/api/chargers/{name}/schedules", NEVER) for name in BOTH]
        await chargers.until_drawn(lambda amps: amps < 1)
        for shown in await chargers.show("paused", "schedule"):
            rung = shown["limit"]["ladder"][0]
            assert (rung["reason"], rung["current_a"], rung["detail"]) == ("schedule", 0, "forbidden hours")
            assert shown["actions"][0] == "charge-now"

        await chargers.restart()
        for shown in await chargers.show("paused", "schedule"):
            assert shown["limit"]["ladder"][0]["reason"] == "schedule"
        assert max(await chargers.drawn_a()) < 1

        await chargers.order("charge-now")
        await chargers.until_drawn(lambda amps: amps > 10)
        await chargers.restart()
        for shown in await chargers.show("charging", None):
            assert shown["charge_now"]
        await chargers.until_drawn(lambda amps: amps > 10)

        await chargers.order("back-to-plan")
        await chargers.until_drawn(lambda amps: amps < 1)
        for rule in rules:
            await chargers.api.delete(f"/api/schedules/{rule['id']}")
        await chargers.until_drawn(lambda amps: amps > 10)


async def test_a_plan_says_what_it_cannot_do_and_the_grid_operator_dims_both_kinds(server: Server) -> None:
    async with both(server) as chargers:
        ready_by = datetime.now(UTC) + timedelta(hours=1)
        wanted = {"ready_by": ready_by.isoformat(), "energy_wh": 90_000}
        for name in BOTH:
            plan = await chargers.api.put(f"/api/chargers/{name}/plan", wanted)
            assert plan["missing_wh"] > 70_000
            assert plan["slots"][0]["power_w"] > 3_000, "charged as far as possible nevertheless"
            shown = await chargers.api.charger(name, lambda one: one["plan"] is not None)
            assert (shown["status"], shown["plan"]["state"]) == ("charging", "charging")
        await chargers.restart()
        for name in BOTH:
            shown = await chargers.api.charger(name, lambda one: one["plan"] is not None, 20)
            assert shown["plan"]["energy_wh"] == 90_000

        await chargers.api.put("/api/stations/home/grid-operator", {"limit_w": 4200})
        # 4.2 kW and four fifths of it again, on three phases each: less than 16 A for both.
        await chargers.until_drawn(lambda amps: amps < 13)
        for name in BOTH:
            shown = await chargers.api.charger(name, lambda one: one["limit"]["reason"] == "grid_operator")
            assert shown["limit"]["ladder"][0]["detail"] == "the grid operator allows 7.6 kW"
        await chargers.api.put("/api/stations/home/grid-operator", {"limit_w": None})
        await chargers.until_drawn(lambda amps: amps > 13)
