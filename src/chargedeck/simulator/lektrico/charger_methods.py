"""What a charger can be asked and told over RPC: one table, one function a method."""

from typing import Any

from chargedeck.simulator.lektrico.alarms import FLAGS, SYSTEM_FLAG
from chargedeck.simulator.lektrico.charger import Charger
from chargedeck.simulator.lektrico.codes import Code, RpcError
from chargedeck.simulator.lektrico.keys import Value
from chargedeck.simulator.lektrico.methods import Method, Methods, table
from chargedeck.simulator.lektrico.nameplate import MOST_CURRENT
from chargedeck.simulator.lektrico.params import Params
from chargedeck.simulator.lektrico.status import State
from chargedeck.simulator.outlet import Outlet

Answer = dict[str, Any]
_PHASES = (1, 2, 3)
_CALIBRATION: Answer = {
    "overtemp_threshold": 65,
    "critical_temp_threshold": 75,
    "voltage_gain": 1.0,
    "current_gain": 1.0,
    "calibration_temperature": 25.0,
    "rcd_enabled": True,
    "temp_offset": 0.0,
}


def charger_info(charger: Charger, _params: Params) -> Answer:
    """Everything that a status screen shows."""
    charger.advance()
    outlet, session, settings = charger.outlet, charger.session, charger.settings
    currents, voltages = _currents(outlet), _voltages(charger)
    limit, state = charger.limit(), charger.state()
    return {
        "charger_state": outlet.pilot.value,
        "session_energy": round(session.energy_wh, 2),
        "charging_time": int(session.charging_time),
        "session_id": session.number,
        "instant_power": round(outlet.power_w, 2),
        "current": currents[0],
        "currents": currents,
        "current_limit_reason": int(limit.reason),
        "voltage": voltages[0],
        "voltages": voltages,
        "temperature": round(outlet.temperature_c, 1),
        "energy_index": round(session.energy_wh, 2),
        "total_charged_energy": round(outlet.register_wh / 1000, 3),
        "headless": settings.flag("headless"),
        "led_max_brightness": settings.number("led_max_brightness"),
        "install_current": settings.number("install_current"),
        "dynamic_current": charger.limits.dynamic_current,
        "em_current": _em_current(charger),
        "fw_version": charger.firmware,
        "extended_charger_state": state.value,
        "has_active_errors": bool(charger.faults),
        "charger_is_paused": state is State.PAUSED,
        "heap_free": 29_732,
        "pwm_current": int(outlet.offered_a),
    }


def charger_config(charger: Charger, _params: Params) -> Answer:
    """What the factory has set."""
    plate = charger.plate
    return _CALIBRATION | {"serial_number": plate.serial, "board_revision": plate.board_revision}


def app_config(charger: Charger, _params: Params) -> dict[str, Value]:
    """Every key with its value."""
    return dict(charger.settings.values)


def set_app_config(charger: Charger, params: Params) -> bool:
    """Set one key."""
    charger.configure(params.text("config_key"), params.given("config_value"))
    return True


def dynamic_current(charger: Charger, _params: Params) -> Answer:
    """What holds the current down until the power goes."""
    return {"dynamic_current": charger.limits.dynamic_current, "relay_mode": charger.relay_mode}


def set_dynamic_current(charger: Charger, params: Params) -> bool:
    """Hold the current down, or pause, and choose the phases."""
    charger.set_dynamic(params.whole("dynamic_current"), params.optional_whole("relay_mode"))
    return True


def charge_start(charger: Charger, params: Params) -> bool:
    """Begin, in the name of a tag."""
    return charger.start(params.optional_text("tag"))


def charge_stop(charger: Charger, _params: Params) -> bool:
    """End; a tag is tolerated."""
    return charger.stop()


def override_schedule(charger: Charger, _params: Params) -> bool:
    """Charge now, whatever the schedule says."""
    charger.override_schedule()
    return True


def active_errors(charger: Charger, _params: Params) -> dict[str, bool]:
    """The ten booleans; a system error has none."""
    return {flag: charger.faults.has(flag) for flag in FLAGS}


def logged_errors(charger: Charger, _params: Params) -> dict[str, bool]:
    """What ever was wrong, in the words of old firmware."""
    logged = charger.faults.logged
    return {
        "state_e_activated": "state_e_activated" in logged,
        "state_f_activated": SYSTEM_FLAG in logged,
        "overtemp": "overtemp" in logged,
        "critical_temp": "critical_temp" in logged,
        "overcurrent": "overcurrent" in logged,
        "meter_fault": "meter_fault" in logged,
        "voltage_error": bool(logged & {"undervoltage_error", "overvoltage_error"}),
        "rcd_error": "rcd_error" in logged,
    }


def counters(charger: Charger, _params: Params) -> Answer:
    """What outlives a session."""
    charger.advance()
    return {
        "last_session_energy": round(charger.session.last_energy_wh, 2),
        "total_charged_energy": round(charger.outlet.register_wh / 1000, 3),
    }


def system_currents(charger: Charger, _params: Params) -> Answer:
    """The limits side by side."""
    charger.advance()
    return {
        "install_current": charger.settings.number("install_current"),
        "user_current": charger.settings.number("user_current"),
        "dynamic_current": charger.limits.dynamic_current,
        "em_current": _em_current(charger),
        "pwm_current": int(charger.outlet.offered_a),
    }


def reset(charger: Charger, _params: Params) -> bool:
    """Restart after the session."""
    charger.reset()
    return True


CHARGER_METHODS: Methods[Charger] = table(
    Method("Charger_info.Get", charger_info),
    Method("Charger_config.Get", charger_config),
    Method("App_config.Get", app_config),
    Method("App_config.Set", set_app_config, changes=True),
    Method("Dynamic_current.Get", dynamic_current),
    Method("Dynamic_current.Set", set_dynamic_current, changes=True),
    Method("Charge.Start", charge_start, changes=True),
    Method("Charge.Stop", charge_stop, changes=True),
    Method("Charging_schedule.Override", override_schedule, changes=True),
    Method("Active_errors.Get", active_errors),
    Method("Logged_errors.Get", logged_errors),
    Method("Counters_config.Get", counters),
    Method("System_currents.Get", system_currents),
    Method("Device.Reset", reset, changes=True),
)


def _pause(charger: Charger, _params: Params) -> bool:
    charger.pause(paused=True)
    return True


def _resume(charger: Charger, _params: Params) -> bool:
    charger.pause(paused=False)
    return True


def _set_dynamic_above_zero(charger: Charger, params: Params) -> bool:
    if params.whole("dynamic_current") == 0:
        raise RpcError(Code.RANGE)
    return set_dynamic_current(charger, params)


PAUSE_METHODS: Methods[Charger] = table(
    Method("Charge.Pause", _pause, changes=True),
    Method("Charge.Resume", _resume, changes=True),
    Method("Dynamic_current.Set", _set_dynamic_above_zero, changes=True),
)
"""Before firmware 1.45: in place of dynamic current 0."""


def _em_current(charger: Charger) -> int:
    order = charger.limits.order
    return MOST_CURRENT if order is None else int(order.rung(charger.outlet.at).current_a)


def _currents(outlet: Outlet) -> list[float]:
    return [round(outlet.phase_current_a(phase), 3) for phase in _PHASES]


def _voltages(charger: Charger) -> list[float]:
    """Of the wires, whether the contactor uses them or not."""
    outlet, wires = charger.outlet, charger.plate.wires
    return [round(outlet.voltage_v(phase), 2) if phase <= wires else 0.0 for phase in _PHASES]
