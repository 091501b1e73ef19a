"""What is shown of a cost: rounded once, every split adding up, one row for each price."""

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.energy.cost_cases import ZONE, Case, cases, instant

from chargedeck.energy.cost import session_cost
from chargedeck.energy.cost_amounts import NOTHING, Amounts, added
from chargedeck.energy.cost_saving import month_peaks, saving
from chargedeck.energy.cost_statement import apportioned, statement
from chargedeck.energy.prices import HOUR, QUARTER, PricePerKwh
from chargedeck.energy.tariff import Part
from chargedeck.energy.tariff_bands import Place

CASES = {case.name: case for case in cases()}
CENT = Decimal("0.01")


def cents(*amounts: str) -> list[Decimal]:
    return [Decimal(amount) for amount in amounts]


def test_the_cents_left_over_go_to_the_largest_remainders() -> None:
    thirds = [Decimal("0.10") / 3] * 3
    assert apportioned(thirds, Decimal("0.10"), CENT) == cents("0.04", "0.03", "0.03")
    assert apportioned(cents("0.004", "0.009", "0"), CENT, CENT) == cents("0.00", "0.01", "0.00")
    assert apportioned(cents("-0.006", "0.001"), Decimal("-0.01"), CENT) == cents("-0.01", "0.00")
    assert apportioned([], Decimal(0), CENT) == []


@settings(max_examples=40)
@given(st.lists(st.decimals(-100, 100, places=6), max_size=20))
def test_no_amount_is_off_by_a_cent_and_all_add_up(amounts: list[Decimal]) -> None:
    total = sum(amounts, Decimal(0)).quantize(CENT, ROUND_HALF_UP)
    shown = apportioned(amounts, total, CENT)
    assert sum(shown, Decimal(0)) == total
    assert all(abs(one - other) <= CENT for one, other in zip(amounts, shown, strict=True))


def cost_of(name: str) -> tuple[Case, Amounts]:
    case = CASES[name]
    return case, session_cost(case.book, case.facts, case.spots).amounts


def test_rows_follow_the_prices_and_days_stand_by_themselves() -> None:
    case, amounts = cost_of("everything at once")
    shown = statement(session_cost(case.book, case.facts, case.spots), 2)
    (day, day_cost), (night, night_cost) = shown.rows
    assert (day.start, day.end) == (instant("2024-03-04 21:00"), instant("2024-03-04 22:00"))
    assert [day.grid_kwh, day.solar_kwh, day.battery_kwh, day.kwh] == [Decimal(kwh) for kwh in (4, 4, 0, 8)]
    assert night.quote is not None
    assert (night.quote.energy, night.quote.grid_fee) == (Decimal("0.10"), Decimal("0.06"))
    assert {each.part for each, _ in shown.days} == {Part.FEES, Part.DEMAND}
    assert day_cost + night_cost + sum(cost for _, cost in shown.days) == shown.total.amount
    assert (shown.total.currency, shown.estimated) == ("EUR", True)
    assert amounts.total == Decimal("11.62")


def test_a_currency_without_cents() -> None:
    case, _ = cost_of("into the night")
    shown = statement(session_cost(case.book, case.facts, case.spots), 0)
    assert str(shown.total.amount) == "3"
    assert sum(cost for _, cost in shown.rows) == 3


def test_amounts_add_piece_by_piece() -> None:
    assert added([]) == NOTHING
    assert added([Amounts(energy=Decimal(1)), Amounts(energy=Decimal(2), tax=Decimal(3))]) == Amounts(
        energy=Decimal(3), tax=Decimal(3)
    )


def test_the_saving_by_own_energy_and_against_a_flat_price() -> None:
    case = CASES["grid, solar and battery"]
    cost = session_cost(case.book, case.facts, case.spots)
    flat = PricePerKwh(Decimal("0.25"))
    saved = saving(case.book, case.facts, case.spots, cost, flat)
    assert (saved.by_own_energy, saved.by_timing) == (Decimal("1.00"), Decimal("0.50"))
    assert saving(case.book, case.facts, case.spots, cost, None).by_timing is None


def test_the_peak_of_each_month_with_and_without_the_session() -> None:
    first, second = instant("2024-04-30 23:45"), instant("2024-05-01 00:00")
    house = {first: Decimal("0.5"), second: Decimal("0.25"), second + QUARTER: Decimal("1.5")}
    car = {first: Decimal("2.5"), second: Decimal("2.5")}
    place = Place(ZONE)
    assert month_peaks(house, car, QUARTER, place) == (
        ((2024, 4), Decimal(2), Decimal(12)),
        ((2024, 5), Decimal(6), Decimal(11)),
    )
    assert month_peaks({first: Decimal(2)}, {}, HOUR, place) == (((2024, 4), Decimal(2), Decimal(2)),)
    assert month_peaks({}, {}, HOUR, place) == ()
