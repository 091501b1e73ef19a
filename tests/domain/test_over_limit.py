"""A car that takes more than it was offered: more than 1 A above the limit for 10 s."""

from datetime import UTC, datetime, timedelta

import pytest

from chargedeck.domain.over_limit import exceeded, over_since
from chargedeck.domain.units import Amps

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("limit", "readings", "warned_at"),
    [
        pytest.param(10, [(0, 12), (5, 12), (10, 12)], 10, id="above for 10 s"),
        pytest.param(10, [(0, 12), (9.9, 12)], None, id="above for less"),
        pytest.param(10, [(0, 11), (60, 11)], None, id="by 1 A is within what a meter may err"),
        pytest.param(10, [(0, 11.01), (10, 11.01)], 10, id="by a little more than 1 A"),
        pytest.param(10, [(0, 12), (8, 10), (9, 12), (18, 12)], None, id="once below it begins anew"),
        pytest.param(10, [(0, 12), (8, 10), (9, 12), (19, 12)], 19, id="and counts from there"),
        pytest.param(0, [(0, 0.9), (60, 0.9)], None, id="at 0 A the noise of a meter is none"),
        pytest.param(0, [(0, 6), (10, 6)], 10, id="at 0 A a car that draws is"),
    ],
)
def test_a_warning_comes_after_10_s_above_the_limit(
    limit: float, readings: list[tuple[float, float]], warned_at: float | None
) -> None:
    since, warned = None, None
    for second, measured in readings:
        at = NOON + timedelta(seconds=second)
        since = over_since(since, measured=Amps(measured), limit=Amps(limit), at=at)
        if warned is None and exceeded(since, at):
            warned = second
    assert warned == warned_at
