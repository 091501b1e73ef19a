"""Energy and charging time cover the same stretch of time, also across what nobody saw."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargedeck.domain.charging_time import SLOWEST, Silence, broken, flowed_s
from chargedeck.domain.units import WattHours, Watts

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
HOUR = 3_600


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("grown_wh", "until_s", "told_s", "power_w", "flowed"),
    [
        # nobody counts yet
        pytest.param(0, None, 60, None, 0, id="the register stood still"),
        pytest.param(100, None, 60, 6_000, 60, id="it rose: all of it"),
        pytest.param(100, None, 8 * HOUR, None, 500, id="no longer than the slowest car takes"),
        pytest.param(-5, None, 60, None, 0, id="it went back"),
        pytest.param(100, None, -60, None, 0, id="the clock went back"),
        # somebody counts again
        pytest.param(200, 60, 120, 6_000, 60, id="up to then"),
        pytest.param(100, 60, 120, 6_000, 0, id="all has been drawn since"),
        pytest.param(110, 60, 120, 6_000, 50, id="a little had been drawn before"),
        pytest.param(100, 60, 120, None, 60, id="nobody knows at what power"),
        pytest.param(100, 60, 30, 6_000, 30, id="told late, of its middle"),
    ],
)
def test_what_counts(
    grown_wh: float, until_s: float | None, told_s: float, power_w: float | None, flowed: float
) -> None:
    silence = Silence(NOON, WattHours(5_000), None if until_s is None else after(until_s))
    power = None if power_w is None else Watts(power_w)
    assert flowed_s(silence, WattHours(5_000 + grown_wh), after(told_s), power) == pytest.approx(flowed)


STRETCHES = st.lists(
    st.tuples(st.floats(1, HOUR), st.sampled_from([0.0, 1_380.0, 2_300.0, 7_000.0, 11_000.0])),
    min_size=1,
    max_size=8,
)
"""How long, and at what power."""


@given(STRETCHES)
def test_a_silence_told_piece_by_piece_gives_a_power_that_was_drawn(
    stretches: list[tuple[float, float]],
) -> None:
    silence, at, register, counted = Silence(NOON, WattHours(0)), 0.0, 0.0, 0.0
    drawing = 0.0
    for seconds, power in stretches:
        at, register = at + seconds, register + power * seconds / HOUR
        drawing += seconds if power > 0 else 0
        more = flowed_s(silence, WattHours(register), after(at))
        assert more >= 0, "it never falls"
        counted += more
        silence = broken(silence, WattHours(register), after(at))
    assert counted == pytest.approx(drawing, abs=0.001)


@given(STRETCHES)
def test_told_at_once_it_is_between_what_flowed_and_what_passed(stretches: list[tuple[float, float]]) -> None:
    passed = sum(seconds for seconds, _ in stretches)
    drawn_wh = sum(seconds * power for seconds, power in stretches) / HOUR
    flowing = sum(seconds for seconds, power in stretches if power > 0)
    counted = flowed_s(Silence(NOON, WattHours(0)), WattHours(drawn_wh), after(passed))
    assert flowing - 0.001 <= counted <= passed + 0.001
    assert counted <= drawn_wh * HOUR / SLOWEST + 0.001
