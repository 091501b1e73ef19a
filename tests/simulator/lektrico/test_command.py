"""`chargedeck simulate lektrico` as a program: options, sockets, mDNS, many devices, a kill."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest
from tests.simulator.lektrico.residence import passes
from tests.support.lektrico import emulator
from typer.testing import CliRunner
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from chargedeck.cli.simulate import app
from chargedeck.cli.simulator_options import PASSWORD_VARIABLE
from chargedeck.simulator.lektrico.quirks import Quirk


async def test_four_types_in_one_house_over_standard_input() -> None:
    kinds = [word for kind in ("1p7k", "3p22k", "em", "3em") for word in ("--type", kind)]
    options = ("--id", "7", "--no-mdns", "--speed", "60", "--house-load", "600", "--sun", "0")
    async with (
        emulator(*kinds, *options, devices=4) as running,
        httpx.AsyncClient(trust_env=False, verify=False) as http,
    ):
        assert list(running.addresses) == ["1p7k_7", "3p22k_8", "m2w_819", "m2w_8310"]
        await running.do(do="plug", charger="3p22k_8", max_current_a=16)
        state = await running.do(do="wait", charger="3p22k_8", status="C", seconds=600)
        state = await running.do(do="wait", seconds=60)
        charger = next(one for one in state["chargers"] if one["id"] == "3p22k_8")
        [outlet] = charger["connectors"]
        assert (outlet["status"], outlet["current_a"], outlet["transaction"]) == ("C", [16, 16, 16], True)
        meter = (await http.get(f"http://{running.addresses['m2w_8310']}/rpc/Meter_info.Get")).json()
        assert meter["total_active_power"] == pytest.approx(600 + outlet["power_w"], rel=0.01)
        await running.do(do="quit")
        assert await running.process.wait() == 0


async def test_it_is_announced_as_the_real_one() -> None:
    service = "_http._tcp.local."
    async with emulator("--type", "1p7k", "--id", "500006") as running:
        zeroconf = AsyncZeroconf(interfaces=["127.0.0.1"])
        try:
            info = AsyncServiceInfo(service, f"Lektrico-1p7k-500006.{service}")
            assert await info.async_request(zeroconf.zeroconf, 8_000)
        finally:
            await zeroconf.async_close()
        assert info.parsed_addresses() == ["127.0.0.1"]
        assert f"127.0.0.1:{info.port}" == running.addresses["1p7k_500006"]
        assert info.decoded_properties["id"] == "1p7k_500006"
        assert str(info.decoded_properties["fw_id"]).partition("/")[2].startswith("v1.51-")


async def test_counters_outlive_a_kill(tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    options = (
        "--no-mdns",
        "--plug",
        "--speed",
        "120",
        "--state-dir",
        str(tmp_path),
        "--journal",
        str(journal),
    )
    async with emulator(*options) as running, httpx.AsyncClient(trust_env=False, verify=False) as http:
        url = f"http://{running.addresses['1p7k_500006']}/rpc/charger_info.get"
        await passes(lambda: _kept_wh(tmp_path / "1p7k_500006.json", at_least=200))
        before = (await http.get(url)).json()
        running.process.kill()
        await running.process.wait()
    async with emulator(*options) as running, httpx.AsyncClient(trust_env=False, verify=False) as http:
        after = (await http.get(f"http://{running.addresses['1p7k_500006']}/rpc/charger_info.get")).json()
    assert after["session_id"] == before["session_id"] == 1
    lost = before["session_energy"] - after["session_energy"]
    assert lost < 1.3 * 120 * before["instant_power"] / 3600
    assert after["total_charged_energy"] == pytest.approx(after["session_energy"] / 1000, abs=0.002)
    events = [json.loads(line)["event"] for line in journal.read_text().splitlines()]
    assert events.count("started") == 1


async def _kept_wh(file: Path, at_least: float) -> bool:
    text = await asyncio.to_thread(file.read_text) if await asyncio.to_thread(file.exists) else "{}"
    return bool(json.loads(text).get("session", {}).get("energy_wh", 0) >= at_least)


async def test_fifty_devices_are_cheap() -> None:
    async with (
        emulator("--count", "50", "--no-mdns", "--control", "127.0.0.1:0", devices=20) as running,
        httpx.AsyncClient(trust_env=False, verify=False) as http,
    ):
        state = await running.do(do="state")
        addresses = [charger["address"] for charger in state["chargers"]]
        assert len(set(addresses)) == 50
        before = _cpu_s(running.process.pid)
        for _ in range(4):
            answers = await asyncio.gather(
                *(http.get(f"http://{address}/rpc/charger_info.get") for address in addresses)
            )
            assert all(answer.json()["charger_state"] in "BC" for answer in answers)
        spent = _cpu_s(running.process.pid) - before
    assert spent / 4 < 0.2, "a second's polls of fifty devices take a fifth of a core at most"


async def test_cut_restore_and_reboot_of_the_program_itself() -> None:
    async with (
        emulator("--no-mdns", "--speed", "20") as running,
        httpx.AsyncClient(trust_env=False, verify=False) as http,
    ):
        url = f"http://{running.addresses['1p7k_500006']}/rpc/Device_id.Get"
        assert (await http.get(url)).is_success
        for _ in range(2):
            await running.do(do="cut")
            for _ in range(2):
                with pytest.raises(httpx.TimeoutException):
                    await http.get(url, timeout=0.2)
            await running.do(do="restore")
            assert (await http.get(url)).is_success
        state = await running.do(do="reboot")
        assert state["chargers"][0]["online"] is False
        with pytest.raises(httpx.TransportError):
            await http.get(url)

        async def answers() -> bool:
            try:
                return (await http.get(url)).is_success
            except httpx.TransportError:
                return False

        await passes(answers)
        assert running.process.returncode is None


def _cpu_s(pid: int) -> float:
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / 100


def _mapped(pid: int) -> str:
    return Path(f"/proc/{pid}/maps").read_text()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--port", "65530", "--count", "20"], "--port 65530 leaves no room for 20 devices"),
        (["--user", "owner"], "--user needs a password"),
        (["--host", "charger.example"], "--host charger.example: give an IPv4 address"),
        (["--host", "::1"], "--host ::1: give an IPv4 address"),
        (["--control", "192.0.2.1:1"], "not a loopback address"),
    ],
)
def test_a_plan_that_cannot_be(options: list[str], words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)
    result = CliRunner().invoke(app, ["lektrico", *options])
    assert result.exception is not None
    assert words in str(result.exception)


def test_the_quirks_are_listed() -> None:
    result = CliRunner().invoke(app, ["quirks"])
    assert all(quirk in result.output for quirk in Quirk)


async def test_without_mdns_zeroconf_is_not_loaded() -> None:
    async with emulator("--no-mdns") as running:
        maps = _mapped(running.process.pid)
        assert "zeroconf" not in maps
        assert "uvloop" in maps
