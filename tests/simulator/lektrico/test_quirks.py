"""Each oddity of LEKTRI.CO firmware does what its line says, at the start and while it runs."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from tests.simulator.lektrico.residence import Residence, passes, residence

from chargedeck.simulator.lektrico.nameplate import Kind, Nameplate
from chargedeck.simulator.lektrico.quirks import QUIRKS, Quirk
from chargedeck.simulator.problems import CommandError

PATH = "/rpc/charger_info.get"


async def lacks(home: Residence, method: str, key: str) -> None:
    assert key not in await home.get(method)


async def no_limit_reason(home: Residence) -> None:
    await lacks(home, "charger_info.get", "current_limit_reason")


async def no_user_current(home: Residence) -> None:
    await lacks(home, "app_config.get", "user_current")
    assert (await home.set("user_current", 16))["error"]["code"] == -6


async def no_dynamic_current(home: Residence) -> None:
    await lacks(home, "charger_info.get", "dynamic_current")
    assert (await home.frame("dynamic_current.get"))["error"]["code"] == 404


async def no_relay_mode(home: Residence) -> None:
    await lacks(home, "dynamic_current.get", "relay_mode")


async def old_car_error(home: Residence) -> None:
    await home.do("error", type="car_error")
    errors = await home.get("active_errors.get")
    assert "state_e_activated" not in errors
    assert errors["state_machine_e_activated"] is True


async def one_voltage_error(home: Residence) -> None:
    await home.do("error", type="voltage_out_of_range")
    errors = await home.get("active_errors.get")
    assert not {"undervoltage_error", "overvoltage_error"} & set(errors)
    assert errors["voltage_error"] is True


async def pause_methods(home: Residence) -> None:
    await home.do("plug")
    assert (await home.frame("dynamic_current.set", {"dynamic_current": 0}))["error"]["code"] == -4
    assert (await home.frame("charge.pause"))["result"] is True
    assert (await home.info())["extended_charger_state"] == "B_PAUSE"
    assert (await home.frame("charge.resume"))["result"] is True
    await home.until(lambda seen: seen["extended_charger_state"] == "C")


async def old_firmware(home: Residence) -> None:
    await no_limit_reason(home)
    await no_user_current(home)
    await no_dynamic_current(home)
    assert (await home.frame("charge.pause"))["result"] is True
    await one_voltage_error(home)
    await home.do("clear_error")
    await old_car_error(home)


async def newer_firmware(home: Residence) -> None:
    await home.do("plug")
    seen = await home.until(lambda seen: seen["extended_charger_state"] == "C_SOLAR")
    assert seen["current_limit_reason"] > 11


async def unknown_error_flag(home: Residence) -> None:
    assert (await home.get("active_errors.get"))["pen_fault"] is False
    await home.do("error", type="system_error")
    errors = await home.get("active_errors.get")
    assert [name for name, is_on in errors.items() if is_on] == ["pen_fault"]


async def numbers_as_strings(home: Residence) -> None:
    seen = await home.info()
    assert isinstance(seen["temperature"], str)
    assert [float(volts) > 0 for volts in seen["voltages"]] == [True, False, False]
    assert seen["headless"] is True


async def nulls(home: Residence) -> None:
    assert (await home.info())["temperature"] is None


async def another_id(home: Residence) -> None:
    assert await home.get("Device_id.Get") == {"device_id": "1p7k_1500006"}
    assert (await home.get("charger_config.get"))["serial_number"] == 1_500_006
    assert (await home.frame("sw_version.get"))["src"] == "1p7k_1500006"


async def low_heap(home: Residence) -> None:
    assert (await home.info())["heap_free"] < 5_000


async def refuses(home: Residence) -> None:
    assert (await home.set("user_current", 11))["result"] is False
    assert (await home.get("app_config.get"))["user_current"] == 32


async def fails(home: Residence) -> None:
    assert (await home.set("user_current", 11))["error"]["code"] == -1
    assert (await home.get("app_config.get"))["user_current"] == 32


async def forgets(home: Residence) -> None:
    assert (await home.set("user_current", 11))["result"] is True
    assert (await home.get("app_config.get"))["user_current"] == 32


async def wrong_content_type(home: Residence) -> None:
    answer = await home.http.get(home.url(PATH))
    assert answer.headers["content-type"] == "text/plain"
    assert answer.json()["session_id"] == 0


async def no_content_type(home: Residence) -> None:
    assert "content-type" not in (await home.http.get(home.url(PATH))).headers


async def not_json(home: Residence) -> None:
    answer = await home.http.get(home.url(PATH))
    assert answer.headers["content-type"] == "application/json"
    with pytest.raises(ValueError, match="Expecting value"):
        answer.json()


async def slow_answers(home: Residence) -> None:
    started = asyncio.get_running_loop().time()
    await home.info()
    assert 1.9 < asyncio.get_running_loop().time() - started < 4


async def stuck_answers(home: Residence) -> None:
    with pytest.raises(httpx.ReadTimeout):
        await home.http.get(home.url(PATH), timeout=0.3)


async def drops(home: Residence) -> None:
    outcomes = []
    for _ in range(6):
        try:
            outcomes.append((await home.http.get(home.url(PATH))).status_code)
        except httpx.RemoteProtocolError:
            outcomes.append(0)
    assert outcomes == [200, 200, 0] * 2


async def half_answers(home: Residence) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        await home.info()


async def endless_answers(home: Residence) -> None:
    received = 0
    async with home.http.stream("GET", home.url(PATH)) as answer:
        async for part in answer.aiter_raw():
            received += len(part)
            if received > 4_000:
                break
    assert received > 4_000


async def hangs_up(home: Residence) -> None:
    assert (await home.http.get(home.url(PATH))).headers["connection"] == "close"


async def redirects(home: Residence) -> None:
    answer = await home.http.get(home.url(PATH))
    assert (answer.status_code, answer.has_redirect_location) == (302, True)


async def reboots(home: Residence) -> None:
    async def is_off() -> bool:
        return home.unit().device.is_off

    await passes(is_off)
    await home.do("wait", seconds=10)
    assert not home.unit().device.is_off


Check = Callable[[Residence], Awaitable[Any]]
CHECKS: dict[Quirk, Check] = {quirk: globals()[quirk.replace("-", "_")] for quirk in Quirk}


@pytest.mark.parametrize("quirk", Quirk)
async def test_an_oddity_from_the_start(quirk: Quirk) -> None:
    async with residence(Nameplate(Kind.CHARGER_1P7K, 500_006, quirks=frozenset({quirk}))) as home:
        await CHECKS[quirk](home)


async def test_an_oddity_that_comes_and_goes(home: Residence) -> None:
    state = await home.do("quirk", quirk="refuses")
    assert state["chargers"][0]["quirks"] == ["refuses"]
    await refuses(home)
    await home.do("quirk", quirk="refuses", off=True)
    assert (await home.set("user_current", 11))["result"] is True
    with pytest.raises(CommandError, match="no quirk 'boredom'"):
        await home.do("quirk", quirk="boredom")


def test_every_oddity_is_described() -> None:
    assert set(QUIRKS) == set(Quirk)
