"""Two ways to compute a cost agree on whatever tariffs and sessions chance comes up with."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.energy.slow_cost import PIECES, slow_cost, to_the_cent

from chargedeck.energy.cost import MonthPeak, SessionFacts, session_cost
from chargedeck.energy.cost_energy import Flow, RegisterAt
from chargedeck.energy.cost_quarters import kept_cost
from chargedeck.energy.cost_statement import statement
from chargedeck.energy.prices import QUARTER, Currency, PricePerKwh
from chargedeck.energy.tariff import EnergyPrice, Fee, Part, PeakDemand, Tariff, TariffBook, Tax, Tier
from chargedeck.energy.tariff_bands import Band, Place, Season, TimeOfUse
from chargedeck.energy.tariff_spot import Spot, Spots, SpotSlot

# Chosen for what they do with their clocks: by an hour, by half an hour, at midnight, an odd offset.
ZONES = [ZoneInfo(zone) for zone in ("Europe/Berlin", "Australia/Lord_Howe", "Asia/Beirut", "Asia/Kathmandu")]
# Around the nights in which they do it, and around a new year.
NIGHTS = [
    datetime(2024, 3, 30, 12, tzinfo=UTC),
    datetime(2024, 10, 26, 12, tzinfo=UTC),
    datetime(2024, 10, 5, 6, tzinfo=UTC),
    datetime(2024, 12, 31, 12, tzinfo=UTC),
]

PRICE = st.decimals(Decimal("-0.5"), Decimal("1.5"), places=5).map(PricePerKwh)
AMOUNT = st.decimals(0, 10, places=3)
CLOCK = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 45)))
DAY_OF_YEAR = st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(lambda day: (day.month, day.day))
WEEKDAYS = st.frozensets(st.integers(0, 7))
BAND = st.builds(Band, PRICE, CLOCK, CLOCK, WEEKDAYS, st.none() | st.builds(Season, DAY_OF_YEAR, DAY_OF_YEAR))
TIME_OF_USE = st.builds(TimeOfUse, PRICE, st.lists(BAND, max_size=3).map(tuple), st.booleans())
RATIO = st.decimals(0, 1, places=3)
SPOT = st.builds(Spot, PRICE, RATIO, PRICE, st.sampled_from(SpotSlot))
ENERGY: st.SearchStrategy[EnergyPrice] = TIME_OF_USE | SPOT
TIERS = st.dictionaries(st.integers(1, 400), PRICE, max_size=3).map(
    lambda tiers: tuple(Tier(Decimal(above), tiers[above]) for above in sorted(tiers))
)
FEE = st.builds(Fee, st.just("fee"), AMOUNT, AMOUNT)
TAX = st.builds(Tax, st.just("tax"), AMOUNT, RATIO, st.frozensets(st.sampled_from(Part)))
TARIFF = st.builds(
    Tariff,
    st.just(date(2000, 1, 1)),
    ENERGY,
    TIME_OF_USE,
    TIERS,
    st.lists(FEE, max_size=2).map(tuple),
    st.none() | st.builds(PeakDemand, AMOUNT, AMOUNT),
    st.lists(TAX, max_size=3).map(tuple),
    ENERGY,
    st.none() | ENERGY,
)
FLOW = st.builds(Flow, *[st.decimals(0, 5000, places=1)] * 3)


@st.composite
def books(draw: st.DrawFn) -> TariffBook:
    holidays = draw(st.frozensets(st.sampled_from([night.date() for night in NIGHTS]), max_size=2))
    days = sorted(draw(st.sets(st.sampled_from([night.date() for night in NIGHTS]), max_size=2)))
    first = draw(st.sampled_from([date(2000, 1, 1), *(night.date() for night in NIGHTS)]))
    tariffs = [draw(TARIFF) for _ in range(1 + len(days))]
    dates = [first, *(day for day in days if day > first)]
    dated = [
        Tariff(
            day,
            tariff.energy,
            tariff.grid_fee,
            tariff.tiers,
            tariff.fees,
            tariff.demand,
            tariff.taxes,
            tariff.feed_in,
            tariff.battery,
        )
        for day, tariff in zip(dates, tariffs, strict=False)
    ]
    return TariffBook(Place(draw(st.sampled_from(ZONES)), holidays), Currency("EUR"), tuple(dated))


@st.composite
def sessions(draw: st.DrawFn) -> tuple[SessionFacts, Spots]:
    begin = draw(st.sampled_from(NIGHTS)) + timedelta(seconds=draw(st.integers(0, 50_000)))
    gaps = draw(st.lists(st.integers(0, 12_000), max_size=4))
    rises = draw(st.lists(st.decimals(-2000, 30_000, places=1), min_size=4, max_size=4))
    at, register, readings = begin, Decimal(1000), []
    for gap, rise in zip([0, *gaps], [Decimal(0), *rises], strict=False):
        at, register = at + timedelta(seconds=gap), register + min(rise, Decimal(2_000 + 800 * gap))
        readings.append(RegisterAt(at, register))
    first = begin - timedelta(seconds=begin.timestamp() % 3600)
    places = st.integers(0, 100)
    flows = draw(st.dictionaries(places, FLOW, max_size=8))
    spots = draw(st.dictionaries(places.map(lambda place: place - 60), PRICE, max_size=20))
    days = draw(st.dictionaries(places.map(lambda place: place - 7 * 96), PRICE, max_size=20))
    months = st.sampled_from([(2024, 3), (2024, 4), (2024, 10), (2024, 12), (2025, 1)])
    return SessionFacts(
        tuple(draw(st.permutations(readings)) if draw(st.booleans()) and all(gaps) else readings),
        {first + QUARTER * place: flow for place, flow in flows.items()},
        draw(st.dictionaries(months, st.decimals(0, 500, places=2), max_size=3)),
        tuple(MonthPeak(draw(months), draw(AMOUNT), draw(AMOUNT)) for _ in range(draw(st.integers(0, 2)))),
    ), {first + QUARTER * place: price for place, price in {**days, **spots}.items()}


@settings(max_examples=20)
@given(books(), sessions())
def test_both_ways_come_to_the_same_to_the_cent_and_beyond(
    book: TariffBook, session: tuple[SessionFacts, Spots]
) -> None:
    facts, spots = session
    cost = session_cost(book, facts, spots)
    slow = slow_cost(book, facts, spots)
    assert {name: Fraction(getattr(cost.amounts, name)) for name in PIECES} == slow
    shown = statement(cost, book.decimals)
    assert Fraction(shown.total.amount) == to_the_cent(sum(slow.values(), Fraction(0)))
    assert sum(shown.by_part.values()) == sum(shown.by_source.values()) == shown.total.amount
    assert sum(amount for _, amount in (*shown.rows, *shown.days)) == shown.total.amount
    kept = kept_cost(cost, book)
    assert Fraction(kept.total) == to_the_cent(sum(slow.values(), Fraction(0)))
    assert sum((quarter.amounts.total for quarter in kept.quarters), Decimal(0)) == kept.total
    assert sum((quarter.kwh for quarter in kept.quarters), Decimal(0)) == cost.kwh
    energy = max(Decimal(0), max(facts.readings).register_wh - min(facts.readings).register_wh)
    assert cost.kwh * 1000 == energy or len({at for at, _ in facts.readings}) < len(facts.readings)
