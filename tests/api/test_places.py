"""Stations, devices and the settings of chargers over the API."""

from typing import Any

import httpx
import pytest
from tests.api.site import Site
from tests.hub.scripted_link import refuse

from chargedeck.api.routes.stations import station_id_for
from chargedeck.hub.commands import SetOperative
from chargedeck.hub.records import Role


@pytest.fixture
async def operator(site: Site) -> httpx.AsyncClient:
    return await site.browser(Role.OPERATOR)


# -- stations --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "taken", "expected"),
    [
        ("Office", (), "office"),
        ("Cas\u0103 & Garaj", (), "casa-garaj"),
        ("Office", ("office",), "office-2"),
        ("Office", ("office", "office-2"), "office-3"),
        ("\u5bb6", (), "station"),
        ("--", (), "station"),
        ("x" * 80, (), "x" * 48),
    ],
)
def test_a_station_is_called_after_its_name(name: str, taken: tuple[str, ...], expected: str) -> None:
    assert station_id_for(name, taken) == expected


async def test_a_station_from_first_to_last(operator: httpx.AsyncClient) -> None:
    answer = await operator.post("/api/stations", json={"name": "Office", "time_zone": "Europe/Bucharest"})
    assert answer.status_code == 201
    station = answer.json()
    assert (station["id"], station["is_default"]) == ("office", False)
    changed = await operator.patch("/api/stations/office", json={"is_default": True})
    assert changed.json()["is_default"] is True
    listed = {one["id"]: one["is_default"] for one in (await operator.get("/api/stations")).json()["items"]}
    assert listed == {"home": False, "office": True}
    assert (await operator.delete("/api/stations/office")).status_code == 409
    assert (await operator.patch("/api/stations/office", json={"is_default": False})).status_code == 409
    assert (await operator.delete("/api/stations/home")).status_code == 204
    assert (await operator.get("/api/stations/home")).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "X", "time_zone": "Mars/Olympus"}, 422),
        ({"name": "X", "id": "Bad Id"}, 422),
        ({"name": "X", "id": "home"}, 409),
        ({}, 422),
    ],
)
async def test_a_station_that_will_not_do(
    site: Site, operator: httpx.AsyncClient, body: dict[str, Any], status: int
) -> None:
    assert (await operator.post("/api/stations", json=body)).status_code == status
    assert list(site.fleet.stations) == ["home"]


async def test_a_station_with_devices_stays(site: Site, operator: httpx.AsyncClient) -> None:
    await site.add_station("office")
    await site.add_device("desk", "office")
    assert (await operator.delete("/api/stations/office")).status_code == 409


# -- devices ---------------------------------------------------------------------------------------


async def test_a_device_that_is_expected(site: Site, operator: httpx.AsyncClient) -> None:
    new = {"id": "garage", "name": "Garage", "driver": "ocpp16", "installation_current_a": 20}
    answer = await operator.post("/api/devices", json=new)
    assert answer.status_code == 201
    device, ocpp = answer.json()["device"], answer.json()["ocpp"]
    assert (device["state"], device["connected"], device["has_password"]) == ("approved", False, True)
    assert (ocpp["url"], ocpp["id"], len(ocpp["password"])) == ("ws://127.0.0.1:9000/ocpp/", "garage", 20)
    assert ocpp["password"] not in (await operator.get("/api/devices/garage")).text
    charger = (await operator.get("/api/chargers/garage")).json()
    assert (charger["name"], charger["installation_current_a"]) == ("Garage", 20)
    renewed = (await operator.post("/api/devices/garage/password", json={})).json()
    assert renewed["password"] != ocpp["password"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"id": "a/b"}, 422),
        ({"id": ".."}, 422),
        ({"id": "x" * 49}, 422),
        ({"id": "\u00e9"}, 422),
        ({"id": "discovered"}, 422),
        ({"id": "a", "driver": "ocpp9"}, 422),
        ({"id": "a", "station_id": "mars"}, 422),
        ({"id": "a", "installation_current_a": 5}, 422),
        ({"id": "a", "installation_current_a": 81}, 422),
        ({"id": "a", "installation_current_a": 16.5}, 422),
        ({"id": "a", "name": " "}, 422),
        ({"id": "garage"}, 409),
    ],
)
async def test_a_device_that_will_not_do(
    site: Site, operator: httpx.AsyncClient, body: dict[str, Any], status: int
) -> None:
    await site.add_device()
    assert (await operator.post("/api/devices", json=body)).status_code == status
    assert list(site.fleet.devices) == ["garage"]


