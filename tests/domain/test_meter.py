"""Readings at the grid connection carry the sign of the flow."""

from datetime import UTC, datetime

import pytest

from chargedeck.domain.meter import MeterPhase, MeterReading, signed, told_phases, total
from chargedeck.domain.units import Amps, Watts


@pytest.mark.parametrize(
    ("phase", "current"),
    [
        pytest.param(MeterPhase(1, current_a=Amps(4), power_w=Watts(-900)), -4, id="export"),
        pytest.param(MeterPhase(1, current_a=Amps(-4), power_w=Watts(-900)), -4, id="signed already"),
        pytest.param(MeterPhase(1, current_a=Amps(4), power_w=Watts(900)), 4, id="import"),
        pytest.param(MeterPhase(1, current_a=Amps(4)), 4, id="without power"),
        pytest.param(MeterPhase(1, power_w=Watts(-900)), None, id="without current"),
    ],
)
def test_a_current_has_the_sign_of_its_power(phase: MeterPhase, current: float | None) -> None:
    assert signed(phase).current_a == current


def test_the_total_needs_every_phase() -> None:
    known, unknown = MeterPhase(1, power_w=Watts(5)), MeterPhase(2)
    assert total((known, known)) == Watts(10)
    assert total((known, unknown)) is None
    assert total(()) is None


def test_a_phase_is_told_by_its_current() -> None:
    told, silent = MeterPhase(1, current_a=Amps(0)), MeterPhase(2, power_w=Watts(700))
    assert told_phases(MeterReading(datetime(2026, 3, 1, tzinfo=UTC), (told, silent))) == {1}
