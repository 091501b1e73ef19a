"""Meters that the server asks, over the API and against a simulated Shelly on a real socket."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from tests.api.site import Site
from tests.support.shelly import Shelly, em, em1, shelly

from chargedeck.hub.records import Role

METERS = "/api/stations/home/meters"
SECRET = "hunter2 is secret"

Json = dict[str, Any]


@pytest.fixture
async def operator(site: Site) -> httpx.AsyncClient:
    return await site.browser(Role.OPERATOR)


@pytest.fixture
async def device() -> AsyncIterator[Shelly]:
    async with shelly(Shelly()) as device:
        yield device


def draft(device: Shelly, **more: Any) -> Json:
    return {"kind": "shelly", "address": f"127.0.0.1:{device.port}", "name": "House", **more}


async def energy(client: httpx.AsyncClient) -> Json:
    found: Json = (await client.get("/api/stations/home/energy")).json()
    return found


async def until_read(client: httpx.AsyncClient) -> Json:
    """The first meter, once it has answered or failed."""
    async with asyncio.timeout(10):
        while True:
            (meter,) = (await client.get(METERS)).json()["items"]
            if meter["now"]["at"] or meter["now"]["problem"]:
                found: Json = meter
                return found
            await asyncio.sleep(0.02)


async def test_a_meter_from_first_to_last(site: Site, operator: httpx.AsyncClient, device: Shelly) -> None:
    tried = await operator.post(f"{METERS}/test", json=draft(device))
    assert tried.status_code == 200
    assert tried.json() == {
        "model": "Shelly Pro3EM, em:0",
        "power_w": 600,
        "phases": [
            {
                "phase": number,
                "voltage_v": 230,
                "current_a": power / 230,
                "power_w": power,
                "power_factor_ratio": 1,
            }
            for number, power in enumerate((100, 200, 300), 1)
        ],
    }
    assert (await operator.get(METERS)).json() == {"items": []}
    added = await operator.post(METERS, json=draft(device))
    assert added.status_code == 201
    meter = await until_read(operator)
    assert meter["id"] == added.json()["id"]
    assert (meter["model"], meter["now"]["power_w"]) == ("Shelly Pro3EM, em:0", 600)
    found = await energy(operator)
    assert (found["meter"]["source"], found["meter"]["meter_id"]) == ("meter", meter["id"])
    assert [one["name"] for one in found["meters"]] == ["House"]
    answer = await operator.patch(f"/api/meters/{meter['id']}", json={"inverted": True, "name": "Other way"})
    assert (answer.json()["name"], answer.json()["inverted"]) == ("Other way", True)
    assert (await until_read(operator))["now"]["power_w"] == -600
    assert (await operator.delete(f"/api/meters/{meter['id']}")).status_code == 204
    assert (await operator.get(METERS)).json() == {"items": []}
    assert (await energy(operator))["meter"]["source"] == "none"
    assert await site.storage.book.meters() == []


async def test_the_sun_is_shown_live(operator: httpx.AsyncClient, device: Shelly) -> None:
    device.parts = {"em1:0": em1(-10), "em1:1": em1(3000, 1)}
    await operator.post(METERS, json=draft(device, source="solar", channel=1, interval_s=1))
    await until_read(operator)
    assert (await energy(operator))["flow"]["solar_w"] == 3000


async def test_a_password_is_kept_and_never_told(operator: httpx.AsyncClient, device: Shelly) -> None:
    device.password = SECRET
    answer = await operator.post(METERS, json=draft(device, password=SECRET))
    assert SECRET not in answer.text
    assert answer.json()["has_password"]
    meter = await until_read(operator)
    assert meter["now"]["problem"] is None
    path = f"/api/meters/{meter['id']}"
    tried = await operator.post(f"{path}/test", json={"inverted": True})
    assert (tried.status_code, tried.json()["power_w"]) == (200, -600)
    refused = await operator.post(f"{path}/test", json={"password": "another one"})
    assert (refused.status_code, refused.json()["code"]) == (502, "meter_failed")
    assert "enter the one that is set in the Shelly" in refused.json()["detail"]
    changed = await operator.patch(path, json={"name": "Attic"})
    assert changed.json()["has_password"], "left out, it stays"
    assert not (await operator.patch(path, json={"password": ""})).json()["has_password"]


async def test_one_that_does_not_answer_is_set_up_and_says_why(
    operator: httpx.AsyncClient, device: Shelly
) -> None:
    device.raw = b""
    await operator.post(METERS, json=draft(device))
    problem = (await until_read(operator))["now"]["problem"]
    assert problem["code"] == "not_found"
    assert "check its power" in problem["detail"]
    viewer = (await energy(operator))["meters"][0]["problem"]
    assert viewer == problem


@pytest.mark.parametrize(
    ("more", "status", "words"),
    [
        ({"address": "127.0.0.1/status"}, 422, "address"),
        ({"kind": "guess"}, 422, "kind"),
        ({"name": " "}, 422, "name"),
        ({"phases": [1, 1, 2]}, 422, "phases"),
        ({"circuit": "attic"}, 422, "circuit"),
        ({"source": "solar", "circuit": "main"}, 422, "circuit"),
        ({"interval_s": 0.1}, 422, "interval_s"),
        ({"interval_s": 20}, 422, "interval_s"),
        ({"kind": "mqtt"}, 422, "values"),
        (
            {
                "kind": "mqtt",
                "topic": "a",
                "source": "solar",
                "values": [{"quantity": "power_w", "template": "1 +"}],
            },
            422,
            "template",
        ),
        ({"channel": 3}, 502, "leave the channel out"),
        ({"address": "192.0.2.1"}, 502, "CHARGEDECK_DEVICE_NETWORKS"),
    ],
)
async def test_what_will_not_do_is_named_with_what_to_do(
    operator: httpx.AsyncClient, device: Shelly, more: Json, status: int, words: str
) -> None:
    answer = await operator.post(f"{METERS}/test", json=draft(device) | more)
    assert (answer.status_code, words in answer.text) == (status, True), answer.text
    if status == 422:
        assert (await operator.post(METERS, json=draft(device) | more)).status_code == 422
        assert (await operator.get(METERS)).json() == {"items": []}


async def test_a_breaker_with_a_meter_stays(operator: httpx.AsyncClient, device: Shelly) -> None:
    main = {"id": "main", "rating_a": 25, "metered": True}
    cellar = {"id": "cellar", "parent": "main", "rating_a": 16}
    balancing = "/api/stations/home/balancing"
    await operator.patch(balancing, json={"circuits": [main, cellar]})
    added = (await operator.post(METERS, json=draft(device, circuit="cellar"))).json()
    assert (await operator.get(balancing)).json()["circuits"][1]["metered"]
    refused = await operator.patch(balancing, json={"circuits": [main]})
    assert (refused.status_code, "'House'" in refused.json()["detail"]) == (422, True)
    await operator.delete(f"/api/meters/{added['id']}")
    assert (await operator.patch(balancing, json={"circuits": [main]})).status_code == 200


async def test_a_second_meter_at_one_breaker_is_refused(operator: httpx.AsyncClient, device: Shelly) -> None:
    await operator.post(METERS, json=draft(device))
    answer = await operator.post(METERS, json=draft(device, name="Other"))
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


async def test_a_meter_of_a_station_that_one_may_not_see_is_not_there(
    site: Site, operator: httpx.AsyncClient, device: Shelly
) -> None:
    await site.add_station("work")
    meter = (await operator.post(METERS, json=draft(device))).json()
    path, other = f"/api/meters/{meter['id']}", await site.browser(Role.OPERATOR, ("work",))
    assert (await other.get(METERS)).status_code == 404
    assert (await other.delete(path)).status_code == 404
    assert (await other.patch(path, json={"name": "x"})).status_code == 404
    assert (await other.post(f"{path}/test", json={})).status_code == 404


async def test_what_a_meter_says_is_followed(site: Site, operator: httpx.AsyncClient, device: Shelly) -> None:
    await operator.post(METERS, json=draft(device))
    await until_read(operator)
    device.parts["em:0"] = em(-50, 0, 0)
    async with asyncio.timeout(10):
        while (await energy(operator))["meters"][0]["power_w"] != -50:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
