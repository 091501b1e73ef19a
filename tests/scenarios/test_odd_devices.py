"""Devices that refuse, misspell or never answer: they still charge, and nobody is told what is not so."""

import asyncio
from typing import Any

import pytest
from tests.scenarios.place import Place, place
from tests.support.api import Api, ApiProblem
from tests.support.charge_point import NoAnswer, Payload, agreeable, charge_point
from tests.support.server import Server
from tests.support.simulator import simulator

CHARGES = (
    ("refuses-configuration",),
    ("no-composite-schedule", "no-trigger"),
    ("padded-values", "kwh-units"),
    ("missing-units", "boots-on-reconnect", "empty-sim-card"),
    ("status-storm", "duplicate-ids"),
    ("wrong-timestamps",),
    ("naive-timestamps", "no-security-messages"),
    ("watt-only",),
)


@pytest.mark.parametrize("quirks", CHARGES, ids=["+".join(quirks) for quirks in CHARGES])
async def test_odd_firmware_charges_within_its_limit(
    server: Server, api: Api, quirks: tuple[str, ...]
) -> None:
    options = [word for quirk in quirks for word in ("--quirk", quirk)]
    async with place(server, api, "-".join(quirks)[:40], *options, installation_current_a=20) as odd:
        await odd.ready()
        await odd.charging(max_current_a=32)
        await odd.allow(10)
        assert (await odd.outlet())["offered_a"] <= 10
        await odd.shows(lambda one: 9 < max(phase["current_a"] or 0 for phase in one["phases"]) <= 10)
        await odd.order("pause")
        assert (await odd.outlet())["offered_a"] == 0
        await odd.order("resume")
        await odd.shows(lambda one: one["status"] == "charging")
        await odd.order("stop")
        session = await odd.closed()
        assert session["energy_wh"] == int((await odd.outlet())["register_wh"]) > 0


async def test_a_device_that_cannot_be_limited_says_so_and_charges(server: Server, api: Api) -> None:
    async with place(server, api, "unlimited", "--quirk", "no-smart-charging") as charger:
        await charger.shows(lambda one: not one["capabilities"]["limits_current"])
        shown = await charger.charging()
        assert shown["limit"]["confirmed_a"] is None
        for refused in (charger.allow(10), charger.order("pause")):
            with pytest.raises(ApiProblem) as problem:
                await refused
            assert (problem.value.status, problem.value.code) == (502, "device_refused")
        shown = await charger.shows()
        assert (shown["allowed_current_a"], shown["limit"]["current_a"], shown["status"]) == (
            16,
            16,
            "charging",
        )
        # It draws what its wiring gives, and its owner is warned that this is above the limit.
        await charger.do("car", max_current_a=32)
        shown = await charger.shows(lambda one: one["warnings"], 20)
        assert shown["warnings"][0]["code"] == "over_limit"


async def test_a_stranger_waits_until_it_is_approved(server: Server, api: Api) -> None:
    async with simulator(server.ocpp_url, {"stranger": None}, "--speed", "30", "--plug") as simulated:
        path = "/api/devices/stranger"
        await api.until("/api/devices?state=pending", lambda page: "stranger" in str(page))
        waiting = await api.until(
            path, lambda device: device["connected"] and device["vendor"] == "ChargeDeck"
        )
        assert (waiting["state"], waiting["charger_ids"]) == ("pending", [])
        assert not (await simulated.charger())["online"]
        with pytest.raises(ApiProblem) as unknown:
            await api.get("/api/chargers/stranger")
        assert unknown.value.status == 404
        approval = {"name": "Barn", "installation_current_a": 10, "plug_and_charge": True}
        approved = await api.post(f"{path}/approve", approval)
        assert (approved["state"], approved["name"]) == ("approved", "Barn")
        charger = Place(api, simulated, "stranger")
        shown = await charger.shows(lambda one: one["status"] == "charging", 20)
        assert (shown["name"], shown["installation_current_a"]) == ("Barn", 10)
        assert (await charger.outlet())["offered_a"] <= 10
        with pytest.raises(ApiProblem) as twice:
            await api.post(f"{path}/approve", approval)
        assert (twice.value.status, twice.value.code) == (409, "conflict")


# -- devices that do not obey ------------------------------------------------------------------

