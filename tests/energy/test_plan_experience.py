"""What planning remembers: prices of two weeks, and what forecasts turned out to be."""

from dataclasses import replace

from tests.energy.plan_facts import HOUR, NOON, THREE_PHASES, slot, worth

from chargedeck.domain.units import WattHours, Watts
from chargedeck.energy.plan_experience import Experience


def test_it_remembers_known_prices_and_forgets_old_ones() -> None:
    first = Experience().after((slot(0, worth(0.1)), slot(1, worth(0.2)), slot(2, None)))
    assert first.memory == {NOON: worth(0.1), NOON + HOUR: worth(0.2)}
    later = first.after((slot(15 * 24 + 1, worth(0.3)),))
    assert later.memory == {NOON + (15 * 24 + 1) * HOUR: worth(0.3)}


def test_it_compares_what_was_expected_with_what_came_once() -> None:
    expected = (slot(0, None), slot(1, None, 2000))
    came = (slot(1, None, 1000), slot(2, None, 500))
    taught = Experience().after(expected).after(came)
    assert taught.solar_doubt.slots == 1
    assert taught.solar_doubt.bias < 0
    assert taught.after(came).solar_doubt == taught.solar_doubt


def test_it_learns_the_load_apart_from_the_sun() -> None:
    def using(load_w: float) -> Experience:
        expected = replace(slot(1, None), load_w=Watts(400))
        came = replace(slot(1, None), load_w=Watts(load_w))
        return Experience().after((slot(0, None), expected)).after((came,))

    assert using(800).load_doubt.bias > 0 > using(200).load_doubt.bias
    assert using(800).solar_doubt.slots == 0


def test_it_asks_for_a_plan_with_all_it_knows() -> None:
    taught = Experience().after((slot(0, worth(0.1)), slot(1, None, 2000))).after((slot(1, None, 1000),))
    asked = taught.request((slot(1, worth(0.2)),), WattHours(5000), THREE_PHASES)
    assert (asked.memory, asked.solar_doubt) == (taught.memory, taught.solar_doubt)
    assert (asked.needed_wh, asked.load_doubt) == (5000.0, taught.load_doubt)
