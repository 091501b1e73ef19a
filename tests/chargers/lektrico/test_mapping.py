"""A charger's answers and what they mean, from the oldest firmware to one that nobody has seen."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.chargers.lektrico import recorded

from chargedeck.chargers.lektrico import mapping, wire
from chargedeck.domain.counters import Presence
from chargedeck.domain.errors import ErrorType
from chargedeck.domain.events import OutletState
from chargedeck.domain.limits import LimitReason, Rung
from chargedeck.domain.reading import phases_completed
from chargedeck.domain.units import Amps, Celsius, WattHours
from chargedeck.hub.counting import Look
from chargedeck.hub.unit_settings import DeviceSettings

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def state_of(info: dict[str, Any], *, in_session: bool = True) -> OutletState | None:
    seen = mapping.outlet_seen(mapping.word(info), mapping.errors(info, None), in_session=in_session, at=NOON)
    return None if seen is None else seen.state


@pytest.mark.parametrize(
    ("state", "outlet", "presence"),
    [
        ("A", OutletState.AVAILABLE, Presence.ABSENT),
        ("B", OutletState.SUSPENDED_BY_CAR, Presence.HELD),
        ("B_AUTH", OutletState.PREPARING, Presence.WAITING),
        ("B_PAUSE", OutletState.SUSPENDED_BY_CHARGER, Presence.HELD),
        ("B_SCHEDULER", OutletState.SUSPENDED_BY_CHARGER, Presence.HELD),
        ("C", OutletState.CHARGING, Presence.DRAWING),
        ("D", OutletState.CHARGING, Presence.DRAWING),
        ("c", OutletState.CHARGING, Presence.DRAWING),
        ("E", OutletState.FAULTED, Presence.UNKNOWN),
        ("F", OutletState.FAULTED, Presence.UNKNOWN),
        ("OTA", OutletState.UNAVAILABLE, Presence.UNKNOWN),
        ("LOCKED", OutletState.UNAVAILABLE, Presence.UNKNOWN),
    ],
)
def test_every_state_that_is_known(state: str, outlet: OutletState, presence: Presence) -> None:
    info = {"extended_charger_state": state}
    assert state_of(info) is outlet
    assert mapping.word(info).presence is presence


@pytest.mark.parametrize(
    ("info", "outlet"),
    [
        pytest.param({"charger_state": "C"}, OutletState.CHARGING, id="old firmware has the letter alone"),
        pytest.param(
            {"extended_charger_state": "B_NEWS", "charger_state": "B"},
            OutletState.SUSPENDED_BY_CAR,
            id="a new word with a letter",
        ),
        pytest.param({"extended_charger_state": "B_NEWS"}, OutletState.SUSPENDED_BY_CAR, id="and without"),
        pytest.param(
            {"extended_charger_state": "ZZ", "instant_power": 3000},
            OutletState.CHARGING,
            id="its power tells",
        ),
        pytest.param({"extended_charger_state": "ZZ"}, None, id="a word that means nothing"),
        pytest.param({"extended_charger_state": None}, None, id="null"),
        pytest.param({"extended_charger_state": {"a": 1}}, None, id="an object"),
        pytest.param({}, None, id="nothing"),
        pytest.param(
            {"extended_charger_state": "LOCKED", "charger_state": "A"},
            OutletState.AVAILABLE,
            id="locked, empty",
        ),
        pytest.param(
            {"extended_charger_state": "LOCKED", "charger_state": "B"},
            OutletState.PREPARING,
            id="locked with a car",
        ),
        pytest.param(
            {"extended_charger_state": "LOCKED", "charger_state": "C"},
            OutletState.CHARGING,
            id="locked and drawing all the same",
        ),
    ],
)
def test_states_that_are_said_otherwise(info: dict[str, Any], outlet: OutletState | None) -> None:
    assert state_of(info) is outlet


def test_a_cable_behind_which_the_session_is_over_is_finishing() -> None:
    assert state_of({"extended_charger_state": "B"}, in_session=False) is OutletState.FINISHING


@pytest.mark.parametrize(
    ("flag", "error"),
    [
        ("contactor_failure", ErrorType.RELAY_FAILURE),
        ("state_e_activated", ErrorType.CAR_ERROR),
        ("state_machine_e_activated", ErrorType.CAR_ERROR),
        ("overtemp", ErrorType.DEVICE_HOT),
        ("critical_temp", ErrorType.CRITICAL_TEMPERATURE),
        ("overcurrent", ErrorType.OVERCURRENT),
        ("undervoltage_error", ErrorType.VOLTAGE_OUT_OF_RANGE),
        ("overvoltage_error", ErrorType.VOLTAGE_OUT_OF_RANGE),
        ("voltage_error", ErrorType.VOLTAGE_OUT_OF_RANGE),
        ("rcd_error", ErrorType.RESIDUAL_CURRENT),
        ("meter_fault", ErrorType.METERING_ERROR),
        ("cp_diode_failure", ErrorType.EV_COMMUNICATION_ERROR),
        ("flux_capacitor_error", ErrorType.SYSTEM_ERROR),
    ],
)
def test_every_flag_is_an_error_with_its_name(flag: str, error: ErrorType) -> None:
    flags = recorded.NO_ERRORS | {flag: True}
    info = {"extended_charger_state": "C", "has_active_errors": True}
    assert mapping.errors(info, flags) == ((error, flag),)


def test_all_errors_are_told_the_worst_first() -> None:
    flags = {
        "overtemp": True,
        "undervoltage_error": 1,
        "overvoltage_error": "true",
        "contactor_failure": True,
    }
    found = mapping.errors({"extended_charger_state": "F"}, flags)
    assert found == (
        (ErrorType.RELAY_FAILURE, "contactor_failure"),
        (ErrorType.DEVICE_HOT, "overtemp"),
        (ErrorType.VOLTAGE_OUT_OF_RANGE, "undervoltage_error, overvoltage_error"),
    )
    seen = mapping.outlet_seen(mapping.word({"charger_state": "F"}), found, in_session=True, at=NOON)
    assert seen is not None
    assert seen.errors == found


@pytest.mark.parametrize(
    ("info", "flags", "errors"),
    [
        pytest.param({"extended_charger_state": "C"}, None, (), id="none"),
        pytest.param(
            {"extended_charger_state": "E"}, None, ((ErrorType.CAR_ERROR, "state E"),), id="state E"
        ),
        pytest.param(
            {"extended_charger_state": "F"}, {}, ((ErrorType.SYSTEM_ERROR, "state F"),), id="state F"
        ),
        pytest.param(
            {"extended_charger_state": "A", "has_active_errors": True},
            recorded.NO_ERRORS,
            ((ErrorType.SYSTEM_ERROR, "has_active_errors"),),
            id="it says so, and no flag is set",
        ),
        pytest.param(
            {"extended_charger_state": "C"},
            {"overtemp": None, "rcd_error": "no idea"},
            (),
            id="flags that are none",
        ),
    ],
)
def test_errors_without_a_flag(info: dict[str, Any], flags: Any, errors: Any) -> None:
    assert mapping.errors(info, flags) == errors


# -- readings --------------------------------------------------------------------------------------


def test_the_recorded_1p7k() -> None:
    reading = mapping.reading(recorded.INFO_1P7K, WattHours(1), NOON, phases=1)
    (phase,) = phases_completed(reading)
    assert reading.power_w == pytest.approx(1179.57)
    assert (reading.temperature_c, reading.offered_a) == (Celsius(23.7), Amps(6))
    assert (phase.phase, phase.voltage_v, phase.current_a) == (1, 221.43, 5.468)
    assert phase.power_factor_ratio == pytest.approx(0.974, abs=0.001)
    assert set(phase.computed) == {"power_w", "power_factor_ratio"}
    seen = mapping.look(recorded.INFO_1P7K, mapping.word(recorded.INFO_1P7K), NOON)
    assert seen == Look(
        Presence.DRAWING, "627", WattHours(3514.12), WattHours(1861119), NOON - timedelta(seconds=49947)
    )


def test_the_recorded_one_that_waits() -> None:
    info = recorded.INFO_1P7K_WAITING
    assert state_of(info) is OutletState.PREPARING
    assert mapping.look(info, mapping.word(info), NOON).total_wh == WattHours(9683844)
    assert mapping.settings(info, info, three_phase=False).plug_and_charge is False


def test_counters_that_are_missing_or_absurd_are_missing() -> None:
    word = mapping.word({})
    assert mapping.look({}, word, NOON) == Look(Presence.UNKNOWN)
    absurd = {"session_energy": -1, "total_charged_energy": "1e300", "charging_time": "x", "session_id": None}
    assert mapping.look(absurd, word, NOON) == Look(Presence.UNKNOWN)
    texts = {
        "session_energy": "12.5",
        "total_charged_energy": "1.5",
        "charging_time": "60",
        "session_id": "7",
    }
    assert mapping.look(texts, word, NOON) == Look(
        Presence.UNKNOWN, "7", WattHours(12.5), WattHours(1500), NOON - timedelta(seconds=60)
    )


# -- limits ----------------------------------------------------------------------------------------


def ladder(
    info: dict[str, Any], config: dict[str, Any] | None = None, ours: float | None = None
) -> dict[str, Any]:
    found = mapping.rungs(info, info | (config or {}), ours=None if ours is None else Amps(ours))
    return {rung.reason.value: rung.current_a for rung in found}


def test_the_ladder_of_the_recorded_1p7k() -> None:
    found = ladder(recorded.INFO_1P7K, {"user_current": 20})
    assert found == {"installation": 32, "user": 20, "dynamic": 16, "load_balancing": 6}


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (0, {}),
        (1, {}),
        (2, {}),
        (3, {}),
        (4, {"schedule": 8}),
        (5, {"meter_lost": 8}),
        (6, {"load_balancing": 8}),
        (7, {"ocpp": 8}),
        (8, {"temperature": 8}),
        (9, {"phase_switching": 8}),
        (10, {}),
        (11, {"phase_switching": 8}),
        (12, {}),
        (99, {}),
        (None, {}),
        ("7", {"ocpp": 8}),
    ],
)
def test_a_reason_without_a_value_is_known_by_what_is_offered(reason: Any, expected: dict[str, Any]) -> None:
    info = {"install_current": 32, "current_limit_reason": reason, "pwm_current": 8}
    assert ladder(info) == {"installation": 32} | expected


def test_a_schedule_that_holds_is_a_rung_of_nothing() -> None:
    info = {"install_current": 32, "extended_charger_state": "B_SCHEDULER", "pwm_current": 0}
    assert ladder(info) == {"installation": 32, "schedule": 0}


def test_a_lost_meter_is_a_rung_of_its_own() -> None:
    info = {"install_current": 32, "current_limit_reason": 5, "em_current": 6}
    assert ladder(info) == {"installation": 32, "meter_lost": 6}


def test_what_we_have_set_ourselves_is_not_reported_to_us() -> None:
    assert ladder({"install_current": 32, "dynamic_current": 0}, ours=0) == {"installation": 32}
    assert ladder({"install_current": 32, "dynamic_current": 10}, ours=0) == {
        "installation": 32,
        "dynamic": 10,
    }


def test_why_one_phase_charging_is_off_is_said() -> None:
    found = mapping.rungs({"current_limit_reason": 11, "pwm_current": 0}, {}, ours=None)
    assert found == (Rung(LimitReason.PHASE_SWITCHING, Amps(0), "charging on one phase is disabled"),)


# -- settings --------------------------------------------------------------------------------------


def test_settings_as_they_are() -> None:
    known = recorded.CONFIG_CHARGER | {"dynamic_current": 32, "relay_mode": 3}
    found = mapping.settings(recorded.INFO_TRI, known, three_phase=True)
    assert found == DeviceSettings(
        plug_and_charge=True,
        locked=False,
        single_phase=False,
        installation_current_a=Amps(32),
        user_current_a=Amps(32),
        led_brightness_percent=10,
        led_dimming_delay_s=0,
        auto_update=True,
    )


@pytest.mark.parametrize(
    ("relay", "single"), [(1, True), (3, False), (0, None), (-1, None), (None, None), ("1", True)]
)
def test_relays(relay: Any, single: bool | None) -> None:
    assert mapping.settings({}, {"relay_mode": relay}, three_phase=True).single_phase is single
    assert mapping.settings({}, {"relay_mode": relay}, three_phase=False).single_phase is None


def test_old_firmware_lacks_settings_and_nothing_is_made_up() -> None:
    found = mapping.settings(recorded.INFO_OLD, recorded.INFO_OLD, three_phase=False)
    assert found == DeviceSettings(
        plug_and_charge=False, installation_current_a=Amps(32), led_brightness_percent=20
    )


def test_null_says_nothing_about_what_was_known() -> None:
    assert mapping.laid_over({"headless": True, "x": 1}, {"headless": None, "x": 2}) == {
        "headless": True,
        "x": 2,
    }


def test_a_locked_state_is_a_lock() -> None:
    assert mapping.settings({"extended_charger_state": "locked"}, {}, three_phase=False).locked is True


# -- whatever else comes ---------------------------------------------------------------------------

ANY: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["A", "B_AUTH", "C", "E", "F", "OTA", "LOCKED", "1e999", "-0", "true", "off"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)
KEYS = sorted({*recorded.INFO_1P7K, *recorded.CONFIG_CHARGER, *recorded.NO_ERRORS, "relay_mode"})
ODD = st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), ANY, max_size=12)


@given(ODD, ODD, ODD, st.sampled_from([1, 3]))
def test_nothing_that_a_device_may_send_breaks_it(
    info: dict[str, Any], config: dict[str, Any], flags: dict[str, Any], phases: int
) -> None:
    info = recorded.INFO_1P7K | info
    word = mapping.word(info)
    errors = mapping.errors(info, flags)
    mapping.outlet_seen(word, errors, in_session=True, at=NOON)
    seen = mapping.look(info, word, NOON)
    assert seen.total_wh is None or 0 <= seen.total_wh <= 1e11
    assert seen.session_wh is None or 0 <= seen.session_wh <= 1e6
    reading = mapping.reading(info, WattHours(1), NOON, phases=phases)
    assert len(reading.phases) <= phases
    phases_completed(reading)
    assert all(0 <= rung.current_a <= 1000 for rung in mapping.rungs(info, config, ours=None))
    mapping.settings(info, config, three_phase=phases > 1)


@given(ANY)
def test_values_are_read_or_missing(value: Any) -> None:
    payload = {"x": value}
    number = wire.number(payload, "x")
    assert number is None or -1e12 <= number <= 1e12
    assert wire.flag(payload, "x") in (True, False, None)
    text = wire.text(payload, "x")
    assert text is None or (0 < len(text) <= 200 and text.isprintable())
    assert len(wire.numbers(payload, "x")) <= 3
    wire.integer(payload, "x")
