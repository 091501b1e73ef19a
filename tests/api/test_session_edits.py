"""Sessions that people add, remark on and delete; cars; and the sums and pages that follow."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.api.site import Site

from chargedeck.domain.units import ChargerId
from chargedeck.hub.records import EventRecord, Role


@pytest.fixture
async def operator(site: Site) -> httpx.AsyncClient:
    await site.add_device()
    return await site.browser(Role.OPERATOR)


def elsewhere(site: Site, **more: Any) -> dict[str, Any]:
    """Charged by the motorway, an hour ago."""
    end = site.clock() - timedelta(hours=1)
    times = {"started_at": (end - timedelta(minutes=30)).isoformat(), "ended_at": end.isoformat()}
    return times | {"energy_wh": 18_200.5, "place": "Motorway"} | more


async def deeds(site: Site, kind: str) -> list[EventRecord]:
    await site.durable()
    far = timedelta(days=999)
    found = await site.storage.archive.events(None, site.clock() - far, site.clock() + far, 999)
    return [event for event in found if event.kind == kind]


async def total(client: httpx.AsyncClient, query: str = "") -> tuple[float, int, Any]:
    totals = (await client.get(f"/api/history{query}")).json()["totals"]
    return totals["energy_wh"], totals["sessions"], totals["cost"]


async def test_a_session_that_was_charged_elsewhere(site: Site, operator: httpx.AsyncClient) -> None:
    ana = await site.user(Role.DRIVER)
    paid = {"amount": "12.40", "currency": "EUR"}
    draft = elsewhere(site, cost=paid, user_id=ana.id, note="On the way to the sea", tags=["trip"])
    answer = await operator.post("/api/sessions", json=draft)
    assert answer.status_code == 201, answer.text
    session = answer.json()
    assert (session["charger_id"], session["charger_name"], session["origin"]) == (None, "Motorway", "manual")
    assert (session["energy_wh"], session["user_id"], session["user_name"]) == (18_200.5, ana.id, "Driver")
    listed = (await operator.get("/api/sessions?search=sea")).json()["items"]
    assert [one["id"] for one in listed] == [session["id"]]
    assert listed[0]["cost"] == paid
    assert await total(operator) == (18_200.5, 1, paid)
    assert await total(operator, f"?user={ana.id}&group=charger") == (18_200.5, 1, paid)
    (deed,) = await deeds(site, "session_added")
    assert deed.detail is not None
    assert deed.detail["session"] == session["id"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"energy_wh": -1}, "energy_wh"),
        ({"ended_at": "2026-01-01T00:00:00Z"}, "ended_at"),
        ({"ended_at": "2999-01-01T00:00:00Z"}, "ended_at"),
        ({"place": None}, "place"),
        ({"cost": {"amount": "1,5", "currency": "EUR"}}, "cost.amount"),
        ({"user_id": "nobody"}, "user_id"),
        ({"car_id": "none"}, "car_id"),
        ({"station_id": "nowhere"}, "station_id"),
    ],
)
async def test_a_session_that_will_not_do(
    site: Site, operator: httpx.AsyncClient, changes: dict[str, Any], field: str
) -> None:
    answer = await operator.post("/api/sessions", json=elsewhere(site, **changes))
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field
    assert await total(operator) == (0, 0, None)


async def test_what_people_say_of_a_session_stays_whatever_its_device_says(
    site: Site, operator: httpx.AsyncClient
) -> None:
    ref = await site.charge()
    await site.durable()
    (session,) = (await operator.get("/api/sessions")).json()["items"]
    ben = await site.user(Role.DRIVER)
    car = (await operator.post("/api/cars", json={"name": "Blue one", "plate": "B 42"})).json()
    said = {"user_id": ben.id, "car_id": car["id"], "note": "For Ben", "tags": ["guest", "guest"]}
    changed = (await operator.patch(f"/api/sessions/{session['id']}", json=said)).json()
    assert (changed["car_name"], changed["tags"], changed["user_id"]) == ("Blue one", ["guest"], ben.id)
    site.clock.turn(hours=1)
    await site.end(ref, 4_000)
    await site.durable()
    kept = (await operator.get(f"/api/sessions/{session['id']}")).json()
    assert (kept["energy_wh"], kept["note"], kept["user_id"], kept["car_id"]) == (
        3_000,
        "For Ben",
        ben.id,
        car["id"],
    )
    assert await total(operator, f"?user={ben.id}") == (3_000, 1, None)
    for query in ("car=" + car["id"], "search=guest", "search=b%2042"):
        assert len((await operator.get(f"/api/sessions?{query}")).json()["items"]) == 1, query
    await operator.patch(f"/api/sessions/{session['id']}", json={"user_id": None})
    assert await total(operator, f"?user={ben.id}") == (0, 0, None)
    first, second = (await deeds(site, "session_changed"))[::-1]
    assert first.detail is not None
    assert first.detail["note"] == ["", "For Ben"]
    assert second.detail is not None
    assert second.detail["user_id"] == [ben.id, None]


async def test_a_deleted_session_is_in_no_sum_and_on_no_page(site: Site, operator: httpx.AsyncClient) -> None:
    ref = await site.charge()
    await site.durable()
    (session,) = (await operator.get("/api/sessions")).json()["items"]
    running = await operator.delete(f"/api/sessions/{session['id']}")
    assert (running.status_code, running.json()["code"]) == (409, "conflict")
    site.clock.turn(hours=1)
    await site.end(ref, 4_000)
    await site.durable()
    assert await total(operator) == (3_000, 1, None)
    assert (await operator.delete(f"/api/sessions/{session['id']}")).status_code == 204
    assert await total(operator) == (0, 0, None)
    assert (await operator.get("/api/sessions")).json()["items"] == []
    for path in ("", "/curve", "/cost"):
        assert (await operator.get(f"/api/sessions/{session['id']}{path}")).status_code == 404
    assert (await operator.delete(f"/api/sessions/{session['id']}")).status_code == 404
    (deed,) = await deeds(site, "session_deleted")
    assert (deed.actor, deed.charger_id) == ("Operator", ChargerId("garage"))


async def test_drivers_change_what_is_their_own(site: Site, operator: httpx.AsyncClient) -> None:
    ana, ben = await site.user(Role.DRIVER), await site.user(Role.DRIVER)
    driver = await site.browser_of(ana)
    own = (await driver.post("/api/sessions", json=elsewhere(site))).json()
    assert own["user_id"] == ana.id
    for_another = await driver.post("/api/sessions", json=elsewhere(site, user_id=ben.id))
    assert for_another.json()["errors"][0]["field"] == "user_id"
    bens = (await operator.post("/api/sessions", json=elsewhere(site, user_id=ben.id))).json()
    path, other = f"/api/sessions/{own['id']}", f"/api/sessions/{bens['id']}"
    assert (await driver.patch(path, json={"note": "mine"})).json()["note"] == "mine"
    assert (await driver.patch(path, json={"user_id": ben.id})).status_code == 422
    assert (await driver.patch(other, json={"note": "mine"})).status_code == 404
    assert (await driver.delete(other)).status_code == 404
    assert (await driver.delete(path)).status_code == 204
    await site.add_card(user_id=ana.id)
    ref = await site.charge()
    await site.end(ref, 2_000)
    await site.durable()
    (metered,) = (await driver.get("/api/sessions")).json()["items"]
    assert (await driver.delete(f"/api/sessions/{metered['id']}")).status_code == 403
    assert (await driver.patch(f"/api/sessions/{metered['id']}", json={"tags": ["mine"]})).status_code == 200


async def test_cars(site: Site, operator: httpx.AsyncClient) -> None:
    ana = await site.user(Role.DRIVER)
    driver = await site.browser_of(ana)
    own = (await driver.post("/api/cars", json={"name": "Blue one", "battery_wh": 58_000})).json()
    assert (own["user_id"], own["battery_wh"]) == (ana.id, 58_000)
    shared = (await operator.post("/api/cars", json={"name": "Pool"})).json()
    owner = await site.user(Role.OWNER)
    bosss = (await operator.post("/api/cars", json={"name": "Red", "user_id": owner.id})).json()
    assert {car["id"] for car in (await driver.get("/api/cars")).json()["items"]} == {own["id"], shared["id"]}
    assert len((await operator.get("/api/cars")).json()["items"]) == 3
    assert (await driver.get(f"/api/cars/{bosss['id']}")).status_code == 404
    assert (await driver.patch(f"/api/cars/{shared['id']}", json={"name": "x"})).status_code == 422
    changed = await driver.patch(f"/api/cars/{own['id']}", json={"plate": "B 42", "battery_wh": None})
    assert (changed.json()["plate"], changed.json()["battery_wh"]) == ("B 42", None)
    assert (await driver.patch(f"/api/cars/{own['id']}", json={"user_id": None})).status_code == 422
    assert (await driver.delete(f"/api/cars/{own['id']}")).status_code == 204
    assert (await driver.get(f"/api/cars/{own['id']}")).status_code == 404
