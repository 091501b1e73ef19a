"""What a charger may draw between being told and following; what it drew when the meter was read."""

from typing import Any

import pytest
from tests.energy.household import Car, at, charger, phases, seconds

from chargedeck.domain.units import Amps
from chargedeck.energy.promises import APPETITE_SHOWS, Drawn, Promise
from chargedeck.energy.snapshot import BalancerSettings

SETTINGS = BalancerSettings()
SETTLE = SETTINGS.settle


def promise(offered: float = 0, **changes: Any) -> Promise:
    facts = charger(offered_a=Amps(offered), **changes)
    told = Promise(at(0), facts)
    told.observe(at(0), facts)
    return told


def observe(told: Promise, second: float, **changes: Any) -> Promise:
    told.observe(at(second), charger(**changes))
    return told


def drawing(amps: float, second: float) -> dict[str, Any]:
    return {"drawn_a": phases(amps, amps, amps), "drawn_at": at(second)}


class TestOffer:
    def test_an_order_counts_at_once(self) -> None:
        told = promise(16)
        told.ordered(at(0), Amps(10))
        assert told.offer == 10.0

    def test_a_raise_that_is_not_heard_did_not_happen(self) -> None:
        told = promise(6)
        told.ordered(at(0), Amps(10))
        assert observe(told, 10, offered_a=Amps(6)).offer == 10.0
        assert observe(told, 11, offered_a=Amps(6)).offer == 6.0
        assert not told.to_repeat(at(60))

    def test_a_cut_that_is_not_heard_is_repeated_until_it_is(self) -> None:
        told = promise(16)
        told.ordered(at(0), Amps(10))
        assert not observe(told, 10, offered_a=Amps(16)).to_repeat(at(10))
        assert observe(told, 11, offered_a=Amps(16)).to_repeat(at(11))
        told.ordered(at(11), told.offer)
        assert not observe(told, 12, offered_a=Amps(16)).to_repeat(at(12))
        assert (told.offer, told.wanted, told.excess(SETTLE)) == (10.0, 0.0, 16.0)
        assert not observe(told, 13, offered_a=Amps(10)).to_repeat(at(60))
        assert told.excess(SETTLE) == 0.0

    def test_what_the_charger_confirms_stays(self) -> None:
        told = promise(16)
        told.ordered(at(0), Amps(10))
        assert observe(told, 60, offered_a=Amps(10)).offer == 10.0

    def test_nothing_is_promised_to_nobody(self) -> None:
        assert promise(16, wants=False).wanted == 0.0


class TestAtMost:
    def test_a_cut_frees_nothing_before_the_car_has_followed(self) -> None:
        told = promise(16)
        told.ordered(at(0), Amps(6))
        assert told.at_most(at(7), SETTLE) == 16.0
        observe(told, 8, offered_a=Amps(6))
        assert told.at_most(at(8), SETTLE) == 6.0

    def test_a_car_that_does_not_follow_keeps_what_it_draws(self) -> None:
        told = observe(promise(6), 30, offered_a=Amps(6), **drawing(13, 30))
        assert told.at_most(at(30), SETTLE) == 13.0

    def test_an_order_that_may_not_be_heard_frees_nothing(self) -> None:
        told = observe(promise(16), 0, offered_a=Amps(16))
        told.ordered(at(0), Amps(6))
        observe(told, 9, offered_a=Amps(16))
        assert told.at_most(at(9), SETTLE) == 16.0

    def test_an_offer_that_somebody_else_changed_counts_like_an_order(self) -> None:
        told = observe(promise(16), 10, offered_a=Amps(6))
        assert (told.at_most(at(12), SETTLE), told.offer) == (16.0, 6.0)

    def test_a_car_that_left_has_what_still_flows(self) -> None:
        assert promise(16, wants=False).at_most(at(0), SETTLE) == 0.0
        left = observe(promise(16), 1, offered_a=Amps(16), wants=False, **drawing(4, 1))
        assert left.at_most(at(1), SETTLE) == 4.0


class TestExcess:
    @pytest.mark.parametrize(
        ("second", "drawn", "wants", "excess"),
        [
            pytest.param(16, 9, True, 0, id="it may still be following"),
            pytest.param(17, 9, True, 3, id="it does not keep to its offer"),
            pytest.param(17, 5, True, 0, id="it keeps to it"),
            pytest.param(17, 2, False, 2, id="nobody is supposed to draw anything"),
        ],
    )
    def test_excess(self, second: float, drawn: float, wants: bool, excess: float) -> None:
        told = observe(promise(6), second, offered_a=Amps(6), wants=wants, **drawing(drawn, second))
        assert told.excess(SETTLE) == excess

    def test_what_is_not_measured_is_no_excess(self) -> None:
        assert observe(promise(6), 60, offered_a=Amps(6)).excess(SETTLE) == 0.0


