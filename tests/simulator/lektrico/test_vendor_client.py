"""The vendor's client works unchanged against the emulator, in both versions, for every call that it has."""

import inspect
from collections.abc import AsyncIterator
from types import ModuleType
from typing import Any

import pytest
from tests.simulator.lektrico.residence import Residence, residence
from tests.simulator.lektrico.vendor_client import OLD, fetched, installed

from chargedeck.simulator.lektrico.nameplate import Kind, Nameplate
from chargedeck.simulator.lektrico.quirks import Quirk

TYPES = ("1p7k", "3p22k", "em", "3em")
CHARGER, MODULE = 1, 3


@pytest.fixture(scope="session", params=["0.1", OLD])
def client(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The client's package."""
    if request.param == OLD:
        return fetched(OLD, tmp_path_factory.mktemp("lektricowifi"))
    return installed()


class Handle:
    """The client, asked to talk to one of the devices."""

    def __init__(self, client: ModuleType, home: Residence, place: int) -> None:
        self.device = client.Device(home.unit(place).address, asyncClient=home.http)
        self.kind = TYPES[place]

    async def info(self) -> dict[str, Any]:
        found: dict[str, Any] = await self.device.device_info(self.kind)
        return found


@pytest.fixture
async def charger(client: ModuleType, home: Residence) -> AsyncIterator[Handle]:
    handle = Handle(client, home, CHARGER)
    yield handle
    await handle.device.close()


@pytest.mark.parametrize("place", range(4))
async def test_what_a_device_is(client: ModuleType, home: Residence, place: int) -> None:
    config = await Handle(client, home, place).device.device_config()
    serial = (500_006, 500_007, 810_001, 830_002)[place]
    assert config == {"type": TYPES[place], "serial_number": serial, "board_revision": "E"}


@pytest.mark.parametrize("place", [0, 1])
async def test_a_chargers_status(client: ModuleType, home: Residence, place: int) -> None:
    handle = Handle(client, home, place)
    await home.do("plug", charger=home.unit(place).device_id, max_current_a=32)
    await home.until(lambda seen: seen["current"] > 31.99, place)
    seen = await handle.info()
    assert (seen["charger_state"], seen["current_limit_reason"]) == ("charging", "no_limit")
    assert seen["current_l1"] == pytest.approx(32)
    assert seen["current_l3"] == pytest.approx(0 if place == 0 else 32)
    assert 220 < seen["voltage_l1"] < 235
    assert (seen["require_auth"], seen["user_current"], seen["relay_mode"]) == (False, 32, (1, 3)[place])
    assert seen["fw_version"] == "1.51"


@pytest.mark.parametrize("place", [2, 3])
async def test_a_modules_status(client: ModuleType, home: Residence, place: int) -> None:
    await home.do("house", load_w=[900, 600, 300], sun_w=0)
    seen = await Handle(client, home, place).info()
    assert seen["power_l1"] == pytest.approx(900)
    assert seen["power_l3"] == pytest.approx(0 if place == 2 else 300)
    assert seen["power_factor_l1"] == pytest.approx(0.95, abs=0.01)
    assert (seen["breaker_curent"], seen["lb_mode"]) == (32, 0)


async def test_start_and_stop(charger: Handle, home: Residence) -> None:
    device = charger.device
    await device.set_auth(False)
    assert (await charger.info())["require_auth"] is True
    await home.do("plug", charger="3p22k_500007")
    assert (await charger.info())["charger_state"] == "need_auth"
    assert (await device.send_charge_start())["result"] is True
    await home.until(lambda seen: seen["extended_charger_state"] == "C", CHARGER)
    assert (await charger.info())["charger_state"] == "charging"
    assert (await device.send_charge_stop())["result"] is True
    assert (await device.send_charge_stop())["result"] is False
    await device.set_auth(True)
    assert (await charger.info())["charger_state"] == "connected"


async def test_limits(charger: Handle) -> None:
    device = charger.device
    assert (await device.set_user_current(16))["result"] is True
    assert (await charger.info())["current_limit_reason"] == "user_limit"
    assert (await device.set_dynamic_current(13))["result"] is True
    assert (await charger.info())["dynamic_current"] == 13
    assert (await device.set_relay_mode(10, 1))["result"] is True
    seen = await charger.info()
    assert (seen["user_current"], seen["dynamic_current"], seen["relay_mode"]) == (16, 10, 1)
    assert seen["current_limit_reason"] == "dynamic_limit"


async def test_pause_and_schedule(charger: Handle, home: Residence) -> None:
    device = charger.device
    await home.do("plug", charger="3p22k_500007")
    await device.set_dynamic_current(0)
    assert (await charger.info())["charger_state"] == "paused"
    await device.set_dynamic_current(32)
    await home.do("limit", charger="3p22k_500007", by="schedule", current_a=0)
    assert (await charger.info())["charger_state"] == "paused_by_scheduler"
    if not hasattr(device, "send_charge_schedule_override"):
        return  # 0.0.43 has no such call
    assert (await device.send_charge_schedule_override())["result"] is True
    assert (await charger.info())["charger_state"] in ("connected", "charging")


async def test_lock_light_and_reset(charger: Handle) -> None:
    device = charger.device
    assert (await device.set_charger_locked(True))["result"] is True
    assert (await charger.info())["charger_state"] == "locked"
    await device.set_charger_locked(False)
    assert (await charger.info())["charger_state"] == "available"
    assert (await device.set_led_max_brightness(80))["result"] is True
    assert (await charger.info())["led_max_brightness"] == 80
    assert (await device.set_led_max_brightness(0))["error"]["code"] == -4
    assert (await device.send_reset())["result"] is True


async def test_errors(charger: Handle, home: Residence) -> None:
    await home.do("error", charger="3p22k_500007", type="relay_failure")
    seen = await charger.info()
    assert (seen["charger_state"], seen["has_active_errors"], seen["contactor_failure"]) == (
        "error",
        True,
        True,
    )


@pytest.mark.parametrize("mode", [0, 1, 2, 3])
async def test_load_balancing(client: ModuleType, home: Residence, mode: int) -> None:
    handle = Handle(client, home, MODULE)
    assert (await handle.device.set_load_balancing_mode(mode))["result"] is True
    assert (await handle.info())["lb_mode"] == mode


def test_no_call_is_left_out(client: ModuleType) -> None:
    calls = {name for name, _ in inspect.getmembers(client.Device, inspect.iscoroutinefunction)}
    assert {name for name in calls if not name.startswith("_")} - {"send_charge_schedule_override"} == {
        *("close", "device_config", "device_info", "send_charge_start", "send_charge_stop", "send_reset"),
        *("set_auth", "set_charger_locked", "set_dynamic_current", "set_led_max_brightness"),
        *("set_load_balancing_mode", "set_relay_mode", "set_user_current"),
    }


async def test_an_old_charger_without_reasons(client: ModuleType) -> None:
    quirks = frozenset({Quirk.NO_LIMIT_REASON, Quirk.OLD_CAR_ERROR, Quirk.NO_RELAY_MODE})
    async with residence(Nameplate(Kind.CHARGER_1P7K, 1, quirks=quirks)) as home:
        await home.do("error", type="car_error")
        seen = await Handle(client, home, 0).info()
        assert (seen["current_limit_reason"], seen["relay_mode"]) == ("no_limit", -1)
        assert seen["state_e_activated"] is True


async def test_a_wrong_content_type_is_not_taken(client: ModuleType) -> None:
    plate = Nameplate(Kind.CHARGER_1P7K, 1, quirks=frozenset({Quirk.WRONG_CONTENT_TYPE}))
    async with residence(plate) as home:
        with pytest.raises((client.DeviceError, TypeError)):
            await Handle(client, home, 0).device.device_config()
