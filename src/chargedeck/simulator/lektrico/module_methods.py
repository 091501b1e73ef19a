"""What an energy module can be asked and told over RPC: one table, one function a method."""

from typing import Any

from chargedeck.simulator.lektrico.keys import Value
from chargedeck.simulator.lektrico.methods import Method, Methods, table
from chargedeck.simulator.lektrico.module import Module
from chargedeck.simulator.lektrico.params import Params

_MODE = "load_balancing_mode"


def meter_info(module: Module, _params: Params) -> dict[str, Any]:
    """The main connection, phase by phase; import is positive."""
    readings = module.readings()
    return {
        "current": [round(reading.current_a, 3) for reading in readings],
        "voltage": [round(reading.voltage_v, 2) for reading in readings],
        "active_p": [round(reading.power_w, 2) for reading in readings],
        "power_factor": [round(reading.power_factor, 3) for reading in readings],
        "total_active_power": round(sum(reading.power_w for reading in readings), 2),
    }


def module_config(module: Module, _params: Params) -> dict[str, Any]:
    """What the factory has set."""
    return {"serial_number": module.plate.serial, "board_revision": module.plate.board_revision}


def app_config(module: Module, _params: Params) -> dict[str, Value]:
    """Every key with its value."""
    return dict(module.settings.values)


def set_app_config(module: Module, params: Params) -> bool:
    """Set one key."""
    module.configure(params.text("config_key"), params.given("config_value"))
    return True


def mode(module: Module, _params: Params) -> dict[str, int]:
    """How it shares."""
    return {_MODE: module.settings.number(_MODE)}


def set_mode(module: Module, params: Params) -> bool:
    """Share in another way."""
    module.configure(_MODE, params.given(_MODE))
    return True


def reset(module: Module, _params: Params) -> bool:
    """Restart."""
    module.reset()
    return True


MODULE_METHODS: Methods[Module] = table(
    Method("Meter_info.Get", meter_info),
    Method("M2w_config.Get", module_config),
    Method("App_config.Get", app_config),
    Method("App_config.Set", set_app_config, changes=True),
    Method("Load_balancing_mode.Get", mode),
    Method("Load_balancing_mode.Set", set_mode, changes=True),
    Method("Device.Reset", reset, changes=True),
)