class TestAppetite:
    SHOWS = APPETITE_SHOWS.total_seconds()

    @pytest.mark.parametrize(
        ("second", "drawn", "appetite"),
        [
            pytest.param(59, 9, None, id="it may still be on its way"),
            pytest.param(SHOWS, 9, 11, id="it wants less than it may have"),
            pytest.param(SHOWS, 0, 6, id="it wants nothing just now"),
            pytest.param(SHOWS, 14.8, None, id="nearly all"),
            pytest.param(SHOWS, 15.5, None, id="all that it can get"),
        ],
    )
    def test_appetite(self, second: float, drawn: float, appetite: float | None) -> None:
        told = observe(promise(16), second, offered_a=Amps(16), **drawing(drawn, second))
        assert told.appetite == appetite

    def test_a_car_that_reaches_its_offer_is_hungry_again(self) -> None:
        told = observe(promise(16), 60, offered_a=Amps(16), **drawing(9, 60))
        observe(told, 61, offered_a=Amps(11), **drawing(9.2, 61))
        assert told.appetite == 11.0
        assert observe(told, 62, offered_a=Amps(11), **drawing(10.5, 62)).appetite is None

    @pytest.mark.parametrize("changes", [{"wants": False}, {"offered_a": Amps(0)}])
    def test_without_a_car_or_an_offer_there_is_none(self, changes: dict[str, Any]) -> None:
        told = observe(promise(16), 60, offered_a=Amps(16), **drawing(9, 60))
        facts = {"offered_a": Amps(16), **drawing(9, 61), **changes}
        assert observe(told, 61, **facts).appetite is None


def between(most: float, least: float) -> Drawn:
    return Drawn(phases(most, most, most), phases(least, least, least))


class TestDrawn:
    def test_it_is_what_was_measured_at_that_time(self) -> None:
        told = promise(16)
        for second in range(0, 20, 2):
            observe(told, second, offered_a=Amps(16), **drawing(second, second))
        assert told.drawn(at(8), SETTINGS) == between(8, 8)

    def test_clocks_differ_so_the_most_of_what_was_measured_around_it_counts(self) -> None:
        told = promise(16)
        for second in range(10):
            observe(told, second, offered_a=Amps(16), **drawing(second, second))
        assert told.drawn(at(4), SETTINGS) == between(5, 5)
        assert told.drawn(at(4), BalancerSettings(clocks_agree_within=seconds(0))) == between(4, 4)

    def test_a_measurement_is_kept_for_a_minute(self) -> None:
        told = promise(16)
        for second in (0, 70):
            observe(told, second, offered_a=Amps(16), **drawing(9, second))
        assert told.drawn(at(1), SETTINGS) == between(16, 16)
        assert told.drawn(at(69), SETTINGS) == between(9, 9)

    def test_the_same_measurement_counts_once(self) -> None:
        told = observe(promise(16), 5, offered_a=Amps(16), **drawing(9, 5))
        assert observe(told, 6, offered_a=Amps(16), **drawing(3, 5)).drawn(at(5), SETTINGS) == between(9, 9)

    def test_a_car_that_is_not_measured_draws_what_it_was_promised_on_its_phases(self) -> None:
        alone = phases(0, 16, 0)
        assert promise(16, phases=(2,)).drawn(at(5), SETTINGS) == Drawn(alone, alone)

    def test_what_cannot_be_reached_counts_for_the_house(self) -> None:
        told = observe(promise(16), 0, offered_a=Amps(16), **drawing(16, 0))
        observe(told, 10, offered_a=Amps(16), wants=False)
        assert told.drawn(at(10), SETTINGS) == between(0, 0)

    def test_between_two_measurements_it_may_have_gone_on_or_taken_all(self) -> None:
        told = observe(promise(16), 0, offered_a=Amps(16), **drawing(9, 0))
        observe(told, 20, offered_a=Amps(16), **drawing(12, 20))
        assert told.drawn(at(10), SETTINGS) == between(16, 9)

    def test_a_raise_after_the_last_measurement_may_have_been_taken(self) -> None:
        told = observe(promise(6), 0, offered_a=Amps(6), **drawing(6, 0))
        told.ordered(at(5), Amps(14))
        assert told.drawn(at(10), SETTINGS) == between(14, 6)

    def test_a_cut_after_the_last_measurement_counts_when_the_car_had_time_to_follow(self) -> None:
        told = observe(promise(16), 0, offered_a=Amps(16), **drawing(16, 0))
        told.ordered(at(5), Amps(6))
        assert told.drawn(at(12), SETTINGS) == between(16, 16)
        assert told.drawn(at(13), SETTINGS) == between(6, 6)


class TestOldMeasurements:
    """Many chargers say only once a minute what they draw."""

    def test_what_was_drawn_before_an_order_is_no_excess_after_it(self) -> None:
        told = observe(promise(16), 0, offered_a=Amps(16), **drawing(16, 0))
        told.ordered(at(5), Amps(6))
        observe(told, 50, offered_a=Amps(6), **drawing(16, 0))
        assert told.excess(SETTLE) == 0.0

    def test_nor_is_a_current_of_nobody_knows_when(self) -> None:
        told = observe(promise(6), 60, offered_a=Amps(6), drawn_a=phases(16, 16, 16))
        assert told.excess(SETTLE) == 0.0

    def test_and_no_lack_of_appetite(self) -> None:
        told = observe(promise(6), 0, offered_a=Amps(6), **drawing(6, 0))
        told.ordered(at(5), Amps(16))
        assert observe(told, 90, offered_a=Amps(16), **drawing(6, 0)).appetite is None


def test_the_test_car_follows_as_the_standard_says() -> None:
    car = Car("a")
    car.tell(0, 16)
    reached = []
    for second in range(60):
        car.pass_second(second)
        reached.append(car.current)
    assert (reached[27], reached[28], reached[31]) == (0, 4, 16)
