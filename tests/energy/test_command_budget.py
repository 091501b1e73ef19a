"""The command budget: it fills slowly, a cut is never refused, and raises get dearer as it empties."""

import math

import pytest
from tests.energy.household import at, seconds

from chargedeck.domain.units import Amps
from chargedeck.energy.command_budget import CAPACITY, CommandBudget

HOUR = 3600


@pytest.mark.parametrize(
    ("spent", "after", "worth"),
    [
        pytest.param(0, 0, 1, id="full"),
        pytest.param(6, 0, 1, id="half"),
        pytest.param(11, 0, 6, id="the last one"),
        pytest.param(12, 0, math.inf, id="empty"),
        pytest.param(20, 0, math.inf, id="cuts went on"),
        pytest.param(12, HOUR, 1, id="an hour later"),
        pytest.param(20, HOUR, math.inf, id="an hour later, after many cuts"),
    ],
)
def test_what_a_raise_must_be_worth(spent: int, after: float, worth: float) -> None:
    budget = CommandBudget(8, at(0))
    for _ in range(spent):
        budget.spend(at(0))
    assert budget.worthwhile(at(after), Amps(1)) == pytest.approx(worth)


def test_it_never_holds_more_than_fits() -> None:
    assert CommandBudget(8, at(0)).left(at(0) + seconds(100 * HOUR)) == CAPACITY
