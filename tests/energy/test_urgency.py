"""What a car weighs when there is not enough for all."""

from datetime import timedelta

import pytest

from chargedeck.domain.units import WattHours
from chargedeck.energy.urgency import urgency


@pytest.mark.parametrize(
    ("needed_wh", "hours", "weight"),
    [
        pytest.param(20_000, 4, 5000, id="in time"),
        pytest.param(1000, 0, 6000, id="leaves now"),
        pytest.param(1000, -3, 6000, id="should have left"),
        pytest.param(0, 4, 100, id="has what it needs"),
    ],
)
def test_urgency(needed_wh: float, hours: float, weight: float) -> None:
    assert urgency(WattHours(needed_wh), timedelta(hours=hours)) == pytest.approx(weight)
