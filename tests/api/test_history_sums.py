"""GET /api/history: what was charged, by whom and where, in local days; and the sessions behind it."""

from typing import Any

import httpx
import pytest
from tests.api.site import Site

from chargedeck.hub.records import Role


@pytest.fixture
async def viewer(site: Site) -> httpx.AsyncClient:
    await site.add_device()
    return await site.browser(Role.VIEWER)


async def charge(site: Site, energy_wh: float, device_id: str = "garage", register: float = 1_000) -> None:
    """A session of an hour."""
    ref = await site.charge(register, device_id)
    site.clock.turn(hours=1)
    await site.end(ref, register + energy_wh, device_id)
    await site.durable()


async def history(client: httpx.AsyncClient, query: str = "") -> Any:
    answer = await client.get(f"/api/history{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_nothing_charged_yet(viewer: httpx.AsyncClient) -> None:
    found = await history(viewer)
    assert (len(found["buckets"]), found["bucket"], found["group"]) == (30, "day", "source")
    assert found["totals"]["sessions"] == found["previous"]["sessions"] == 0
    assert (found["totals"]["energy_wh"], found["totals"]["solar_ratio"], found["totals"]["cost"]) == (
        0,
        None,
        None,
    )


async def test_what_was_charged_by_charger(site: Site, viewer: httpx.AsyncClient) -> None:
    await site.add_device("yard")
    await charge(site, 5_000)
    await charge(site, 2_000, "yard")
    await charge(site, 500, register=9_000)
    found = await history(viewer, "?group=charger&bucket=week")
    assert [(one["id"], one["label"], one["energy_wh"], one["sessions"]) for one in found["groups"]] == [
        ("garage", "Garage", 5_500, 2),
        ("yard", "Yard", 2_000, 1),
    ]
    assert (found["totals"]["energy_wh"], found["totals"]["sessions"]) == (7_500, 3)
    by_charger = {
        name: sum(bucket["parts"].get(name, {"energy_wh": 0})["energy_wh"] for bucket in found["buckets"])
        for name in ("garage", "yard")
    }
    assert by_charger == {"garage": 5_500, "yard": 2_000}
    only = await history(viewer, "?charger=yard")
    assert (only["totals"]["energy_wh"], only["totals"]["sessions"]) == (2_000, 1)


async def test_stations_of_others_do_not_count(site: Site, viewer: httpx.AsyncClient) -> None:
    await site.add_station("office")
    await site.add_device("desk", "office")
    await charge(site, 5_000)
    await charge(site, 2_000, "desk")
    assert (await history(viewer, "?group=station"))["totals"]["energy_wh"] == 7_000
    assert (await history(viewer, "?station=office"))["totals"]["energy_wh"] == 2_000
    stranger = await site.browser(Role.VIEWER, ("home",))
    assert (await history(stranger))["totals"]["energy_wh"] == 5_000
    assert (await history(stranger, "?station=office"))["totals"]["energy_wh"] == 0


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z", "from"),
        ("?from=2025-01-01T00:00:00Z&to=2026-01-01T00:00:00Z&bucket=hour", "bucket"),
        ("?from=0001-01-01T00:00:00Z&to=9999-01-01T00:00:00Z", "from"),
        ("?from=0001-01-01T00:00:00Z&to=0001-01-02T00:00:00Z", "from"),
        ("?to=0001-01-01T00:00:00Z", "from"),
        ("?time_zone=Mars", "time_zone"),
        ("?bucket=minute", "bucket"),
        ("?group=colour", "group"),
    ],
)
async def test_a_question_that_will_not_do(viewer: httpx.AsyncClient, query: str, field: str) -> None:
    answer = await viewer.get(f"/api/history{query}")
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field


async def test_sessions_sorted_and_searched(site: Site, viewer: httpx.AsyncClient) -> None:
    for register, energy in ((1_000, 300), (2_000, 100), (3_000, 200), (4_000, 100)):
        await charge(site, energy, register=register)

    async def energies(query: str) -> list[float]:
        found, cursor = list[float](), ""
        while True:
            page = (await viewer.get(f"/api/sessions?limit=1&{query}{cursor}")).json()
            found += [session["energy_wh"] for session in page["items"]]
            if page["next_cursor"] is None:
                return found
            cursor = f"&cursor={page['next_cursor']}"

    assert await energies("sort=energy_wh") == [100, 100, 200, 300]
    assert await energies("sort=-energy_wh,started_at") == [300, 200, 100, 100]
    assert await energies("sort=charger,-ended_at") == [100, 200, 100, 300]
    assert len(await energies("search=card%2004a")) == 4, "the label"
    assert len(await energies("search=GARAGE")) == 4, "the charger's name"
    assert await energies("search=%25") == []
    assert len(await energies("card=04a1b2")) == 4
    assert await energies("card=04a1b3") == await energies("user=nobody") == await energies("car=none") == []


@pytest.mark.parametrize("sort", ["colour", "started_at,started_at", "-", "started_at,"])
async def test_an_order_that_there_is_not(viewer: httpx.AsyncClient, sort: str) -> None:
    answer = await viewer.get(f"/api/sessions?sort={sort}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "sort")
