"""What watts are made of: learned from readings, and forgotten with the car."""

from datetime import UTC, datetime, timedelta

import pytest

from chargedeck.chargers.ocpp16.profiles import Supply
from chargedeck.chargers.ocpp16.supplies import WHOLE_DEVICE, Supplies, refuses, seen
from chargedeck.domain.reading import PhaseReading, Reading
from chargedeck.domain.units import Amps, Volts

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def reading(*currents: float | None, voltage: float | None = 230) -> Reading:
    volts = None if voltage is None else Volts(voltage)
    phases = (
        PhaseReading(number, volts, None if current is None else Amps(current))
        for number, current in enumerate(currents, 1)
    )
    return Reading(NOW, phases=tuple(phases))


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


@pytest.mark.parametrize(
    ("former", "read", "supply"),
    [
        (Supply(), reading(0, 0, 0), Supply(3)),
        (Supply(), reading(0, 0, 0, voltage=None), Supply()),
        (Supply(), reading(0, 0, 0, voltage=12), Supply()),
        (Supply(), reading(6, 6, 6, voltage=None), Supply(3, car=3)),
        (Supply(3, refused=True), reading(6, 6, 6), Supply(3, car=3)),
        (Supply(3, refused=True), reading(9, 0.5, None), Supply(3, car=1)),
        (Supply(3, car=3), reading(0, 0, 0), Supply(3, car=3)),
        (Supply(3, car=1), reading(0, 0, 0, voltage=226), Supply(3, car=1)),
        (Supply(3, car=1), reading(0, 0, 0, voltage=220), Supply(3, Volts(220), 1)),
    ],
)
def test_what_a_reading_teaches(former: Supply, read: Reading, supply: Supply) -> None:
    assert seen(former, read) == supply


@pytest.mark.parametrize(
    ("supply", "read", "waited", "refused"),
    [
        pytest.param(Supply(3), reading(0, 0, 0), 30, True, id="it has had its time"),
        pytest.param(Supply(3), reading(0, 0, 0), 29, False, id="not yet"),
        pytest.param(Supply(3, car=1), reading(0, 0, 0), 99, False, id="it has drawn already"),
        pytest.param(Supply(1), reading(0), 99, False, id="there is only one phase"),
        pytest.param(Supply(3), reading(0), 99, False, id="not each phase is measured"),
        pytest.param(Supply(3), reading(0, 0, None), 99, False, id="not each of them is told"),
        pytest.param(Supply(3), Reading(NOW), 99, False, id="nothing is measured"),
    ],
)
def test_a_car_refuses_what_it_does_not_begin_to_draw(
    supply: Supply, read: Reading, waited: float, *, refused: bool
) -> None:
    assert refuses(supply, read, seconds(waited)) is refused


def test_only_a_session_that_may_draw_can_refuse() -> None:
    supplies = Supplies()
    supplies.observed(1, reading(0, 0, 0), NOW)
    assert not supplies.observed(1, reading(0, 0, 0), NOW + seconds(99)), "nothing was offered"
    supplies.offered(1, Amps(16), NOW)
    supplies.offered(1, Amps(0), NOW + seconds(10))
    assert not supplies.observed(1, reading(0, 0, 0), NOW + seconds(99)), "it was paused"
    supplies.offered(1, Amps(10), NOW + seconds(100))
    supplies.offered(1, Amps(8), NOW + seconds(120))
    assert supplies.observed(1, reading(0, 0, 0), NOW + seconds(130))
    assert supplies.of(1) == Supply(3, refused=True)
    supplies.another_car(1)
    assert supplies.of(1) == Supply(3)
    assert not supplies.observed(1, reading(0, 0, 0), NOW + seconds(999)), "it was offered to another"


def test_of_any_car_nothing_is_known_but_the_lowest_voltage() -> None:
    supplies = Supplies()
    assert supplies.of_any_car(WHOLE_DEVICE) == Supply()
    supplies.observed(1, reading(9, 9, 9), NOW)
    supplies.observed(2, reading(9, voltage=210), NOW)
    assert supplies.of_any_car(1) == Supply(3)
    assert supplies.of_any_car(WHOLE_DEVICE) == Supply(1, Volts(210))
