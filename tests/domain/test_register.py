"""Energy comes from the meter's register, and no order of what a device says loses or doubles any."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargedeck.domain.register import (
    MOST_CARRIED,
    Anomaly,
    Register,
    closed,
    is_next,
    marks,
    opened,
    read,
    recalled,
    resumed,
)
from chargedeck.domain.units import WattHours

MINUTE = 60.0


def wh(value: float) -> WattHours:
    return WattHours(value)


def after(start: float, *readings: float, each_s: float | None = MINUTE) -> Register:
    register = opened(wh(start))
    for value in readings:
        register = read(register, wh(value), each_s)
    return register


@pytest.mark.parametrize(
    ("readings", "energy", "went_back"),
    [
        pytest.param([], 0, False, id="nothing yet"),
        pytest.param([1_100, 1_250], 250, False, id="it counts up"),
        pytest.param([1_100, 1_100], 100, False, id="one reading twice"),
        pytest.param([1_250, 1_100, 1_300], 300, True, id="a lower reading neither adds nor takes"),
        pytest.param([1_250, 1_100, 1_050], 250, True, id="going back twice is no worse than once"),
        pytest.param([0], 0, True, id="nothing at all says nothing yet"),
    ],
)
def test_the_running_energy_is_the_highest_reading_above_the_start(
    readings: list[float], energy: float, went_back: bool
) -> None:
    register = after(1_000, *readings)
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
        pytest.param(1_500, 54_000, 500, (Anomaly.REGISTER_LEAPT,), id="more than can be charged"),
        pytest.param(1_500, None, 500, (Anomaly.STOP_UNKNOWN,), id="never told"),
        pytest.param(1_000, 1_000, 0, (), id="nothing drawn"),
    ],
)
def test_the_stop_settles_the_energy(
    highest: float, stop: float | None, energy: float, anomalies: tuple[Anomaly, ...]
) -> None:
    settled, found = closed(after(1_000, highest), None if stop is None else wh(stop), MINUTE)
    assert (settled.energy_wh, (*found, *marks(settled))) == (energy, anomalies)


def test_an_old_reading_may_raise_the_register_and_says_nothing_by_being_lower() -> None:
    register = after(1_000, 1_200)
    assert recalled(register, wh(1_100), 600) == register
    assert recalled(register, wh(1_300), 600) == Register(wh(1_000), wh(1_300))
    assert recalled(register, wh(1_861_119), None).energy_wh == 1_860_119.0, "nobody knows how long it took"
    foreign = recalled(register, wh(1_861_119), 600)
    assert (foreign.energy_wh, marks(foreign)) == (200.0, (Anomaly.REGISTER_LEAPT,))


@pytest.mark.parametrize(
    ("elapsed_s", "value", "energy", "leapt"),
    [
        pytest.param(0, 3_000, 2_000, False, id="a register of whole kilowatt-hours"),
        pytest.param(0, 3_001, 0, True, id="more at once"),
        pytest.param(60, 53_000, 52_000, False, id="as fast as can be"),
        pytest.param(60, 53_001, 0, True, id="faster"),
        pytest.param(8 * 3_600, 350_000, 349_000, False, id="after a night without a network"),
        pytest.param(None, 1_861_119, 1_860_119, False, id="without any clock"),
    ],
)
def test_no_reading_counts_that_is_further_up_than_anything_can_charge(
    elapsed_s: float | None, value: float, energy: float, leapt: bool
) -> None:
    register = after(1_000, value, each_s=elapsed_s)
    assert (register.energy_wh, register.leapt) == (energy, leapt)


@pytest.mark.parametrize(("value", "expected"), [(1_000, True), (1_900, True), (400_000, False), (0, False)])
def test_where_the_next_reading_can_be_expected(value: float, expected: bool) -> None:
    assert is_next(opened(WattHours(1_000)), WattHours(value), 60) is expected


@pytest.mark.parametrize(
    ("start", "readings", "stop", "energy", "anomalies"),
    [
        # a meter that begins at nothing in the session
        pytest.param(0, [10e3, 20e3, 0, 500], 500, 20_500, {"register_went_back"}, id="and counts on"),
        pytest.param(0, [10e3, 20e3, 300, 900], 950, 20_950, {"register_went_back"}, id="read late"),
        pytest.param(
            0, [10e3, 20e3, 0, 500], None, 20_500, {"register_went_back", "stop_unknown"}, id="lost"
        ),
        pytest.param(0, [10e3, 20e3], 300, 20_300, {"register_went_back"}, id="and is heard of at the stop"),
        pytest.param(0, [10e3, 20e3, 0, 500, 900], 890, 20_890, {"register_went_back"}, id="and goes back"),
        pytest.param(
            0, [1e3, 2e3, 0, 500, 1_000, 1_500, 1_900], 2_010, 4_010, {"register_went_back"}, id="and passes"
        ),
        pytest.param(0, [9e3, 18e3, 0, 5e3, 9e3, 0, 400], 400, 27_400, {"register_went_back"}, id="twice"),
        pytest.param(
            9e6, [9.01e6, 9.02e6], 0, 20_000, {"register_went_back", "stop_below_start"}, id="for ever"
        ),
        # what only looks like it
        pytest.param(0, [10e3, 20e3, 0, 20_600], 20_700, 20_700, {"register_went_back"}, id="one lie"),
        pytest.param(0, [10e3, 20e3, 0], 19_990, 19_990, {"register_went_back"}, id="a lie, then rounding"),
        pytest.param(0, [10e3, 20e3, 0, 500, 300], 20_700, 20_700, {"register_went_back"}, id="three lies"),
        pytest.param(0, [10e3, 20e3], 5_000, 5_000, {"register_went_back"}, id="the stop decides"),
        pytest.param(0, [20e3], 300, 300, {"register_went_back"}, id="one reading proves no register"),
        pytest.param(0, [10e3, 100e3], 300, 300, {"register_went_back"}, id="nor does a wild one"),
        pytest.param(0, [100e3, 150e3, 210e3], 300, 300, {"register_went_back"}, id="more than a car takes"),
        # the device's other register
        pytest.param(0, [1_000, 1_861_119, 1_500], 1_500, 1_500, {"register_leapt"}, id="between"),
        pytest.param(0, [1_000, 1_861_119], 1_500, 1_500, {"register_leapt"}, id="before the stop"),
        pytest.param(0, [1_000, 1_861_119], None, 1_000, {"register_leapt", "stop_unknown"}, id="the last"),
        pytest.param(0, [1_000], 1_861_119, 1_000, {"register_leapt"}, id="at the stop"),
        pytest.param(
            0, [1_861_119, 1_861_200], 1_861_300, 181, {"register_leapt"}, id="always, but for the start"
        ),
    ],
)
def test_a_second_count_in_a_session(
    start: float, readings: list[float], stop: float | None, energy: float, anomalies: set[str]
) -> None:
    # So far apart that a car takes ten kilowatt-hours meanwhile; the wild ones come too fast all the same.
    register = after(start, *readings, each_s=120.0)
    settled, found = closed(register, None if stop is None else wh(stop), 120.0)
    assert (settled.energy_wh, {*found, *marks(settled)}) == (energy, anomalies)


@pytest.mark.parametrize(
    ("highest", "went_back", "stop", "energy"),
    [
        pytest.param(20_000, False, 300, 20_300, id="with the house, the meter lost its power"),
        pytest.param(20_300, True, 300, 20_300, id="what it counted since is in the record"),
        pytest.param(0, False, 300, 300, id="nothing had been drawn"),
        pytest.param(MOST_CARRIED + 1, False, 300, 300, id="more than a car takes"),
        pytest.param(20_000, False, 20_300, 20_300, id="as if nothing had been"),
    ],
)
def test_a_session_goes_on_from_its_record(
    highest: float, went_back: bool, stop: float, energy: float
) -> None:
    settled, _ = closed(resumed(wh(0), wh(highest), went_back=went_back), wh(stop), 3_600)
    assert settled.energy_wh == energy


REGISTERS = st.integers(2_000, 10_000_000).map(float)
"""Nothing that could be a meter's that has begun anew: that has tables of its own."""


