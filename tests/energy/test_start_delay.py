"""The random delay of scheduled starts: even, different for everybody, and the same when asked again."""

from collections import Counter
from datetime import timedelta

import pytest
from tests.energy.causes import told_by_cause
from tests.energy.household import START, at, seconds

from chargedeck.domain.limits import LimitReason, Rung
from chargedeck.domain.problems import OutOfRangeError
from chargedeck.domain.units import Amps, ChargerId
from chargedeck.energy.start_delay import delay_rung, start_delay

A = ChargerId("a")


def test_the_same_start_has_the_same_delay() -> None:
    assert start_delay(7, A, START) == start_delay(7, A, START)


@pytest.mark.parametrize(
    ("seed", "charger", "start"),
    [(8, A, START), (7, ChargerId("b"), START), (7, A, START + timedelta(days=1))],
)
def test_another_seed_charger_or_day_has_another(seed: int, charger: ChargerId, start: object) -> None:
    assert start_delay(seed, charger, start) != start_delay(7, A, START)  # type: ignore[arg-type]


def test_delays_are_whole_seconds_spread_evenly_over_ten_minutes() -> None:
    delays = [start_delay(seed, A, START).total_seconds() for seed in range(6000)]
    assert (min(delays), max(delays)) == (0, 600)
    assert all(delay.is_integer() for delay in delays)
    minutes = Counter(int(delay // 60) for delay in delays if delay < 600)
    assert max(minutes.values()) - min(minutes.values()) < 150


def test_no_delay_where_none_is_wanted() -> None:
    assert start_delay(7, A, START, timedelta(0)) == timedelta(0)


@pytest.mark.parametrize("at_most", [-1, 1801])
def test_a_range_that_no_rule_knows_is_refused(at_most: float) -> None:
    with pytest.raises(OutOfRangeError, match="random_delay_s"):
        start_delay(7, A, START, seconds(at_most))


def test_the_delay_holds_the_charger_and_says_for_how_long() -> None:
    assert delay_rung(at(-1), START, seconds(90)) is None
    assert told_by_cause(delay_rung(at(30), START, seconds(90))) == Rung(
        LimitReason.SCHEDULE, Amps(0), "random delay: starts in 60 s"
    )
    assert delay_rung(at(90), START, seconds(90)) is None
