"""Prices that are fetched in the background, from a source on loopback to what a session costs."""

import json
import logging
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import httpx
import pytest
from tests.api.site import Site
from tests.api.test_session_cost import cost, ended_session
from tests.api.test_tariffs import SPOT, TARIFF, put
from tests.sources.prices.replay import Replay, replaying

from chargedeck.energy.prices import quarter_of
from chargedeck.hub.price_fetching import PriceFetching
from chargedeck.hub.price_ports import PriceFeed
from chargedeck.hub.records import Role
from chargedeck.hub.tariff_terms import SourceKind
from chargedeck.sources.prices.energy_charts import EnergyCharts
from chargedeck.sources.prices.tibber import Tibber

EXCHANGE = {**SPOT, "source": {"kind": "energy_charts", "area": "DE-LU"}}


@pytest.fixture
async def source() -> AsyncIterator[Replay]:
    async with replaying() as replay:
        yield replay


@pytest.fixture
async def operator(site: Site) -> httpx.AsyncClient:
    return await site.browser(Role.OPERATOR)


def fetching(site: Site, source: Replay) -> PriceFetching:
    """As the program runs it, but for the address."""
    sources: dict[SourceKind, PriceFeed] = {
        SourceKind.ENERGY_CHARTS: EnergyCharts(source.address),
        SourceKind.TIBBER: Tibber(source.address),
    }
    return PriceFetching(site.context, site.fleet, site.services.tariffs, sources)


def answer(start: datetime, euros_per_mwh: float, quarters: int = 4 * 96) -> str:
    first = round(start.timestamp())
    seconds = [first + 900 * place for place in range(quarters)]
    told = {"unix_seconds": seconds, "price": [euros_per_mwh] * quarters, "unit": "EUR / MWh"}
    return json.dumps({"license_info": "", **told, "deprecated": False})


async def test_what_is_fetched_replaces_the_estimate_of_a_session(
    site: Site, operator: httpx.AsyncClient, source: Replay
) -> None:
    await put(operator, EXCHANGE, valid_from="2026-01-01")
    session = await ended_session(site, minutes=10)
    assert (await cost(operator, session))["total"]["amount"] == "1.20"
    source.say(answer(quarter_of(site.clock()) - timedelta(days=1), 200))
    await fetching(site, source).fetch_due()
    await site.services.costs.price_all()
    known = await cost(operator, session)
    # (0.20 + 0.10) · 2 kWh · 1.20
    assert (known["total"]["amount"], known["estimated"]) == ("0.72", False)
    state = (await operator.get(TARIFF)).json()["source"]
    assert (state["kind"], state["area"], state["problem"]) == ("energy_charts", "DE-LU", None)
    assert state["known_until"] is not None


async def test_two_stations_with_one_feed_ask_once(
    site: Site, operator: httpx.AsyncClient, source: Replay
) -> None:
    await site.add_station("work")
    await put(operator, EXCHANGE, valid_from="2026-01-01")
    body = {"terms": EXCHANGE, "valid_from": "2026-01-01"}
    assert (await operator.put("/api/stations/work/tariff", json=body)).status_code == 200
    source.say(answer(quarter_of(site.clock()) - timedelta(days=1), 200))
    asking = fetching(site, source)
    await asking.fetch_due()
    await asking.fetch_due()
    assert len(source.asked) == 1


async def test_a_station_that_is_gone_keeps_nobody_from_prices(
    site: Site, operator: httpx.AsyncClient, source: Replay
) -> None:
    await site.add_station("work")
    body = {"terms": EXCHANGE, "valid_from": "2026-01-01"}
    assert (await operator.put("/api/stations/work/tariff", json=body)).status_code == 200
    await put(operator, EXCHANGE, valid_from="2026-01-01")
    await site.fleet.remove_station("work")
    source.say(answer(quarter_of(site.clock()) - timedelta(days=1), 200))
    await fetching(site, source).fetch_due()
    assert (await operator.get(TARIFF)).json()["source"]["problem"] is None
    await site.add_station("work")
    assert (await operator.get("/api/stations/work/tariff")).json()["versions"] == []


async def test_a_source_that_fails_is_asked_again_with_patience_and_says_what_is_wrong(
    site: Site, operator: httpx.AsyncClient, source: Replay
) -> None:
    await put(operator, EXCHANGE, valid_from="2026-01-01")
    source.say("", "500 Internal Server Error")
    asking = fetching(site, source)
    for _ in range(3):
        await asking.fetch_due()
    assert len(source.asked) == 1, "not at once"
    assert "status 500" in (await operator.get(TARIFF)).json()["source"]["problem"]
    for minutes in (1.3, 2.5):
        site.clock.turn(minutes=minutes)
        await asking.fetch_due()
    assert len(source.asked) == 3, "after a minute, and then after two"
    source.answers.clear()
    source.say(answer(quarter_of(site.clock()) - timedelta(days=1), 200))
    site.clock.turn(hours=2)
    await asking.fetch_due()
    assert (await operator.get(TARIFF)).json()["source"]["problem"] is None


async def test_what_is_missing_of_a_fortnight_is_asked_for(
    site: Site, operator: httpx.AsyncClient, source: Replay
) -> None:
    await put(operator, EXCHANGE, valid_from="2026-01-01")
    source.say(answer(quarter_of(site.clock()) - timedelta(days=15), 200, 20 * 96))
    asking = fetching(site, source)
    await asking.fetch_due()
    asked = datetime.fromisoformat(source.asked[0].query["start"])
    assert timedelta(days=13) <= site.clock() - asked <= timedelta(days=15)
    site.clock.turn(days=2)
    await asking.fetch_due()
    asked = datetime.fromisoformat(source.asked[1].query["start"])
    assert site.clock() - asked <= timedelta(days=1), "the rest is known"


async def test_a_secret_is_told_to_its_source_alone(
    site: Site, operator: httpx.AsyncClient, source: Replay, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await put(operator, {**SPOT, "source": {"kind": "tibber"}}, source_token="hush-hush")
    source.say("hush-hush", "401 Unauthorized")
    await fetching(site, source).fetch_due()
    assert source.asked[0].headers["Authorization"] == "Bearer hush-hush"
    told = await operator.get(TARIFF)
    assert "does not accept the token" in told.json()["source"]["problem"]
    assert "hush" not in told.text + caplog.text