async def test_a_device_that_called_is_approved(site: Site, operator: httpx.AsyncClient) -> None:
    await site.fleet.doors.admit("stranger", password=None, address="192.0.2.9", driver="ocpp16")
    pending = (await operator.get("/api/devices?state=pending")).json()["items"]
    assert [device["id"] for device in pending] == ["stranger"]
    assert (await operator.get("/api/chargers")).json()["items"] == []
    wish = {"name": "Yard", "installation_current_a": 25, "plug_and_charge": True}
    answer = await operator.post("/api/devices/stranger/approve", json=wish)
    assert (answer.status_code, answer.json()["state"]) == (200, "approved")
    charger = (await operator.get("/api/chargers/stranger")).json()
    assert charger["plug_and_charge"] is True
    assert charger["current_range_a"] == {"min": 6, "max": 25}
    assert (await operator.post("/api/devices/stranger/approve")).status_code == 409


async def test_a_device_is_renamed_moved_and_removed(site: Site, operator: httpx.AsyncClient) -> None:
    await site.add_station("office")
    await site.add_device()
    changed = await operator.patch("/api/devices/garage", json={"name": "Left", "station_id": "office"})
    assert (changed.json()["name"], changed.json()["station_id"]) == ("Left", "office")
    ref = await site.charge()
    assert (await operator.delete("/api/devices/garage")).status_code == 409
    await site.end(ref, 2_000)
    assert (await operator.delete("/api/devices/garage")).status_code == 204
    assert site.links["garage"].closed is not None
    assert (await operator.get("/api/chargers/garage")).status_code == 404
    sessions = (await operator.get("/api/sessions")).json()["items"]
    assert [(one["charger_id"], one["energy_wh"]) for one in sessions] == [("garage", 1_000)]


async def test_the_operators_corner(site: Site, operator: httpx.AsyncClient) -> None:
    await site.add_device()
    catalogue = (await operator.get("/api/devices/garage/ocpp")).json()
    assert catalogue == {
        "version": "ocpp1.6",
        "actions": [{"action": "ClearCache", "schema": {"type": "object"}}],
    }
    call = {"action": "ChangeConfiguration", "payload": {"key": "a", "value": "1"}}
    answer = await operator.post("/api/devices/garage/ocpp", json=call)
    assert (answer.status_code, answer.json()) == (200, {"result": {"status": "Accepted"}})
    assert site.links["garage"].calls == [("ChangeConfiguration", {"key": "a", "value": "1"})]


async def test_the_last_messages(site: Site, operator: httpx.AsyncClient) -> None:
    device = await site.add_device()
    log = site.fleet._context.log
    for number, incoming in enumerate((True, False, True)):
        kind = "call" if incoming else "result"
        action = ("Heartbeat", "", "StatusNotification")[number]
        log.add(device.id, site.clock(), incoming, f"{kind} {number // 2} {action} {{}}".encode())
    shown = (await operator.get("/api/devices/garage/messages")).json()["items"]
    assert [(one["direction"], one["type"], one["action"]) for one in shown] == [
        ("in", "call", "StatusNotification"),
        ("out", "result", "Heartbeat"),
        ("in", "call", "Heartbeat"),
    ]
    only = await operator.get("/api/devices/garage/messages?action=Heartbeat&limit=1")
    assert [one["direction"] for one in only.json()["items"]] == ["out"]
    future = await operator.get("/api/devices/garage/messages?from=2099-01-01T00:00:00Z")
    assert future.json()["items"] == []


