"""The CostBook: versions that stay, prices that are replaced, and costs that follow a session's facts."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest
from tests.contracts.records import GARAGE, HOME, MINUTE, NOON, SESSION, count, durable, reading

from chargedeck.domain.problems import UnknownResourceError
from chargedeck.domain.units import SessionId, StationId, WattHours
from chargedeck.energy.cost import Note
from chargedeck.energy.cost_amounts import Amounts
from chargedeck.energy.cost_energy import RegisterAt
from chargedeck.energy.prices import QUARTER, Currency, PricePerKwh
from chargedeck.energy.tariff import Quote, Source
from chargedeck.hub.cost_records import Again, FeedId, PricedSession, SessionSlot, SpotPrice, TariffVersion
from chargedeck.hub.records import SessionCostRecord, SessionRecord
from chargedeck.hub.session_query import SessionQuery
from chargedeck.hub.tariff_terms import (
    BandTerms,
    Day,
    DemandTerms,
    FixedTerms,
    HolidayCalendar,
    NamedFee,
    PriceSource,
    SeasonTerms,
    SourceKind,
    SpotTerms,
    TariffTerms,
    TaxTerms,
    TierTerms,
    TimeOfUseTerms,
)
from chargedeck.storage import Storage

FEED = FeedId("energy_charts/DE-LU")
NIGHT = TimeOfUseTerms(
    "0.32", [BandTerms("0.22", "22:00", "06:00", [Day.MON, Day.HOLIDAY], SeasonTerms("11-01", "02-29"))]
)
EVERYTHING = TariffTerms(
    currency="EUR",
    energy=SpotTerms("0.33", "1.06", "0.145", 15),
    grid_fee=NIGHT,
    tiers=[TierTerms("500", "0.05")],
    fees=[NamedFee("Metering", per_day="0.30")],
    demand=DemandTerms("8.5", "2.5"),
    taxes=[TaxTerms("VAT", ratio="0.19")],
    feed_in=FixedTerms("-0.01"),
    battery=NIGHT,
    flat_price_per_kwh="0.35",
    source=PriceSource(SourceKind.ENERGY_CHARTS, "DE-LU"),
    holidays=HolidayCalendar("DE", "BY"),
)
FLAT = TariffTerms(currency="EUR", energy=FixedTerms("0.30"))

QUOTE = Quote(
    energy=PricePerKwh(Decimal("0.30")),
    grid_fee=PricePerKwh(Decimal("0.05")),
    fees=PricePerKwh(Decimal("0.01")),
    solar=PricePerKwh(Decimal("-0.08")),
    battery=PricePerKwh(Decimal("0.12")),
    estimated=frozenset({Source.GRID}),
)
SLOT = SessionSlot(
    NOON,
    Decimal("700.125"),
    Decimal("200.5"),
    Decimal(100),
    Amounts(
        energy=Decimal("0.2100375"),
        solar=Decimal("-0.01604"),
        battery=Decimal("0.012"),
        grid_fee=Decimal("0.03500625"),
        fees=Decimal("0.007"),
        demand=Decimal("1.5"),
        tax=Decimal("0.332992125"),
    ),
    QUOTE,
    frozenset({Note.ESTIMATED_PRICE, Note.INTERPOLATED_ENERGY}),
)
NO_TARIFF = SessionSlot(
    NOON + QUARTER, Decimal(10), Decimal(0), Decimal(0), notes=frozenset({Note.NO_TARIFF})
)
ENDED = SESSION._replace(
    ended_at=NOON + 30 * MINUTE, meter_last_wh=WattHours(2010.625), meter_stop_wh=WattHours(2010.625)
)


def version(day: date, saved_minute: int, terms: TariffTerms | None, **changes: object) -> TariffVersion:
    made = TariffVersion(HOME.id, day, NOON + saved_minute * MINUTE, terms)
    return replace(made, **changes)  # type: ignore[arg-type]


def spot(quarter: int, price: str, slot_min: int = 15) -> SpotPrice:
    return SpotPrice(NOON + quarter * QUARTER, PricePerKwh(Decimal(price)), slot_min)


def priced(session: SessionRecord, *slots: SessionSlot, minute: int = 31) -> PricedSession:
    total = sum((slot.amounts.total for slot in slots), Decimal(0))
    cost = SessionCostRecord(
        sum((slot.grid_wh for slot in slots), Decimal(0)),
        sum((slot.solar_wh for slot in slots), Decimal(0)),
        sum((slot.battery_wh for slot in slots), Decimal(0)),
        total,
        Currency("EUR"),
        estimated=any(slot.estimated for slot in slots),
        detail={"flat": "0.35"},
        tariff_as_of=NOON,
    )
    return PricedSession(session, cost, slots, NOON + minute * MINUTE)


# -- tariffs -------------------------------------------------------------------------------------


async def test_versions_come_back_as_they_went_in_and_none_replaces_another(storage: Storage) -> None:
    versions = [
        version(date(2026, 1, 1), 0, EVERYTHING, saved_by="Ada", token="secret"),
        version(date(2027, 1, 1), 1, FLAT),
        version(date(2026, 1, 1), 2, FLAT),
        version(date(2027, 1, 1), 3, None),
    ]
    for one in versions:
        await storage.costs.add_tariff(one)
    assert await storage.costs.tariffs() == versions
    assert "secret" not in repr(versions)


async def test_versions_go_with_their_station(storage: Storage) -> None:
    work = replace(HOME, id=StationId("work"), is_default=False)
    await storage.book.save_station(work)
    await storage.costs.add_tariff(version(date(2026, 1, 1), 0, FLAT, station_id=work.id))
    await storage.book.delete_station(work.id)
    assert await storage.costs.tariffs() == []
    with pytest.raises(UnknownResourceError):
        await storage.costs.add_tariff(version(date(2026, 1, 1), 0, FLAT, station_id=work.id))


# -- prices --------------------------------------------------------------------------------------


async def test_prices_are_replaced_one_by_one_and_the_others_stay(storage: Storage) -> None:
    costs = storage.costs
    await costs.save_spot_prices(FEED, [spot(place, "0.10", 60) for place in range(4)], NOON)
    await costs.save_spot_prices(FEED, [spot(1, "-0.0512345"), spot(1, "-0.0012345")], NOON + MINUTE)
    await costs.save_spot_prices(FeedId("another"), [spot(0, "9")], NOON)
    await costs.save_spot_prices(FEED, [], NOON)
    assert await costs.spot_prices(FEED, NOON, NOON + 3 * QUARTER) == [
        spot(0, "0.10", 60),
        spot(1, "-0.0012345"),
        spot(2, "0.10", 60),
    ]


async def test_a_year_of_quarters_is_taken_at_once(storage: Storage) -> None:
    year = [spot(place, "0.10") for place in range(35_040)]
    await storage.costs.save_spot_prices(FEED, year, NOON)
    assert len(await storage.costs.spot_prices(FEED, NOON, NOON + timedelta(days=365))) == 35_040


# -- costs ---------------------------------------------------------------------------------------


async def test_a_cost_comes_back_with_its_session_and_its_slots(storage: Storage) -> None:
    storage.journal.session(ENDED)
    cost = priced(ENDED, SLOT, NO_TARIFF)
    assert await storage.costs.unpriced(10) == [ENDED]
    assert await storage.costs.keep_cost(cost)
    kept = ENDED._replace(cost=cost.cost)
    assert await storage.archive.session(ENDED.id) == kept
    assert (await storage.archive.sessions(SessionQuery())).items == [kept]
    assert await storage.costs.session_slots(ENDED.id) == [SLOT, NO_TARIFF]
    assert await storage.costs.unpriced(10) == []


async def test_without_a_currency_nothing_is_to_pay(storage: Storage) -> None:
    storage.journal.session(ENDED)
    free = priced(ENDED, NO_TARIFF)
    free = free._replace(cost=replace(free.cost, amount=None, currency=None))
    assert await storage.costs.keep_cost(free)
    assert await storage.costs.session_slots(ENDED.id) == [NO_TARIFF]
    assert (await storage.archive.sessions(SessionQuery())).items == [ENDED._replace(cost=free.cost)]


async def test_slots_are_replaced_as_a_whole(storage: Storage) -> None:
    storage.journal.session(ENDED)
    assert await storage.costs.keep_cost(priced(ENDED, SLOT, NO_TARIFF))
    assert await storage.costs.keep_cost(priced(ENDED, NO_TARIFF))
    assert await storage.costs.session_slots(ENDED.id) == [NO_TARIFF]


async def test_whoever_writes_a_session_has_it_priced_again_and_keeps_its_cost(storage: Storage) -> None:
    storage.journal.session(ENDED)
    cost = priced(ENDED, SLOT)
    assert await storage.costs.keep_cost(cost)
    late = ENDED._replace(meter_last_wh=WattHours(2500), meter_stop_wh=WattHours(2500))
    storage.journal.session(late)
    assert await storage.costs.unpriced(10) == [late._replace(cost=cost.cost)]
    # What was computed from the facts before is not kept.
    assert not await storage.costs.keep_cost(priced(ENDED, NO_TARIFF))
    assert await storage.costs.session_slots(ENDED.id) == [SLOT]
    assert await storage.costs.keep_cost(priced(late, SLOT))
    assert await storage.costs.unpriced(10) == []


async def test_open_sessions_are_not_priced_and_the_oldest_goes_first(storage: Storage) -> None:
    storage.journal.session(SESSION)
    others = [
        ENDED._replace(id=SessionId(f"s{number}"), ended_at=NOON + (50 - number) * MINUTE)
        for number in (5, 6, 7)
    ]
    for other in others:
        storage.journal.session(other)
    assert await storage.costs.unpriced(2) == [others[2], others[1]]


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [(-60, 0, 0), (-60, 1, 1), (29, 60, 1), (30, 60, 0), (10, 11, 1)],
)
async def test_the_sessions_of_a_period_are_priced_again(
    storage: Storage, start: int, end: int, found: int
) -> None:
    storage.journal.session(ENDED)
    assert await storage.costs.keep_cost(priced(ENDED, SLOT))
    period = NOON + start * MINUTE, NOON + end * MINUTE
    assert await storage.costs.price_again(StationId("work"), *period, why=Again.TARIFF) == 0
    assert await storage.costs.price_again(HOME.id, *period, why=Again.TARIFF) == found
    again = await storage.costs.unpriced(10)
    assert [record.cost and record.cost.tariff_as_of for record in again] == [None] * found


async def test_only_estimates_are_priced_again_by_the_versions_that_counted(storage: Storage) -> None:
    certain = ENDED._replace(id=SessionId("s2"))
    storage.journal.session(ENDED)
    storage.journal.session(certain)
    estimate = priced(ENDED, SLOT)
    assert await storage.costs.keep_cost(estimate)
    assert await storage.costs.keep_cost(priced(certain, SLOT._replace(notes=frozenset())))
    assert await storage.costs.price_again(HOME.id, NOON, NOON + MINUTE, why=Again.PRICES) == 1
    assert await storage.costs.unpriced(10) == [ENDED._replace(cost=estimate.cost)]


async def test_facts_that_come_late_are_priced_by_the_versions_that_counted(storage: Storage) -> None:
    storage.journal.session(ENDED)
    certain = priced(ENDED, SLOT._replace(notes=frozenset()))
    assert await storage.costs.keep_cost(certain)
    assert await storage.costs.price_again(HOME.id, NOON, NOON + MINUTE, why=Again.FACTS) == 1
    assert await storage.costs.unpriced(10) == [ENDED._replace(cost=certain.cost)]


# -- registers -----------------------------------------------------------------------------------


async def test_the_last_register_of_each_minute_counts(storage: Storage) -> None:
    for seconds, register in ((0, 1000), (59, 1010.25), (60, None), (61, 1020), (119, 1020), (120, 1030)):
        storage.journal.sample(GARAGE, reading(seconds, register), None)
    assert await durable(storage)
    assert await storage.costs.registers(GARAGE, NOON, NOON + 2 * MINUTE) == [
        RegisterAt(NOON + timedelta(seconds=seconds), Decimal(register))
        for seconds, register in ((59, "1010.25"), (119, "1020.0"), (120, "1030.0"))
    ]


def test_the_terms_survive_being_written_down() -> None:
    assert msgspec.convert(msgspec.to_builtins(EVERYTHING), TariffTerms) == EVERYTHING


async def test_nothing_is_left_of_a_cost_that_was_not_kept(storage: Storage, url: str) -> None:
    assert not await storage.costs.keep_cost(priced(ENDED, SLOT))
    assert count(url, "session_slots") == 0
