"""The well-behaved charger next to hostile ones, in a process of its own that measures how it is served."""

import asyncio
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from tests.support.server import Server
from tests.support.simulator import Simulator, commands, simulator_process

DEVICE = "neighbour"
SPEED = "8"
"""Meter values four times a second, and heartbeats too."""

BEATS_OFTEN = {"action": "ChangeConfiguration", "payload": {"key": "HeartbeatInterval", "value": "2"}}


@dataclass
class Neighbour:
    """A charger that charges all the while."""

    server: Server
    headers: dict[str, str]
    port: int
    figures_file: Path
    connected_since: str = ""

    def shown(self) -> dict[str, Any]:
        """How the API shows it."""
        with httpx.Client(
            base_url=self.server.url, headers=self.headers, trust_env=False, verify=False
        ) as client:
            shown: dict[str, Any] = client.get(f"/api/chargers/{DEVICE}", timeout=30).json()
            return shown

    def check(self) -> None:
        """It was never cut off, charges on, and what is shown of it is of now."""
        before = self.shown()
        assert before["connection"] == {
            "online": True,
            "since": self.connected_since,
            "address": "127.0.0.1",
            "protocol": "ocpp1.6",
        }
        assert before["status"] == "charging"
        deadline = time.monotonic() + 5
        while self.shown()["session"]["energy_wh"] <= before["session"]["energy_wh"]:
            assert time.monotonic() < deadline, "no meter value of the neighbour has come through for 5 s"
            time.sleep(0.05)

    def figures(self) -> dict[str, Any]:
        """End it, and answer what it has measured."""
        asyncio.run(_quit(self.port))
        deadline = time.monotonic() + 10
        while not (text := self.figures_file.read_text()):
            assert time.monotonic() < deadline, "the neighbour has not said how it was served"
            time.sleep(0.05)
        measured: dict[str, Any] = json.loads(text)
        return measured


async def _quit(port: int) -> None:
    async with commands(port) as neighbour:
        await neighbour.do("quit")


async def _begin(port: int) -> None:
    async with commands(port) as neighbour:
        await neighbour.until_delivered(seconds=30)
        await neighbour.do("plug", battery_wh=500_000)


async def outlet(port: int) -> dict[str, Any]:
    """What a bystander sees at the neighbour's."""
    async with commands(port) as neighbour:
        return await Simulator.connector(neighbour)


@contextmanager
def neighbour(server: Server) -> Iterator[Neighbour]:
    """A charging charger, until the block is left."""
    headers = {"Authorization": f"Bearer {server.token()}"}
    body = {"id": DEVICE, "driver": "ocpp16", "plug_and_charge": True}
    with httpx.Client(
        base_url=server.url, headers=headers, trust_env=False, verify=False, timeout=30
    ) as client:
        password = client.post("/api/devices", json=body).json()["ocpp"]["password"]
    with tempfile.NamedTemporaryFile() as figures:
        options = ("--speed", SPEED, "--json")
        process = simulator_process(server.ocpp_url, {DEVICE: password}, *options, figures=figures.file)
        with process as port:
            asyncio.run(_begin(port))
            with httpx.Client(
                base_url=server.url, headers=headers, trust_env=False, verify=False, timeout=30
            ) as client:
                client.post(f"/api/devices/{DEVICE}/ocpp", json=BEATS_OFTEN).raise_for_status()
            made = Neighbour(server, headers, port, Path(figures.name))
            deadline = time.monotonic() + 30
            while (shown := made.shown())["status"] != "charging" or not shown["power_w"]:
                assert time.monotonic() < deadline, f"the neighbour does not charge: {shown}"
                time.sleep(0.05)
            made.connected_since = shown["connection"]["since"]
            yield made
