"""A charger's currents and phases as a plan's powers, and a plan's power as current and phases."""

import pytest

from chargedeck.domain.units import Amps, Watts
from chargedeck.energy.plan_powers import Outlet

ONE = Outlet((1,), Amps(6), Amps(16))
THREE = Outlet((3,), Amps(6), Amps(16))
SWITCHING = Outlet((1, 3), Amps(6), Amps(16))


@pytest.mark.parametrize(
    ("outlet", "ranges"),
    [
        (ONE, [(1380, 3680)]),
        (THREE, [(4140, 11_040)]),
        (SWITCHING, [(1380, 3680), (4140, 11_040)]),
        (Outlet((3, 1), Amps(8), Amps(32)), [(1840, 7360), (5520, 22_080)]),
        (Outlet((1, 1), Amps(6), Amps(16)), [(1380, 3680)]),
        (Outlet((1,), Amps(10), Amps(6)), []),
    ],
)
def test_what_a_charger_can_do(outlet: Outlet, ranges: list[tuple[float, float]]) -> None:
    assert [(each.low_w, each.high_w) for each in outlet.powers] == ranges


@pytest.mark.parametrize(
    ("outlet", "power", "phases", "current"),
    [
        (THREE, 0, 3, 0),
        (THREE, 6900, 3, 10),
        (ONE, 3680, 1, 16),
        (SWITCHING, 2300, 1, 10),
        (SWITCHING, 3680, 1, 16),
        (SWITCHING, 4140, 3, 6),
        (SWITCHING, 11_040, 3, 16),
        (THREE, 12_000, 3, 16),
        (THREE, 4000, 3, 6),
    ],
)
def test_a_power_is_a_current_on_as_few_phases_as_will_do(
    outlet: Outlet, power: float, phases: int, current: float
) -> None:
    if power > 0:
        assert outlet.phases_for(Watts(power)) == phases
    assert outlet.current_for(Watts(power)) == pytest.approx(current)
