"""A tariff as prices to plan with: the next kilowatt-hour, with all that comes on top of it."""

from datetime import timedelta
from decimal import Decimal

from tests.energy.cost_cases import cases, instant

from chargedeck.energy.prices import QUARTER, PricePerKwh, Prices
from chargedeck.energy.tariff import Part
from chargedeck.energy.tariff_prices import TariffPrices

BOOKS = {case.name: case.book for case in cases()}


def test_each_quarter_has_its_price_with_fees_and_taxes() -> None:
    prices: Prices = TariffPrices(BOOKS["everything at once"])
    series = prices.between(instant("2024-03-04 21:50"), instant("2024-03-04 22:10"))
    # (0.20 + 0.06 + 0.01 + 0.02) * 1.25 by day, with 0.10 instead of 0.20 by night
    assert [slot.buy for slot in series.slots] == [Decimal("0.3625"), Decimal("0.2375")]
    assert {(slot.sell, slot.estimated) for slot in series.slots} == {(Decimal("0.08"), False)}


def test_a_price_says_what_it_is_made_of() -> None:
    prices = TariffPrices(BOOKS["everything at once"])
    start = instant("2024-03-04 21:45")
    ((slot, parts),) = prices.parts_between(start, start + QUARTER)
    assert (slot.start, slot.buy) == (start, Decimal("0.3625"))
    made_of = {
        Part.ENERGY: "0.20",
        Part.GRID_FEE: "0.06",
        Part.FEES: "0.01",
        Part.DEMAND: "0",
        Part.TAX: "0.0925",
    }
    assert parts == {part: Decimal(amount) for part, amount in made_of.items()}


def test_the_tier_is_that_of_the_next_kilowatt_hour() -> None:
    used = {(2024, 3): Decimal(150)}
    prices = TariffPrices(BOOKS["into the second tier"], month_kwh=used)
    march = prices.between(instant("2024-03-31 23:45"), instant("2024-04-01 00:15"))
    assert [slot.buy for slot in march.slots] == [Decimal("0.25"), Decimal("0.20")]


def test_what_the_exchange_has_not_said_is_an_estimate() -> None:
    start = instant("2024-03-04 18:00")
    spots = {start + quarter * QUARTER: PricePerKwh(Decimal("0.10")) for quarter in range(4)}
    prices = TariffPrices(BOOKS["two hours"], spots)
    series = prices.between(start, start + timedelta(hours=2))
    assert [slot.estimated for slot in series.slots] == [False] * 4 + [True] * 4


def test_before_the_first_tariff_there_is_a_gap() -> None:
    book = BOOKS["before the first tariff there is no price"]
    series = TariffPrices(book).between(instant("2024-06-30 23:30"), instant("2024-07-01 00:15"))
    assert [slot.start for slot in series.slots] == [instant("2024-07-01 00:00")]
