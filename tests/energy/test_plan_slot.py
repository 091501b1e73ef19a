"""What charging in one slot costs, and the choice for the slot at hand."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.energy.plan_facts import SWITCHING, THREE_PHASES, slot, worth

from chargedeck.domain.problems import OutOfRangeError
from chargedeck.domain.units import WattHours, Watts
from chargedeck.energy.plan_curve import Piece, Worth, curve
from chargedeck.energy.plan_slot import PowerRange, Powers, SlotCost, power_for, slot_cost


def cost(buy: float, sell: float, surplus_w: float, powers: Powers = THREE_PHASES) -> SlotCost:
    return slot_cost(slot(0, None), worth(buy, sell), Watts(surplus_w), powers)


@pytest.mark.parametrize(
    ("energy", "expense"),
    [(0, 0.0), (1000, 0.05), (2000, 0.10), (3000, 0.40), (11_000, 2.80)],
)
def test_first_what_would_be_sold_then_what_is_bought(energy: float, expense: float) -> None:
    assert cost(0.30, 0.05, 2000).expense(WattHours(energy)) == pytest.approx(expense)


@pytest.mark.parametrize(
    ("of", "pieces"),
    [
        pytest.param(cost(0.3, 0.1, 0), [(0.3, 11_000)], id="without sun"),
        pytest.param(cost(0.3, 0.1, 2000), [(0.1, 2000), (0.3, 9000)], id="sun first"),
        pytest.param(cost(0.3, 0.1, 690), [(0.2, 1380), (0.3, 9620)], id="half of the least power"),
        pytest.param(cost(0.3, 0.1, 20_000), [(0.1, 11_000)], id="more sun than the car takes"),
        pytest.param(cost(-0.3, -0.1, 1100), [(-0.28, 11_000)], id="paid to take it"),
        pytest.param(cost(0.3, 0.1, 0, ()), [], id="nothing is possible"),
        pytest.param(
            cost(0.3, 0.1, 0, (PowerRange(Watts(2000), Watts(2000)),)), [(0.3, 2000)], id="a single power"
        ),
        pytest.param(
            cost(0.3, 0.1, 4000, SWITCHING), [(0.1, 3680), (0.16087, 460), (0.3, 6900)], id="sun in the gap"
        ),
    ],
)
def test_the_lower_hull_of_the_cost(of: SlotCost, pieces: Sequence[tuple[float, float]]) -> None:
    hull = [(piece.worth, piece.size_wh) for piece in of.pieces()]
    assert [worth for worth, _ in hull] == pytest.approx([price for price, _ in pieces], abs=1e-4)
    assert [size for _, size in hull] == pytest.approx([size for _, size in pieces], abs=1e-4)


PRICE = st.floats(-1, 1)


@settings(max_examples=40)
@given(PRICE, PRICE, st.floats(0, 15_000), st.sampled_from((THREE_PHASES, SWITCHING)), st.floats(0, 11_000))
def test_the_hull_lies_below_every_cost_and_rises_ever_faster(
    buy: float, sell: float, surplus: float, powers: Powers, power: float
) -> None:
    of = cost(buy, sell, surplus, powers)
    pieces = of.pieces()
    prices = [piece.worth for piece in pieces]
    assert prices == sorted(prices)
    if any(each.low_w <= power <= each.high_w for each in powers):
        left, hull = power, 0.0
        for piece in pieces:
            hull += min(left, piece.size_wh) * piece.worth / 1000
            left -= min(left, piece.size_wh)
        assert hull <= of.expense(WattHours(power)) + 1e-9


@settings(max_examples=40)
@given(
    st.lists(PRICE, min_size=20, max_size=20),
    PRICE,
    PRICE,
    st.floats(0, 15_000),
    st.floats(1, 20_000),
)
def test_no_other_choice_is_cheaper(
    later: list[float], buy: float, sell: float, surplus: float, needed: float
) -> None:
    ahead = curve([Piece(Worth(price), WattHours(1000)) for price in later], WattHours(20_000))
    of = cost(buy, sell, surplus, SWITCHING)
    chosen = of.choice(WattHours(needed), ahead)
    least = of.expense(chosen) + ahead.expense(WattHours(needed - chosen))
    for watt in range(0, 11_001, 100):
        if watt == 0 or any(each.low_w <= watt <= each.high_w for each in SWITCHING):
            energy = WattHours(min(watt, needed))
            assert least <= of.expense(energy) + ahead.expense(WattHours(needed - energy)) + 1e-8


@pytest.mark.parametrize(
    ("energy", "power"),
    [(0, 0), (500, 1380), (1380, 1380), (3680, 3680), (4000, 4140), (5000, 5000), (11_040, 11_040)],
)
def test_the_power_for_an_energy(energy: float, power: float) -> None:
    assert power_for(WattHours(energy), slot(0, None), SWITCHING) == pytest.approx(power)


@pytest.mark.parametrize(("low", "high"), [(0, 10), (-5, 10), (11, 10)])
def test_a_range_of_powers_has_two_ends_above_nothing(low: float, high: float) -> None:
    with pytest.raises(OutOfRangeError, match="low_w"):
        PowerRange(Watts(low), Watts(high))
