"""Chargers of two kinds under one breaker of 25 A: a kettle, a lost meter, a killed server."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import typer
from tests.support.api import Api, api_client
from tests.support.lektrico import Emulator, emulator
from tests.support.server import Server, running_server
from tests.support.simulator import Simulator, simulator
from typer.testing import CliRunner

from chargedeck.cli.replay import command as replay

BREAKER_A = 25.0
TRI = "3p22k_500006"
ROOM = {"first": (1,), "second": (2,), "tri": (1, 2, 3)}
"""The phases of the grid that the three cars draw from."""

Shown = dict[str, Any]


def drawn_a(outlet: Shown) -> float:
    """What a bystander sees on the car's phases."""
    return max(outlet["current_a"], default=0.0)


@dataclass
class House:
    """A house with a meter of its own: it sees what the cars truly draw, and pushes it every second."""

    api: Api
    points: Simulator
    lektrico: Emulator
    load_a: list[float] = field(default_factory=lambda: [2.0, 1.0, 1.0])
    speaks: bool = True

    async def cars_a(self) -> dict[str, float]:
        """What each car draws on each of its phases."""
        outlets = {
            one["id"]: drawn_a(one["connectors"][0]) for one in (await self.points.do("state"))["chargers"]
        }
        state = await self.lektrico.do(do="state")
        return {**outlets, "tri": drawn_a(state["chargers"][0]["connectors"][0])}

    async def total_a(self) -> list[float]:
        """What flows through the breaker on each phase, as nobody but the house knows."""
        cars = await self.cars_a()
        return [
            load + sum(amps for car, amps in cars.items() if phase in ROOM[car])
            for phase, load in enumerate(self.load_a, 1)
        ]

    async def meter(self) -> None:
        while True:
            if self.speaks:
                phases = [
                    {"phase": phase, "current_a": amps, "voltage_v": 230.0}
                    for phase, amps in enumerate(await self.total_a(), 1)
                ]
                await self.api.post("/api/stations/home/readings", {"phases": phases})
            await asyncio.sleep(1)

    async def until(self, holds: Any, seconds: float) -> float:
        """Wait for what flows to be as it should be; answers how long that took."""
        began = time.monotonic()
        found: Any = None
        while time.monotonic() - began < seconds:
            found = await self.total_a()
            if holds(found):
                return time.monotonic() - began
            await asyncio.sleep(0.1)
        raise AssertionError(f"not within {seconds:g} s: {found}, {await self.cars_a()}")

    async def energy(self) -> Shown:
        shown: Shown = await self.api.get("/api/stations/home/energy")
        return shown

    async def grants(self) -> dict[str, Shown]:
        return _shown(await self.energy())


