"""A charger that cannot be reached: what it may be drawing, and who keeps that free for it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.energy.household import MAIN, Car, House, at, charger, phases, quiet

from chargedeck.domain.units import Amps, ChargerId, Watts
from chargedeck.energy.circuits import Circuit, CircuitId, CircuitTree
from chargedeck.energy.snapshot import Unreachable
from chargedeck.energy.unreachable import BACK_WITHIN, ENDS_LATE, LastWords, Told, kept_free

GARAGE = CircuitId("garage")
CIRCUITS = (Circuit(MAIN, None, Amps(63)), Circuit(GARAGE, MAIN, Amps(16)))
TREE = CircuitTree(CIRCUITS)
SOON, LATER = 1, BACK_WITHIN.total_seconds()

ENDS = Told(Amps(8), Amps(6), at(30))
STAYS = Told(Amps(8), Amps(6))
PAUSED = Told(Amps(0), Amps(6))
IDLE = Told(Amps(6), Amps(6))
ASSUMED = Told(Amps(16), Amps(6), at(60))
ASSUMED_TO_STAY = Told(Amps(16), Amps(6))


@pytest.mark.parametrize(
    ("confirmed", "unanswered", "in_session", "second", "expected"),
    [
        pytest.param(ENDS, None, True, SOON, (8, 8), id="what its car was told"),
        pytest.param(ENDS, None, True, 39, (8, 8), id="ends by a clock that may be late"),
        pytest.param(ENDS, None, True, 40, (6, 6), id="has ended by itself"),
        pytest.param(STAYS, None, True, LATER, (8, 8), id="does not end"),
        pytest.param(PAUSED, None, True, SOON, (0, 6), id="a paused car stays paused"),
        pytest.param(PAUSED, None, True, LATER, (6, 6), id="unless another takes its place in time"),
        pytest.param(IDLE, None, False, SOON, (0, 6), id="no car comes within a moment"),
        pytest.param(IDLE, None, False, LATER, (6, 6), id="in time one may"),
        pytest.param(ENDS, None, False, SOON, (0, 6), id="what the former session had is over"),
        pytest.param(STAYS, Told(Amps(12), Amps(6)), True, SOON, (12, 12), id="a raise may have been heard"),
        pytest.param(STAYS, Told(Amps(0), Amps(6)), True, SOON, (8, 8), id="a cut may not have been"),
        pytest.param(IDLE, Told(Amps(6), Amps(10)), False, LATER, (10, 10), id="another default as well"),
        pytest.param(None, None, True, SOON, (6, 16), id="nobody gets more until it has said what it has"),
        pytest.param(None, None, True, 70, (6, 6), id="what it had before the restart has ended"),
        pytest.param(None, None, False, SOON, (0, 6), id="no car before the restart"),
        pytest.param(None, None, False, LATER, (6, 6), id="but perhaps since"),
    ],
)
def test_what_it_may_be_drawing(
    confirmed: Told | None,
    unanswered: Told | None,
    in_session: bool,
    second: float,
    expected: tuple[int, int],
) -> None:
    words = LastWords(confirmed, unanswered, ASSUMED)
    gone = words.unreachable(in_session=in_session, since=at(0), now=at(second))
    held, most = map(Amps, expected)
    assert gone == Unreachable(held, most, at(0), in_session)


def test_what_does_not_end_is_the_worst_case_after_a_restart_once_it_does_not_come_back() -> None:
    words = LastWords(None, None, ASSUMED_TO_STAY)
    told = [words.unreachable(in_session=True, since=at(0), now=at(each)) for each in (SOON, LATER)]
    assert [(one.held_a, one.most_a) for one in told] == [(6.0, 16.0), (16.0, 16.0)]


AMPS = st.integers(0, 32).map(lambda each: Amps(float(each)))
TOLD = st.builds(Told, AMPS, AMPS, st.none() | st.integers(0, 600).map(at))


@given(st.none() | TOLD, st.none() | TOLD, TOLD, st.booleans(), st.integers(0, 1000))
def test_nobody_is_given_less_room_to_keep_free_than_is_held(
    confirmed: Told | None, unanswered: Told | None, assumed: Told, in_session: bool, second: int
) -> None:
    words = LastWords(confirmed, unanswered, assumed)
    gone = words.unreachable(in_session=in_session, since=at(0), now=at(second))
    assert 0 <= gone.held_a <= gone.most_a
    if confirmed is not None and in_session:
        assert gone.held_a >= confirmed.held(at(second)), (
            "what it confirmed is kept free from the first second"
        )
    if at(second) - at(0) >= BACK_WITHIN:
        assert gone.held_a >= (confirmed or assumed).kept_a


def test_a_limit_ends_late() -> None:
    assert ENDS.held(at(30) + ENDS_LATE - timedelta(seconds=1)) == 8.0
    assert ENDS.held(at(30) + ENDS_LATE) == 6.0


# -- where it is kept free ----------------------------------------------------------------------


def gone(held: float, most: float = 0, since: float = 0) -> Unreachable:
    return Unreachable(Amps(held), Amps(max(held, most)), at(since), in_session=True)


def test_it_counts_where_no_meter_has_shown_it() -> None:
    away = charger(circuit=GARAGE, phases=(1, 2), wants=False, unreachable=gone(8))
    other = replace(away, charger=ChargerId("b"), phases=(2,), unreachable=gone(6))
    nothing = replace(away, charger=ChargerId("c"), unreachable=gone(0, most=6))
    here = charger(charger=ChargerId("d"))
    everybody = [away, other, nothing, here]

    def kept(*shown: CircuitId) -> dict[CircuitId, object]:
        return dict(kept_free(TREE, everybody, lambda one: one.held_a, lambda name, _: name in shown))

    assert kept() == {GARAGE: phases(8, 14, 0), MAIN: phases(8, 14, 0)}
    assert kept(MAIN) == {GARAGE: phases(8, 14, 0)}
    assert kept(GARAGE) == {MAIN: phases(8, 14, 0)}


# -- in a house -----------------------------------------------------------------------------------


class Leaving(House):
    """A house where cars' chargers lose their network, and may draw what they had."""

    def leaves(self, name: str, held: float, most: float = 0) -> None:
        self.cars[name].gone = gone(held, most, self.second - 0.5)

    def returns(self, name: str) -> None:
        self.cars[name].gone = None


