"""Energy comes from the meter's register, and no order of what a device says loses or doubles any."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargedeck.domain.register import Anomaly, Register, closed, opened, read, recalled
from chargedeck.domain.units import WattHours


def wh(value: float) -> WattHours:
    return WattHours(value)


@pytest.mark.parametrize(
    ("readings", "energy", "went_back"),
    [
        pytest.param([], 0, False, id="nothing yet"),
        pytest.param([1_100, 1_250], 250, False, id="it counts up"),
        pytest.param([1_100, 1_100], 100, False, id="one reading twice"),
        pytest.param([1_250, 1_100, 1_300], 300, True, id="a lower reading neither adds nor takes"),
        pytest.param([1_250, 1_100, 1_050], 250, True, id="going back twice is no worse than once"),
        pytest.param([0], 0, True, id="a register that begins anew"),
    ],
)
def test_the_running_energy_is_the_highest_reading_above_the_start(
    readings: list[float], energy: float, went_back: bool
) -> None:
    register = opened(wh(1_000))
    for value in readings:
        register = read(register, wh(value))
    assert (register.energy_wh, register.went_back) == (energy, went_back)


@pytest.mark.parametrize(
    ("highest", "stop", "energy", "anomalies"),
    [
        pytest.param(1_500, 1_500, 500, (), id="as last read"),
        pytest.param(1_500, 1_600, 600, (), id="more than was read"),
        pytest.param(
            1_500, 1_400, 400, (Anomaly.REGISTER_WENT_BACK,), id="less than was read: the stop decides"
        ),
        pytest.param(1_500, 900, 500, (Anomaly.STOP_BELOW_START,), id="less than the start cannot be"),
        pytest.param(1_500, None, 500, (Anomaly.STOP_UNKNOWN,), id="never told"),
        pytest.param(1_000, 1_000, 0, (), id="nothing drawn"),
    ],
)
def test_the_stop_settles_the_energy(
    highest: float, stop: float | None, energy: float, anomalies: tuple[Anomaly, ...]
) -> None:
    settled, found = closed(read(opened(wh(1_000)), wh(highest)), None if stop is None else wh(stop))
    assert (settled.energy_wh, found) == (energy, anomalies)


def test_an_old_reading_may_raise_the_register_and_says_nothing_by_being_lower() -> None:
    register = read(opened(wh(1_000)), wh(1_200))
    assert recalled(register, wh(1_100)) == Register(wh(1_000), wh(1_200))
    assert recalled(register, wh(1_300)) == Register(wh(1_000), wh(1_300))


REGISTERS = st.integers(0, 10_000_000).map(float)


@st.composite
def told(draw: st.DrawFn) -> tuple[list[float], list[tuple[float, bool]]]:
    """A true register that only counts up, and what a device makes of it: late, repeated, lower, mixed up."""
    steps = draw(st.lists(st.integers(0, 5_000), min_size=1, max_size=12))
    start = draw(st.integers(0, 1_000_000))
    truth = [float(start)]
    for step in steps:
        truth.append(truth[-1] + step)
    honest = st.sampled_from(truth)
    lies = honest.flatmap(lambda value: st.integers(0, int(value)).map(float))
    words = draw(st.lists(st.tuples(honest | lies, st.booleans()), max_size=30))
    return truth, words


@given(told())
def test_no_order_of_facts_loses_or_doubles_energy(
    case: tuple[list[float], list[tuple[float, bool]]],
) -> None:
    truth, words = case
    register = opened(wh(truth[0]))
    highest = truth[0]
    for value, is_old in words:
        before = register.energy_wh
        register = recalled(register, wh(value)) if is_old else read(register, wh(value))
        highest = max(highest, value)
        assert register.energy_wh >= before, "the running energy never decreases"
        assert register.highest_wh == highest, "and never exceeds the highest register seen"
    assert register.energy_wh <= truth[-1] - truth[0]
    settled, anomalies = closed(register, wh(truth[-1]))
    assert settled.energy_wh == truth[-1] - truth[0]
    assert not anomalies


@given(REGISTERS, st.lists(REGISTERS, max_size=20), st.none() | REGISTERS)
def test_whatever_a_device_says_energy_is_never_negative(
    start: float, words: list[float], stop: float | None
) -> None:
    register = opened(wh(start))
    for value in words:
        register = read(register, wh(value))
    settled, anomalies = closed(register, None if stop is None else wh(stop))
    assert settled.energy_wh >= 0
    if stop is not None and stop >= start:
        assert settled.energy_wh == stop - start
    else:
        assert settled.energy_wh == register.energy_wh
        assert anomalies


@given(REGISTERS, st.lists(REGISTERS, max_size=20))
def test_repeating_every_word_changes_nothing(start: float, words: list[float]) -> None:
    once = twice = opened(wh(start))
    for value in words:
        once = read(once, wh(value))
        twice = read(read(twice, wh(value)), wh(value))
    assert twice.energy_wh == once.energy_wh