# -- chargers --------------------------------------------------------------------------------------


async def test_settings_are_changed_field_by_field(site: Site, operator: httpx.AsyncClient) -> None:
    await site.add_station("office")
    await site.add_device()
    wish = {"name": " Left ", "station_id": "office", "plug_and_charge": True, "priority": 7}
    changed = (await operator.patch("/api/chargers/garage", json=wish)).json()
    assert {key: changed[key] for key in wish} == wish | {"name": "Left"}
    lower = (await operator.patch("/api/chargers/garage", json={"installation_current_a": 10})).json()
    assert (lower["installation_current_a"], lower["allowed_current_a"], lower["name"]) == (10, 10, "Left")
    await site.durable()
    assert next(iter(await site.storage.book.chargers())).name == "Left"


@pytest.mark.parametrize(
    "wish",
    [
        {"name": ""},
        {"name": None},
        {"station_id": "mars"},
        {"priority": -1},
        {"priority": 101},
        {"plug_and_charge": "yes"},
        {"locked": 1},
        {"installation_current_a": 3},
        {"allowed_current_a": 10},
        {"status": "available"},
    ],
)
async def test_settings_that_will_not_do_change_nothing(
    site: Site, operator: httpx.AsyncClient, wish: dict[str, Any]
) -> None:
    await site.add_device()
    before = (await operator.get("/api/chargers/garage")).json()
    answer = await operator.patch("/api/chargers/garage", json=wish | {"plug_and_charge": True} | wish)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == next(iter(wish))
    assert (await operator.get("/api/chargers/garage")).json() == before


async def test_a_lock_counts_once_the_device_has_confirmed(site: Site, operator: httpx.AsyncClient) -> None:
    await site.add_device()
    site.links["garage"].on(SetOperative, refuse)
    answer = await operator.patch("/api/chargers/garage", json={"locked": True, "name": "Left"})
    assert (answer.status_code, answer.json()["code"]) == (502, "device_refused")
    charger = (await operator.get("/api/chargers/garage")).json()
    assert (charger["locked"], charger["name"]) == (False, "Garage")


async def test_pages_of_chargers(site: Site, operator: httpx.AsyncClient) -> None:
    await site.add_station("office")
    for number in range(5):
        await site.add_device(f"d{number}", "office" if number == 4 else "home", online=False)
    found: list[str] = []
    query = "?station=home&limit=3"
    while query:
        page = (await operator.get(f"/api/chargers{query}")).json()
        found += [charger["id"] for charger in page["items"]]
        query = f"?station=home&limit=3&cursor={page['next_cursor']}" if page["next_cursor"] else ""
    assert found == ["d0", "d1", "d2", "d3"]


async def test_a_charger_is_removed(site: Site, operator: httpx.AsyncClient) -> None:
    await site.add_device()
    assert (await operator.delete("/api/chargers/garage")).status_code == 204
    assert (await operator.get("/api/chargers/garage")).status_code == 404
    assert (await operator.delete("/api/chargers/garage")).status_code == 404


async def test_a_charger_as_the_contract_says(site: Site, operator: httpx.AsyncClient) -> None:
    await site.add_device()
    ref = await site.charge(1_000)
    await site.meter(1_500, 7_360, ref)
    charger = (await operator.get("/api/chargers/garage")).json()
    assert (charger["id"], charger["status"], charger["status_reason"]) == ("garage", "charging", None)
    assert (charger["power_w"], charger["lifetime_energy_wh"]) == (7_360, 1_500)
    session = charger["session"]
    assert (session["energy_wh"], session["authorized_by"]["kind"]) == (500, "card")
    assert session["started_at"].endswith("Z")
    assert charger["limit"]["reason"] in ("user", "installation")
    assert charger["phases"][0]["voltage_v"] == 230
    assert charger["connection"]["protocol"] == "ocpp1.6"
    assert charger["actions"][0] == "stop"
