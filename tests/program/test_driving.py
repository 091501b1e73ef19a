"""`chargedeck charger` and `chargedeck watch` against a running server with a simulated charger."""

import asyncio
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from tests.scenarios.place import Place, place
from tests.support.api import api_client
from tests.support.ports import LOOPBACK, free_ports
from tests.support.server import Server, running_server

from chargedeck.cli.chargers_table import chargers_table

PATIENCE_S = 60.0


def said(environment: Mapping[str, str], *words: str, piped: str = "") -> tuple[int, str, str]:
    """Exit code, output and complaint of a command in a process of its own, on a wide terminal."""
    run = subprocess.run(
        [sys.executable, "-m", "chargedeck", *words],
        env={**environment, "COLUMNS": "160"},
        input=piped,
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    return run.returncode, run.stdout, run.stderr


async def chargedeck(server: Server, *words: str, piped: str = "") -> tuple[int, str, str]:
    return await asyncio.to_thread(said, server.environment, *words, piped=piped)


async def test_a_charger_is_listed_started_limited_and_stopped(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        token = server.token()
        async with (
            api_client(server.url, token) as api,
            place(server, api, "garage", installation_current_a=32) as garage,
        ):
            await _drive(server, garage)
            await _watch_with_a_token(server, token)
            left = [one["name"] for one in await api.items("/api/tokens")]
            assert left == ["scenario"], "tokens of the command line are taken back"


async def _drive(server: Server, garage: Place) -> None:
    await garage.ready()
    code, shown, _ = await chargedeck(server, "charger", "list")
    assert (code, "garage" in shown, "available" in shown) == (0, True, True)
    await garage.do("plug")
    await garage.shows(lambda one: "start" in one["actions"] or "authorize" in one["actions"])
    assert (await chargedeck(server, "charger", "start", "garage"))[0] == 0
    await garage.shows(lambda one: one["status"] == "charging")
    code, shown, _ = await chargedeck(server, "charger", "limit", "garage", "13")
    assert (code, "13 A" in shown) == (0, True)
    assert (await garage.shows())["limit"]["confirmed_a"] == 13
    code, _, complaint = await chargedeck(server, "charger", "limit", "garage", "40")
    assert (code, "current_a" in complaint, "32" in complaint) == (1, True, True)
    assert (await chargedeck(server, "charger", "stop", "garage"))[0] == 0
    code, _, complaint = await chargedeck(server, "charger", "stop", "cellar")
    assert (code, "cellar" in complaint) == (1, True)


async def _watch_with_a_token(server: Server, token: str) -> None:
    words = ("watch", "--once", "--server", server.url)
    code, shown, _ = await chargedeck(server, *words, piped=f"{token}\n")
    assert (code, "garage" in shown) == (0, True)
    code, _, complaint = await chargedeck(server, *words)
    assert (code, "CHARGEDECK_TOKEN" in complaint) == (1, True)


def test_where_no_server_answers_it_says_so_and_how_to_go_on(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    environment = {"CHARGEDECK_DATA_DIR": str(tmp_path), "CHARGEDECK_TOKEN": "cdk_x", "PATH": ""}
    code, _, complaint = said(environment, "watch", "--once", "--server", f"http://{LOOPBACK}:{port}")
    assert (code, f"{LOOPBACK}:{port}" in complaint, "--server" in complaint) == (1, True, True)
    code, _, complaint = said(environment, "charger", "list", "--server", "garage.local")
    assert (code, "http://" in complaint) == (1, True)


def charger(name: str, **more: Any) -> dict[str, Any]:
    limit = {"current_a": 13.0, "reason": "load_balancing", "ladder": [_BALANCING]}
    plain = {"id": name.lower(), "name": name, "status": "charging", "power_w": 7360.0, "limit": limit}
    return plain | {"session": {"energy_wh": 5123.0, "charging_time_s": 2410}, "errors": []} | more


_BALANCING = {"reason": "load_balancing", "current_a": 13.0, "detail": "house 12 A of 25 A"}


def test_a_row_says_what_the_dashboard_says() -> None:
    console = Console(width=160, record=True, file=None, quiet=False)
    with console.capture() as capture:
        console.print(
            chargers_table(
                [
                    charger("Street", status="offline", session=None, power_w=None),
                    charger("Garage", status_reason=None, errors=[{"type": "device_hot"}]),
                ]
            )
        )
    lines = capture.get().splitlines()
    first = next(line for line in lines if "Garage" in line)
    words = ("charging", "7.36 kW", "5.12 kWh", "0:40:10", "13 A", "load balancing · house 12 A of 25 A")
    assert all(word in first for word in words)
    assert any("device hot" in line for line in lines)
    assert lines.index(first) < next(place for place, line in enumerate(lines) if "Street" in line)
