"""Series of prices: in order, without overlap, with gaps; and the port with one price for all times."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from chargedeck.domain.problems import OutOfRangeError
from chargedeck.energy.prices import (
    HOUR,
    QUARTER,
    Currency,
    FixedPrice,
    OverlappingPricesError,
    PricePerKwh,
    Prices,
    PriceSeries,
    PriceSlot,
    price_series,
    quarter_of,
)

EUR = Currency("EUR")
NOON = datetime(2024, 6, 3, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def slot(start: datetime, length: timedelta = HOUR, buy: str = "0.30") -> PriceSlot:
    return PriceSlot(start, start + length, PricePerKwh(Decimal(buy)), PricePerKwh(Decimal(0)))


def test_slots_are_brought_into_order() -> None:
    later, earlier = slot(NOON + HOUR), slot(NOON)
    assert price_series(EUR, [later, earlier]).slots == (earlier, later)


def test_two_prices_for_one_time_are_refused() -> None:
    with pytest.raises(OverlappingPricesError, match="2024-06-03T12:45:00") as refused:
        price_series(EUR, [slot(NOON), slot(NOON + 3 * QUARTER)])
    assert refused.value.code == "overlapping_prices"


def test_a_slot_has_a_length() -> None:
    with pytest.raises(OutOfRangeError, match="seconds of a price slot is 0"):
        slot(NOON, timedelta(0))


def test_the_price_at_an_instant() -> None:
    series = price_series(EUR, [slot(NOON), slot(NOON + 2 * HOUR, QUARTER)])
    assert series.at(NOON - MINUTE) is None
    assert series.at(NOON) == series.at(NOON + 59 * MINUTE) == series.slots[0]
    assert series.at(NOON + HOUR) is None
    assert series.at(NOON + 2 * HOUR) == series.slots[1]
    assert series.at(NOON + 3 * HOUR) is None
    assert PriceSeries(EUR).at(NOON) is None


def test_all_slots_that_hold_at_some_time() -> None:
    series = price_series(EUR, [slot(NOON + HOUR * place) for place in range(4)])
    assert series.between(NOON + 90 * MINUTE, NOON + 3 * HOUR) == series.slots[1:3]


def test_a_fixed_price_holds_at_all_times() -> None:
    prices: Prices = FixedPrice(EUR, PricePerKwh(Decimal("0.30")), PricePerKwh(Decimal("0.08")))
    series = prices.between(NOON + 10 * MINUTE, NOON + 130 * MINUTE)
    assert [each.start for each in series.slots] == [NOON, NOON + HOUR, NOON + 2 * HOUR]
    assert {(each.buy, each.sell, each.estimated) for each in series.slots} == {
        (Decimal("0.30"), Decimal("0.08"), False)
    }
    assert series.currency == EUR


@pytest.mark.parametrize("minutes", [-5, 0])
def test_no_time_has_no_price(minutes: int) -> None:
    price = PricePerKwh(Decimal(1))
    assert FixedPrice(EUR, price, price).between(NOON, NOON + minutes * MINUTE).slots == ()


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu", "Europe/Brussels", "Australia/Lord_Howe"])
def test_a_quarter_of_an_hour_is_the_same_in_every_zone(zone: str) -> None:
    at = NOON + 22 * MINUTE + timedelta(seconds=3, microseconds=7)
    assert quarter_of(at.astimezone(ZoneInfo(zone))) == NOON + QUARTER
