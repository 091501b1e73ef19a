"""What a charger measures on its phases, and where one value stands for all of them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.chargers.lektrico import recorded

from chargedeck.chargers.lektrico import mapping
from chargedeck.domain.reading import Spread, phases_completed
from chargedeck.domain.units import WattHours

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_three_phases_share_the_power_that_is_measured_over_all() -> None:
    reading = mapping.reading(recorded.INFO_TRI, WattHours(1), NOON, phases=3)
    phases = phases_completed(reading)
    assert [phase.phase for phase in phases] == [1, 2, 3]
    assert sum(phase.power_w or 0 for phase in phases) == pytest.approx(10900)
    assert all("power_w" in phase.computed for phase in phases)


@pytest.mark.parametrize(
    ("info", "phases", "found"),
    [
        pytest.param({"current": 5, "voltage": 230}, 1, [(1, 230, 5)], id="old firmware without lists"),
        pytest.param(
            {"currents": ["5.5", None], "voltages": [230]}, 3, [(1, 230, 5.5)], id="texts, nulls, short"
        ),
        pytest.param(
            {"currents": [5, 0, 0], "voltages": [230, 229, 0]},
            3,
            [(1, 230, 5), (2, 229, 0)],
            id="a phase that is not connected",
        ),
        pytest.param({"currents": "no", "voltages": {}}, 3, [], id="no lists"),
        pytest.param({"currents": [1e9], "voltages": [-5]}, 1, [], id="absurd"),
        pytest.param({"currents": [True], "voltages": ["nan"]}, 1, [], id="no numbers"),
    ],
)
def test_phases_as_they_come(info: dict[str, Any], phases: int, found: list[Any]) -> None:
    reading = mapping.reading(info, WattHours(1), NOON, phases=phases)
    assert [(p.phase, p.voltage_v, p.current_a) for p in reading.phases] == found


@pytest.mark.parametrize(
    ("info", "phases", "spread"),
    [
        pytest.param({"current": 16, "voltage": 230, "instant_power": 11_000}, 3, Spread.ANY, id="over all"),
        pytest.param({"current": 16, "voltage": 230, "instant_power": 3_600}, 3, Spread.ONE, id="on one"),
        pytest.param({"current": 0, "voltage": 230, "instant_power": 0}, 3, Spread.ANY, id="nothing flows"),
        pytest.param({"current": 16, "voltage": 230, "instant_power": 3_600}, 1, Spread.TOLD, id="has one"),
        pytest.param({"currents": [16, 0, 0], "instant_power": 3_600}, 3, Spread.TOLD, id="phase by phase"),
    ],
)
def test_old_firmware_has_one_current_for_all_phases(
    info: dict[str, Any], phases: int, spread: Spread
) -> None:
    assert mapping.reading(info, WattHours(1), NOON, phases=phases).spread is spread
