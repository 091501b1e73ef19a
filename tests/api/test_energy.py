"""Energy management over the API: mode, circuits, what flows, pushed readings, and the live station."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.api.site import Site
from tests.api.test_events import listening

from chargedeck.domain.units import Amps
from chargedeck.hub.commands import LimitCurrent
from chargedeck.hub.records import Role

HOME = "/api/stations/home"
MAIN = {"id": "main", "rating_a": 25, "metered": True}
CELLAR = {"id": "cellar", "parent": "main", "rating_a": 16, "max_w": 11_000, "unbalance_a": 16}

Json = dict[str, Any]


@pytest.fixture
async def operator(site: Site) -> httpx.AsyncClient:
    return await site.browser(Role.OPERATOR)


def grid(*amps: float, **more: Any) -> Json:
    phases = [{"phase": phase, "current_a": current} for phase, current in enumerate(amps, 1)]
    return {"phases": phases, **more}


def _flows(station: Json, amps: float) -> bool:
    return station["energy"] is not None and station["energy"]["phases"][0]["current_a"] == amps


async def push(client: httpx.AsyncClient, body: Json) -> None:
    answer = await client.post(f"{HOME}/readings", json=body)
    assert (answer.status_code, answer.content) == (204, b"")


async def energy(client: httpx.AsyncClient) -> Json:
    found: Json = (await client.get(f"{HOME}/energy")).json()
    return found


# -- mode ------------------------------------------------------------------------------------------


async def test_a_mode_holds_at_once_and_is_written_down(site: Site, operator: httpx.AsyncClient) -> None:
    await site.add_device()
    answer = await operator.put(f"{HOME}/mode", json={"mode": "power"})
    assert (answer.status_code, answer.json()["mode"]) == (200, "power")
    assert answer.json()["energy"]["grants"][0]["charger_id"] == "garage"
    command = await site.sent(LimitCurrent)
    assert command.fallback_a == Amps(6), "what it falls to without us is stored in it"
    assert (await operator.get(HOME)).json()["mode"] == "power"
    (kept,) = await site.storage.book.management()
    assert kept.mode == "power"
    now = site.clock()
    events = await site.storage.archive.events(None, now - timedelta(hours=1), now, 100)
    (event,) = [event for event in events if event.kind == "station_management"]
    assert event.actor is not None
    assert event.detail == {"station": "home", "mode": "power"}


@pytest.mark.parametrize("body", [{"mode": "turbo"}, {}, {"mode": "power", "more": 1}])
async def test_no_other_mode(operator: httpx.AsyncClient, body: Json) -> None:
    answer = await operator.put(f"{HOME}/mode", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


# -- balancing -------------------------------------------------------------------------------------


async def test_balancing_from_first_to_last(site: Site, operator: httpx.AsyncClient) -> None:
    await site.add_device()
    found = (await operator.get(f"{HOME}/balancing")).json()
    assert found == {
        "mode": "off",
        "breaker_rating_a": 25,
        "hybrid_current_a": 6,
        "pv_minimum_current_a": 6,
        "car_minimum_current_a": 6,
        "meter_lost_current_a": 6,
        "forced_single_phase": False,
        "random_delay_s": 600,
        "heat_pumps_w": 0,
        "circuits": [
            {
                "id": "main",
                "name": "Main breaker",
                "parent": None,
                "rating_a": 25,
                "max_w": None,
                "unbalance_a": None,
                "metered": True,
            }
        ],
        "placements": [{"charger_id": "garage", "circuit": "main", "phases": [1, 2, 3]}],
    }
    placed = [{"charger_id": "garage", "circuit": "cellar", "phases": [2, 3, 1]}]
    answer = await operator.patch(
        f"{HOME}/balancing",
        json={
            "circuits": [CELLAR, {**MAIN, "rating_a": 63}],
            "placements": placed,
            "meter_lost_current_a": 0,
        },
    )
    changed = answer.json()
    assert (changed["breaker_rating_a"], changed["meter_lost_current_a"]) == (63, 0)
    assert [circuit["id"] for circuit in changed["circuits"]] == ["cellar", "main"]
    assert changed["placements"] == placed
    changed = (await operator.patch(f"{HOME}/balancing", json={"breaker_rating_a": 40})).json()
    assert changed["circuits"][1]["rating_a"] == 40
    assert changed["placements"] == placed, "what is left out stays"
    changed = (await operator.patch(f"{HOME}/balancing", json={"circuits": [MAIN]})).json()
    assert changed["placements"] == [{"charger_id": "garage", "circuit": "main", "phases": [2, 3, 1]}]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"breaker_rating_a": 9}, "breaker_rating_a"),
        ({"breaker_rating_a": 1001}, "breaker_rating_a"),
        ({"hybrid_current_a": 5}, "hybrid_current_a"),
        ({"pv_minimum_current_a": 7}, "pv_minimum_current_a"),
        ({"car_minimum_current_a": 11}, "car_minimum_current_a"),
        ({"meter_lost_current_a": 3}, "meter_lost_current_a"),
        ({"forced_single_phase": "yes"}, "forced_single_phase"),
        ({"circuits": []}, "circuits"),
        ({"circuits": [CELLAR]}, "circuits"),
        ({"circuits": [MAIN, MAIN]}, "circuits"),
        ({"circuits": [MAIN], "breaker_rating_a": 40}, "breaker_rating_a"),
        ({"circuits": [{**MAIN, "rating_a": 6}]}, "breaker_rating_a"),
        ({"placements": [{"charger_id": "garage", "circuit": "attic"}]}, "placements"),
        ({"placements": [{"charger_id": "nobody", "circuit": "main"}]}, "placements"),
        ({"placements": [{"charger_id": "garage", "circuit": "main", "phases": [1, 1, 2]}]}, "placements"),
        ({"mode": "power"}, "mode"),
    ],
)
async def test_what_will_not_do_is_named_and_changes_nothing(
    site: Site, operator: httpx.AsyncClient, body: Json, field: str
) -> None:
    await site.add_device()
    before = (await operator.get(f"{HOME}/balancing")).json()
    answer = await operator.patch(f"{HOME}/balancing", json={"hybrid_current_a": 8, **body})
    assert answer.status_code == 422
    assert field in answer.text
    assert (await operator.get(f"{HOME}/balancing")).json() == before


# -- readings --------------------------------------------------------------------------------------


async def test_what_flows_is_what_the_meters_say(site: Site, operator: httpx.AsyncClient) -> None:
    await site.add_device()
    ref = await site.charge()
    await site.meter(2_000, ref=ref)
    empty = await energy(operator)
    assert empty["meter"] == {"source": "none", "device_id": None, "at": None, "lost": True, "meter_id": None}
    assert (empty["flow"]["grid_w"], empty["flow"]["house_w"]) == (None, None)
    await push(operator, grid(20, 3, 4))
    await push(operator, {"source": "solar", "power_w": 1_000})
    found = await energy(operator)
    assert found["meter"]["source"] == "pushed"
    assert not found["meter"]["lost"]
    flow = found["flow"]
    assert (flow["grid_w"], flow["solar_w"], flow["battery_w"]) == (27 * 230, 1_000, None)
    assert flow["chargers_w"] > 0
    assert flow["house_w"] == pytest.approx(27 * 230 + 1_000 - flow["chargers_w"])
    first = found["phases"][0]
    assert (first["rating_a"], first["current_a"], first["headroom_a"]) == (25, 20, 5)
    assert first["house_a"] == pytest.approx(20 - first["chargers_a"])
    assert found["circuits"][0]["phases"] == found["phases"]
    (grant,) = found["grants"]
    assert (grant["charger_id"], grant["wants"], grant["reason"]) == ("garage", True, "user")


async def test_a_silent_meter_is_lost_after_fifteen_seconds(site: Site, operator: httpx.AsyncClient) -> None:
    await push(operator, grid(1))
    site.clock.turn(seconds=14)
    assert not (await energy(operator))["meter"]["lost"]
    site.clock.turn(seconds=2)
    assert (await energy(operator))["meter"]["lost"]
    site.clock.turn(seconds=60)
    assert (await energy(operator))["phases"][0]["current_a"] is None, "too old to say anything"


async def test_a_meter_below_the_main_breaker(site: Site, operator: httpx.AsyncClient) -> None:
    circuits = [MAIN, {**CELLAR, "metered": True}]
    await operator.patch(f"{HOME}/balancing", json={"circuits": circuits})
    await push(operator, grid(20, 20, 20))
    await push(operator, grid(5, 6, 7, circuit="cellar"))
    cellar = (await energy(operator))["circuits"][1]
    assert [phase["headroom_a"] for phase in cellar["phases"]] == [11, 10, 9]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "phases"),
        ({"power_w": 100}, "phases"),
        ({"source": "solar"}, "phases"),
        ({"phases": [{"phase": 1}]}, "phases"),
        ({"phases": [{"phase": 4, "current_a": 1}]}, "phase"),
        ({"phases": [{"phase": 1, "current_a": 1}] * 2}, "phases"),
        ({"phases": [{"phase": 1, "current_a": 1e9}]}, "current_a"),
        (grid(1, circuit="attic"), "circuit"),
        (grid(1, circuit="main", source="solar"), "circuit"),
        (grid(1, source="wind"), "source"),
        (grid(1, at="2199-01-01T00:00:00Z"), "at"),
        (grid(1, at="yesterday"), "at"),
    ],
)
async def test_a_reading_that_says_nothing_is_refused(
    operator: httpx.AsyncClient, body: Json, field: str
) -> None:
    answer = await operator.post(f"{HOME}/readings", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert field in answer.text
    assert (await energy(operator))["meter"]["at"] is None


async def test_a_meter_needs_a_token_of_an_operator(site: Site) -> None:
    meter = await site.program(Role.OPERATOR)
    await push(meter, grid(1, at=(site.clock() - timedelta(seconds=1)).isoformat()))
    viewer = await site.program(Role.VIEWER)
    assert (await viewer.post(f"{HOME}/readings", json=grid(1))).status_code == 403
    assert (await energy(viewer))["phases"][0]["current_a"] == 1


async def test_the_stream_tells_of_mode_and_flow(site: Site, operator: httpx.AsyncClient) -> None:
    await site.add_device()
    async with listening(await site.browser(Role.VIEWER)) as stream:
        await stream.next("snapshot")
        await operator.put(f"{HOME}/mode", json={"mode": "power"})
        await push(operator, grid(9, 9, 9))
        async with asyncio.timeout(5):
            while not _flows(stream.screen.state["station", "home"], 9):
                await stream.next("station")
        shown = stream.screen.state["station", "home"]
        assert (shown["mode"], shown["energy"]["grants"][0]["charger_id"]) == ("power", "garage")


# -- who sees it -----------------------------------------------------------------------------------


async def test_another_s_station_is_not_there(site: Site) -> None:
    await site.add_station("work")
    stranger = await site.browser(Role.OPERATOR, ("work",))
    for method, path, body in (
        ("GET", "energy", None),
        ("GET", "balancing", None),
        ("PUT", "mode", {"mode": "power"}),
        ("PATCH", "balancing", {}),
        ("POST", "readings", grid(1)),
    ):
        answer = await stranger.request(method, f"{HOME}/{path}", json=body)
        assert answer.status_code == 404, path


async def test_a_charger_that_moves_is_managed_where_it_is(site: Site, operator: httpx.AsyncClient) -> None:
    await site.add_station("work")
    await site.add_device()
    await operator.put(f"{HOME}/mode", json={"mode": "power"})
    charger = site.fleet.charger("garage")
    assert charger.control.grant is not None
    await operator.patch("/api/chargers/garage", json={"station_id": "work"})
    site.services.control.tick()
    assert charger.control.grant is None
    assert (await energy(operator))["grants"] == []
