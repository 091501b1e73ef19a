"""The sun beyond the house, and how chargers share a power."""

from typing import Any

import pytest
from tests.energy.household import charger, phases

from chargedeck.domain.units import Amps, ChargerId, Watts
from chargedeck.energy.surplus import pooled, surplus


@pytest.mark.parametrize(
    ("grid", "drawn", "watts"),
    [
        pytest.param((-4, -4, -4), [], 2760, id="all of it is fed in"),
        pytest.param((0, 0, 0), [(6, 6, 6)], 4140, id="a car takes all of it"),
        pytest.param((-2, 3, -5), [(4, 0, 0)], 1840, id="phases are added up"),
        pytest.param((10, 0, 0), [(6, 0, 0)], -920, id="the house takes more than there is"),
    ],
)
def test_surplus(grid: tuple[float, ...], drawn: list[tuple[float, ...]], watts: float) -> None:
    assert surplus(phases(*grid), [phases(*each) for each in drawn]) == pytest.approx(watts)


def shared(watts: float, *changes: dict[str, Any]) -> list[float]:
    names = [ChargerId(str(k)) for k in range(len(changes))]
    chargers = [charger(charger=name, **each) for name, each in zip(names, changes, strict=True)]
    parts = pooled(Watts(watts), chargers)
    return [parts[name] for name in names]


ONE: dict[str, Any] = {"phases": (1,)}


@pytest.mark.parametrize(
    ("watts", "chargers", "parts"),
    [
        pytest.param(2300, [ONE], [2300], id="one takes all"),
        pytest.param(9000, [ONE], [3680], id="as much as it can"),
        pytest.param(800, [ONE], [800], id="too little is told all the same"),
        pytest.param(-500, [ONE], [-500], id="less than nothing too"),
        pytest.param(3220, [ONE, ONE], [1610, 1610], id="two share"),
        pytest.param(2300, [ONE, ONE], [2300, 0], id="not enough for two"),
        pytest.param(2300, [ONE, {**ONE, "weight": 2.0}], [0, 2300], id="the more urgent first"),
        pytest.param(2300, [{}, ONE], [0, 2300], id="three phases need more"),
        pytest.param(
            4000,
            [{"priority": 1, "phases": (1, 2, 3), "max_a": Amps(5)}, ONE],
            [320, 3680],
            id="what is left",
        ),
        pytest.param(2300, [], [], id="nobody"),
    ],
)
def test_a_power_is_shared(watts: float, chargers: list[dict[str, Any]], parts: list[float]) -> None:
    assert shared(watts, *chargers) == pytest.approx(parts)
