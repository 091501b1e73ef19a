"""Answers of real devices, as owners and integrators have published them, and what is known of the rest.

- `INFO_1P7K`, a 1P7K with firmware 1.47 that charges behind an energy module, and `CONFIG_EM`, that
  module's settings: the samples in the documentation of github.com/rechin304/dbus-lektrico-evcharger.
- `INFO_1P7K_WAITING`, a 1P7K with firmware 1.51 that waits for its car: the values that are told in
  pull request 28195 of github.com/evcc-io/evcc; the rest as in the first.
- `INFO_OLD`, firmware 1.22: the keys that the vendor's client had at that time.
- `INFO_TRI`, `METER_3EM` and the rest: keys and types as the vendor's client reads them, values our own.
"""

from typing import Any

INFO_1P7K: dict[str, Any] = {
    "charger_state": "C",
    "session_energy": 3514.12,
    "charging_time": 49947,
    "session_id": 627,
    "instant_power": 1179.57,
    "current": 5.468,
    "currents": [5.468, 0, 0],
    "current_limit_reason": 6,
    "voltage": 221.43,
    "voltages": [221.43, 0, 0],
    "temperature": 23.7,
    "energy_index": 3514.12,
    "total_charged_energy": 1861.119,
    "headless": True,
    "led_max_brightness": 10,
    "install_current": 32,
    "dynamic_current": 16,
    "em_current": 6,
    "fw_version": "1.47",
    "extended_charger_state": "C",
    "has_active_errors": False,
    "charger_is_paused": False,
    "heap_free": 29732,
    "pwm_current": 6,
}

CONFIG_EM: dict[str, Any] = {
    "breaker_rating": 25,
    "load_balancing_mode": 3,
    "lb_meter_type": "Onboard",
    "lb_pv_minimum_current": 6,
    "reverse_current": True,
    "energy_management_enabled": False,
    "lb_hybrid_current": 6,
    "lb_meter_offline_current": 6,
    "car_minimum_current": 6,
    "auto_update": True,
    "chargers_list": "",
    "owner_id": "",
}

INFO_1P7K_WAITING: dict[str, Any] = INFO_1P7K | {
    "charger_state": "B",
    "extended_charger_state": "B_AUTH",
    "instant_power": 0,
    "current": 0,
    "currents": [0, 0, 0],
    "current_limit_reason": 2,
    "headless": False,
    "session_energy": 0,
    "energy_index": 0,
    "total_charged_energy": 9683.844,
    "fw_version": "1.51",
}

INFO_OLD: dict[str, Any] = {
    "charger_state": "A",
    "extended_charger_state": "A",
    "session_energy": 0.0,
    "charging_time": 0,
    "session_id": 13,
    "instant_power": 0.0,
    "current": 0.0,
    "voltage": 230.0,
    "temperature": 31.7,
    "energy_index": 0.0,
    "headless": False,
    "install_current": 32,
    "led_max_brightness": 20,
    "total_charged_energy": 0,
    "fw_version": "1.22",
}

INFO_TRI: dict[str, Any] = INFO_1P7K | {
    "currents": [15.9, 16.0, 16.1],
    "voltages": [229.5, 230.0, 231.2],
    "instant_power": 10900.0,
    "current": 16.1,
    "voltage": 230.2,
    "dynamic_current": 32,
    "em_current": 32,
    "pwm_current": 16,
    "current_limit_reason": 2,
    "fw_version": "1.51",
}

CONFIG_CHARGER: dict[str, Any] = {
    "headless": True,
    "install_current": 32,
    "user_current": 32,
    "led_max_brightness": 10,
    "led_dimming_delay": 0,
    "charger_locked": False,
    "auto_update": True,
    "led_template_enabled": False,
    "led_template": "",
}

NO_ERRORS: dict[str, Any] = {
    "state_e_activated": False,
    "overtemp": False,
    "critical_temp": False,
    "overcurrent": False,
    "meter_fault": False,
    "undervoltage_error": False,
    "overvoltage_error": False,
    "rcd_error": False,
    "cp_diode_failure": False,
    "contactor_failure": False,
}

METER_3EM: dict[str, Any] = {
    "current": [4.1, 3.2, 5.4],
    "voltage": [230.1, 231.0, 229.8],
    "active_p": [-940.5, 730.2, 1240.8],
    "power_factor": [0.99, 0.98, 1.0],
    "total_active_power": 1030.5,
}

CHARGER_CONFIG: dict[str, Any] = {"serial_number": 500006, "board_revision": "B"}


def charger_answers(info: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """What a 1P7K answers, method by method."""
    return {
        "device_id.get": {"device_id": "1p7k_500006"},
        "charger_config.get": CHARGER_CONFIG,
        "charger_info.get": dict(info or INFO_1P7K),
        "app_config.get": dict(CONFIG_CHARGER),
        "dynamic_current.get": {"dynamic_current": 16, "relay_mode": 0},
        "active_errors.get": dict(NO_ERRORS),
    } | more


def module_answers() -> dict[str, Any]:
    """What a 3EM answers."""
    return {
        "device_id.get": {"device_id": "m2w_83000123"},
        "m2w_config.get": {"serial_number": 83000123, "board_revision": "C"},
        "meter_info.get": dict(METER_3EM),
        "app_config.get": dict(CONFIG_EM),
        "sw_version.get": {"fw_version": "1.15"},
    }
