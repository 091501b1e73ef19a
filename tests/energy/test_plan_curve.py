"""Curves of cost still to come: cheapest first, exact where the future is certain, a mean where not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chargedeck.domain.units import WattHours
from chargedeck.energy.plan_curve import Curve, Piece, Worth, curve, flat, mean, with_offers

NEEDED = WattHours(5000)


def pieces(*pairs: tuple[float, float]) -> list[Piece]:
    return [Piece(Worth(price), WattHours(size)) for price, size in pairs]


def laid(*pairs: tuple[float, float]) -> Curve:
    return curve(pieces(*pairs), NEEDED)


def test_pieces_are_laid_out_cheapest_first_as_far_as_they_are_needed() -> None:
    ahead = laid((0.3, 2000), (0.1, 1000), (0.9, 9000))
    assert ahead.pieces == ((0.1, 1000.0), (0.3, 2000.0), (0.9, 2000.0))
    assert ahead.reach_wh == (0.0, 1000.0, 3000.0, 5000.0)
    assert ahead.sums == pytest.approx((0, 0.1, 0.7, 2.5))


def test_pieces_that_reach_to_the_point_are_enough() -> None:
    assert laid((0.1, 5000), (0.2, 1)).pieces == ((0.1, 5000.0),)


def test_the_least_expense_is_that_of_the_cheapest() -> None:
    ahead = laid((0.1, 2000), (0.2, 1000), (0.9, 2000))
    energies = (-1, 0, 1000, 2000, 2500, 5000, 9000)
    expenses = [ahead.expense(WattHours(energy)) for energy in energies]
    assert expenses == pytest.approx([0, 0, 0.1, 0.2, 0.3, 2.2, 2.2])
    assert list(ahead.expenses(energies[1:6])) == pytest.approx(expenses[1:6])


def test_how_much_is_had_below_a_price() -> None:
    ahead = laid((0.1, 2000), (0.2, 1000), (0.9, 2000))
    assert ahead.cheaper_than(Worth(0.1)) == (0.0, 2000.0)
    assert ahead.cheaper_than(Worth(0.25)) == (3000.0, 3000.0)
    assert ahead.cheaper_than(Worth(1)) == (5000.0, 5000.0)


def test_offers_are_laid_among_what_is_there() -> None:
    behind = flat(Worth(10), NEEDED)
    one = with_offers(behind, [pieces((0.1, 1000), (0.3, 1000))])
    assert one.pieces == ((0.1, 1000.0), (0.3, 1000.0), (10.0, 3000.0))
    two = with_offers(one, [pieces((0.2, 4500))])
    assert two.pieces == ((0.1, 1000.0), (0.2, 4000.0))


def test_of_several_futures_the_mean_is_expected() -> None:
    behind = flat(Worth(1), NEEDED)
    ahead = with_offers(behind, [pieces((0.1, 2500)), pieces((0.3, 2500))])
    assert ahead.expense(WattHours(2500)) == pytest.approx(0.5)
    assert ahead.expense(NEEDED) == pytest.approx(3.0)
    assert ahead.worths[-1] == pytest.approx(1)
    assert mean([behind]) is behind


PIECE = st.builds(Piece, st.floats(-1, 1).map(Worth), st.floats(1, 5000).map(WattHours))


@settings(max_examples=40)
@given(st.lists(st.lists(PIECE, max_size=6), min_size=1, max_size=4))
def test_a_mean_rises_ever_faster_and_never_promises_too_much(offers: list[list[Piece]]) -> None:
    behind = flat(Worth(10), NEEDED)
    ahead = with_offers(behind, offers)
    futures = [curve((*behind.pieces, *offer), NEEDED) for offer in offers]
    assert list(ahead.worths) == sorted(ahead.worths)
    for energy in map(WattHours, range(0, 5001, 123)):
        least = sum(future.expense(energy) for future in futures) / len(futures)
        assert ahead.expense(energy) >= least - 1e-9
    assert ahead.expense(NEEDED) == pytest.approx(
        sum(each.expense(NEEDED) for each in futures) / len(futures)
    )
