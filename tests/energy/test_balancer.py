"""The balancer in a small house: what it must do when loads, cars and meters come and go."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.energy.causes import told_by_cause
from tests.energy.household import MAIN, Car, House, Load, at, phases, seconds

from chargedeck.domain.limits import LimitReason, Rung
from chargedeck.domain.units import Amps, ChargerId
from chargedeck.energy.circuits import Circuit, CircuitId
from chargedeck.energy.snapshot import BalancerSettings, Phases

A, B = ChargerId("a"), ChargerId("b")


def step(second: int, before: tuple[float, ...], after: tuple[float, ...], until: int = 10**9) -> Load:
    return lambda now: phases(*(after if second <= now < until else before))


def holds(house: House, name: ChargerId) -> Rung:
    return told_by_cause(house.balancer.holds(name))


class TestAlone:
    def test_a_lone_car_gets_all_it_can_take_and_nothing_holds_it(self) -> None:
        house = House(Car("a")).run(120)
        assert house.of("a") == [(30, 16)]
        assert house.balancer.holds(A) is None

    def test_a_lone_car_gets_what_the_house_leaves_and_is_told_why(self) -> None:
        house = House(Car("a"), load=lambda _: phases(2, 12, 2)).run(120)
        assert house.of("a") == [(30, 12)]
        assert holds(house, A) == Rung(
            LimitReason.LOAD_BALANCING, Amps(12), "12 A: house 12 A in the last 2 min of 25 A on L2"
        )

    def test_a_car_on_one_phase_does_not_mind_the_others(self) -> None:
        house = House(Car("a", on=(3,), max_a=32), load=lambda _: phases(22, 22, 5)).run(120)
        assert house.of("a") == [(30, 19)]

    def test_too_little_is_nothing(self) -> None:
        house = House(Car("a"), load=lambda _: phases(2, 20, 2)).run(300)
        assert house.orders == []
        assert holds(house, A).current_a == 0.0

    def test_nobody_is_told_anything_without_a_car(self) -> None:
        house = House(Car("a", wants=False)).run(300)
        assert house.orders == []
        assert house.balancer.holds(A) is None

    def test_what_the_owner_takes_away_is_taken_at_once_and_given_back_as_soon(self) -> None:
        house = House(Car("a")).run(100)
        house.cars["a"].max_a = 8
        house.run(200)
        house.cars["a"].max_a = 16
        house.run(300)
        assert house.of("a") == [(30, 16), (100, 8), (200, 16)]


class TestCutting:
    def test_a_cut_is_ordered_with_the_reading_and_only_as_deep_as_needed(self) -> None:
        house = House(Car("a"), load=step(900, (2, 2, 2), (2, 14, 2))).run(930)
        assert house.of("a") == [(30, 16), (900, 10)]
        assert holds(house, A).detail == "10 A: house 14 A in the last 2 min of 25 A on L2"
        assert house.over(since=100) <= 5

    def test_the_words_of_a_cut_are_those_of_the_moment(self) -> None:
        house = House(Car("a"), load=step(200, (2, 2, 2), (2, 14, 2))).run(201)
        (_, order) = house.orders[-1]
        assert order.rung == Rung(LimitReason.LOAD_BALANCING, Amps(10), "10 A: house 14 A of 25 A on L2")

    def test_a_car_that_cannot_have_6_a_is_paused(self) -> None:
        house = House(Car("a"), load=step(200, (2, 2, 2), (2, 20, 2))).run(230)
        assert house.of("a")[-1] == (200, 0)

    def test_noise_cuts_nothing(self) -> None:
        house = House(Car("a"), load=lambda second: phases(2, 12 + 0.1 * (second % 3), 2)).run(900)
        assert len(house.orders) == 1

    def test_a_second_load_while_the_first_cut_is_on_its_way_is_cut_too(self) -> None:
        def load(second: int) -> Phases:
            return phases(2, 2 + 10 * (second >= 200) + 4 * (second >= 202), 2)

        house = House(Car("a"), load=load).run(230)
        assert house.of("a")[1:] == [(200, 12), (202, 8)]

    def test_both_share_a_cut(self) -> None:
        cars = Car("a", on=(1, 2, 3)), Car("b", on=(2,))
        house = House(*cars, load=step(300, (1, 1, 1), (1, 10, 1))).run(330)
        assert sorted(house.of("a")[-1:] + house.of("b")[-1:]) == [(300, 7), (300, 7)]

    def test_a_breaker_behind_the_main_one_is_kept_too(self) -> None:
        garage = CircuitId("garage")
        circuits = (Circuit(MAIN, None, Amps(63)), Circuit(garage, MAIN, Amps(20)))
        cars = [Car(name, circuit=garage) for name in ("a", "b")]
        house = House(*cars, circuits=circuits).run(300)
        assert house.of("a") == house.of("b") == [(30, 10)]
        assert holds(house, A).detail == "10 A: other cars 10 A of 20 A on L1"
        assert house.over(rating=22) == 0

    def test_a_car_that_finds_too_high_an_offer_is_cut_at_once(self) -> None:
        garage = CircuitId("garage")
        circuits = (Circuit(MAIN, None, Amps(63)), Circuit(garage, MAIN, Amps(10)))
        house = House(Car("a", circuit=garage, offered=16, follows=16), circuits=circuits).run(60)
        assert house.of("a") == [(0, 10)]


class TestRaising:
    def test_what_a_load_leaves_is_given_back_after_the_wait_in_one_step(self) -> None:
        house = House(Car("a"), load=step(900, (2, 2, 2), (2, 14, 2), until=960)).run(1200)
        assert [amps for _, amps in house.of("a")] == [16, 10, 16]
        assert 960 + 120 <= house.of("a")[2][0] <= 960 + 140

    def test_a_load_that_comes_back_is_waited_for_longer(self) -> None:
        def oven(second: int) -> Phases:
            return phases(2, 14 if second >= 900 and (second - 900) % 250 < 60 else 2, 2)

        house = House(Car("a"), load=oven).run(3600)
        assert [amps for _, amps in house.of("a")] == [16, 10, 16, 10]

    def test_less_than_an_ampere_is_not_worth_a_command(self) -> None:
        house = House(Car("a"), load=lambda second: phases(2, 12.2 if second < 300 else 11.9, 2)).run(2000)
        assert house.of("a") == [(30, 12)]

    def test_a_paused_car_stays_paused_for_the_restart_lock(self) -> None:
        lock = BalancerSettings(restart_lock=seconds(600))
        house = House(Car("a"), load=step(200, (2, 2, 2), (2, 20, 2), until=210), settings=lock).run(1000)
        assert [amps for _, amps in house.of("a")] == [16, 0, 16]
        assert 800 <= house.of("a")[2][0] <= 810

    def test_who_was_paused_by_its_owner_has_no_lock_to_wait_for(self) -> None:
        house = House(Car("a")).run(200)
        house.cars["a"].max_a = 0
        house.run(210)
        house.cars["a"].max_a = 16
        assert house.run(220).of("a") == [(30, 16), (200, 0), (210, 16)]

    def test_the_lock_ends_with_the_session(self) -> None:
        lock = BalancerSettings(restart_lock=seconds(3600))
        house = House(Car("a"), load=step(200, (2, 2, 2), (2, 20, 2), until=210), settings=lock).run(900)
        house.cars["a"].wants = False
        house.run(1000)
        house.cars["a"].wants = True
        assert house.run(1001).of("a")[1:] == [(200, 0), (1000, 16)]

    def test_commands_are_rationed_but_cuts_are_not(self) -> None:
        def restless(second: int) -> Phases:
            return phases(2, 14 if second % 400 < 200 else 2, 2)

        few = BalancerSettings(commands_an_hour=1)
        house = House(Car("a"), load=restless, settings=few).run(2 * 3600)
        assert len(house.of("a")) <= 12 + 2 + 2
        assert house.over(since=100) <= 5

    def test_a_car_that_waits_for_its_raise_is_told_so(self) -> None:
        house = House(Car("a")).run(20)
        assert holds(house, A) == Rung(LimitReason.LOAD_BALANCING, Amps(0), "0 A: raised slowly")


class TestSharing:
    def test_a_newcomer_gets_its_part_after_the_other_has_made_room(self) -> None:
        house = House(Car("a"), Car("b", wants=False), load=lambda _: phases(3, 3, 3)).run(300)
        house.cars["b"].wants = True
        house.run(400)
        assert house.of("a") == [(30, 16), (300, 11)]
        assert house.of("b") == [(310, 10)]
        assert house.over() == 0

    def test_who_weighs_more_gets_more(self) -> None:
        house = House(Car("a", weight=2), Car("b", weight=1)).run(300)
        assert house.of("a")[-1][1] > house.of("b")[-1][1] >= 6

    def test_when_there_is_room_for_one_they_do_not_take_turns_before_a_quarter_of_an_hour(self) -> None:
        house = House(Car("a"), Car("b", weight=2), load=lambda _: phases(15, 15, 15)).run(600)
        assert (house.of("a"), house.of("b")) == ([], [(30, 9)])

    def test_who_weighs_more_takes_over_from_who_charges_after_a_quarter_of_an_hour(self) -> None:
        house = House(Car("a"), Car("b"), load=step(300, (2, 2, 2), (15, 15, 15))).run(400)
        charging, waiting = ("a", "b") if house.cars["a"].offered else ("b", "a")
        house.cars[waiting].weight = 3
        house.run(300 + 890)
        assert house.cars[waiting].offered == 0
        house.run(300 + 960)
        assert (house.cars[charging].offered, house.cars[waiting].offered) == (0, 9)
        assert house.over(since=350) == 0

    def test_what_a_car_does_not_take_goes_to_the_other(self) -> None:
        house = House(Car("a", takes=7), Car("b")).run(600)
        assert house.cars["b"].offered == 13
        assert house.cars["a"].offered == 9
        assert house.over() == 0

    def test_a_car_that_takes_more_than_it_may_is_paid_for_by_the_other(self) -> None:
        rude = Car("a", on=(2,), obeys=False, takes=14)
        house = House(rude, Car("b", on=(2,)), load=lambda _: phases(2, 5, 2)).run(600)
        assert house.totals[-1][1] <= 25.25

    def test_a_car_that_cannot_be_reached_keeps_what_it_has(self) -> None:
        house = House(Car("a"), Car("b"), load=step(300, (2, 2, 2), (2, 8, 2)))
        house.run(300)
        house.deaf.add("a")
        house.run(400)
        assert (house.cars["a"].offered, house.cars["b"].offered) == (11, 0)
        assert house.over(since=330) == 0
        assert house.of("a")[1:4] == [(300, 8), (311, 8), (322, 8)]
        house.deaf.clear()
        assert house.run(900).cars["b"].offered == 8


class TestSlowChargers:
    """Many a charger says only once a minute what its car draws."""

    @pytest.mark.parametrize("measured_every", [1, 10, 30, 60])
    @pytest.mark.parametrize("interval", [1, 10])
    def test_nothing_is_cut_for_a_car_that_starts(self, measured_every: int, interval: int) -> None:
        cars = [Car(name, measured_every=measured_every) for name in ("a", "b")]
        house = House(*cars, interval=interval).run(300)
        assert [amps for _, amps in house.of("a")] == [11]
        assert [amps for _, amps in house.of("b")] == [11]

    @pytest.mark.parametrize("measured_every", [10, 30, 60])
    def test_a_load_is_cut_as_soon_as_ever(self, measured_every: int) -> None:
        cars = [Car(name, measured_every=measured_every) for name in ("a", "b")]
        house = House(*cars, load=step(900, (2, 2, 2), (2, 12, 2))).run(1000)
        assert house.of("a")[-1] == house.of("b")[-1] == (900, 6)
        assert house.over(since=800) <= 5


class TestMeter:
    def test_a_silent_meter_pauses_who_might_be_too_much_and_speech_resumes_it(self) -> None:
        house = House(Car("a"))
        house.silent = lambda second: 200 <= second < 900
        house.run(300)
        assert house.of("a") == [(30, 16), (205, 0)]
        assert holds(house, A) == Rung(LimitReason.METER_LOST, Amps(0), "0 A: the meter of house is silent")
        house.run(1100)
        assert [amps for _, amps in house.of("a")] == [16, 0, 16]
        assert house.of("a")[2][0] >= 900 + 120

    def test_where_there_is_room_each_has_the_fail_safe_current(self) -> None:
        house = House(Car("a"), Car("b"), circuits=(Circuit(MAIN, None, Amps(63)),))
        house.silent = lambda second: second >= 200
        house.run(300)
        assert (house.cars["a"].offered, house.cars["b"].offered) == (6, 6)
        assert holds(house, B).reason is LimitReason.METER_LOST

    def test_a_meter_that_never_spoke_gives_the_fail_safe_current(self) -> None:
        house = House(Car("a"), circuits=(Circuit(MAIN, None, Amps(63)),))
        house.silent = lambda _: True
        assert house.run(60).of("a") == [(0, 6)]

    def test_a_slow_meter_is_not_a_lost_one(self) -> None:
        house = House(Car("a"), interval=10).run(600)
        assert len(house.orders) == 1

    def test_sun_makes_room(self) -> None:
        house = House(Car("a", on=(1,), max_a=32), load=lambda _: phases(-5, 2, 2)).run(300)
        assert house.of("a") == [(30, 29)]


class TestOtherLimits:
    def test_watts(self) -> None:
        circuits = (Circuit(MAIN, None, Amps(25), max_w=Amps(10_000)),)  # type: ignore[arg-type]
        house = House(Car("a"), load=lambda _: phases(2, 4, 2), circuits=circuits).run(300)
        assert house.of("a") == [(30, 11)]
        assert holds(house, A).detail == "11 A: house may take 10 kW"

    def test_unbalance(self) -> None:
        circuits = (Circuit(MAIN, None, Amps(35), unbalance_a=Amps(20)),)
        house = House(Car("a", on=(1,), max_a=32), circuits=circuits).run(300)
        assert house.of("a") == [(30, 20)]
        assert holds(house, A).detail == "20 A: the phases of house may differ by 20 A"

    def test_unbalance_is_kept_while_others_have_not_followed(self) -> None:
        circuits = (Circuit(MAIN, None, Amps(35), unbalance_a=Amps(20)),)
        house = House(
            Car("a", on=(1,), max_a=32), Car("b", on=(2,), max_a=32, wants=False), circuits=circuits
        )
        house.run(200)
        house.cars["b"].wants = True
        house.run(500)
        assert all(max(total) - min(total) <= 20.5 for total in house.totals)
        assert house.cars["b"].offered == 20


def test_a_charger_that_is_gone_is_forgotten() -> None:
    house = House(Car("a"), Car("b")).run(300)
    del house.cars["a"]
    house.run(600)
    assert house.cars["b"].offered == 16


LOADS = st.lists(
    st.tuples(st.integers(60, 600), st.integers(0, 2), st.floats(0, 12), st.integers(5, 200)), max_size=8
)
CARS = st.lists(
    st.tuples(st.sampled_from([(1,), (2,), (3,), (1, 2), (1, 2, 3)]), st.integers(6, 32)),
    min_size=1,
    max_size=3,
)


@settings(max_examples=10)
@given(LOADS, CARS, st.sampled_from([1, 5]))
def test_whatever_comes_no_overload_lasts_and_no_order_lies_between_0_and_6(
    loads: list[tuple[int, int, float, int]], cars: list[tuple[tuple[int, ...], int]], interval: int
) -> None:
    changes = {start for start, *_ in loads} | {start + length for start, _, _, length in loads}

    def load(second: int) -> Phases:
        amps = [1.0, 1.0, 1.0]
        for start, phase, current, length in loads:
            if start <= second < start + length:
                amps[phase] = min(24.0, amps[phase] + current)
        return phases(*amps)

    house = House(
        *(Car(str(k), on=on, max_a=most) for k, (on, most) in enumerate(cars)), load=load, interval=interval
    )
    house.run(700)
    assert all(order.current_a < 1e-9 or order.current_a >= 6 for _, order in house.orders)
    for second, total in enumerate(house.totals):
        if not any(0 <= second - change <= interval + 7 for change in changes):
            assert max(total) <= 25.25, (second, total)


def test_the_same_facts_make_the_same_orders() -> None:
    def night() -> House:
        return House(
            Car("a"), Car("b", on=(2,)), load=lambda second: phases(2, 2 + 9 * (second % 97 < 30), 3)
        ).run(300)

    assert night().orders == night().orders


@pytest.mark.parametrize("second", [0, 1])
def test_time_is_whatever_it_is_told(second: int) -> None:
    assert at(second) - at(0) == seconds(second)
