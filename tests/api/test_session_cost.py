"""What sessions cost, over the API: live, at their end, and when something about them changes."""

import asyncio
from datetime import datetime, timedelta
from decimal import Decimal

import httpx
import pytest
from tests.api.site import Site
from tests.api.test_tariffs import FLAT, PRICES, SPOT, TARIFF, Json, put, slots_of

from chargedeck.energy.prices import quarter_of
from chargedeck.hub.live_costs import LiveCosts
from chargedeck.hub.records import Role
from chargedeck.hub.station_flows import StationFlows


@pytest.fixture
async def operator(site: Site) -> httpx.AsyncClient:
    return await site.browser(Role.OPERATOR)


async def ended_session(site: Site, wh: float = 2_000, minutes: float = 30) -> Json:
    """A session that began on a quarter of an hour, and has been priced."""
    await site.add_device()
    site.clock.ahead += quarter_of(site.clock()) + timedelta(minutes=15) - site.clock()
    ref = await site.charge(1_000)
    await site.meter(1_000, ref=ref)
    site.clock.turn(minutes=minutes)
    await site.meter(1_000 + wh, ref=ref)
    await site.end(ref, 1_000 + wh)
    await site.services.costs.price_all()
    client = await site.browser(Role.VIEWER)
    (session,) = (await client.get("/api/sessions")).json()["items"]
    found: Json = session
    return found


async def cost(client: httpx.AsyncClient, session: Json) -> Json:
    answer = await client.get(f"/api/sessions/{session['id']}/cost")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def adds_up(told: Json) -> bool:
    """Whether every split comes to the total, to the coin."""
    total = Decimal(told["total"]["amount"])
    rows = [one["amount"] for one in (*told["rows"], *told["days"])]
    splits = (rows, told["by_part"].values(), told["by_source"].values())
    return all(sum(Decimal(one["amount"]) for one in split) == total for split in splits)


async def test_a_session_costs_what_its_registers_and_the_tariff_say(
    site: Site, operator: httpx.AsyncClient
) -> None:
    taxed = {**FLAT, "taxes": [{"name": "VAT", "ratio": "0.25"}], "flat_price_per_kwh": "0.40"}
    await put(operator, taxed, valid_from="2026-01-01")
    session = await ended_session(site)
    assert session["cost"] == {"amount": "0.75", "currency": "EUR"}
    told = await cost(operator, session)
    assert (told["total"], told["final"]) == (session["cost"], True)
    assert adds_up(told)
    assert {part: money["amount"] for part, money in told["by_part"].items()} == {
        "energy": "0.60",
        "grid_fee": "0.00",
        "fees": "0.00",
        "demand": "0.00",
        "tax": "0.15",
    }
    assert told["saving"]["by_timing"]["amount"] == "0.05"
    assert (told["energy_wh"], told["grid_wh"], told["solar_wh"]) == (2000, 2000, 0)


async def test_without_a_tariff_there_is_energy_and_no_amount(
    site: Site, operator: httpx.AsyncClient
) -> None:
    session = await ended_session(site)
    assert session["cost"] is None
    told = await cost(operator, session)
    assert (told["total"], told["rows"], told["saving"], told["grid_wh"]) == (None, [], None, 2000)


async def test_a_change_of_the_tariff_leaves_what_was_until_an_owner_recomputes(
    site: Site, operator: httpx.AsyncClient
) -> None:
    await put(operator, FLAT, valid_from="2026-01-01")
    session = await ended_session(site)
    dearer = {**FLAT, "energy": {"kind": "fixed", "price_per_kwh": "0.50"}}
    await put(operator, dearer, valid_from="2026-01-01")
    await site.services.costs.price_all()
    assert (await cost(operator, session))["total"]["amount"] == "0.60"
    period = {"from": session["started_at"], "to": session["ended_at"]}
    assert (await operator.post(f"{TARIFF}/recompute", json=period)).status_code == 403
    owner = await site.browser(Role.OWNER)
    assert (await owner.post(f"{TARIFF}/recompute", json=period)).json() == {"sessions": 1}
    await site.services.costs.price_all()
    assert (await cost(operator, session))["total"]["amount"] == "1.00"
    await site.durable()
    now, hour = site.clock(), timedelta(hours=1)
    kinds = [event.kind for event in await site.storage.archive.events(None, now - hour, now + hour, 9)]
    assert "costs_recomputed" in kinds


