"""Tariffs: what is refused, which one is in force, what tiers and bands add up to."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chargedeck.domain.problems import OutOfRangeError
from chargedeck.energy.prices import Currency, PricePerKwh
from chargedeck.energy.tariff import (
    NoTariffError,
    Source,
    Tariff,
    TariffBook,
    TariffOrderError,
    Tier,
    TierOrderError,
    fixed,
    quote,
)
from chargedeck.energy.tariff_bands import (
    HOLIDAY,
    WORKDAYS,
    Band,
    OffQuarterError,
    Place,
    Season,
    TimeOfUse,
)
from chargedeck.energy.tariff_spot import Spot

PLACE = Place(ZoneInfo("Europe/Brussels"), {date(2024, 5, 1)})
EUR = Currency("EUR")
OLD, NEW = date(2020, 1, 1), date(2024, 7, 1)
NOON = datetime(2024, 6, 3, 10, tzinfo=UTC)


def price(amount: str) -> PricePerKwh:
    return PricePerKwh(Decimal(amount))


def book(*tariffs: Tariff, decimals: int = 2) -> TariffBook:
    return TariffBook(PLACE, EUR, tariffs, decimals)


def test_a_book_has_tariffs_in_order() -> None:
    old, new = Tariff(OLD, fixed(price("0.3"))), Tariff(NEW, fixed(price("0.2")))
    with pytest.raises(NoTariffError, match="add one in Energy Management"):
        book()
    for wrong in ((new, old), (old, new, new)):
        with pytest.raises(TariffOrderError, match="must begin later than the one before it"):
            book(*wrong)
    with pytest.raises(OutOfRangeError, match="decimals is 5"):
        book(old, decimals=5)


def test_the_tariff_in_force_changes_at_local_midnight() -> None:
    old, new = Tariff(OLD, fixed(price("0.3"))), Tariff(NEW, fixed(price("0.2")))
    tariffs = book(old, new)
    assert tariffs.at(datetime(2024, 6, 30, 21, 59, tzinfo=UTC)) is old
    assert tariffs.at(datetime(2024, 6, 30, 22, 0, tzinfo=UTC)) is new
    assert tariffs.at(datetime(2019, 12, 31, 22, 59, tzinfo=UTC)) is None


@pytest.mark.parametrize("above", [(0,), (-1,), (10, 10), (20, 10)])
def test_tiers_rise(above: tuple[int, ...]) -> None:
    with pytest.raises(TierOrderError, match="put them in order"):
        Tariff(OLD, fixed(price("0")), tiers=tuple(Tier(Decimal(kwh), price("0.1")) for kwh in above))


TIERED = Tariff(
    OLD,
    fixed(price("0")),
    tiers=(Tier(Decimal(100), price("0.05")), Tier(Decimal(200), price("-0.10"))),
)


@pytest.mark.parametrize(
    ("used", "cost"), [(0, "0"), (100, "0"), (150, "2.5"), (200, "5"), (230, "2"), (1000, "-75")]
)
def test_what_tiers_add_to_a_month(used: int, cost: str) -> None:
    assert TIERED.tiers_cost(Decimal(used)) == Decimal(cost)


@settings(max_examples=40)
@given(st.lists(st.decimals(0, 300, places=3), min_size=1, max_size=5))
def test_tiers_cost_the_same_in_however_many_steps(steps: list[Decimal]) -> None:
    used = total = Decimal(0)
    for step in steps:
        total += TIERED.tiers_cost(used + step) - TIERED.tiers_cost(used)
        used += step
    assert total == TIERED.tiers_cost(used)


@pytest.mark.parametrize("at", [time(7, 5), time(7, 0, 1), time(7, 0, 0, 1)])
def test_bands_begin_and_end_on_a_quarter_of_an_hour(at: time) -> None:
    with pytest.raises(OffQuarterError, match="use a whole quarter of an hour"):
        Band(price("0.1"), at, time(9))
    with pytest.raises(OffQuarterError):
        Band(price("0.1"), time(6), at)


@pytest.mark.parametrize(
    ("season", "day", "holds"),
    [
        (Season((4, 1), (9, 30)), date(2024, 4, 1), True),
        (Season((4, 1), (9, 30)), date(2024, 9, 30), True),
        (Season((4, 1), (9, 30)), date(2024, 3, 31), False),
        (Season((4, 1), (9, 30)), date(2024, 10, 1), False),
        (Season((11, 1), (2, 29)), date(2024, 12, 31), True),
        (Season((11, 1), (2, 29)), date(2024, 2, 29), True),
        (Season((11, 1), (2, 29)), date(2024, 3, 1), False),
    ],
)
def test_seasons_include_their_first_and_last_day(season: Season, day: date, *, holds: bool) -> None:
    assert season.holds(day) is holds


@pytest.mark.parametrize(
    ("at", "amount"),
    [
        pytest.param("2024-04-30 08:00", "0.30", id="a Tuesday"),
        pytest.param("2024-04-30 06:45", "0.20", id="early"),
        pytest.param("2024-05-01 08:00", "0.10", id="a public holiday"),
        pytest.param("2024-05-04 08:00", "0.20", id="a Saturday"),
        pytest.param("2024-07-02 08:00", "0.25", id="in summer"),
    ],
)
def test_the_first_band_that_holds(at: str, amount: str) -> None:
    bands = (
        Band(price("0.10"), weekdays=frozenset({HOLIDAY})),
        Band(price("0.25"), time(7), time(21), WORKDAYS, Season((7, 1), (8, 31))),
        Band(price("0.30"), time(7), time(21), WORKDAYS),
    )
    instant = datetime.fromisoformat(at).replace(tzinfo=PLACE.zone)
    assert TimeOfUse(price("0.20"), bands).price(instant, PLACE) == Decimal(amount)


def test_a_quote_says_which_of_its_prices_are_estimates() -> None:
    spot = Spot(price("0.33"))
    known = {NOON.replace(minute=minute): price("0.10") for minute in (0, 15, 30, 45)}
    tariff = Tariff(OLD, fixed(price("0.30")), feed_in=spot)
    assert quote(tariff, NOON, PLACE, known).estimated == frozenset()
    guessed = quote(tariff, NOON, PLACE, {})
    assert guessed.estimated == {Source.SOLAR, Source.BATTERY}
    assert (guessed.solar, guessed.battery, guessed.energy) == (price("0.33"), price("0.33"), price("0.30"))
    own = Tariff(OLD, spot, battery=fixed(price("0.12")))
    assert quote(own, NOON, PLACE, {}).estimated == {Source.GRID}
