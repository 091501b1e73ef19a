"""The charger's state machine, its limits and its counters, with time in the test's hands."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.simulator.lektrico.stillness import FAMILY_CAR, Stillness, charging, info, state

from chargedeck.domain.errors import ErrorType
from chargedeck.domain.units import Amps
from chargedeck.simulator.lektrico.charger import Charger
from chargedeck.simulator.lektrico.codes import Code, RpcError
from chargedeck.simulator.lektrico.ladder import Reason, Rung
from chargedeck.simulator.lektrico.nameplate import Kind, Nameplate


@pytest.fixture
def still() -> Stillness:
    return Stillness()


def test_a_headless_charger_starts_by_itself(still: Stillness) -> None:
    charger = still.charger()
    assert (state(charger), info(charger)["charger_state"]) == ("A", "A")
    charger.plug(FAMILY_CAR)
    assert state(charger) == "B"
    still.pass_time(30)
    seen = info(charger)
    assert (seen["extended_charger_state"], seen["charger_state"], seen["session_id"]) == ("C", "C", 1)
    assert seen["currents"] == [32, 32, 32]
    assert seen["pwm_current"] == 32
    charger.unplug()
    seen = info(charger)
    assert (seen["extended_charger_state"], seen["session_energy"], seen["charging_time"]) == ("A", 0, 0)
    assert charger.session.last_energy_wh > 100


def test_with_authentication_a_car_waits_for_a_start(still: Stillness) -> None:
    charger = still.charger(headless=False)
    charger.plug(FAMILY_CAR)
    still.pass_time(60)
    assert state(charger) == "B_AUTH"
    assert charger.session.number == 0
    assert charger.start("HASS")
    still.pass_time(30)
    assert (state(charger), charger.session.tag) == ("C", "HASS")
    assert charger.start("HASS"), "it charges already"
    assert charger.stop()
    assert state(charger) == "B_AUTH"
    assert not charger.stop()


def test_a_stopped_session_does_not_begin_again_by_itself(still: Stillness) -> None:
    charger = charging(still)
    charger.stop()
    still.pass_time(600)
    assert (state(charger), charger.session.number) == ("B", 1)
    charger.configure("user_current", 10)
    assert not charger.session.is_active
    charger.unplug()
    charger.plug(FAMILY_CAR)
    assert charger.session.number == 2


def test_no_car_nothing_to_start(still: Stillness) -> None:
    charger = still.charger(headless=False)
    assert not charger.start("HASS")


def test_cards(still: Stillness) -> None:
    charger = still.charger(headless=False, cards=frozenset({"BLUE"}))
    charger.plug(FAMILY_CAR)
    charger.swipe("STRANGER")
    assert state(charger) == "B_AUTH"
    charger.swipe("BLUE")
    assert charger.session.tag == "BLUE"
    charger.swipe("BLUE")
    assert not charger.session.is_active


def test_a_locked_charger_starts_no_session_and_ends_none(still: Stillness) -> None:
    charger = charging(still)
    charger.configure("charger_locked", value=True)
    assert state(charger) == "C"
    charger.unplug()
    assert state(charger) == "LOCKED"
    charger.plug(FAMILY_CAR)
    assert (state(charger), info(charger)["charger_state"]) == ("LOCKED", "B")
    with pytest.raises(RpcError) as refusal:
        charger.start("HASS")
    assert refusal.value.code is Code.PROHIBITED
    charger.configure("charger_locked", value=False)
    assert charger.session.is_active


@pytest.mark.parametrize(
    ("change", "reason", "amps"),
    [
        pytest.param(lambda it: it.configure("install_current", 10), 1, 10, id="installation"),
        pytest.param(lambda it: it.configure("user_current", 13), 2, 13, id="user"),
        pytest.param(lambda it: it.set_dynamic(8, None), 3, 8, id="dynamic"),
        pytest.param(lambda it: it.impose(Reason.SCHEDULE, Amps(9)), 4, 9, id="schedule"),
        pytest.param(lambda it: it.raise_fault(ErrorType.DEVICE_HOT, None), 8, 10, id="temperature"),
        pytest.param(lambda it: it.impose(Reason.OCPP, Amps(9)), 0, 32, id="no OCPP when headless"),
    ],
)
def test_the_lowest_limit_binds_and_says_so(still: Stillness, change: object, reason: int, amps: int) -> None:
    charger = charging(still)
    assert info(charger)["current_limit_reason"] == 0
    assert callable(change)
    change(charger)
    still.pass_time(60)
    seen = info(charger)
    assert (seen["current_limit_reason"], seen["pwm_current"], seen["current"]) == (reason, amps, amps)
    assert seen["extended_charger_state"] == "C"


def test_ocpp_limits_a_charger_that_is_not_headless(still: Stillness) -> None:
    charger = still.charger(headless=False)
    charger.impose(Reason.OCPP, Amps(12))
    assert charger.limit() == Rung(Amps(12), Reason.OCPP)


def test_dynamic_current_zero_pauses_and_the_time_runs_on(still: Stillness) -> None:
    charger = charging(still)
    charger.set_dynamic(0, None)
    still.pass_time(1000)
    seen = info(charger)
    assert (seen["extended_charger_state"], seen["charger_is_paused"], seen["current"]) == (
        "B_PAUSE",
        True,
        0,
    )
    assert (seen["session_id"], seen["charging_time"]) == (1, 1060)
    energy = seen["session_energy"]
    charger.set_dynamic(16, None)
    still.pass_time(30)
    seen = info(charger)
    assert (seen["extended_charger_state"], seen["session_id"], seen["current"]) == ("C", 1, 16)
    assert isinstance(energy, float)
    assert isinstance(seen["session_energy"], float)
    assert seen["session_energy"] > energy


@pytest.mark.parametrize("amps", [-1, 1, 5, 33])
def test_a_dynamic_current_that_cannot_be_is_refused(still: Stillness, amps: int) -> None:
    charger = charging(still)
    with pytest.raises(RpcError) as refusal:
        charger.set_dynamic(amps, None)
    assert refusal.value.code is Code.RANGE
    assert charger.limits.dynamic_current == 32


def test_a_schedule_pauses_and_is_overridden_until_the_session_ends(still: Stillness) -> None:
    charger = charging(still)
    charger.impose(Reason.SCHEDULE, Amps(0))
    still.pass_time(10)
    assert (state(charger), info(charger)["current_limit_reason"]) == ("B_SCHEDULER", 4)
    charger.override_schedule()
    still.pass_time(30)
    assert state(charger) == "C"
    charger.unplug()
    charger.plug(FAMILY_CAR)
    assert state(charger) == "B_SCHEDULER"
    charger.impose(Reason.SCHEDULE, None)
    still.pass_time(30)
    assert state(charger) == "C"


def test_a_single_phase_is_switched_break_before_make(still: Stillness) -> None:
    charger = charging(still)
    charger.set_dynamic(16, 1)
    still.pass_time(3)
    seen = info(charger)
    assert (seen["current_limit_reason"], seen["pwm_current"], seen["currents"]) == (9, 0, [0, 0, 0])
    still.pass_time(60)
    seen = info(charger)
    assert seen["currents"] == [16, 0, 0]
    assert charger.relay_mode == 1
    charger.set_dynamic(16, 3)
    still.pass_time(60)
    assert info(charger)["currents"] == [16, 16, 16]
    assert info(charger)["session_id"] == 1


def test_three_phases_are_prohibited_where_there_is_one(still: Stillness) -> None:
    for plate in (Nameplate(Kind.CHARGER_1P7K, 1), Nameplate(Kind.CHARGER_3P22K, 2, phases=1)):
        charger = Charger(plate, still.world)
        charger.set_dynamic(16, 1)
        with pytest.raises(RpcError) as refusal:
            charger.set_dynamic(16, 3)
        assert refusal.value.code is Code.PROHIBITED
        charger.plug(FAMILY_CAR)
        still.pass_time(60)
        assert info(charger)["currents"] == [16, 0, 0]
        voltages = info(charger)["voltages"]
        assert isinstance(voltages, list)
        assert voltages[0] > 220
        assert voltages[1:] == [0, 0]


@pytest.mark.parametrize(
    ("error", "detail", "flag", "letter", "resumes"),
    [
        (ErrorType.CAR_ERROR, None, "state_e_activated", "E", True),
        (ErrorType.CRITICAL_TEMPERATURE, None, "critical_temp", "F", True),
        (ErrorType.OVERCURRENT, None, "overcurrent", "F", False),
        (ErrorType.VOLTAGE_OUT_OF_RANGE, None, "undervoltage_error", "F", True),
        (ErrorType.VOLTAGE_OUT_OF_RANGE, "over", "overvoltage_error", "F", True),
        (ErrorType.RESIDUAL_CURRENT, None, "rcd_error", "F", False),
        (ErrorType.SYSTEM_ERROR, None, None, "F", True),
        (ErrorType.METERING_ERROR, None, "meter_fault", "F", True),
        (ErrorType.RELAY_FAILURE, None, "contactor_failure", "F", False),
        (ErrorType.EV_COMMUNICATION_ERROR, None, "cp_diode_failure", "F", True),
    ],
)
def test_an_error_stops_the_current(
    still: Stillness, error: ErrorType, detail: str | None, flag: str | None, letter: str, *, resumes: bool
) -> None:
    charger = charging(still)
    charger.raise_fault(error, detail)
    seen = info(charger)
    assert (seen["extended_charger_state"], seen["has_active_errors"]) == (letter, True)
    assert (seen["instant_power"], seen["pwm_current"]) == (0, 0)
    assert flag is None or charger.faults.has(flag)
    charger.clear_fault()
    still.pass_time(30)
    assert not info(charger)["has_active_errors"]
    assert state(charger) == ("C" if resumes else "B")
    assert charger.session.is_active == resumes


def test_errors_stand_side_by_side(still: Stillness) -> None:
    charger = charging(still)
    charger.raise_fault(ErrorType.DEVICE_HOT, None)
    assert state(charger) == "C"
    charger.raise_fault(ErrorType.CAR_ERROR, None)
    charger.raise_fault(ErrorType.DEVICE_HOT, None)
    assert state(charger) == "E"
    assert {fault.vendor_code for fault in charger.faults} == {"overtemp", "state_e_activated"}


STEPS = st.lists(
    st.sampled_from(
        ["plug", "unplug", "start", "stop", "pause", "go", "lock", "free", "fault", "well", "power"]
    )
    | st.integers(1, 4000),
    max_size=25,
)


@given(STEPS)
@settings(max_examples=60, deadline=None)
def test_whatever_happens_energy_is_counted_once(steps: list[str | int]) -> None:
    still = Stillness()
    charger = still.charger()
    sessions: dict[int, float] = {}
    for step in steps:
        if isinstance(step, int):
            still.pass_time(step)
        else:
            _do(still, charger, step)
        charger.advance()
        if charger.session.is_active:
            sessions[charger.session.number] = charger.session.energy_wh
    sessions[charger.session.number] = max(
        sessions.get(charger.session.number, 0), charger.session.last_energy_wh
    )
    assert sum(sessions.values()) == pytest.approx(charger.outlet.register_wh)
    assert charger.outlet.offered_a <= charger.limit().current_a


def _do(still: Stillness, charger: Charger, step: str) -> None:
    match step:
        case "plug" if not charger.outlet.is_plugged:
            charger.plug(FAMILY_CAR)
        case "unplug" if charger.outlet.is_plugged:
            charger.unplug()
        case "start" if not charger.settings.flag("charger_locked"):
            charger.start("X")
        case "stop":
            charger.stop()
        case "pause" | "go":
            charger.set_dynamic(0 if step == "pause" else 16, None)
        case "lock" | "free":
            charger.configure("charger_locked", step == "lock")
        case "fault":
            charger.raise_fault(ErrorType.RESIDUAL_CURRENT, None)
        case "well":
            charger.clear_fault()
        case "power":
            charger.power_off()
            still.pass_time(5)
            charger.power_on()
        case _:
            pass
