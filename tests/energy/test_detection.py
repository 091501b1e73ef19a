"""Learning the wiring: steps of a charger and of the meter, among loads that change by chance."""

from collections.abc import Sequence
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.energy.household import phases

from chargedeck.energy.detection import Detector, Rotation, on_grid, phases_used

EVERY_ROTATION = tuple(permutations((1, 2, 3), 3))


@pytest.mark.parametrize(
    ("drawn", "used"),
    [
        pytest.param((0, 0, 0), (), id="nothing flows"),
        pytest.param((1.5, 0, 0), (), id="too little to tell"),
        pytest.param((10, 0.3, 0.2), (1,), id="one phase"),
        pytest.param((0.2, 0.3, 10), (3,), id="one phase, and not the first"),
        pytest.param((10, 9.7, 0.3), (1, 2), id="two phases"),
        pytest.param((6, 5.8, 6.1), (1, 2, 3), id="three phases"),
        pytest.param((16, 7, 7), (1, 2, 3), id="three phases, unlike each other"),
        pytest.param((16, 2, 1.9), (1, 2), id="as much as is no noise any more"),
        pytest.param((2.4, 1.9, 1.1), (1, 2), id="a car that is nearly full"),
    ],
)
def test_which_phases_a_car_uses(drawn: tuple[float, ...], used: tuple[int, ...]) -> None:
    assert phases_used(phases(*drawn)) == used


def test_phases_on_the_grid_come_in_order() -> None:
    assert on_grid((1, 2), (3, 1, 2)) == (1, 3)


def watch(
    detector: Detector,
    rotation: Rotation,
    currents: Sequence[float],
    own: tuple[int, ...] = (1,),
    loads: Random | None = None,
) -> Detector:
    """Let a car draw one current after the other, each for five readings, while a house does as it likes."""
    house = [2.0, 2.0, 2.0]
    for current in currents:
        if loads is not None:
            house[loads.randrange(3)] = loads.uniform(0, 12)
        drawn = phases(*(current if phase in own else 0 for phase in (1, 2, 3)))
        grid = list(house)
        for phase in own:
            grid[rotation[phase - 1] - 1] += current
        for _ in range(5):
            detector.observe(drawn, phases(*grid))
    return detector


UP_AND_DOWN = [0, 16, 8, 16, 6, 12, 0, 16]


@pytest.mark.parametrize("rotation", EVERY_ROTATION)
def test_a_car_on_one_phase_shows_where_it_lies(rotation: Rotation) -> None:
    found = watch(Detector(), rotation, UP_AND_DOWN)
    assert found.used == (1,)
    assert found.rotation is not None
    assert on_grid(found.used, found.rotation) == on_grid((1,), rotation)


@pytest.mark.parametrize("rotation", EVERY_ROTATION)
def test_a_car_on_two_phases_shows_where_they_lie(rotation: Rotation) -> None:
    found = watch(Detector(), rotation, UP_AND_DOWN, own=(1, 2))
    assert found.rotation is not None
    assert on_grid(found.used, found.rotation) == on_grid((1, 2), rotation)


def test_a_car_on_three_phases_shows_nothing_and_needs_not_to() -> None:
    found = watch(Detector(), (2, 3, 1), UP_AND_DOWN, own=(1, 2, 3))
    assert (found.used, found.rotation) == ((1, 2, 3), None)


@given(st.sampled_from(EVERY_ROTATION), st.integers(0, 2**32))
def test_a_lively_house_delays_the_answer_and_does_not_change_it(rotation: Rotation, seed: int) -> None:
    chance = Random(seed)
    currents = [chance.choice([6, 16]) if k % 2 else 0.0 for k in range(60)]
    found = watch(Detector(), rotation, currents, loads=chance).rotation
    assert found is not None
    assert found[0] == rotation[0]


@pytest.mark.parametrize(
    "currents",
    [
        pytest.param([], id="nothing seen"),
        pytest.param([10], id="no step"),
        pytest.param([10, 12, 10, 12, 10], id="steps too small"),
        pytest.param([0, 16], id="one step may be chance"),
    ],
)
def test_no_answer_is_given_too_soon(currents: list[float]) -> None:
    assert watch(Detector(), (2, 3, 1), currents).rotation is None


def test_readings_during_a_step_do_not_count() -> None:
    detector = Detector()
    for second in range(12):
        detector.observe(phases(second, 0, 0), phases(0, 0, 0))
    assert (detector.used, detector.rotation) == ((), None)


def test_the_car_leaves_and_the_wiring_stays() -> None:
    detector = watch(Detector(), (2, 3, 1), UP_AND_DOWN)
    detector.unplugged()
    assert detector.used == ()
    detector.observe(phases(16, 0, 0), phases(0, 16, 0))
    rotation = watch(detector, (2, 3, 1), [16]).rotation
    assert rotation is not None
    assert rotation[0] == 2
