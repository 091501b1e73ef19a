"""The ladder: the lowest rung is in force, whatever stands above it."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargedeck.domain.limits import OVERRIDABLE, LimitReason, Rung, joined, ladder
from chargedeck.domain.units import MINIMUM_CURRENT, Amps

INSTALLATION, USER, BALANCING = LimitReason.INSTALLATION, LimitReason.USER, LimitReason.LOAD_BALANCING


def rung(reason: LimitReason, amps: float, detail: str | None = None) -> Rung:
    return Rung(reason, Amps(amps), detail)


@pytest.mark.parametrize(
    ("installation", "others", "current", "reason"),
    [
        pytest.param(16, [], 16, INSTALLATION, id="alone"),
        pytest.param(32, [(USER, 16)], 16, USER, id="the slider is lower"),
        pytest.param(32, [(USER, 16), (BALANCING, 13)], 13, BALANCING, id="the house is lower still"),
        pytest.param(16, [(USER, 16)], 16, USER, id="of two that are equal, the more telling"),
        pytest.param(16, [(BALANCING, 10), (USER, 10)], 10, BALANCING, id="whatever order they come in"),
        pytest.param(16, [(USER, 32)], 16, USER, id="none is above the installation"),
        pytest.param(16, [(BALANCING, 5.9)], 0, BALANCING, id="below 6 A is nothing"),
        pytest.param(16, [(BALANCING, 6)], 6, BALANCING, id="6 A is something"),
        pytest.param(16, [(BALANCING, -3)], 0, BALANCING, id="less than nothing is nothing"),
        pytest.param(16, [(USER, 0), (BALANCING, 0)], 0, BALANCING, id="two hold at nothing"),
        pytest.param(0, [(USER, 16)], 0, USER, id="an installation of nothing"),
    ],
)
def test_the_lowest_rung_is_in_force(
    installation: float, others: list[tuple[LimitReason, float]], current: float, reason: LimitReason
) -> None:
    stood = ladder(rung(INSTALLATION, installation), *(rung(*other) for other in others))
    assert (stood.current_a, stood.in_force.reason) == (current, reason)


def test_every_rung_stays_on_the_ladder_with_its_words() -> None:
    stood = ladder(rung(INSTALLATION, 32), rung(USER, 40), rung(BALANCING, 13, "house 12 A of 25 A"))
    assert stood.rungs == (rung(BALANCING, 13, "house 12 A of 25 A"), rung(USER, 32), rung(INSTALLATION, 32))


def test_charge_now_sets_nothing_aside_that_protects_a_wire() -> None:
    assert {LimitReason.SCHEDULE, LimitReason.PRICE, LimitReason.SOLAR} == OVERRIDABLE


AMPS = st.floats(-50, 200, allow_nan=False)
OTHERS = st.lists(st.builds(Rung, st.sampled_from(LimitReason), AMPS.map(Amps)), max_size=12)


@given(AMPS, OTHERS)
def test_the_limit_is_the_lowest_never_above_the_installation_and_never_between_0_and_6(
    installation: float, others: list[Rung]
) -> None:
    stood = ladder(rung(INSTALLATION, installation), *others)
    lowest = min([installation, *(other.current_a for other in others)])
    assert stood.current_a == (lowest if lowest >= MINIMUM_CURRENT else 0)
    assert stood.current_a <= max(installation, 0)
    assert max(stood.in_force.current_a, 0) == max(lowest, 0)
    assert len(stood.rungs) == len(others) + 1
    heights = [max(r.current_a, 0) for r in stood.rungs]
    assert heights == sorted(heights)


@given(AMPS, OTHERS, st.randoms())
def test_the_order_in_which_limits_are_given_does_not_matter(
    installation: float, others: list[Rung], chance: Random
) -> None:
    shuffled = others.copy()
    chance.shuffle(shuffled)
    one, other = (ladder(rung(INSTALLATION, installation), *given) for given in (others, shuffled))
    assert (one.current_a, one.in_force.reason) == (other.current_a, other.in_force.reason)


@given(AMPS, OTHERS, st.builds(Rung, st.sampled_from(LimitReason), AMPS.map(Amps)))
def test_another_limit_never_raises_the_current(installation: float, others: list[Rung], more: Rung) -> None:
    without = ladder(rung(INSTALLATION, installation), *others)
    assert ladder(rung(INSTALLATION, installation), *others, more).current_a <= without.current_a


@pytest.mark.parametrize(
    ("reported", "rungs"),
    [
        pytest.param([], [(USER, 16), (INSTALLATION, 32)], id="nothing reported"),
        pytest.param(
            [(BALANCING, 6)],
            [(BALANCING, 6), (USER, 16), (INSTALLATION, 32)],
            id="another one of the device's",
        ),
        pytest.param([(USER, 10)], [(USER, 10), (INSTALLATION, 32)], id="of two the lower stands"),
        pytest.param([(USER, 20)], [(USER, 16), (INSTALLATION, 32)], id="ours may be the lower one"),
        pytest.param(
            [(INSTALLATION, 13), (BALANCING, 20)],
            [(BALANCING, 13), (USER, 13), (INSTALLATION, 13)],
            id="no rung is above the lower installation",
        ),
    ],
)
def test_what_a_device_reports_joins_our_own_rungs(
    reported: list[tuple[LimitReason, float]], rungs: list[tuple[LimitReason, float]]
) -> None:
    own = ladder(rung(INSTALLATION, 32), rung(USER, 16))
    stood = joined(own, tuple(rung(*one) for one in reported))
    assert [(one.reason, one.current_a) for one in stood.rungs] == rungs