@st.composite
def told(draw: st.DrawFn) -> tuple[list[float], list[tuple[float, bool]]]:
    """A true register that only counts up, and what a device makes of it: late, repeated, lower, mixed up."""
    steps = draw(st.lists(st.integers(0, 5_000), min_size=1, max_size=12))
    start = draw(st.integers(2_000, 1_000_000))
    truth = [float(start)]
    for step in steps:
        truth.append(truth[-1] + step)
    honest = st.sampled_from(truth)
    lies = honest.flatmap(lambda value: st.integers(1_001, int(value)).map(float))
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
        register = recalled(register, wh(value), None) if is_old else read(register, wh(value), None)
        highest = max(highest, value)
        assert register.energy_wh >= before, "the running energy never decreases"
        assert register.highest_wh == highest, "and never exceeds the highest register seen"
    assert register.energy_wh <= truth[-1] - truth[0]
    settled, anomalies = closed(register, wh(truth[-1]), None)
    assert settled.energy_wh == truth[-1] - truth[0]
    assert not anomalies


@given(REGISTERS, st.lists(REGISTERS, max_size=20), st.none() | REGISTERS)
def test_whatever_a_device_says_energy_is_never_negative(
    start: float, words: list[float], stop: float | None
) -> None:
    register = opened(wh(start))
    for value in words:
        register = read(register, wh(value), None)
    settled, anomalies = closed(register, None if stop is None else wh(stop), None)
    assert settled.energy_wh >= 0
    if stop is not None and stop >= start:
        assert settled.energy_wh == stop - start
    else:
        assert settled.energy_wh == register.energy_wh
        assert anomalies


