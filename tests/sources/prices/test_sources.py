"""Every source of prices against answers in the form that it is known to give them.

The forms are from what the sources say of themselves and from programs that read them: aWATTar's page on its
API, Energy-Charts' OpenAPI document, ENTSO-E's guide to its RESTful API (publication document 7.3, curve type
A03), Octopus Energy's API reference, Tibber's GraphQL schema, and answers of Nord Pool's data portal.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from tests.sources.prices.replay import Replay

from chargedeck.hub.price_ports import ExchangePrice, PriceFeed, PriceRequest, PriceSourceError
from chargedeck.hub.tariff_terms import SourceKind
from chargedeck.sources.prices.awattar import Awattar
from chargedeck.sources.prices.catalogue import PRICE_FEEDS
from chargedeck.sources.prices.energy_charts import EnergyCharts
from chargedeck.sources.prices.entsoe import Entsoe
from chargedeck.sources.prices.nord_pool import NordPool
from chargedeck.sources.prices.octopus import Octopus
from chargedeck.sources.prices.tibber import Tibber

SECRET = "the-secret-token"
START, END = datetime(2026, 5, 4, tzinfo=UTC), datetime(2026, 5, 4, 12, tzinfo=UTC)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 5, 4, hour, minute, tzinfo=UTC)


def price(start: datetime, end: datetime, amount: str) -> ExchangePrice:
    return ExchangePrice(start, end, Decimal(amount))


def request(area: str, currency: str = "EUR", token: str | None = SECRET) -> PriceRequest:
    return PriceRequest(area, currency, START, END, token)


def awattar(source: Replay) -> PriceFeed:
    return Awattar({"DE": source.address})


async def test_awattar(source: Replay) -> None:
    rows = [
        {
            "start_timestamp": round(at(hour).timestamp()) * 1000,
            "end_timestamp": round(at(hour + 1).timestamp()) * 1000,
            "marketprice": amount,
            "unit": "Eur/MWh",
        }
        for hour, amount in ((0, 28.98), (1, -3.5))
    ]
    source.say(json.dumps({"object": "list", "data": rows, "url": "/de/v1/marketdata"}))
    found = await awattar(source).fetch(request("DE"))
    assert found == [price(at(0), at(1), "0.02898"), price(at(1), at(2), "-0.0035")]
    (asked,) = source.asked
    assert (asked.method, asked.path) == ("GET", "/v1/marketdata")
    assert asked.query == {"start": "1777852800000", "end": "1777896000000"}


async def test_energy_charts(source: Replay) -> None:
    seconds = [round(at(0, minute).timestamp()) for minute in (0, 15, 30)]
    answer = {
        "license_info": "CC BY 4.0 (creativecommons.org/licenses/by/4.0) from Bundesnetzagentur | SMARD.de",
        "unix_seconds": seconds,
        "price": [164.42, None, -10],
        "unit": "EUR / MWh",
        "deprecated": False,
    }
    source.say(json.dumps(answer))
    found = await EnergyCharts(source.address).fetch(request("DE-LU"))
    assert found == [price(at(0), at(0, 30), "0.16442"), price(at(0, 30), at(1), "-0.01")]
    (asked,) = source.asked
    assert (asked.path, asked.query["bzn"], asked.query["start"]) == ("/price", "DE-LU", "2026-05-04T00:00Z")


async def test_nord_pool_day_by_day_until_the_one_that_is_not_out(source: Replay) -> None:
    answer = {
        "deliveryDateCET": "2026-05-04",
        "version": 3,
        "updatedAt": "2026-05-03T10:55:58.9728151Z",
        "deliveryAreas": ["SE3"],
        "market": "DayAhead",
        "multiAreaEntries": [
            {
                "deliveryStart": "2026-05-04T00:00:00Z",
                "deliveryEnd": "2026-05-04T00:15:00Z",
                "entryPerArea": {"SE3": 250.73},
            }
        ],
        "currency": "SEK",
        "exchangeRate": 11.6402,
        "areaStates": [{"state": "Final", "areas": ["SE3"]}],
    }
    source.say(json.dumps(answer))
    source.say("", "204 No Content")
    late = PriceRequest("SE3", "SEK", START, datetime(2026, 5, 5, 12, tzinfo=UTC))
    assert await NordPool(source.address).fetch(late) == [price(at(0), at(0, 15), "0.25073")]
    assert [asked.query for asked in source.asked] == [
        {"date": day, "market": "DayAhead", "deliveryArea": "SE3", "currency": "SEK"}
        for day in ("2026-05-04", "2026-05-05")
    ]


async def test_octopus_in_pence_without_vat(source: Replay) -> None:
    rows = [
        {
            "value_exc_vat": 28.05,
            "value_inc_vat": 29.4525,
            "valid_from": "2026-05-04T00:30:00Z",
            "valid_to": "2026-05-04T01:00:00Z",
            "payment_method": None,
        },
        {
            "value_exc_vat": -1.2,
            "value_inc_vat": -1.26,
            "valid_from": "2026-05-04T00:00:00Z",
            "valid_to": "2026-05-04T00:30:00Z",
            "payment_method": None,
        },
    ]
    source.say(json.dumps({"count": 2, "next": None, "previous": None, "results": rows}))
    found = await Octopus(source.address).fetch(request("AGILE-24-10-01/C", "GBP"))
    assert found == [price(at(0, 30), at(1), "0.2805"), price(at(0), at(0, 30), "-0.012")]
    tariff = "/v1/products/AGILE-24-10-01/electricity-tariffs/E-1R-AGILE-24-10-01-C/standard-unit-rates/"
    assert source.asked[0].path == tariff


def tibber_home(name: str, *slots: tuple[str, float]) -> dict[str, object]:
    today = [{"startsAt": start, "energy": energy, "currency": "NOK"} for start, energy in slots]
    info = {"today": today, "tomorrow": []}
    return {"id": name, "currentSubscription": {"priceInfo": info} if slots else None}


async def test_tibber_by_the_token_of_the_account(source: Replay) -> None:
    day = [("2026-05-04T02:00:00.000+02:00", 0.5712), ("2026-05-04T02:15:00.000+02:00", 0.61)]
    homes = [tibber_home("cabin"), tibber_home("house", *day)]
    source.say(json.dumps({"data": {"viewer": {"homes": homes}}}))
    found = await Tibber(source.address).fetch(request("", "NOK"))
    assert found == [price(at(0), at(0, 15), "0.5712"), price(at(0, 15), at(0, 30), "0.61")]
    (asked,) = source.asked
    assert (asked.method, asked.path) == ("POST", "/v1-beta/gql")
    assert asked.headers["Authorization"] == f"Bearer {SECRET}"
    assert "QUARTER_HOURLY" in json.loads(asked.body)["query"]


async def test_tibber_says_in_an_answer_of_200_that_the_token_is_wrong(source: Replay) -> None:
    error = {"message": "invalid token", "extensions": {"code": "UNAUTHENTICATED"}}
    source.say(json.dumps({"errors": [error], "data": None}))
    with pytest.raises(PriceSourceError, match="does not accept the token"):
        await Tibber(source.address).fetch(request("", "NOK"))


ENTSOE = """<?xml version="1.0" encoding="utf-8"?>
<!-- a comment -->
<Publication_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-3:publicationdocument:7:3">
  <mRID>bbf443af488b4a0a9c4442</mRID>
  <type>A44</type>
  <period.timeInterval><start>2026-05-04T00:00Z</start><end>2026-05-04T01:00Z</end></period.timeInterval>
  <TimeSeries>
    <mRID>1</mRID>
    <auction.type>A01</auction.type>
    <classificationSequence_AttributeInstanceComponent.position>1</classificationSequence_AttributeInstanceComponent.position>
    <currency_Unit.name>EUR</currency_Unit.name>
    <price_Measure_Unit.name>MWH</price_Measure_Unit.name>
    <curveType>A03</curveType>
    <Period>
      <timeInterval><start>2026-05-04T00:00Z</start><end>2026-05-04T01:00Z</end></timeInterval>
      <resolution>PT15M</resolution>
      <Point><position>1</position><price.amount>73.24</price.amount></Point>
      <Point><position>3</position><price.amount>-65.84</price.amount></Point>
    </Period>
  </TimeSeries>
  <TimeSeries>
    <mRID>2</mRID>
    <classificationSequence_AttributeInstanceComponent.position>2</classificationSequence_AttributeInstanceComponent.position>
    <currency_Unit.name>EUR</currency_Unit.name>
    <Period>
      <timeInterval><start>2026-05-04T00:00Z</start><end>2026-05-04T01:00Z</end></timeInterval>
      <resolution>PT60M</resolution>
      <Point><position>1</position><price.amount>999</price.amount></Point>
    </Period>
  </TimeSeries>
