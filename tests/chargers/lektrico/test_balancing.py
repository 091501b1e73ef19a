"""An energy module's answers and what they mean: signs, phases, and settings that are kept intact."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from tests.chargers.lektrico import recorded
from tests.chargers.lektrico.test_mapping import ODD

from chargedeck.chargers.lektrico import balancing
from chargedeck.domain.units import Amps
from chargedeck.hub.unit_settings import BalancingMode, LoadBalancing

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_the_recorded_module() -> None:
    assert balancing.balancing(recorded.CONFIG_EM) == LoadBalancing(
        mode=BalancingMode.GREEN,
        breaker_rating_a=Amps(25),
        meter_type="Onboard",
        pv_minimum_current_a=Amps(6),
        hybrid_current_a=Amps(6),
        meter_lost_current_a=Amps(6),
        car_minimum_current_a=Amps(6),
        reverse_current=True,
    )


@pytest.mark.parametrize(
    ("number", "mode"),
    [
        (0, BalancingMode.OFF),
        (1, BalancingMode.POWER),
        (2, BalancingMode.HYBRID),
        (3, BalancingMode.GREEN),
        (4, BalancingMode.POWER_SHARE),
        (5, BalancingMode.UNKNOWN),
        ("2", BalancingMode.HYBRID),
        (None, None),
        ("x", None),
    ],
)
def test_modes(number: Any, mode: BalancingMode | None) -> None:
    assert balancing.balancing({"load_balancing_mode": number}).mode is mode


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("mode", BalancingMode.HYBRID, ("load_balancing_mode", 2)),
        ("breaker_rating_a", Amps(25.0), ("breaker_rating", 25)),
        ("meter_lost_current_a", Amps(6), ("lb_meter_offline_current", 6)),
        ("meter_type", "Onboard", ("lb_meter_type", "Onboard")),
        ("green_single_phase", True, ("green_forced_single_phase", True)),
    ],
)
def test_what_is_written(name: str, value: object, written: tuple[str, object]) -> None:
    assert balancing.written(name, value) == written


def test_export_is_negative_in_power_and_current() -> None:
    reading = balancing.reading(recorded.METER_3EM, NOON, phases=3)
    assert reading.power_w == 1030.5
    assert [phase.power_w for phase in reading.phases] == [-940.5, 730.2, 1240.8]
    assert [phase.current_a for phase in reading.phases] == [-4.1, 3.2, 5.4]
    assert reading.phases[0].power_factor_ratio == 0.99


@pytest.mark.parametrize(
    ("info", "phases", "power"),
    [
        pytest.param({"active_p": [100, 200, 300]}, 3, 600, id="the sum is made where it is not told"),
        pytest.param({"active_p": [100, None, 300]}, 3, 400, id="of the phases that there are"),
        pytest.param(
            {"active_p": [100, None], "voltage": [230, 230]}, 3, None, id="not where one is missing"
        ),
        pytest.param({"active_p": ["-5.5"], "total_active_power": None}, 1, -5.5, id="texts and nulls"),
        pytest.param({}, 3, None, id="nothing"),
    ],
)
def test_readings_as_they_come(info: dict[str, Any], phases: int, power: float | None) -> None:
    assert balancing.reading(info, NOON, phases=phases).power_w == power


def test_one_phase_modules_have_one_phase() -> None:
    assert len(balancing.reading(recorded.METER_3EM, NOON, phases=1).phases) == 1


@given(ODD, ODD)
def test_nothing_that_a_module_may_send_breaks_it(info: dict[str, Any], config: dict[str, Any]) -> None:
    balancing.balancing(recorded.CONFIG_EM | config)
    reading = balancing.reading(recorded.METER_3EM | info, NOON, phases=3)
    assert len(reading.phases) <= 3
