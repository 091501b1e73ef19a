"""What sessions cost, over the API: live, at their end, and when something about them changes."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from tests.api.site import Site
from tests.api.test_events import listening
from tests.api.test_tariffs import FLAT, PRICES, SPOT, TARIFF, Json, put, slots_of

from chargedeck.domain.events import TransactionStopped
from chargedeck.domain.reading import Reading
from chargedeck.domain.units import ChargerId, DeviceId, SessionId, StationId, WattHours
from chargedeck.energy.prices import HOUR, QUARTER, quarter_of
from chargedeck.hub.live_costs import LiveCosts
from chargedeck.hub.records import Origin, Role, SessionRecord
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


async def test_a_screen_is_told_of_the_cost_when_a_session_has_been_priced(
    site: Site, operator: httpx.AsyncClient
) -> None:
    await put(operator, FLAT, valid_from="2026-01-01")
    async with listening(operator) as stream:
        session = await ended_session(site)
        patch: Json = {}
        while not patch.get("cost"):
            patch = (await stream.next("session")).data["patch"]
        assert patch["cost"] == session["cost"] == {"amount": "0.60", "currency": "EUR"}


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
    site.clock.turn(seconds=10)
    await site.meter(6_000, ref=ref)
    live.tick()
    shown = (await operator.get("/api/chargers/garage")).json()["session"]
    assert shown["cost"] == {"amount": "1.60", "currency": "EUR"}
    parts = shown["cost_breakdown"]
    assert (parts["price_now"]["amount"], parts["per_kwh"]["amount"]) == ("0.32", "0.3200")
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


async def test_one_price_is_one_number_wherever_it_is_shown(site: Site, operator: httpx.AsyncClient) -> None:
    energy = {"kind": "fixed", "price_per_kwh": "0.2975"}
    await put(operator, {**FLAT, "energy": energy}, valid_from="2026-01-01")
    found = await told(operator, await stored(site, (0, 0), (0.4, 887)))  # 0.26, or 0.293 for each
    (listed,) = (await operator.get("/api/sessions")).json()["items"]
    assert {one["price_per_kwh"]["amount"] for one in (found, listed, *found["rows"])} == {"0.297500"}


# -- sessions that are not as simple ---------------------------------------------------------------


NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


async def stored(
    site: Site, *registers: tuple[float, float], ended: float | None = None, **changes: Any
) -> SessionRecord:
    """A session of the past: registers by hours after noon, and when it ended."""
    first, last = registers[0], registers[-1]
    record = SessionRecord(
        SessionId(f"s{site.numbers}"),
        ChargerId("garage"),
        DeviceId("garage"),
        StationId("home"),
        f"{site.numbers}",
        NOON + first[0] * HOUR,
        WattHours(first[1]),
        WattHours(last[1]),
        ended_at=NOON + (last[0] if ended is None else ended) * HOUR,
        meter_stop_wh=WattHours(last[1]),
    )
    for hours, register in registers:
        reading = Reading(NOON + hours * HOUR, WattHours(register), None)
        site.storage.journal.sample(record.charger_id, reading, None)
    site.numbers += 1
    record = record._replace(**changes)
    site.storage.journal.session(record)
    await site.services.costs.price_all()
    return record


async def told(client: httpx.AsyncClient, record: SessionRecord) -> Json:
    found = await cost(client, {"id": record.id})
    assert found["total"] is None or adds_up(found)
    return found


NIGHTS: Json = {
    "currency": "EUR",
    "energy": {
        "kind": "time_of_use",
        "price_per_kwh": "0.40",
        "bands": [{"price_per_kwh": "0.20", "start": "22:00", "end": "06:00"}],
    },
    "fees": [{"name": "meter", "per_day": "0.24"}],
}


async def test_over_midnight_with_each_day_its_share_of_the_fee(
    site: Site, operator: httpx.AsyncClient
) -> None:
    await put(operator, NIGHTS, valid_from="2026-01-01")
    hourly = [(hours, 1000 * (hours - 9)) for hours in range(9, 15)]
    record = await stored(site, *hourly)
    found = await told(operator, record)
    # 21 to 22 o'clock at 0.40, four hours at 0.20; 3 of 24 hours of one day and 2 of the next at 0.24.
    assert [row["amount"]["amount"] for row in found["rows"]] == ["0.40", "0.80"]
    assert [(day["day"], day["amount"]["amount"]) for day in found["days"]] == [
        ("2026-03-04", "0.03"),
        ("2026-03-05", "0.02"),
    ]
    assert (found["total"]["amount"], found["by_part"]["fees"]["amount"]) == ("1.25", "0.05")


async def test_over_a_change_of_the_tariff(site: Site, operator: httpx.AsyncClient) -> None:
    await put(operator, FLAT, valid_from="2026-01-01")
    dearer = {**FLAT, "energy": {"kind": "fixed", "price_per_kwh": "0.50"}}
    await put(operator, dearer, valid_from="2026-03-05")
    found = await told(operator, await stored(site, *[(hours, 1000 * hours) for hours in range(10, 15)]))
    assert [row["amount"]["amount"] for row in found["rows"]] == ["0.60", "1.00"]


async def test_a_day_of_23_hours(site: Site, operator: httpx.AsyncClient) -> None:
    await operator.patch("/api/stations/home", json={"time_zone": "Europe/Berlin"})
    await put(operator, NIGHTS, valid_from="2026-01-01")
    day = (datetime(2026, 3, 28, 23, tzinfo=UTC) - NOON) / HOUR
    found = await told(operator, await stored(site, (day, 0), (day + 23, 23_000)))
    assert [one["amount"]["amount"] for one in found["days"]] == ["0.24"], "the whole fee of the short day"
    # Five hours until 06:00, since 02:00 to 03:00 are left out, and two from 22:00 on.
    assert sum(row["energy_wh"] for row in found["rows"] if row["prices"]["energy"] == "0.2") == 7000


async def test_an_offline_gap_is_laid_out_evenly_and_said_to_be_a_guess(
    site: Site, operator: httpx.AsyncClient
) -> None:
    await put(operator, NIGHTS, valid_from="2026-01-01")
    record = await stored(site, (8, 0), (12, 4000), origin=Origin.OFFLINE)
    found = await told(operator, record)
    assert (found["estimated"], found["notes"]) == (True, ["interpolated_energy"])
    assert [row["energy_wh"] for row in found["rows"]] == [2000, 2000]


async def test_a_recovered_session_without_a_sample_has_a_cost(
    site: Site, operator: httpx.AsyncClient
) -> None:
    await put(operator, FLAT, valid_from="2026-01-01")
    await site.add_device()
    stopped = TransactionStopped(site.clock(), "777", WattHours(5_000), "Local")
    answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    site.fleet.device("garage").end(stopped, site.clock(), lambda *said: answer.set_result(said))
    await answer
    await site.services.costs.price_all()
    (session,) = (await operator.get("/api/sessions")).json()["items"]
    assert (session["origin"], session["cost"]["amount"]) == ("recovered", "0.00")


async def test_energy_is_split_by_what_flowed_also_when_that_is_told_late(
    site: Site, operator: httpx.AsyncClient
) -> None:
    sunny = {**FLAT, "feed_in": {"kind": "fixed", "price_per_kwh": "0.10"}, "flat_price_per_kwh": "0.30"}
    await put(operator, sunny, valid_from="2026-01-01")
    record = await stored(site, (0, 0), (0.25, 1000), (0.5, 2000))
    assert (await told(operator, record))["total"]["amount"] == "0.60"
    quarter = {"start": NOON.isoformat(), "from_grid_wh": 500, "solar_wh": 1500}
    taken = await operator.post("/api/stations/home/energy/quarters", json={"items": [quarter]})
    assert taken.status_code == 200
    await site.services.costs.price_all()
    found = await told(operator, record)
    # Of the first kilowatt-hour a quarter is bought and three are the sun's.
    assert (found["grid_wh"], found["solar_wh"]) == (1250, 750)
    assert {source: money["amount"] for source, money in found["by_source"].items()} == {
        "grid": "0.38",
        "solar": "0.07",
        "battery": "0.00",
    }
    assert (found["total"]["amount"], found["saving"]["by_own_energy"]["amount"]) == ("0.45", "0.15")


async def test_tiers_and_the_peak_follow_what_the_house_has_taken(
    site: Site, operator: httpx.AsyncClient
) -> None:
    terms = {
        **FLAT,
        "tiers": [{"above_kwh": "2", "add_per_kwh": "0.10"}],
        "demand": {"per_kw": "5", "least_kw": "1"},
    }
    await put(operator, terms, valid_from="2026-01-01")
    quarters = [
        {"start": (NOON - place * QUARTER).isoformat(), "from_grid_wh": 750, "solar_wh": 0}
        for place in (1, 2)
    ]
    sent = await operator.post("/api/stations/home/energy/quarters", json={"items": quarters})
    assert sent.status_code == 200
    found = await told(operator, await stored(site, (0, 0), (0.25, 1000)))
    # The house had taken 1.5 kWh: half a kilowatt-hour is above two. The peak rises from 3 to 4 kW.
    assert (found["by_part"]["energy"]["amount"], found["by_part"]["demand"]["amount"]) == ("0.35", "5.00")


async def test_a_session_in_two_currencies_keeps_the_one_that_it_began_in(
    site: Site, operator: httpx.AsyncClient
) -> None:
    await put(operator, {**FLAT, "currency": "BGN"}, valid_from="2026-01-01")
    await put(operator, FLAT, valid_from="2026-03-05")
    found = await told(operator, await stored(site, (11, 0), (13, 2000)))
    assert found["total"] == {"amount": "0.60", "currency": "BGN"}


async def test_what_lies_before_the_first_tariff_costs_nothing_and_says_so(
    site: Site, operator: httpx.AsyncClient
) -> None:
    await put(operator, FLAT, valid_from="2026-03-05")
    found = await told(operator, await stored(site, (11, 0), (12, 1000), (13, 2000)))
    assert (found["total"]["amount"], found["estimated"]) == ("0.30", True)
    assert "no_tariff" in found["notes"]


async def test_a_driver_sees_what_their_own_sessions_cost_alone(site: Site) -> None:
    operator = await site.browser(Role.OPERATOR)
    await put(operator, FLAT, valid_from="2026-01-01")
    record = await stored(site, (0, 0), (1, 1000))
    driver = await site.browser(Role.DRIVER)
    assert (await driver.get(f"/api/sessions/{record.id}/cost")).status_code == 404