async def test_an_estimate_is_replaced_when_the_price_arrives_by_the_tariff_of_then(
    site: Site, operator: httpx.AsyncClient
) -> None:
    await put(operator, SPOT, valid_from="2026-01-01")
    session = await ended_session(site, minutes=10)
    guess = await cost(operator, session)
    assert (guess["total"]["amount"], guess["estimated"], guess["notes"]) == (
        "1.20",
        True,
        ["estimated_price"],
    )
    await put(operator, {**SPOT, "taxes": []}, valid_from="2026-01-01")
    start = datetime.fromisoformat(session["started_at"])
    await operator.post(PRICES, json={"prices": slots_of(quarter_of(start), "0.20", "0.20")})
    await site.services.costs.price_all()
    known = await cost(operator, session)
    # (0.20 + 0.10) · 2 kWh · 1.20: the tax of then still counts.
    assert (known["total"]["amount"], known["estimated"]) == ("0.72", False)
    assert adds_up(known)


async def test_late_data_changes_the_cost(site: Site, operator: httpx.AsyncClient) -> None:
    await put(operator, FLAT, valid_from="2026-01-01")
    session = await ended_session(site)
    record = await site.storage.archive.session(session["id"])
    assert record is not None
    site.storage.journal.session(
        record._replace(meter_last_wh=type(record.meter_last_wh)(4_000), meter_stop_wh=record.meter_last_wh)
    )
    assert await site.services.costs.price_all() == 1
    assert (await cost(operator, session))["total"]["amount"] == "0.90"


async def test_a_session_that_charges_tells_its_cost_each_second(
    site: Site, operator: httpx.AsyncClient
) -> None:
    await put(operator, {**FLAT, "fees": [{"name": "levy", "per_kwh": "0.02"}]}, valid_from="2026-01-01")
    await site.add_device()
    services = site.services
    live = LiveCosts(
        site.fleet.charger("garage").context,
        site.fleet,
        services.tariffs,
        services.costs,
        StationFlows(site.fleet.charger("garage").context, site.fleet),
    )
    ref = await site.charge(1_000)
    live.tick()
    shown = (await operator.get("/api/chargers/garage")).json()["session"]
    assert shown["cost"] == {"amount": "0.00", "currency": "EUR"}
    await site.meter(6_000, ref=ref)
    live.tick()
    shown = (await operator.get("/api/chargers/garage")).json()["session"]
    assert shown["cost"] == {"amount": "1.60", "currency": "EUR"}
    parts = shown["cost_breakdown"]
    assert (parts["price_now"]["amount"], parts["per_kwh"]["amount"]) == ("0.320000", "0.3200")
    assert (parts["by_part"]["fees"]["amount"], parts["grid_wh"], parts["estimated"]) == ("0.10", 5000, True)
    site.clock.turn(minutes=20)
    live.tick()
    await site.meter(7_000, ref=ref)
    live.tick()
    told = (await operator.get("/api/chargers/garage")).json()["session"]
    assert told["cost"]["amount"] == "1.92"
    open_cost = await cost(operator, told)
    assert (open_cost["total"], open_cost["final"], open_cost["estimated"]) == (told["cost"], False, True)
    await site.end(ref, 7_000)
    live.tick()
    await services.costs.price_all()
    (ended,) = (await operator.get("/api/sessions")).json()["items"]
    assert ended["cost"] == told["cost"], "the estimate was right"


async def test_a_restart_begins_from_the_registers_on_disk(site: Site, operator: httpx.AsyncClient) -> None:
    await put(operator, FLAT, valid_from="2026-01-01")
    await site.add_device()
    ref = await site.charge(1_000)
    for register in (2_000, 3_000, 4_000):
        site.clock.turn(minutes=10)
        await site.meter(register, ref=ref)
    context = site.fleet.charger("garage").context
    flows = StationFlows(context, site.fleet)
    live = LiveCosts(context, site.fleet, site.services.tariffs, site.services.costs, flows)
    live.tick()
    charger = site.fleet.charger("garage")
    async with asyncio.timeout(10):
        while charger.session is not None and charger.session.cost is None:
            await asyncio.sleep(0.01)
            live.tick()
    shown = (await operator.get("/api/chargers/garage")).json()["session"]
    assert shown["cost"] == {"amount": "0.90", "currency": "EUR"}
