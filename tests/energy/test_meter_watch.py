"""When a meter is missed: after three of its own pauses where it is regular, after 15 s in any case."""

import pytest
from tests.energy.household import at, seconds

from chargedeck.energy.meter_watch import MeterWatch


def heard(*at_seconds: float) -> MeterWatch:
    watch = MeterWatch(seconds(15))
    for second in at_seconds:
        watch.heard(at(second), at(second))
    return watch


@pytest.mark.parametrize(
    ("readings", "now", "silent"),
    [
        pytest.param([], 0, True, id="never heard"),
        pytest.param([0], 15, False, id="heard once, at the limit"),
        pytest.param([0], 15.1, True, id="heard once, over it"),
        pytest.param(range(30), 34, False, id="every second, 5 s ago"),
        pytest.param(range(30), 34.5, True, id="every second, more than 5 s ago"),
        pytest.param([0, 10, 20, 30], 45, False, id="every ten seconds, 15 s ago"),
        pytest.param([0, 10, 20, 30], 45.1, True, id="every ten seconds, more than 15 s ago"),
        pytest.param([0, 1, 2, 6, 7, 8], 18.9, False, id="late before, and it was nothing"),
        pytest.param([0, 100, 101, 102], 107.5, True, id="a gap teaches no patience"),
    ],
)
def test_silence(readings: list[float], now: float, silent: bool) -> None:
    assert heard(*readings).silent(at(now)) is silent


def test_a_reading_that_is_always_late_is_not_missed() -> None:
    """Values on three topics, each every 10 s: the oldest is 10 s old whenever the next one comes."""
    watch = MeterWatch(seconds(15))
    for taken in range(0, 300, 3):
        watch.heard(at(taken), at(taken + 7))
    assert watch.interval == seconds(3)
    assert not watch.silent(at(297 + 15))
    assert watch.silent(at(297 + 15.1))


def test_patience_comes_back_slowly_after_a_late_reading() -> None:
    late, long_ago = heard(0, 1, 5), heard(0, 1, 5, *range(6, 3000))
    assert late.patience == seconds(11)
    assert seconds(5) <= long_ago.patience < seconds(5.5)


def test_the_interval_is_the_mean_of_the_last_pauses() -> None:
    assert heard().interval == seconds(1)
    assert heard(0, 10).interval == seconds(10)
    assert seconds(1.9) < heard(0, 1, *range(3, 200, 2)).interval <= seconds(2)
