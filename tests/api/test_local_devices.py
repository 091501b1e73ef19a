"""Devices that are asked, through the API: probed, added, set up, moved, replaced, diagnosed, removed."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from tests.api.site import Site
from tests.chargers.lektrico import recorded
from tests.chargers.lektrico.replayed import Replayed, replayed

from chargedeck.hub.records import Role


@pytest.fixture
async def device() -> AsyncIterator[Replayed]:
    """A recorded 1P7K that keeps what is written to it."""
    answers = recorded.charger_answers()

    def keep(params: dict[str, Any]) -> bool:
        answers["app_config.get"][params["config_key"]] = params["config_value"]
        return True

    async with replayed(answers, results={"app_config.set": keep}) as made:
        yield made


async def added(site: Site, device: Replayed, **more: Any) -> tuple[httpx.AsyncClient, dict[str, Any]]:
    client = await site.browser(Role.OPERATOR)
    body = {"driver": "lektrico", "address": device.address, "id": "garage", **more}
    answer = await client.post("/api/devices", json=body)
    assert answer.status_code == 201, answer.text
    assert answer.json()["ocpp"] is None
    found: dict[str, Any] = answer.json()["device"]
    return client, found


async def test_what_is_at_an_address_is_asked(site: Site, device: Replayed) -> None:
    client = await site.browser(Role.OPERATOR)
    answer = await client.post("/api/devices/probe", json={"address": device.address})
    assert answer.status_code == 200
    assert answer.json() == {
        "address": device.address,
        "kind": "charger",
        "hardware_id": "1p7k_500006",
        "model": "1P7K",
        "serial": "500006",
        "firmware": "1.47",
        "is_known": False,
        "known_device_id": None,
        "problem": None,
    }
    assert site.fleet.devices == {}


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("not an address", 422, "192.168.1.40"),
        ("http://user:word@10.0.0.1/", 422, "192.168.1.40"),
        ("192.0.2.1", 422, "CHARGEDECK_DEVICE_NETWORKS"),
        ("169.254.169.254", 422, "CHARGEDECK_DEVICE_NETWORKS"),
        ("127.0.0.1:1", 504, "offline"),
    ],
)
async def test_addresses_that_will_not_do(site: Site, address: str, status: int, words: str) -> None:
    client = await site.browser(Role.OPERATOR)
    for path, body in (
        ("/api/devices/probe", {"address": address}),
        ("/api/devices", {"driver": "lektrico", "address": address}),
    ):
        answer = await client.post(path, json=body)
        assert answer.status_code == status, answer.text
        assert words in answer.text
    assert site.fleet.devices == {}


async def test_a_device_is_added_with_all_that_it_says(site: Site, device: Replayed) -> None:
    client, found = await added(site, device, installation_current_a=20, plug_and_charge=False)
    assert (found["kind"], found["hardware_id"], found["model"]) == ("charger", "1p7k_500006", "1P7K")
    assert (found["address"], found["connected"], found["problem"]) == (device.address, True, None)
    assert found["settings"]["installation_current_a"] == 20
    assert device.written("app_config.set") == [
        {"config_key": "headless", "config_value": False},
        {"config_key": "install_current", "config_value": 20},
    ]
    charger = (await client.get("/api/chargers/garage")).json()
    assert (charger["driver"], charger["status"], charger["model"]) == ("lektrico", "charging", "1P7K")
    again = await client.post("/api/devices", json={"driver": "lektrico", "address": device.address})
    assert again.status_code == 409


async def test_an_id_is_made_from_what_the_unit_calls_itself(site: Site, device: Replayed) -> None:
    client = await site.browser(Role.OPERATOR)
    answer = await client.post("/api/devices", json={"driver": "lektrico", "address": device.address})
    assert answer.json()["device"]["id"] == "1p7k-500006"
    assert answer.json()["device"]["name"] == "1P7K 500006"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"driver": "lektrico"}, "address"),
        ({"driver": "ocpp16"}, "id"),
        ({"driver": "ocpp16", "id": "x", "address": "10.0.0.1"}, "address"),
        ({"driver": "lektrico", "address": "10.0.0.1", "id": "probe"}, "id"),
    ],
)
async def test_what_a_new_device_needs_depends_on_who_calls_whom(
    site: Site, body: dict[str, Any], field: str
) -> None:
    client = await site.browser(Role.OPERATOR)
    answer = await client.post("/api/devices", json=body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_settings_are_written_and_confirmed(site: Site, device: Replayed) -> None:
    client, _ = await added(site, device)
    answer = await client.patch("/api/devices/garage/settings", json={"led_brightness_percent": 50})
    assert answer.status_code == 200
    assert answer.json()["settings"]["led_brightness_percent"] == 50
    for body in ({"led_brightness_percent": 51}, {"led_brightness_percent": 105}, {"nonsense": 1}):
        assert (await client.patch("/api/devices/garage/settings", json=body)).status_code == 422
    device.results["app_config.set"] = {"error": {"code": -4, "message": "Error value out of range."}}
    refused = await client.patch("/api/devices/garage/settings", json={"led_brightness_percent": 0})
    assert (refused.status_code, refused.json()["code"]) == (502, "device_refused")
    assert "10 to 100" in refused.json()["detail"]


async def test_load_balancing_is_read_and_written(site: Site) -> None:
    answers = recorded.module_answers()

    def keep(params: dict[str, Any]) -> bool:
        answers["app_config.get"][params["config_key"]] = params["config_value"]
        return True

    async with replayed(answers, results={"app_config.set": keep}) as module:
        client, found = await added(site, module, id="module")
        assert (found["kind"], found["charger_ids"]) == ("energy_module", [])
        changes = {"mode": "power", "breaker_rating_a": 40}
        answer = await client.patch("/api/devices/module/load-balancing", json=changes)
        assert answer.status_code == 200, answer.text
        assert answer.json()["load_balancing"]["mode"] == "power"
        assert answers["app_config.get"]["load_balancing_mode"] == 1
        for body in ({"mode": "power_share"}, {"breaker_rating_a": 5}, {"hybrid_current_a": 40}):
            assert (await client.patch("/api/devices/module/load-balancing", json=body)).status_code == 422


async def test_a_device_is_moved_and_replaced(site: Site, device: Replayed) -> None:
    client, _ = await added(site, device, username="ana", password="geheim")
    spare = recorded.charger_answers() | {
        "device_id.get": {"device_id": "1p7k_500099"},
        "charger_config.get": {"serial_number": 500099},
    }
    async with replayed(spare) as other:
        moved = await client.patch("/api/devices/garage", json={"address": other.address})
        assert moved.status_code == 409
        assert "replace" in moved.json()["detail"]
        renamed = await client.patch("/api/devices/garage", json={"name": "Left", "username": None})
        assert (renamed.status_code, renamed.json()["has_password"]) == (200, False)
        replaced = await client.post("/api/devices/garage/replace", json={"address": other.address})
        assert replaced.status_code == 200, replaced.text
        assert replaced.json()["serial"] == "500099"
        assert replaced.json()["charger_ids"] == ["garage"]


async def test_a_module_does_not_replace_a_charger(site: Site, device: Replayed) -> None:
    client, _ = await added(site, device)
    async with replayed(recorded.module_answers()) as module:
        answer = await client.post("/api/devices/garage/replace", json={"address": module.address})
    assert answer.status_code == 409
    await site.add_device("caller")
    assert (await client.post("/api/devices/caller/replace")).status_code == 409
    changed = await client.patch("/api/devices/caller", json={"address": "10.0.0.1"})
    assert changed.status_code == 422


async def test_diagnostics_help_and_tell_no_secret(site: Site, device: Replayed) -> None:
    device.answers["app_config.get"]["owner_id"] = "ana@example.com"
    client, _ = await added(site, device, username="ana", password="geheim-wort")
    answer = await client.get("/api/devices/garage/diagnostics")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.json()["answers"]["charger_info.get"]["fw_version"] == "1.47"
    for secret in ("geheim-wort", "ana@example.com"):
        assert secret not in answer.text
    listed = await client.get("/api/devices/garage/messages")
    assert "ana@example.com" not in json.dumps(listed.json())


async def test_only_operators_may(site: Site, device: Replayed) -> None:
    await added(site, device)
    driver = await site.browser(Role.DRIVER)
    for method, path in (
        ("GET", "/api/devices/discovered"),
        ("POST", "/api/devices/probe"),
        ("POST", "/api/devices/garage/replace"),
        ("PATCH", "/api/devices/garage/settings"),
        ("PATCH", "/api/devices/garage/load-balancing"),
        ("POST", "/api/devices/garage/reset"),
        ("GET", "/api/devices/garage/diagnostics"),
    ):
        answer = await driver.request(method, path, json=None if method == "GET" else {})
        assert answer.status_code == 403, path


async def test_a_restart_is_asked_of_the_device(site: Site, device: Replayed) -> None:
    client, _ = await added(site, device)
    answer = await client.post("/api/devices/garage/reset")
    assert (answer.status_code, answer.json()["restart_pending"]) == (200, True)
    assert device.written("device.reset") == [None]