def garage(*names: str, **settings: object) -> Leaving:
    cars = [Car(name, circuit=GARAGE, **settings) for name in names]  # type: ignore[arg-type]
    return Leaving(*cars, circuits=CIRCUITS)


def test_what_an_unreachable_car_had_is_not_given_away_below_a_meter_that_does_not_tell() -> None:
    house = garage("a", "b").run(300)
    assert [house.cars[name].offered for name in "ab"] == [8, 8]
    house.leaves("b", 8)
    house.run(600)
    assert house.cars["a"].offered == 8
    why = house.balancer.holds(ChargerId("a"))
    assert why is not None
    assert why.detail == "8 A: other cars 8 A of 16 A on L1"
    house.leaves("b", 6)
    house.run(630)
    assert house.cars["a"].offered == 10
    house.returns("b")
    house.cars["b"].tell(house.second, 6)
    house.run(1000)
    assert [house.cars[name].offered for name in "ab"] == [8, 8]


def test_a_car_gives_way_to_one_that_may_begin_and_nobody_is_paused_for_a_moment() -> None:
    house = garage("a", "b")
    house.cars["b"].wants = False
    house.run(300)
    assert house.cars["a"].offered == 16
    house.leaves("b", 0, most=6)
    house.run(400)
    assert house.of("a") == [(30, 16)]
    house.leaves("b", 6)
    house.run(410)
    assert house.of("a") == [(30, 16), (400, 10)]


def test_nobody_is_raised_into_what_an_unreachable_charger_might_have() -> None:
    house = garage("a", "b", max_a=6)
    house.cars["b"].wants = False
    house.run(300)
    house.leaves("b", 0, most=8)
    house.cars["a"].max_a = 16
    house.run(400)
    assert house.of("a") == [(30, 6), (300, 8)]


def test_an_unreachable_charger_that_fills_its_circuit_pauses_the_others_once() -> None:
    house = garage("a", "b").run(300)
    house.leaves("b", 16)
    house.run(900)
    assert house.of("a")[-1] == (300, 0)
    assert len(house.of("a")) == 2


def test_a_meter_that_shows_it_is_believed() -> None:
    """The car at the unreachable charger takes 3 A of its 8: the rest is free, as the meter says."""
    house = Leaving(Car("a"), Car("b"), load=quiet, circuits=(Circuit(MAIN, None, Amps(18)),)).run(300)
    assert [house.cars[name].offered for name in "ab"] == [8, 7]
    house.cars["b"].takes = 3
    house.leaves("b", 7)
    house.run(700)
    assert house.cars["a"].offered == 12


def test_until_the_meter_is_read_again_it_keeps_what_it_had() -> None:
    house = Leaving(Car("a"), Car("b"), circuits=(Circuit(MAIN, None, Amps(18)),), interval=10).run(301)
    orders = len(house.of("a"))
    house.leaves("b", 7)
    house.run(310)
    assert len(house.of("a")) == orders
    assert house.over(rating=18, since=290) == 0
    house.run(400)
    assert house.over(rating=18, since=290) == 0


def test_watts_are_kept_free_too() -> None:
    limited = (CIRCUITS[0], Circuit(GARAGE, MAIN, Amps(32), max_w=Watts(16 * 3 * TREE.voltage)))
    house = Leaving(Car("a", circuit=GARAGE), Car("b", circuit=GARAGE), circuits=limited).run(300)
    assert [house.cars[name].offered for name in "ab"] == [8, 8]
    house.leaves("b", 10)
    house.run(400)
    assert house.of("a")[-1] == (300, 6)
