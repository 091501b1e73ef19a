"""Tariffs, prices and what sessions cost, over the API."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.api.site import Site

from chargedeck.energy.prices import quarter_of
from chargedeck.hub.records import Role

HOME = "/api/stations/home"
TARIFF = f"{HOME}/tariff"
PRICES = f"{HOME}/prices"

Json = dict[str, Any]

FLAT: Json = {"currency": "EUR", "energy": {"kind": "fixed", "price_per_kwh": "0.30"}}
SPOT: Json = {
    "currency": "EUR",
    "energy": {"kind": "spot", "fallback_per_kwh": "0.40", "add_per_kwh": "0.10", "slot_min": 15},
    "taxes": [{"name": "VAT", "ratio": "0.20"}],
    "source": {"kind": "push"},
}


@pytest.fixture
async def operator(site: Site) -> httpx.AsyncClient:
    return await site.browser(Role.OPERATOR)


async def put(client: httpx.AsyncClient, terms: Json, **more: Any) -> Json:
    answer = await client.put(TARIFF, json={"terms": terms, **more})
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def problem(client: httpx.AsyncClient, method: str, path: str, body: Json) -> str:
    answer = await client.request(method, path, json=body)
    assert answer.status_code in {409, 422}, answer.text
    return str(answer.json()["detail"]) + str(answer.json().get("errors", ""))


# -- tariffs -------------------------------------------------------------------------------------


async def test_a_station_has_no_tariff_until_somebody_sets_one(
    site: Site, operator: httpx.AsyncClient
) -> None:
    answer = (await operator.get(TARIFF)).json()
    assert (answer["current"], answer["versions"], answer["source"]) == (None, [], None)
    assert (await operator.get(PRICES)).json()["slots"] == []


async def test_a_change_is_a_version_and_the_past_stays(site: Site, operator: httpx.AsyncClient) -> None:
    await put(operator, FLAT, valid_from="2026-01-01")
    dearer = {**FLAT, "energy": {"kind": "fixed", "price_per_kwh": "0.50"}}
    answer = await put(operator, dearer, valid_from="2099-01-01")
    assert answer["current"]["terms"]["energy"]["price_per_kwh"] == "0.30"
    assert [(one["valid_from"], one["counts"]) for one in answer["versions"]] == [
        ("2099-01-01", True),
        ("2026-01-01", True),
    ]
    corrected = await put(operator, dearer, valid_from="2026-01-01")
    assert corrected["current"]["terms"]["energy"]["price_per_kwh"] == "0.50"
    assert [one["counts"] for one in corrected["versions"]] == [True, True, False]
    taken_back = (await operator.delete(f"{TARIFF}/2099-01-01")).json()
    latest = taken_back["versions"][0]
    assert (latest["terms"], latest["counts"]) == (None, False)
    assert (await operator.delete(f"{TARIFF}/2099-01-01")).status_code == 422
    assert (await operator.delete(f"{TARIFF}/tomorrow")).status_code == 422
    await site.durable()
    now = site.clock()
    hour = timedelta(hours=1)
    events = await site.storage.archive.events(None, now - hour, now + hour, 10)
    assert [event.kind for event in events].count("tariff_changed") == 4


async def test_a_tariff_holds_from_today_on_unless_it_says_otherwise(
    site: Site, operator: httpx.AsyncClient
) -> None:
    today = site.clock().date().isoformat()
    assert (await put(operator, FLAT))["current"]["valid_from"] == today


@pytest.mark.parametrize(
    ("terms", "names"),
    [
        pytest.param({**FLAT, "currency": "Euro"}, "currency", id="currency"),
        pytest.param({**FLAT, "energy": {"kind": "fixed"}}, "price_per_kwh", id="no price"),
        pytest.param({**FLAT, "energy": {"kind": "magic"}}, "energy", id="kind"),
        pytest.param(
            {**FLAT, "energy": {"kind": "fixed", "price_per_kwh": 0.3}}, "price_per_kwh", id="a float"
        ),
        pytest.param(
            {
                **FLAT,
                "grid_fee": {
                    "kind": "time_of_use",
                    "price_per_kwh": "0.1",
                    "bands": [{"price_per_kwh": "0.2", "start": "22:10"}],
                },
            },
            "start",
            id="off the quarter",
        ),
        pytest.param(
            {
                **FLAT,
                "energy": {
                    "kind": "time_of_use",
                    "price_per_kwh": "0.1",
                    "bands": [{"price_per_kwh": "0.2", "season": {"first": "02-30", "last": "03-31"}}],
                },
            },
            "energy.bands[0].season.first",
            id="no day of a year",
        ),
        pytest.param(
            {
                **FLAT,
                "tiers": [
                    {"above_kwh": "500", "add_per_kwh": "0.1"},
                    {"above_kwh": "100", "add_per_kwh": "0.1"},
                ],
            },
            "tiers",
            id="tiers that fall",
        ),
        pytest.param({**SPOT, "source": None}, "source", id="a spot price from nowhere"),
        pytest.param({**SPOT, "energy": {**SPOT["energy"], "slot_min": 30}}, "slot_min", id="slots"),
        pytest.param({**FLAT, "holidays": {"country": "XX"}}, "holidays.country", id="country"),
        pytest.param(
            {**FLAT, "holidays": {"country": "DE", "subdivision": "ZZ"}},
            "holidays.subdivision must be one of: BB, BE",
            id="subdivision",
        ),
        pytest.param({**FLAT, "taxes": [{"name": "VAT", "ratio": "19 %"}]}, "ratio", id="ratio"),
    ],
)
async def test_what_cannot_be_is_refused_by_its_name(
    site: Site, operator: httpx.AsyncClient, terms: Json, names: str
) -> None:
    assert names in await problem(operator, "PUT", TARIFF, {"terms": terms})
    assert (await operator.get(TARIFF)).json()["versions"] == []


async def test_the_secret_of_a_source_is_kept_and_never_told(site: Site, operator: httpx.AsyncClient) -> None:
    tibber = {**SPOT, "source": {"kind": "tibber"}}
    first = await operator.put(TARIFF, json={"terms": tibber, "source_token": "hush-hush"})
    again = await put(operator, tibber)
    assert again["current"]["has_source_token"]
    told = first.text + (await operator.get(TARIFF)).text
    assert "hush" not in told
    assert site.services.tariffs.history(site.fleet.station("home").record.id)[-1].token == "hush-hush"
    other = await put(operator, {**SPOT, "source": {"kind": "entsoe", "area": "DE-LU"}})
    assert not other["current"]["has_source_token"], "what one was told is not for another"


async def test_a_holiday_counts_as_one(site: Site, operator: httpx.AsyncClient) -> None:
    energy = {
        "kind": "time_of_use",
        "price_per_kwh": "0.30",
        "bands": [{"price_per_kwh": "0.10", "days": ["holiday"]}],
    }
    await put(operator, {**FLAT, "energy": energy, "holidays": {"country": "DE"}}, valid_from="2026-01-01")
    await operator.patch(HOME, json={"time_zone": "Europe/Berlin"})
    asked = {"from": "2026-12-24T22:45:00Z", "to": "2026-12-24T23:15:00Z"}
    slots = (await operator.get(PRICES, params=asked)).json()["slots"]
    assert [slot["buy"] for slot in slots] == [
        {"amount": "0.3", "currency": "EUR"},
        {"amount": "0.1", "currency": "EUR"},
    ]


# -- prices --------------------------------------------------------------------------------------


def slots_of(start: datetime, *prices: str) -> list[Json]:
    quarter = timedelta(minutes=15)
    return [
        {
            "start": (start + quarter * place).isoformat(),
            "end": (start + quarter * (place + 1)).isoformat(),
            "price_per_kwh": price,
        }
        for place, price in enumerate(prices)
    ]


async def test_prices_that_arrive_replace_estimates(site: Site, operator: httpx.AsyncClient) -> None:
    await put(operator, SPOT, valid_from="2026-01-01")
    start = quarter_of(site.clock())
    asked = {"from": start.isoformat(), "to": (start + timedelta(minutes=30)).isoformat()}
    guessed = (await operator.get(PRICES, params=asked)).json()["slots"]
    assert [(slot["buy"]["amount"], slot["estimated"]) for slot in guessed] == [("0.6", True)] * 2
    pushed = await operator.post(PRICES, json={"prices": slots_of(start, "0.20", "-0.15")})
    assert (pushed.status_code, pushed.json()["quarters"], pushed.json()["news"]) == (200, 2, 2)
    known = (await operator.get(PRICES, params=asked)).json()["slots"]
    assert [(slot["buy"]["amount"], slot["estimated"]) for slot in known] == [
        ("0.36", False),
        ("-0.06", False),
    ]
    assert known[0]["parts"] == {"energy": "0.3", "grid_fee": "0", "fees": "0", "tax": "0.06"}
    station = site.fleet.station("home").record.id
    worth = site.services.tariffs.worth(station, start)
    assert worth is not None
    assert (worth.buy, worth.sell) == (0.36, 0.0)
    assert site.services.tariffs.worth(station, start + timedelta(hours=1)) is None, (
        "an estimate is not known"
    )
    again = await operator.post(PRICES, json={"prices": slots_of(start, "0.20")})
    assert again.json()["news"] == 0


async def test_a_table_is_taken_as_people_export_it(site: Site, operator: httpx.AsyncClient) -> None:
    await put(operator, SPOT, valid_from="2026-01-01")
    await operator.patch(HOME, json={"time_zone": "Europe/Berlin"})
    # The night in which the clock shows 02:00 twice.
    hours = ("01:00;0,10", "02:00;0,11", "02:00;0,12", "03:00;0,13")
    text = "\n".join(("\ufeffstart;price", *(f"2026-10-25 {hour}" for hour in hours)))
    answer = await operator.post(f"{PRICES}/csv", json={"text": text})
    assert (answer.status_code, answer.json()["quarters"]) == (200, 16)
    assert (answer.json()["start"], answer.json()["end"]) == ("2026-10-24T23:00:00Z", "2026-10-25T03:00:00Z")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "begin with the line"),
        ("time,amount\n", "begin with the line"),
        ("start,price\n", "no prices"),
        ("start,price\nnoon,0.1\n", "line 2"),
        ("start,price\n2026-01-01T12:00Z,cheap\n", "line 2"),
        ("start,price\n2026-01-01T12:00Z,NaN\n", "line 2"),
        ("start,price\n2026-01-01T12:00Z,0.1\n\n2026-01-01T13:00Z\n", "line 4"),
        ("start,price\n2026-01-01T12:00Z,0.1\n2026-01-01T12:00Z,0.1\n", "second price"),
        ("start,price\n2026-01-01T12:07Z,0.1\n", "whole quarter"),
        ("start,end,price\n2026-01-01T12:00Z,2026-01-01T11:00Z,0.1\n", "later than start"),
    ],
)
async def test_a_table_that_is_wrong_is_refused_by_its_line(
    site: Site, operator: httpx.AsyncClient, text: str, says: str
) -> None:
    await put(operator, SPOT)
    assert says in await problem(operator, "POST", f"{PRICES}/csv", {"text": text})


async def test_prices_in_another_currency_are_refused(site: Site, operator: httpx.AsyncClient) -> None:
    await put(operator, SPOT)
    body = {"prices": slots_of(datetime(2026, 1, 1, tzinfo=UTC), "0.1"), "currency": "SEK"}
    assert "EUR" in await problem(operator, "POST", PRICES, body)


async def test_a_period_must_be_one(site: Site, operator: httpx.AsyncClient) -> None:
    for period in (
        {"from": "2026-01-02T00:00Z", "to": "2026-01-01T00:00Z"},
        {"from": "2026-01-01T00:00Z", "to": "2026-06-01T00:00Z"},
    ):
        assert (await operator.get(PRICES, params=period)).status_code == 422
