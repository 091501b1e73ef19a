"""Whole journeys of a charging car: over the API on one side, at a simulated charger on the other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx
import pytest
from tests.scenarios.place import Place, place
from tests.support.api import Api, ApiProblem
from tests.support.server import Server


@asynccontextmanager
async def card(api: Api, id_tag: str, **more: Any) -> AsyncIterator[str]:
    """A card, until the block is left; its label is its tag."""
    made = await api.post("/api/cards", {"id_tag": id_tag, "label": id_tag, **more})
    try:
        yield id_tag
    finally:
        await api.delete(f"/api/cards/{made['id']}")


async def test_plug_and_charge_begins_by_itself_and_ends_with_the_cable(garage: Place) -> None:
    await garage.set(plug_and_charge=True)
    await garage.do("plug")
    shown = await garage.shows(lambda one: one["status"] == "charging" and (one["power_w"] or 0) > 1_000)
    assert shown["session"]["authorized_by"] == {"kind": "plug_and_charge", "label": "Plug and charge"}
    await garage.shows(lambda one: one["session"]["energy_wh"] > 50)
    await garage.do("unplug")
    session = await garage.closed()
    register_wh = int((await garage.outlet())["register_wh"])
    assert (session["meter_start_wh"], session["meter_stop_wh"]) == (0, register_wh)
    assert session["energy_wh"] == register_wh
    assert session["stop_reason"] == "EVDisconnected"
    await garage.shows_status("available")


async def test_without_plug_and_charge_the_app_is_asked(garage: Place) -> None:
    await garage.do("plug")
    shown = await garage.shows_status("awaiting", "authorization")
    assert shown["actions"][0] == "authorize"
    assert not (await garage.outlet())["transaction"]
    begun = await garage.order("authorize")
    assert begun["session"]["authorized_by"] == {"kind": "remote", "label": "scenario"}
    await garage.shows(lambda one: one["status"] == "charging")


async def test_a_person_at_the_dashboard_is_named(server: Server, garage: Place) -> None:
    person = {"email": "ann@example.com", "password": "correct horse battery", "role": "driver"}
    await garage.api.post("/api/users", {**person, "first_name": "Ann", "last_name": "Lee"})
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as browser:
        entered = await browser.post(
            "/api/login", json={"email": person["email"], "password": person["password"]}
        )
        browser.headers.update({"X-CSRF-Token": entered.json()["csrf_token"], "Origin": server.url})
        await garage.do("plug")
        await garage.shows_status("awaiting", "authorization")
        begun = await browser.post(f"/api/chargers/{garage.id}/authorize")
    assert begun.json()["session"]["authorized_by"] == {"kind": "user", "label": "Ann Lee"}


async def test_a_known_card_charges_and_stops_what_it_began(garage: Place) -> None:
    async with card(garage.api, "04KNOWN") as tag:
        shown = await garage.charging(tag)
        assert shown["session"]["authorized_by"] == {"kind": "card", "label": tag}
        await garage.do("swipe", id_tag=tag)
        session = await garage.closed()
    assert (session["stop_reason"], session["authorized_by"]["label"]) == ("Local", tag)
    assert (await garage.shows())["plugged"]


@pytest.mark.parametrize(
    ("tag", "verdict", "facts"),
    [
        ("04BLOCKED", "Blocked", {"blocked": True}),
        ("04EXPIRED", "Expired", {"expires_at": (datetime.now(UTC) - timedelta(days=1)).isoformat()}),
        ("04STRANGE", "Invalid", None),
    ],
)
async def test_a_card_that_may_not_charge_does_not(
    garage: Place, tag: str, verdict: str, facts: dict[str, Any] | None
) -> None:
    if facts is not None:
        await garage.api.post("/api/cards", {"id_tag": tag, "label": tag, **facts})
    await garage.do("plug")
    await garage.shows_status("awaiting", "authorization")
    await garage.do("swipe", id_tag=tag)
    path = f"/api/devices/{garage.device}/messages?action=Authorize"
    messages = await garage.api.until(path, lambda log: len(log["items"]) == 2)
    assert messages["items"][0]["payload"]["idTagInfo"]["status"] == verdict
    assert not (await garage.outlet())["transaction"]
    assert await garage.sessions() == []
    await garage.shows_status("awaiting", "authorization")


async def test_a_card_of_the_same_family_stops_a_session_and_another_does_not(garage: Place) -> None:
    api = garage.api
    async with (
        card(api, "04MOTHER", parent_id_tag="FAMILY7"),
        card(api, "04FATHER", parent_id_tag="FAMILY7"),
        card(api, "04NEIGHBOUR"),
    ):
        await garage.charging("04MOTHER")
        await garage.do("swipe", id_tag="04NEIGHBOUR")
        path = f"/api/devices/{garage.device}/messages?action=Authorize"
        await api.until(path, lambda log: len(log["items"]) == 4)
        assert (await garage.outlet())["transaction"]
        await garage.do("swipe", id_tag="04FATHER")
        session = await garage.closed()
    assert (session["stop_reason"], session["authorized_by"]["label"]) == ("Local", "04MOTHER")


async def test_an_operators_own_message_starts_and_stops(garage: Place) -> None:
    await garage.do("plug")
    assert await garage.call("RemoteStartTransaction", idTag="OPERATOR", connectorId=1) == {
        "status": "Accepted"
    }
    shown = await garage.shows(lambda one: one["session"] is not None)
    assert shown["session"]["authorized_by"]["kind"] == "remote"
    outlet = await garage.outlet(lambda one: one["transaction_id"] is not None)
    assert outlet["id_tag"] == "OPERATOR"
    stopped = await garage.call("RemoteStopTransaction", transactionId=outlet["transaction_id"])
    assert stopped == {"status": "Accepted"}
    assert (await garage.closed())["stop_reason"] == "Remote"


async def test_a_start_without_a_cable_waits_for_it(garage: Place) -> None:
    ordered = asyncio.create_task(garage.order("start"))
    await garage.shows_status("awaiting", "vehicle")
    await garage.do("plug")
    assert (await ordered)["session"] is not None
    shown = await garage.shows(lambda one: one["status"] == "charging")
    assert shown["session"]["authorized_by"]["kind"] == "remote"


async def test_the_car_follows_the_slider(garage: Place) -> None:
    await garage.charging(max_current_a=32)
    for amps in (6, 13, 10):
        shown = await garage.allow(amps)
        assert (shown["allowed_current_a"], shown["limit"]["confirmed_a"]) == (amps, amps)
        assert (await garage.outlet())["offered_a"] == amps
        await garage.shows(partial(_draws, amps))
    for wrong in (5, 17, 1_000):
        with pytest.raises(ApiProblem) as refused:
            await garage.allow(wrong)
        assert (refused.value.status, refused.value.code) == (422, "out_of_range")
    assert (await garage.shows())["allowed_current_a"] == 10
    ladder = [(rung["reason"], rung["current_a"]) for rung in (await garage.shows())["limit"]["ladder"]]
    assert ladder == [("user", 10), ("installation", 16)]
    # A smaller circuit takes the slider down with it, and the car too.
    await garage.set(installation_current_a=8)
    await garage.shows(lambda one: one["allowed_current_a"] == 8 and one["limit"]["confirmed_a"] == 8)
    await garage.shows(partial(_draws, 8))


def _draws(amps: float, shown: dict[str, Any]) -> bool:
    """Whether the meter shows this current."""
    return bool(max(phase["current_a"] for phase in shown["phases"]) == pytest.approx(amps, abs=0.1))


async def test_a_session_is_paused_resumed_and_stopped(garage: Place) -> None:
    await garage.charging()
    paused = await garage.order("pause")
    assert (paused["status"], paused["status_reason"]) == ("paused", "user")
    assert (await garage.outlet())["offered_a"] == 0
    await garage.shows(lambda one: one["power_w"] == 0)
    assert "resume" in paused["actions"]
    with pytest.raises(ApiProblem) as refused:
        await garage.order("pause")
    assert (refused.value.status, refused.value.code) == (409, "not_possible_now")
    resumed = await garage.order("resume")
    assert resumed["limit"]["confirmed_a"] == 16
    await garage.shows(lambda one: one["status"] == "charging" and (one["power_w"] or 0) > 1_000)
    stopped = await garage.order("stop")
    assert stopped["session"] is None
    assert (await garage.closed())["stop_reason"] == "Remote"
    # The car is still there, and may be charged once more.
    begun = await garage.order("start")
    assert begun["session"] is not None
    assert len(await garage.sessions()) == 2


async def test_a_pause_ends_with_its_session(garage: Place) -> None:
    await garage.charging()
    await garage.order("pause")
    await garage.do("unplug")
    await garage.closed()
    shown = await garage.charging()
    assert shown["limit"]["current_a"] == 16


async def test_a_device_with_two_outlets_is_two_chargers(server: Server, api: Api) -> None:
    async with place(server, api, "double", "--connectors", "2", installation_current_a=20) as first:
        second = Place(api, first.simulator, "double", connector=2)
        await asyncio.gather(first.ready(), second.ready())
        assert (await second.shows())["installation_current_a"] == 16, "it has wires of its own"
        await asyncio.gather(first.charging(), second.charging())
        await second.allow(9)
        assert ((await first.outlet())["offered_a"], (await second.outlet())["offered_a"]) == (20, 9)
        await first.order("pause")
        assert ((await first.outlet())["offered_a"], (await second.outlet())["offered_a"]) == (0, 9)
        await asyncio.gather(first.do("unplug"), second.do("unplug"))
        for charger in (first, second):
            session = await charger.closed()
            assert session["energy_wh"] == int((await charger.outlet())["register_wh"])
        described = await api.get("/api/devices/double")
        assert described["charger_ids"] == [first.id, second.id]


async def test_what_happened_offline_lands_in_the_history_once(server: Server, api: Api) -> None:
    async with card(api, "04OFFLINE") as tag, place(server, api, "cellar", speed="60") as cellar:
        await cellar.ready()
        await cellar.charging(tag)  # so that the charger knows the card
        await cellar.do("unplug")
        await cellar.closed()
        await cellar.do("cut")
        await cellar.shows_status("offline")
        await cellar.do("drift", seconds=-7_200)  # fast time must not carry it into the future
        await cellar.do("plug")
        await cellar.do("swipe", id_tag=tag)
        await cellar.outlet(lambda one: one["register_wh"] > 500)
        await cellar.do("unplug")
        register_wh = int((await cellar.outlet())["register_wh"])
        await cellar.do("restore")
        await cellar.closed(2)
        for _ in range(2):
            await cellar.do("cut")
            await cellar.do("restore")
            await cellar.ready()
        both = await cellar.sessions()
        assert len(both) == 2
        [session] = [one for one in both if one["origin"] == "offline"]
        assert session["meter_stop_wh"] == register_wh
        assert session["energy_wh"] == register_wh - session["meter_start_wh"] > 400
        assert session["authorized_by"] == {"kind": "card", "label": tag}
        assert datetime.fromisoformat(session["started_at"]) < datetime.now(UTC) - timedelta(minutes=60)
