"""From a charger's own phases to the grid's: configured, learned, or not known yet."""

from typing import Any

import pytest
from tests.energy.household import MAIN, at, charger, phases, seconds

from chargedeck.domain.units import ChargerId
from chargedeck.energy.detection import Rotation
from chargedeck.energy.snapshot import ManagedCharger, MeterReading
from chargedeck.energy.wiring import Wiring, rearranged

A = ChargerId("a")
TURNED: Rotation = (2, 3, 1)


def test_currents_are_put_where_they_flow() -> None:
    assert rearranged(phases(10, 5, 0), TURNED) == phases(0, 10, 5)


class Plug:
    """A one-phase car on a charger with three, whose own L1 lies on the grid's L2."""

    def __init__(self, rotation: Rotation | None, known: Rotation | None = None) -> None:
        self.wiring = Wiring(seconds(1.5), None if known is None else {A: known})
        self.rotation = rotation
        self.second = 0

    def draws(self, *currents: float, **changes: Any) -> ManagedCharger:
        seen = charger()
        for current in currents:
            for _ in range(5):
                facts: dict[str, Any] = {"drawn_a": phases(current, 0, 0), "drawn_at": at(self.second)}
                reading = MeterReading(MAIN, at(self.second), phases(2, 2 + current, 2))
                seen = self.wiring.on_grid(charger(**{**facts, **changes}), self.rotation, reading)
                self.second += 1
        return seen


def test_a_configured_rotation_is_followed_and_the_car_s_phase_found() -> None:
    seen = Plug(TURNED).draws(16)
    assert (seen.phases, seen.drawn_a, seen.phases_known) == ((2,), phases(0, 16, 0), True)


def test_what_flows_where_no_offer_counts_is_left_to_the_house() -> None:
    wiring, seen = Wiring(seconds(1.5)), charger()
    for second in range(3):
        facts = charger(drawn_a=phases(16, 1.5, 0.2), drawn_at=at(second))
        seen = wiring.on_grid(facts, TURNED, MeterReading(MAIN, at(second), phases(2, 18, 3)))
    assert (seen.phases, seen.drawn_a) == ((2,), phases(0, 16, 0))


def test_before_anything_flows_the_car_may_use_all_that_the_charger_has() -> None:
    assert Plug(TURNED).draws(0, phases=(1, 2)).phases == (2, 3)


def test_an_unknown_wiring_may_be_any_until_it_is_learned() -> None:
    plug = Plug(None)
    seen = plug.draws(0, 16)
    assert (seen.phases, seen.phases_known) == ((1, 2, 3), False)
    assert plug.wiring.learned(A) is None
    seen = plug.draws(6, 16, 0, 16)
    assert (seen.phases, seen.drawn_a, seen.phases_known) == ((2,), phases(0, 16, 0), True)
    learned = plug.wiring.learned(A)
    assert learned is not None
    assert learned[0] == 2


def test_three_phases_need_no_learning() -> None:
    seen = Wiring(seconds(1.5)).on_grid(charger(), None, None)
    assert (seen.phases, seen.phases_known, seen.drawn_a) == ((1, 2, 3), True, None)


def test_a_car_that_left_took_its_phases_with_it() -> None:
    plug = Plug(TURNED)
    plug.draws(16)
    assert plug.draws(0, wants=False).phases == (1, 2, 3)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"drawn_a": None}, id="nothing measured"),
        pytest.param({"drawn_at": None}, id="measured nobody knows when"),
        pytest.param({"drawn_at": at(-60)}, id="measured long ago"),
    ],
)
def test_only_what_was_measured_at_one_instant_is_compared(changes: dict[str, Any]) -> None:
    plug = Plug(None)
    plug.draws(0, 16, 6, 16, 0, 16, **changes)
    assert plug.wiring.learned(A) is None


def test_a_charger_that_was_never_seen_has_taught_nothing() -> None:
    assert Wiring(seconds(1)).learned(A) is None


def test_one_reading_is_compared_once() -> None:
    wiring = Wiring(seconds(60))
    reading = MeterReading(MAIN, at(0), phases(2, 2, 2))
    facts = charger(drawn_a=phases(9, 0, 0), drawn_at=at(0))
    assert [wiring.on_grid(facts, TURNED, reading).phases for _ in range(9)] == [(1, 2, 3)] * 9


def test_what_was_learned_once_holds_until_the_steps_show_otherwise() -> None:
    plug = Plug(None, known=(3, 1, 2))
    seen = plug.draws(0)
    assert (seen.phases_known, plug.wiring.learned(A)) == (True, (3, 1, 2))
    assert plug.draws(16).phases == (3,), "as it was learned before"
    assert plug.draws(6, 16, 0, 16).phases == (2,), "somebody has wired it otherwise"
    learned = plug.wiring.learned(A)
    assert learned is not None
    assert learned[0] == 2


def test_what_was_learned_outlives_the_car() -> None:
    plug = Plug(None)
    plug.draws(0, 16, 6, 16, 0, 16)
    learned = plug.wiring.learned(A)
    plug.draws(0, wants=False)
    assert plug.wiring.learned(A) == learned is not None


def test_what_the_car_has_drawn_from_is_known_until_it_leaves() -> None:
    plug = Plug(TURNED)
    assert plug.wiring.used(A) == ()
    plug.draws(16)
    assert plug.wiring.used(A) == (1,), "the charger's own"
    plug.draws(0, wants=False)
    assert plug.wiring.used(A) == ()