COMMANDS: dict[str, tuple[str, str, Payload]] = {
    "start": ("POST", "start", {}),
    "stop": ("POST", "stop", {}),
    "pause": ("POST", "pause", {}),
    "resume": ("POST", "resume", {}),
    "unlock": ("POST", "unlock", {}),
    "soft reset": ("POST", "reset", {"kind": "soft"}),
    "hard reset": ("POST", "reset", {"kind": "hard"}),
    "allowed current": ("PUT", "allowed-current", {"current_a": 7}),
    "lock": ("PATCH", "", {"locked": True}),
}
IN_SESSION = frozenset({"stop", "pause", "resume"})

UNCHANGED = (
    "status", "status_reason", "plugged", "locked", "allowed_current_a", "installation_current_a",
    "plug_and_charge", "actions", "pending", "errors", "inspection_required", "availability",
)  # fmt: skip


class Stubborn:
    """Answers as it must until it is told to turn stubborn."""

    def __init__(self, *, silent: bool) -> None:
        self._silent = silent
        self.is_stubborn = False

    def __call__(self, action: str, payload: Payload) -> Payload:
        if not self.is_stubborn:
            return agreeable(action, payload)
        if self._silent:
            raise NoAnswer
        return {"status": "Failed" if action == "UnlockConnector" else "Rejected"}


async def _defies(server: Server, api: Api, what: str, *, silent: bool) -> tuple[int, str]:
    """Give a command to a device that does not obey; answers the problem, after looking for changes."""
    method, word, body = COMMANDS[what]
    device = f"{'silent' if silent else 'stubborn'}-{what.replace(' ', '-')}"
    script = Stubborn(silent=silent)
    password = await api.add_device(device)
    path = f"/api/chargers/{device}"
    async with charge_point(server.ocpp_url, device, password, script=script) as point:
        await point.boot()
        await point.status("Preparing")
        await api.charger(device, lambda one: one["limit"]["confirmed_a"] == 16)
        if what in IN_SESSION:
            await point.call("StartTransaction", _start(await _card(api, device)))
            await point.status("Charging")
            await api.charger(device, lambda one: one["limit"]["confirmed_a"] == 16)
            await point.until_asked("SetChargingProfile", 2)
        if what == "resume":
            paused = asyncio.create_task(api.post(f"{path}/pause"))
            await point.until_asked("SetChargingProfile", 3)
            await point.status("SuspendedEVSE")
            await paused
        before = await api.charger(device, lambda one: not one["pending"])
        script.is_stubborn = True
        with pytest.raises(ApiProblem) as problem:
            await api.call(method, f"{path}/{word}".rstrip("/"), body)
        after = await api.get(path)
        assert {field: after[field] for field in UNCHANGED} == {field: before[field] for field in UNCHANGED}
        assert after["limit"]["ladder"] == before["limit"]["ladder"]
        assert (after["session"] or {}).get("id") == (before["session"] or {}).get("id")
    return problem.value.status, problem.value.code


async def _card(api: Api, device: str) -> str:
    tag = f"04{device}"[:20]
    await api.post("/api/cards", {"id_tag": tag, "label": device})
    return tag


def _start(tag: str) -> Payload:
    return {"connectorId": 1, "idTag": tag, "meterStart": 0, "timestamp": "2026-01-31T12:00:00Z"}


@pytest.mark.parametrize("what", COMMANDS)
async def test_a_command_that_is_refused_changes_nothing(server: Server, api: Api, what: str) -> None:
    assert await _defies(server, api, what, silent=False) == (502, "device_refused")


async def test_a_command_that_is_not_answered_changes_nothing(server: Server, api: Api) -> None:
    """All at a time, each with a device of its own, since the server waits half a minute for each."""
    problems = await asyncio.gather(*(_defies(server, api, what, silent=True) for what in COMMANDS))
    assert dict(zip(COMMANDS, problems, strict=True)) == dict.fromkeys(COMMANDS, (504, "device_timeout"))


async def test_a_device_that_is_away_is_not_waited_for(server: Server, api: Api) -> None:
    await api.add_device("away")
    before = await api.get("/api/chargers/away")
    problems: dict[str, Any] = {}
    for what, (method, word, body) in COMMANDS.items():
        with pytest.raises(ApiProblem) as problem:
            await api.call(method, f"/api/chargers/away/{word}".rstrip("/"), body)
        problems[what] = (problem.value.status, problem.value.code)
    assert problems == dict.fromkeys(COMMANDS, (504, "charger_offline"))
    assert await api.get("/api/chargers/away") == before
