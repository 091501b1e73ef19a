"""The loads beside the chargers: the meter less what the chargers drew when it was read."""

import pytest
from tests.energy.household import MAIN, at, phases, seconds

from chargedeck.domain.units import Amps
from chargedeck.energy.circuits import Circuit
from chargedeck.energy.holdoff import REACTIONS
from chargedeck.energy.metered import Metered
from chargedeck.energy.promises import Drawn
from chargedeck.energy.snapshot import BalancerSettings, MeterReading


def metered(share: float = 0.8) -> Metered:
    return Metered(Circuit(MAIN, None, Amps(25)), BalancerSettings(meter_lost_house=share))


def known(*amps: float) -> Drawn:
    return Drawn(phases(*amps), phases(*amps))


def read(house: Metered, second: float, *amps: float, drawn: tuple[float, ...] = (0, 0, 0)) -> None:
    house.observe(at(second), MeterReading(MAIN, at(second), phases(*amps)), [known(*drawn)])


def test_a_load_is_what_no_charger_draws() -> None:
    house = metered()
    house.observe(at(0), MeterReading(MAIN, at(0), phases(20, 9, 3)), [known(10, 0, 0), known(4, 4, 4)])
    assert house.loads() == phases(6, 5, -1)


def test_what_a_car_may_draw_is_no_reason_for_a_cut_and_none_for_a_raise() -> None:
    house = metered()
    drawn = Drawn(most=phases(16, 16, 16), least=phases(6, 6, 6))
    house.observe(at(0), MeterReading(MAIN, at(0), phases(18, 18, 18)), [drawn])
    assert house.loads() == phases(2, 2, 2)
    assert house.peaks(at(0)) == phases(12, 12, 12)


def test_a_peak_outlives_its_load() -> None:
    house = metered()
    read(house, 0, 12, 2, 2)
    read(house, 1, 3, 2, 2)
    assert house.peaks(at(1)) == phases(12, 2, 2)
    assert house.loads() == phases(3, 2, 2)


def test_nothing_is_given_away_before_the_loads_have_been_watched() -> None:
    house = metered()
    read(house, 0, 2, 2, 2)
    assert not house.may_raise(at(29))
    assert house.may_raise(at(30))


def test_a_meter_that_never_spoke_is_lost_and_the_house_reckoned_with() -> None:
    house = metered()
    house.observe(at(0), None, ())
    assert house.lost
    assert house.loads() == house.peaks(at(0)) == phases(20, 20, 20)
    assert house.may_raise(at(0))


def test_a_silent_meter_is_reckoned_with_at_its_last_word_where_that_was_higher() -> None:
    house = metered()
    read(house, 0, 23, 2, 2)
    house.observe(at(16), None, ())
    assert house.loads() == phases(23, 20, 20)


def test_what_happened_before_the_silence_does_not_count_after_it() -> None:
    house = metered()
    for second in range(40):
        read(house, second, 12, 2, 2)
    house.observe(at(80), None, ())
    read(house, 90, 3, 3, 3)
    assert not house.lost
    assert house.peaks(at(90)) == phases(3, 3, 3)


@pytest.mark.parametrize(
    ("silence", "watched", "may"),
    [
        pytest.param(5, 29, False, id="a short one, for less than half a minute"),
        pytest.param(5, 30, True, id="a short one"),
        pytest.param(60, 59, False, id="for less long than it was silent"),
        pytest.param(60, 60, True, id="for as long as it was silent"),
        pytest.param(3600, 119, False, id="a long one, for less than a load is waited for"),
        pytest.param(3600, 120, True, id="a long one, for as long as a load is waited for"),
    ],
)
def test_after_a_silence_the_loads_are_watched_for_a_while(silence: float, watched: int, may: bool) -> None:
    house = metered()
    house.observe(at(-silence), None, ())
    for second in range(watched + 1):
        read(house, second, 3, 3, 3)
    assert house.may_raise(at(watched)) is may


def test_the_reaction_is_the_pause_between_readings_and_what_a_car_needs() -> None:
    slow = metered()
    for second in (0, 10, 20):
        read(slow, second, 2, 2, 2)
    assert slow.reaction == seconds(15)
    assert slow.wait(at(20), 1) == seconds(300)


def test_a_mistake_is_learned_on_its_phase() -> None:
    house = metered()
    read(house, 0, 2, 2, 2)
    house.raised(at(0), (1, 2))
    house.cut(at(30), (2, 3))
    assert house.wait(at(30), 2) > house.wait(at(30), 1) == house.wait(at(30), 3)


@pytest.mark.parametrize(
    ("last", "next_one", "now", "news"),
    [
        pytest.param(None, (5, 9), 5, True, id="the first"),
        pytest.param((5, 9), (6, 9), 6, True, id="a later one"),
        pytest.param((5, 9), (5, 9), 6, False, id="the same one again"),
        pytest.param((5, 9), (4, 2), 6, False, id="one that comes late"),
        pytest.param((3600, 9), (6, 2), 6, True, id="after one whose clock was ahead"),
        pytest.param((3600, 9), (3600, 9), 6, False, id="that one again"),
    ],
)
def test_what_is_news(
    last: tuple[float, float] | None, next_one: tuple[float, float], now: float, news: bool
) -> None:
    house = metered()
    if last is not None:
        second, amps = last
        reading = MeterReading(MAIN, at(second), phases(amps, 2, 2))
        house.observe(at(min(second, now)), reading, [])
    second, amps = next_one
    assert house.is_news(at(now), MeterReading(MAIN, at(second), phases(amps, 2, 2))) is news


def test_a_clock_that_is_ahead_does_not_hide_a_silence() -> None:
    house = metered()
    house.observe(at(0), MeterReading(MAIN, at(3600), phases(2, 2, 2)), [])
    house.observe(at(20), None, ())
    assert house.lost


def test_a_silence_is_no_mistake() -> None:
    house = metered()
    read(house, 0, 2, 2, 2)
    house.raised(at(0), (1, 2, 3))
    house.observe(at(16), None, ())
    house.cut(at(16), (1, 2, 3))
    assert house.wait(at(16), 1) == house.reaction * REACTIONS