</Publication_MarketDocument>
"""
NOTHING_YET = """<?xml version="1.0" encoding="utf-8"?>
<Acknowledgement_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-1:acknowledgementdocument:7:0">
  <Reason><code>999</code><text>No matching data found</text></Reason>
</Acknowledgement_MarketDocument>
"""


async def test_entsoe_of_the_first_auction_with_prices_that_repeat(source: Replay) -> None:
    source.say(ENTSOE)
    found = await Entsoe(source.address).fetch(request("DE-LU"))
    amounts = ["0.07324", "0.07324", "-0.06584", "-0.06584"]
    assert [one.price for one in found] == [Decimal(amount) for amount in amounts]
    assert [one.start for one in found] == [at(0, minute) for minute in (0, 15, 30, 45)]
    (asked,) = source.asked
    assert (asked.method, asked.path, asked.query) == ("POST", "/api", {})
    assert asked.headers["SECURITY_TOKEN"] == SECRET
    assert SECRET.encode() not in asked.body
    for words in (b"A44", b"10Y1001A1001A82H", b"2026-05-04T00:00Z/2026-05-04T12:00Z"):
        assert words in asked.body


async def test_entsoe_has_nothing_yet(source: Replay) -> None:
    source.say(NOTHING_YET)
    assert await Entsoe(source.address).fetch(request("10YRO-TEL------P")) == []


# -- what can be wrong ---------------------------------------------------------------------------

JSON_SOURCES: dict[str, tuple[Callable[[Replay], PriceFeed], PriceRequest]] = {
    "awattar": (awattar, request("DE")),
    "energy_charts": (lambda source: EnergyCharts(source.address), request("DE-LU")),
    "nord_pool": (lambda source: NordPool(source.address), request("SE3", "SEK")),
    "octopus": (lambda source: Octopus(source.address), request("AGILE-24-10-01/C", "GBP")),
    "tibber": (lambda source: Tibber(source.address), request("", "NOK")),
}
SOURCES = {**JSON_SOURCES, "entsoe": (lambda source: Entsoe(source.address), request("DE-LU"))}

BROKEN = [
    "",
    "[]",
    "{}",
    "null",
    '"prices"',
    "<html>",
    '{"data": [{"start_timestamp": 1e400}], "unit": "EUR / MWh", "unix_seconds": [1], "price": ["NaN"]}',
    '{"data": {"viewer": {"homes": [{}]}}, "results": [{}], "multiAreaEntries": [{}], "currency": "SEK"}',
    "[" * 100_000,
]


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("body", BROKEN, ids=lambda body: body[:30] or "nothing")
async def test_an_answer_of_another_form_is_said_to_be_one(source: Replay, name: str, body: str) -> None:
    make, asked_for = SOURCES[name]
    source.say(body)
    if name == "nord_pool" and body in {"", "null"}:
        assert await make(source).fetch(asked_for) == []
        return
    with pytest.raises(PriceSourceError, match=r"form that is not known|not answer in|accept|no such home"):
        await make(source).fetch(asked_for)


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize(
    ("status", "says"),
    [
        ("401 Unauthorized", "token"),
        ("403 Forbidden", "token"),
        ("404 Not Found", "area"),
        ("429 Too Many Requests", "too often"),
        ("500 Internal Server Error", "status 500"),
        ("302 Found", "status 302"),
    ],
)
async def test_a_refusal_says_what_to_do_and_no_secret(
    source: Replay, name: str, status: str, says: str
) -> None:
    make, asked_for = SOURCES[name]
    source.say(SECRET, status, "Location: http://127.0.0.1:1/elsewhere\r\n")
    with pytest.raises(PriceSourceError, match=says) as told:
        await make(source).fetch(asked_for)
    assert SECRET not in str(told.value)
    assert len(source.asked) == 1, "no redirect is followed"
    assert all(SECRET not in f"{asked.path}{asked.query}" for asked in source.asked)


async def test_entities_are_not_expanded(source: Replay) -> None:
    source.say('<!DOCTYPE d [<!ENTITY a "aaaa">]><d>&a;</d>')
    with pytest.raises(PriceSourceError, match="form that is not known"):
        await Entsoe(source.address).fetch(request("DE-LU"))


async def test_an_answer_without_an_end_is_not_read_to_it(source: Replay) -> None:
    source.say(b" " * (5 * 1024 * 1024))
    with pytest.raises(PriceSourceError, match="without an end"):
        await awattar(source).fetch(request("DE"))


async def test_nobody_there() -> None:
    with pytest.raises(PriceSourceError, match="cannot be reached"):
        await EnergyCharts("http://127.0.0.1:9").fetch(request("DE-LU"))


@pytest.mark.parametrize(
    ("kind", "asked_for", "says"),
    [
        (SourceKind.AWATTAR, request("CH"), "DE and AT"),
        (SourceKind.AWATTAR, request("DE", "CHF"), "EUR"),
        (SourceKind.ENERGY_CHARTS, request(""), "bidding zone"),
        (SourceKind.ENERGY_CHARTS, request("CH", "CHF"), "EUR"),
        (SourceKind.ENTSOE, request("Mars"), "bidding zone"),
        (SourceKind.ENTSOE, request("DE-LU", token=None), "token"),
        (SourceKind.NORD_POOL, request(""), "area"),
        (SourceKind.NORD_POOL, request("SE3", "USD"), "USD"),
        (SourceKind.OCTOPUS, request("AGILE", "GBP"), "AGILE-24-10-01/C"),
        (SourceKind.OCTOPUS, request("AGILE-24-10-01/C"), "GBP"),
        (SourceKind.TIBBER, request("", token=None), "token"),
    ],
)
async def test_what_cannot_be_asked_is_said_before_anybody_is_asked(
    kind: SourceKind, asked_for: PriceRequest, says: str
) -> None:
    with pytest.raises(PriceSourceError, match=says):
        await PRICE_FEEDS[kind].fetch(asked_for)


def test_every_source_is_there_and_asked_over_https() -> None:
    assert PRICE_FEEDS.keys() == set(SourceKind) - {SourceKind.PUSH}


async def test_the_prices_of_another_currency_are_refused(source: Replay) -> None:
    source.say(ENTSOE)
    with pytest.raises(PriceSourceError, match="in EUR here"):
        await Entsoe(source.address).fetch(request("PL", "PLN"))
