"""What scripts and the panel do to emulated devices, and what a bystander sees of them."""

import json
from pathlib import Path

import pytest
from tests.simulator.lektrico.residence import Residence

from chargedeck.simulator.clock import Seconds, Speed
from chargedeck.simulator.control import carry_out_line, run_script
from chargedeck.simulator.inputs import Inputs
from chargedeck.simulator.lektrico.household import Network
from chargedeck.simulator.lektrico.nameplate import Kind, Nameplate
from chargedeck.simulator.lektrico.run import Plan, run
from chargedeck.simulator.problems import CommandError


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"do": "plug", "charger": "m2w_810001"}', "no car can be plugged in"),
        ('{"do": "plug", "connector": 2}', "no connector 2"),
        ('{"do": "plug", "charger": "1p7k_1"}', "there is no charger"),
        ('{"do": "error", "charger": "m2w_810001", "type": "overcurrent"}', "only metering_error"),
        ('{"do": "drift", "seconds": 60}', "tells nobody the time"),
        ('{"do": "quirk", "quirk": "boredom"}', "there is no quirk"),
        ('{"do": "quirk"}', "quirk needs quirk"),
        ('{"do": "update"}', "update needs firmware"),
        ('{"do": "limit", "current_a": 10}', "limit needs by"),
        ('{"do": "limit", "by": "magic", "current_a": 10}', "by"),
        ('{"do": "limit", "by": "ocpp", "current_a": 500}', "current_a is 500"),
        ('{"do": "house", "load_w": [1, 2, 3, 4]}', "one to three phases"),
        ('{"do": "house", "load_w": [-1]}', "load_w must lie between"),
        ('{"do": "wait", "status": "C", "seconds": 1}', "still A, not C"),
    ],
)
async def test_what_cannot_be_done_is_said(home: Residence, line: str, reason: str) -> None:
    done, answer = await carry_out_line(home.hands, line)
    assert not done
    assert reason in json.loads(answer)["error"]


async def test_a_script(home: Residence) -> None:
    script = """
        {"do": "car", "soc_ratio": 0.5, "battery_wh": 40000, "max_current_a": 10}
        {"do": "plug"}
        {"do": "wait", "status": "C", "seconds": 300}
        {"do": "limit", "by": "schedule", "current_a": 0}
        {"do": "wait", "status": "B_SCHEDULER", "seconds": 10}
        {"do": "limit", "by": "schedule"}
        {"do": "wait", "status": "C", "seconds": 300}
        {"do": "car", "max_current_a": 8}
        {"do": "wait", "seconds": 60}
    """
    await run_script(home.hands, script.splitlines())
    charger = home.hands.state()["chargers"][0]
    [outlet] = charger["connectors"]
    assert (outlet["status"], outlet["current_a"], outlet["limit_reason"]) == ("C", [8], "no_limit")
    assert 0.5 < outlet["soc_ratio"] < 0.6
    assert outlet["register_wh"] == pytest.approx(outlet["session_energy_wh"])
    assert (charger["type"], charger["online"], charger["quirks"]) == ("1p7k", True, [])


async def test_firmware_is_installed_while_nobody_charges(home: Residence) -> None:
    await home.do("plug")
    with pytest.raises(CommandError, match="charges"):
        await home.do("update", firmware="1.60")
    await home.do("unplug")
    await home.do("update", firmware="1.60")
    assert (await home.info())["extended_charger_state"] == "OTA"
    await home.do("plug")
    assert (await home.info())["extended_charger_state"] == "OTA"
    state = await home.do("wait", seconds=45)
    assert state["chargers"][0]["firmware"] == "1.60"
    assert (await home.info())["fw_version"] == "1.60"
    assert home.unit().status(1) in "BC"


async def test_the_meter_of_a_module_is_lost_and_found(home: Residence) -> None:
    module = home.unit(3).device_id
    state = await home.do("error", charger=module, type="metering_error")
    assert state["chargers"][3]["meter"] == "lost"
    assert (await home.get("Meter_info.Get", 3))["voltage"] == [0, 0, 0]
    state = await home.do("clear_error", charger=module)
    assert state["chargers"][3]["meter"] == "up"
    assert (await home.get("Meter_info.Get", 3))["voltage"][0] > 200


async def test_house_and_connections_are_told(home: Residence) -> None:
    state = await home.do("house", load_w=[100, 200, 300], sun_w=3_000)
    assert state["house"]["load_w"] == [100, 200, 300]
    assert state["house"]["grid_w"] == [-900, -800, -700]
    await home.info()
    charger = (await home.do("state"))["chargers"][0]
    assert (charger["requests"], charger["connections"], charger["most_connections"]) == (1, 1, 1)
    assert charger["calls"] == {"Charger_info.Get": 1}
    state = await home.do("house")
    assert state["house"]["load_w"] != [100, 200, 300]


async def test_the_journal_has_what_was_told_and_what_happened(tmp_path: Path) -> None:
    script, journal = tmp_path / "script.jsonl", tmp_path / "journal.jsonl"
    script.write_text(
        '{"do": "plug"}\n{"do": "wait", "status": "C", "seconds": 100}\n{"do": "unplug"}\n{"do": "quit"}\n'
    )
    plan = Plan(
        (Nameplate(Kind.CHARGER_1P7K, 1), Nameplate(Kind.MODULE_EM, 2)),
        Network(),
        Inputs(script=script),
        Speed(60),
        journal=journal,
        duration=Seconds(20),
    )
    await run(plan)
    entries = [json.loads(line) for line in journal.read_text().splitlines()]
    events = [entry["event"] for entry in entries if entry["charger"] == "1p7k_1"]
    assert events == ["plugged", "started", "offered", "stopped", "unplugged"]
    assert entries[-1]["session_id"] == 1


async def test_a_client_that_changes_something_is_in_the_record(home: Residence) -> None:
    told: list[dict[str, object]] = []
    home.household.world.journal = told.append  # type: ignore[assignment]
    await home.set("user_current", 11)
    await home.frame("dynamic_current.set", {"dynamic_current": 3})
    [entry] = [one for one in told if one["event"] == "told"]
    assert entry["method"] == "App_config.Set"
    assert json.loads(str(entry["params"])) == {"config_key": "user_current", "config_value": 11}
