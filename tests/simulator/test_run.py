"""The program itself: options, secrets, files, signals, and the demo home."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from tests.simulator.central_system import CentralSystem
from typer.testing import CliRunner

from chargedeck.cli.simulate import app
from chargedeck.cli.simulator_options import PASSWORD_VARIABLE, read_passwords
from chargedeck.domain.units import IdTag
from chargedeck.simulator.clock import Seconds, Speed
from chargedeck.simulator.control import Address
from chargedeck.simulator.home import BLUE_CARD, Home
from chargedeck.simulator.identity import Identity
from chargedeck.simulator.inputs import Inputs
from chargedeck.simulator.problems import CommandError, PlanError
from chargedeck.simulator.quirks import Quirk
from chargedeck.simulator.report import as_json
from chargedeck.simulator.run import Plan, run

COMMAND = (sys.executable, "-c", "from chargedeck.cli import main; main()", "simulate", "ocpp")


@asynccontextmanager
async def simulator(system: CentralSystem, *options: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the command; it must not outlive the test."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        "--url",
        system.url,
        *options,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, PASSWORD_VARIABLE: system.passwords["cp"]},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_a_fleet_charges_and_its_answers_are_measured(system: CentralSystem, tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    plan = Plan(
        url=system.url,
        identities=tuple(Identity(name, free_vend=IdTag("FREE")) for name in ("p1", "p2", "p3")),
        speed=Speed(240),
        plugged=True,
        journal=journal,
        duration=Seconds(0.7),
    )
    figures = json.loads(as_json(await run(plan)))
    assert (figures["charge_points"], figures["connected"], figures["unanswered"]) == (3, 3, 0)
    actions = {line["action"]: line for line in figures["actions"]}
    assert actions["StartTransaction"]["count"] == 3
    assert 0 < actions["MeterValues"]["p50_ms"] <= actions["MeterValues"]["max_ms"]
    truth = [json.loads(line) for line in journal.read_text().splitlines()]
    assert sum(1 for entry in truth if entry["event"] == "started") == 3
    assert {entry["charger"] for entry in truth} == {"p1", "p2", "p3"}
    taken = [json.loads(one["payload"]) for one in truth if one.get("action") == "StartTransaction"]
    assert [(one["idTag"], one["meterStart"]) for one in taken] == [("FREE", 0)] * 3


async def test_a_script_ends_the_run_when_it_says_so_and_when_it_fails(
    system: CentralSystem, tmp_path: Path
) -> None:
    script = tmp_path / "script.jsonl"
    plan = Plan(url=system.url, identities=(Identity("cp"),), inputs=Inputs(script=script), speed=Speed(240))
    script.write_text('{"do": "wait", "seconds": 1}\n{"do": "quit"}\n')
    assert (await run(plan)).charge_points == 1
    script.write_text('{"do": "clear_error"}\n{"do": "fly"}\n')
    with pytest.raises(CommandError, match="line 2"):
        await run(plan)


async def test_a_port_that_is_taken_is_said_in_words(system: CentralSystem, unused_tcp_port: int) -> None:
    plan = Plan(
        url=system.url,
        identities=(Identity("cp"),),
        inputs=Inputs(
            control=Address("127.0.0.1", unused_tcp_port), panel=Address("127.0.0.1", unused_tcp_port)
        ),
        duration=Seconds(5),
    )
    with pytest.raises(PlanError, match="cannot listen on"):
        await run(plan)


def test_the_password_comes_from_the_environment_or_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, "from the environment")
    assert read_passwords(None).of("cp") == "from the environment"
    file = tmp_path / "passwords"
    file.write_text("from the file\n")
    assert read_passwords(str(file)).of("cp") == "from the file"
    file.write_text('{"cp": "its own"}')
    assert read_passwords(str(file)).of("cp") == "its own"
    assert read_passwords(str(file)).of("another") is None
    assert "its own" not in repr(read_passwords(str(file)))
    for wrong in ('{"cp": 5}', '{"cp"'):
        file.write_text(wrong)
        with pytest.raises(PlanError, match="--password-file"):
            read_passwords(str(file))


async def test_a_kill_loses_no_message_and_no_watt_hour(system: CentralSystem, tmp_path: Path) -> None:
    system.passwords["cp"] = "a secret"
    options = ("--id", "cp", "--speed", "100", "--sample-interval", "20", "--state-dir", str(tmp_path))
    async with simulator(system, *options, "--plug", "--card", "CARD") as process:
        values = await system.saw("MeterValues", times=2)
        process.send_signal(signal.SIGKILL)
        await process.communicate()
    async with simulator(system, *options, "--stdin") as process:
        stop = await system.saw("StopTransaction")
        assert stop["reason"] == "PowerLoss"
        assert stop["transactionId"] == values["transactionId"]
        sampled = values["meterValue"][0]["sampledValue"]
        assert stop["meterStop"] >= next(int(one["value"]) for one in sampled if one.get("unit") == "Wh")
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b'{"do": "unplug"}\n{"do": "nonsense"}\n')
        first = json.loads(await process.stdout.readline())
        second = json.loads(await process.stdout.readline())
        assert (first["ok"], second["ok"]) == (True, False)
        await system.saw_status("Available")
        process.stdin.close()
        assert await process.wait() == 0


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        (["--version", "2.0.1"], PlanError, "not simulated yet"),
        (["--control", "0.0.0.0:1"], CommandError, "loopback"),
        (["--password-file", "/nowhere"], PlanError, "--password-file"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_in_words(
    options: list[str], error: type[Exception], words: str
) -> None:
    result = CliRunner().invoke(app, ["ocpp", "--url", "ws://127.0.0.1:1/ocpp", *options])
    assert isinstance(result.exception, error)
    assert words in str(result.exception)


def test_the_quirks_are_listed() -> None:
    result = CliRunner().invoke(app, ["quirks"])
    assert result.exit_code == 0
    assert all(quirk in result.output for quirk in Quirk)


async def test_the_demo_home_has_a_car_charging_and_a_panel(
    system: CentralSystem, unused_tcp_port: int
) -> None:
    system.passwords["garage"] = "the demo's password"
    origin = "http://127.0.0.1:8080"
    home = Home(system.url, {"garage": "the demo's password"})
    living = asyncio.create_task(home.run(unused_tcp_port, origin))
    try:
        await home.ready.wait()
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{unused_tcp_port}", trust_env=False, verify=False
        ) as panel:
            faster = {"do": "speed", "factor": 60}
            await panel.post("/command", json=faster, headers={"X-ChargeDeck-Demo": "1"})
            await system.saw("StatusNotification", lambda one: one["status"] == "Charging", point_id="garage")
            state = (await panel.get("/state")).json()
        assert system.seen[0].point_id == "garage"
        [connector] = state["chargers"][0]["connectors"]
        assert (connector["status"], connector["id_tag"]) == ("Charging", BLUE_CARD.id_tag)
        assert [card["label"] for card in state["cards"]] == ["Blue card", "Unknown card"]
        assert connector["soc_ratio"] >= 0.35
    finally:
        living.cancel()
        await asyncio.gather(living, return_exceptions=True)