def _shown(energy: Shown) -> dict[str, Shown]:
    return {grant["charger_id"]: grant for grant in energy["grants"]}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server that may talk to devices on this machine, and writes down its decisions."""
    folder = tmp_path / "server"
    folder.mkdir()
    settings = {"device_networks": "127.0.0.0/8", "station_log": str(tmp_path / "decisions")}
    with running_server(folder, **settings) as running:
        yield running


@asynccontextmanager
async def house_of(server: Server, api: Api) -> AsyncIterator[House]:
    """Two OCPP chargers with cars of one phase, a LEKTRI.CO TRI with one of three; all of them charge."""
    passwords = {name: await api.add_device(name, installation_current_a=16) for name in ("first", "second")}
    options = ("--car-phases", "1", "--reconnect-max", "0.5")
    kinds = ("--type", "3p22k", "--no-mdns", "--install-current", "16")
    async with simulator(server.ocpp_url, passwords, *options) as points, emulator(*kinds) as lektrico:
        draft = {"driver": "lektrico", "id": "tri", "address": lektrico.addresses[TRI]}
        await api.post("/api/devices", draft)
        house = House(api, points, lektrico)
        await house.lektrico.do(do="plug", charger=TRI)
        for name in passwords:
            await api.charger(name, lambda one: one["limit"]["confirmed_a"] is not None, 30)
            await points.do("plug", name)
            await api.charger(name, lambda one: "authorize" in one["actions"])
            await api.post(f"/api/chargers/{name}/authorize")
        for name in ("first", "second", "tri"):
            await api.charger(name, lambda one: (one["power_w"] or 0) > 3_000, 30)
        metering = asyncio.create_task(house.meter())
        try:
            yield house
        finally:
            metering.cancel()
            await asyncio.gather(metering, return_exceptions=True)


def fits(total: list[float]) -> bool:
    return all(amps <= BREAKER_A for amps in total)


async def test_a_house_with_three_cars_and_a_kettle(server: Server, tmp_path: Path) -> None:
    async with api_client(server.url, server.token()) as api, house_of(server, api) as house:
        await api.patch(
            "/api/stations/home/balancing",
            {
                "breaker_rating_a": BREAKER_A,
                "placements": [{"charger_id": "second", "circuit": "main", "phases": [2, 3, 1]}],
            },
        )
        assert not fits(await house.total_a()), "without management they trip the breaker"
        await api.until("/api/stations/home/energy", lambda one: one["meter"]["at"] is not None)
        await api.put("/api/stations/home/mode", {"mode": "power"})
        await house.until(fits, 10)
        await api.until("/api/stations/home/energy", lambda one: _shown(one)["second"]["phases"] == [2], 20)
        before = await house.grants()

        house.load_a[0] += 9.0  # the kettle
        await house.until(fits, 6)  # a second until the reading, five for the rest
        await api.until("/api/stations/home/energy", lambda one: one["phases"][0]["headroom_a"] >= 0)
        grants = await house.grants()
        assert grants["second"]["current_a"] >= before["second"]["current_a"], "L2 has room left"
        assert {grants[name]["reason"] for name in ("first", "tri")} == {"load_balancing"}
        assert all("of 25 A on L1" in grants[name]["detail"] for name in ("first", "tri"))
        assert grants["first"]["current_a"] >= 6, "nobody is paused where there is room for all"
        for name in ("first", "tri"):
            shown = await api.charger(name)
            assert shown["limit"]["ladder"][0]["reason"] == "load_balancing"

        house.speaks = False
        silent_since = time.monotonic()
        await house.until(lambda total: total[1] <= house.load_a[1] + 12, 15)
        grants = await house.grants()
        assert {grant["reason"] for grant in grants.values()} == {"meter_lost"}
        assert all(grant["current_a"] <= 6 for grant in grants.values())
        assert time.monotonic() - silent_since <= 15
        await api.until("/api/stations/home/energy", lambda one: one["meter"]["lost"], 15)
    await asyncio.to_thread(_repeats, tmp_path / "decisions")


def _repeats(folder: Path) -> None:
    """Every decision that was written down comes out again."""
    app = typer.Typer()
    app.command()(replay)
    for file in folder.iterdir():
        answer = CliRunner().invoke(app, [str(file)])
        assert answer.exit_code == 0, answer.output
        assert "none of them otherwise" in answer.output


async def test_without_the_server_a_charger_falls_to_what_is_stored_in_it(server: Server) -> None:
    async with api_client(server.url, server.token()) as api:
        password = await api.add_device("garage", installation_current_a=16)
        async with simulator(server.ocpp_url, {"garage": password}, "--reconnect-max", "0.5") as points:
            await api.charger("garage", lambda one: one["limit"]["confirmed_a"] is not None, 30)
            await points.do("plug")
            await api.charger("garage", lambda one: "authorize" in one["actions"])
            await api.post("/api/chargers/garage/authorize")
            await points.until(lambda outlet: drawn_a(outlet) > 15, seconds=20)
            phases = [{"phase": phase, "current_a": 17.0} for phase in (1, 2, 3)]
            await api.post("/api/stations/home/readings", {"phases": phases})
            body = {"breaker_rating_a": 40, "meter_lost_current_a": 8}
            await api.patch("/api/stations/home/balancing", body)
            await api.put("/api/stations/home/mode", {"mode": "power"})
            await asyncio.sleep(2)
            assert drawn_a(await points.connector()) > 15, "what it had it keeps while there is room"
            await asyncio.to_thread(server.kill)
            await points.do("speed", factor=30)
            fallen = await points.until(lambda outlet: drawn_a(outlet) <= 8, seconds=10)
            assert drawn_a(fallen) == pytest.approx(8, abs=0.1)
