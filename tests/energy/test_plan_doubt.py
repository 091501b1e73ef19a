"""How far forecasts stray: assumed at first, then learned; and the surpluses that follow."""

import math
from statistics import fmean

import pytest

from chargedeck.domain.units import Ratio, Watts
from chargedeck.energy.plan_doubt import LOAD_DOUBT, SOLAR_DOUBT, Doubt, surpluses

SURE = Doubt(Ratio(0))


def test_before_any_experience_the_assumption_holds() -> None:
    assert (SOLAR_DOUBT.bias, SOLAR_DOUBT.spread) == pytest.approx((0, 0.3))


def test_forecasts_that_come_true_are_believed_more_and_more() -> None:
    doubt = SOLAR_DOUBT
    for _ in range(1000):
        doubt = doubt.after(Watts(2000), Watts(2000))
    assert doubt.bias == pytest.approx(0)
    assert doubt.spread < 0.07


def test_forecasts_that_are_always_twice_too_high_are_halved() -> None:
    doubt = SOLAR_DOUBT
    for _ in range(2000):
        doubt = doubt.after(Watts(2000), Watts(1000))
    assert math.exp(doubt.bias) == pytest.approx(0.5, abs=0.02)
    assert fmean(surpluses(Watts(4000), Watts(0), doubt, SURE)) == pytest.approx(2000, rel=0.05)


def test_errors_both_ways_become_the_spread() -> None:
    doubt = LOAD_DOUBT
    for _ in range(2000):
        doubt = doubt.after(Watts(1000), Watts(1000 * math.exp(0.2)))
        doubt = doubt.after(Watts(1000), Watts(1000 / math.exp(0.2)))
    assert doubt.bias == pytest.approx(0, abs=0.001)
    assert doubt.spread == pytest.approx(0.2, abs=0.01)


@pytest.mark.parametrize(("expected", "came"), [(0, 100), (49, 10), (1000, 0), (1000, -5)])
def test_twilight_and_a_switched_off_inverter_teach_nothing(expected: float, came: float) -> None:
    assert SOLAR_DOUBT.after(Watts(expected), Watts(came)) == SOLAR_DOUBT


def test_one_snowed_in_hour_does_not_teach_too_much() -> None:
    assert SOLAR_DOUBT.after(Watts(5000), Watts(1)).bias == pytest.approx(-1.5 / 49)


def test_in_the_dark_there_is_no_surplus_and_no_doubt() -> None:
    assert surpluses(Watts(10), Watts(0), SOLAR_DOUBT, LOAD_DOUBT) == (0.0,)
    assert surpluses(Watts(100), Watts(5000), SOLAR_DOUBT, LOAD_DOUBT) == (0.0,)


def test_without_doubt_there_is_one_surplus() -> None:
    assert surpluses(Watts(3000), Watts(1000), SURE, SURE) == (2000.0,)
    assert surpluses(Watts(1000), Watts(3000), SURE, SURE) == (0.0,)


def test_doubt_makes_a_surplus_out_of_none_expected() -> None:
    some = surpluses(Watts(1000), Watts(1000), SOLAR_DOUBT, LOAD_DOUBT)
    assert list(some) == sorted(some)
    assert some[0] == 0.0
    assert 100 < fmean(some) < 400
