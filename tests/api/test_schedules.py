"""Schedules, plans and the grid operator over the API: kept, refused by field, and true at the charger."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.api.site import Site

from chargedeck.hub.records import Role

Json = dict[str, Any]

GARAGE = "/api/chargers/garage"
WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
NEVER = {"kind": "forbidden", "weekdays": WEEK, "start": "00:00", "end": "00:00"}
READY = {"kind": "departure", "weekdays": ["fri", "mon"], "ready_by": "07:00", "energy_wh": 30_000}


@pytest.fixture
async def operator(site: Site) -> httpx.AsyncClient:
    await site.add_device()
    return await site.browser(Role.OPERATOR)


async def add(client: httpx.AsyncClient, body: Json) -> Json:
    answer = await client.post(f"{GARAGE}/schedules", json=body)
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


def ahead(site: Site, **by: float) -> str:
    return (site.clock() + timedelta(**by)).isoformat()


async def told(site: Site, amps: float) -> None:
    """Wait until the device has been told this for its session."""
    async with asyncio.timeout(5):
        while site.links["garage"].limits[-1:] != [amps]:  # noqa: ASYNC110  (a link tells nobody)
            await asyncio.sleep(0.005)


# -- rules -----------------------------------------------------------------------------------------


async def test_a_schedule_from_first_to_last(site: Site, operator: httpx.AsyncClient) -> None:
    assert (await operator.get(f"{GARAGE}/schedules")).json() == {"items": [], "next_cursor": None}
    rule = await add(operator, READY)
    assert rule == {
        "id": rule["id"],
        "charger_id": "garage",
        "kind": "departure",
        "weekdays": ["mon", "fri"],
        "date": None,
        "start": None,
        "end": None,
        "ready_by": "07:00",
        "energy_wh": 30_000,
        "enabled": True,
    }
    one = f"/api/schedules/{rule['id']}"
    changed = (await operator.patch(one, json={"ready_by": "06:30", "enabled": False})).json()
    assert changed == rule | {"ready_by": "06:30", "enabled": False}
    hours = {"kind": "allowed", "ready_by": None, "energy_wh": None, "start": "22:00", "end": "05:00"}
    changed = (await operator.patch(one, json=hours)).json()
    assert (changed["kind"], changed["start"], changed["energy_wh"]) == ("allowed", "22:00", None)
    dated = {"weekdays": [], "date": "2026-12-24"}
    changed = (await operator.patch(one, json=dated)).json()
    assert (changed["weekdays"], changed["date"]) == ([], "2026-12-24")
    assert (await operator.get(f"{GARAGE}/schedules")).json()["items"] == [changed]
    assert [record.id for record in await site.storage.book.schedules()] == [rule["id"]]
    assert (await operator.delete(one)).status_code == 204
    assert (await operator.delete(one)).status_code == 404
    assert await site.storage.book.schedules() == []
    now = site.clock()
    events = await site.storage.archive.events(None, now - timedelta(hours=1), now, 100)
    deeds = [event.detail["deed"] for event in events if event.kind == "schedule" and event.detail]
    assert deeds == ["removed", "changed", "changed", "changed", "added"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"kind": "never"}, "kind"),
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": ["mon", "mon"]}, "weekdays"),
        ({"weekdays": ["day"]}, "weekdays"),
        ({"date": "2026-12-24"}, "weekdays"),
        ({"date": "2026-02-30", "weekdays": []}, "date"),
        ({"start": "24:00"}, "start"),
        ({"start": "7:00"}, "start"),
        ({"end": None}, "end"),
        ({"ready_by": "07:00"}, "ready_by"),
        ({"energy_wh": 1000}, "energy_wh"),
        ({"kind": "free"}, "date"),
        ({"kind": "departure"}, "start"),
        ({"more": 1}, "more"),
    ],
)
async def test_what_makes_no_rule_is_refused(operator: httpx.AsyncClient, wrong: Json, words: str) -> None:
    answer = await operator.post(f"{GARAGE}/schedules", json={**NEVER, **wrong})
    assert answer.status_code == 422, answer.text
    assert words in answer.json()["detail"].lower()
    assert (await operator.get(f"{GARAGE}/schedules")).json()["items"] == []


async def test_a_rule_holds_at_the_charger_and_charge_now_lifts_it(
    site: Site, operator: httpx.AsyncClient
) -> None:
    ref = await site.charge()
    await site.meter(1_000, ref=ref)
    await add(operator, NEVER)
    await told(site, 0)
    shown = (await operator.get(GARAGE)).json()
    assert shown["limit"]["reason"] == "schedule"
    assert shown["limit"]["ladder"][0]["detail"] == "forbidden hours"
    assert shown["hours"] == {"allowed": False, "why": "forbidden_hours", "changes_at": None}
    assert "charge-now" in shown["actions"]
    shown = (await operator.post(f"{GARAGE}/charge-now")).json()
    assert (shown["limit"]["reason"], shown["charge_now"]) == ("user", True)
    shown = (await operator.post(f"{GARAGE}/back-to-plan")).json()
    assert (shown["limit"]["reason"], shown["charge_now"]) == ("schedule", False)
    assert (await operator.post(f"{GARAGE}/back-to-plan")).status_code == 409


async def test_rules_are_the_operator_s_and_seen_by_who_sees_the_charger(
    site: Site, operator: httpx.AsyncClient
) -> None:
    rule = await add(operator, NEVER)
    driver = await site.browser(Role.DRIVER)
    assert (await driver.get(f"{GARAGE}/schedules")).json()["items"] == [rule]
    assert (await driver.post(f"{GARAGE}/schedules", json=NEVER)).status_code == 403
    await site.add_station("work")
    elsewhere = await site.browser(Role.OPERATOR, ("work",))
    for answer in (
        await elsewhere.get(f"{GARAGE}/schedules"),
        await elsewhere.post(f"{GARAGE}/schedules", json=NEVER),
        await elsewhere.patch(f"/api/schedules/{rule['id']}", json={"enabled": False}),
        await elsewhere.delete(f"/api/schedules/{rule['id']}"),
        await elsewhere.get(f"{GARAGE}/plan"),
        await elsewhere.put(f"{GARAGE}/plan", json={"ready_by": ahead(site, hours=1), "energy_wh": 1}),
        await elsewhere.delete(f"{GARAGE}/plan"),
    ):
        assert answer.status_code == 404
    assert (await operator.get(f"{GARAGE}/schedules")).json()["items"] == [rule]


# -- plans -----------------------------------------------------------------------------------------


async def test_a_plan_from_first_to_last(site: Site, operator: httpx.AsyncClient) -> None:
    driver = await site.browser(Role.DRIVER)
    none = (await driver.get(f"{GARAGE}/plan")).json()
    assert (none["state"], none["ready_by"], none["slots"]) == ("none", None, [])
    wanted: Json = {"ready_by": ahead(site, hours=6), "energy_wh": 20_000}
    preview = (await driver.post(f"{GARAGE}/plan/preview", json=wanted)).json()
    assert (preview["state"], preview["energy_wh"], preview["missing_wh"]) == ("no_car", 20_000, 0)
    assert sum(slot["energy_wh"] for slot in preview["slots"]) == pytest.approx(20_000, abs=5)
    assert (await driver.get(f"{GARAGE}/plan")).json()["state"] == "none"
    plan = (await driver.put(f"{GARAGE}/plan", json=wanted)).json()
    assert datetime.fromisoformat(plan["ready_by"]) == datetime.fromisoformat(wanted["ready_by"])
    assert (plan["state"], plan["energy_wh"], plan["weekly"]) == ("no_car", 20_000, False)
    assert (await driver.get(GARAGE)).json()["plan"] is None, "whoever may use the charger sees that one"
    shown = (await operator.get(GARAGE)).json()["plan"]
    assert (shown["state"], shown["energy_wh"]) == ("no_car", 20_000)
    (kept,) = await site.storage.book.plans()
    assert kept.ready_by == datetime.fromisoformat(wanted["ready_by"])
    assert (await driver.delete(f"{GARAGE}/plan")).status_code == 204
    assert (await driver.delete(f"{GARAGE}/plan")).status_code == 204
    assert (await driver.get(f"{GARAGE}/plan")).json()["state"] == "none"
    assert (await operator.get(GARAGE)).json()["plan"] is None


async def test_a_driver_neither_sees_nor_changes_the_plan_of_who_is_charging(
    site: Site, operator: httpx.AsyncClient
) -> None:
    driver = await site.browser(Role.DRIVER)
    wanted = {"ready_by": ahead(site, hours=6), "energy_wh": 20_000}
    await site.charge()
    assert (await operator.put(f"{GARAGE}/plan", json=wanted)).status_code == 200
    assert (await driver.get(f"{GARAGE}/plan")).json()["state"] == "none"
    assert (await driver.put(f"{GARAGE}/plan", json=wanted)).status_code == 403
    assert (await driver.delete(f"{GARAGE}/plan")).status_code == 403
    assert (await operator.get(f"{GARAGE}/plan")).json()["energy_wh"] == 20_000


async def test_a_plan_with_a_car_says_what_is_missing(site: Site, operator: httpx.AsyncClient) -> None:
    ref = await site.charge()
    await site.meter(3_000, ref=ref)
    plan = (
        await operator.put(f"{GARAGE}/plan", json={"ready_by": ahead(site, hours=1), "energy_wh": 30_000})
    ).json()
    assert (plan["state"], plan["charged_wh"]) == ("charging", 2_000)
    assert plan["missing_wh"] == pytest.approx(28_000 - 32 * 230, abs=50)
    assert {slot["buy"] for slot in plan["slots"]} == {None}, "nobody has said what energy costs"
    assert plan["cost"] is None


async def test_a_plan_costs_what_the_tariff_says(site: Site, operator: httpx.AsyncClient) -> None:
    terms = {"currency": "EUR", "energy": {"kind": "fixed", "price_per_kwh": "0.30"}}
    wanted = {"ready_by": ahead(site, hours=6), "energy_wh": 20_000}
    assert (await operator.put("/api/stations/home/tariff", json={"terms": terms})).status_code == 200
    plan = (await operator.put(f"{GARAGE}/plan", json=wanted)).json()
    assert plan["cost"] == plan["cost_at_once"] == {"amount": "6.00", "currency": "EUR"}
    assert {slot["buy"] for slot in plan["slots"]} == {"0.3000"}


@pytest.mark.parametrize(
    ("hours", "energy", "code"),
    [(-1, 1_000, "out_of_range"), (24 * 8, 1_000, "out_of_range"), (1, 0, "invalid_request")],
)
async def test_a_departure_that_cannot_be(
    site: Site, operator: httpx.AsyncClient, hours: float, energy: float, code: str
) -> None:
    body = {"ready_by": ahead(site, hours=hours), "energy_wh": energy}
    for answer in (
        await operator.put(f"{GARAGE}/plan", json=body),
        await operator.post(f"{GARAGE}/plan/preview", json=body),
    ):
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    naive = {"ready_by": datetime.now(UTC).replace(tzinfo=None).isoformat(), "energy_wh": 1}
    assert (await operator.put(f"{GARAGE}/plan", json=naive)).status_code == 422


# -- the station -----------------------------------------------------------------------------------


async def test_the_grid_operator_s_limit_is_kept_and_lifted(site: Site, operator: httpx.AsyncClient) -> None:
    path = "/api/stations/home/grid-operator"
    nothing = {"limit_w": None, "until": None, "granted_w": None}
    assert (await operator.get(path)).json() == nothing
    limit = (await operator.put(path, json={"limit_w": 0})).json()
    assert limit == {"limit_w": 0, "until": None, "granted_w": 4200}, "nobody goes below its floor"
    await site.add_device("second")
    assert (await operator.get(path)).json()["granted_w"] == 4200 + 0.8 * 4200
    until = ahead(site, hours=1)
    assert (await operator.put(path, json={"limit_w": 9000, "until": until})).json()["granted_w"] == 9000
    (kept,) = await site.storage.book.management()
    assert (kept.grid_operator_w, kept.grid_operator_until) == (9000.0, datetime.fromisoformat(until))
    answer = await operator.put(path, json={"limit_w": 9000, "until": ahead(site, hours=-1)})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert (await operator.put(path, json={"limit_w": None})).json() == nothing


async def test_random_delay_and_heat_pumps_are_settings_of_the_station(operator: httpx.AsyncClient) -> None:
    path = "/api/stations/home/balancing"
    assert (await operator.get(path)).json()["random_delay_s"] == 600
    changed = (await operator.patch(path, json={"random_delay_s": 1800, "heat_pumps_w": 12_000})).json()
    assert (changed["random_delay_s"], changed["heat_pumps_w"]) == (1800, 12_000)
    assert (await operator.patch(path, json={"random_delay_s": 1801})).status_code == 422