ANY_REGISTER = st.integers(0, 3_000).map(float) | st.integers(0, 10_000_000).map(float)
ELAPSED = st.none() | st.sampled_from([0.0, 1.0, 60.0, 3_600.0])


@given(ANY_REGISTER, st.lists(st.tuples(ANY_REGISTER, ELAPSED)), st.none() | ANY_REGISTER, ELAPSED)
def test_whatever_a_device_says_and_when_energy_is_never_negative_nor_from_nowhere(
    start: float, words: list[tuple[float, float | None]], stop: float | None, elapsed_s: float | None
) -> None:
    register = opened(wh(start))
    for value, since_s in words:
        register = read(register, wh(value), since_s)
        assert register.energy_wh >= 0
    settled, _ = closed(register, None if stop is None else wh(stop), elapsed_s)
    assert 0 <= settled.energy_wh <= sum(value for value, _ in words) + (stop or 0)


@given(
    st.integers(0, 5_000),
    st.lists(st.integers(1, 5_000), min_size=2, max_size=8),
    st.lists(st.integers(0, 900), min_size=1, max_size=8),
)
def test_a_meter_that_begins_anew_loses_and_doubles_nothing(
    start: int, before: list[int], since: list[int]
) -> None:
    register, value = opened(wh(start)), start
    for step in before:
        value += step
        register = read(register, wh(value), MINUTE)
    drawn, value = value - start, 0
    if drawn + start < 10 * 900:
        return  # what falls so little is no meter that has begun anew
    for step in since:
        value += step
        register = read(register, wh(value), MINUTE)
    settled, _ = closed(register, wh(value), MINUTE)
    assert settled.energy_wh == float(drawn + value)
    assert settled.went_back


@given(REGISTERS, st.lists(REGISTERS, max_size=20))
def test_repeating_every_word_changes_nothing(start: float, words: list[float]) -> None:
    once = twice = opened(wh(start))
    for value in words:
        once = read(once, wh(value), None)
        twice = read(read(twice, wh(value), None), wh(value), None)
    assert twice.energy_wh == once.energy_wh
