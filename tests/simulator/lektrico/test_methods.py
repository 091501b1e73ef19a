"""Every method in every form, every error code, and what the answers look like, over real sockets."""

import json

import httpx
import pytest
from tests.simulator.lektrico.residence import Residence

CHARGER_INFO = {
    *("charger_state", "session_energy", "charging_time", "session_id", "instant_power", "current"),
    *("currents", "current_limit_reason", "voltage", "voltages", "temperature", "energy_index"),
    *("total_charged_energy", "headless", "led_max_brightness", "install_current", "dynamic_current"),
    *("em_current", "fw_version", "extended_charger_state", "has_active_errors", "charger_is_paused"),
    *("heap_free", "pwm_current"),
}
ERRORS = {
    *("state_e_activated", "overtemp", "critical_temp", "overcurrent", "meter_fault"),
    *("undervoltage_error", "overvoltage_error", "rcd_error", "cp_diode_failure", "contactor_failure"),
}
BALANCING = {
    *("breaker_rating", "load_balancing_mode", "lb_meter_type", "lb_pv_minimum_current"),
    *("reverse_current", "lb_hybrid_current", "lb_meter_offline_current", "car_minimum_current"),
    *("green_forced_single_phase", "hybrid_forced_single_phase", "auto_update"),
    *("energy_management_enabled", "chargers_list", "owner_id"),
}
CONFIG = {
    *("headless", "install_current", "user_current", "led_max_brightness", "led_dimming_delay"),
    *("charger_locked", "auto_update", "led_template_enabled", "led_template"),
}
CHARGER, MODULE = 1, 3


@pytest.mark.parametrize(
    ("place", "method", "keys"),
    [
        (CHARGER, "Device_id.Get", {"device_id"}),
        (CHARGER, "charger_info.get", CHARGER_INFO),
        (
            CHARGER,
            "charger_config.get",
            {
                *("overtemp_threshold", "critical_temp_threshold", "voltage_gain", "current_gain"),
                *("calibration_temperature", "rcd_enabled", "serial_number", "board_revision", "temp_offset"),
            },
        ),
        (CHARGER, "app_config.get", CONFIG),
        (CHARGER, "dynamic_current.get", {"dynamic_current", "relay_mode"}),
        (CHARGER, "active_errors.get", ERRORS),
        (
            CHARGER,
            "logged_errors.get",
            {
                *("state_e_activated", "state_f_activated", "overtemp", "critical_temp", "overcurrent"),
                *("meter_fault", "voltage_error", "rcd_error"),
            },
        ),
        (CHARGER, "counters_config.get", {"last_session_energy", "total_charged_energy"}),
        (
            CHARGER,
            "System_currents.Get",
            {"install_current", "user_current", "dynamic_current", "em_current", "pwm_current"},
        ),
        (CHARGER, "sw_version.get", {"fw_version"}),
        (MODULE, "Device_id.Get", {"device_id"}),
        (MODULE, "M2w_config.Get", {"serial_number", "board_revision"}),
        (
            MODULE,
            "Meter_info.Get",
            {"current", "voltage", "active_p", "power_factor", "total_active_power"},
        ),
        (MODULE, "App_config.Get", BALANCING),
        (MODULE, "Load_balancing_mode.Get", {"load_balancing_mode"}),
        (MODULE, "Sw_version.Get", {"fw_version"}),
    ],
)
async def test_a_reading_method_in_every_form(
    home: Residence, place: int, method: str, keys: set[str]
) -> None:
    for name in (method, method.lower(), method.upper()):
        answer = await home.http.get(home.url(f"/rpc/{name}", place))
        assert answer.headers["content-type"] == "application/json"
        assert set(answer.json()) == keys
        assert set((await home.http.post(home.url(f"/rpc/{name}", place))).json()) == keys
        framed = await home.frame(name, place=place)
        assert (framed["id"], framed["dst"]) == (12345678, "TEST")
        assert framed["src"] == home.unit(place).device_id
        assert set(framed["result"]) == keys


@pytest.mark.parametrize(
    ("place", "expected"), list(enumerate(("1p7k_500006", "3p22k_500007", "m2w_810001", "m2w_830002")))
)
async def test_ids(home: Residence, place: int, expected: str) -> None:
    assert await home.get("Device_id.Get", place) == {"device_id": expected}
    config = await home.get("charger_config.get" if place < 2 else "M2w_config.Get", place)
    assert expected.endswith(str(config["serial_number"]))


@pytest.mark.parametrize(
    ("place", "method"),
    [
        *((CHARGER, method) for method in ("Meter_info.Get", "M2w_config.Get", "Load_balancing_mode.Set")),
        *((MODULE, method) for method in ("charger_info.get", "charge.start", "dynamic_current.get")),
        *((CHARGER, method) for method in ("charge.pause", "fly", "a" * 500, "%00", "../app_config.get")),
    ],
)
async def test_a_method_that_is_not_there(home: Residence, place: int, method: str) -> None:
    answer = await home.http.get(httpx.URL(home.url("", place)).copy_with(raw_path=f"/rpc/{method}".encode()))
    assert answer.status_code == 404
    framed = await home.frame(method, place=place)
    assert framed["error"]["code"] == 404
    assert "result" not in framed


@pytest.mark.parametrize(
    ("place", "method", "params", "code"),
    [
        (CHARGER, "app_config.set", {"config_key": "nonsense", "config_value": 1}, -6),
        (CHARGER, "app_config.set", {"config_key": "breaker_rating", "config_value": 20}, -6),
        (CHARGER, "app_config.set", {"config_key": "user_current"}, -2),
        (CHARGER, "app_config.set", {"config_value": 16}, -2),
        (CHARGER, "app_config.set", {}, -2),
        (CHARGER, "app_config.set", {"config_key": 5, "config_value": 16}, -5),
        (CHARGER, "app_config.set", {"config_key": "user_current", "config_value": 5}, -4),
        (CHARGER, "app_config.set", {"config_key": "user_current", "config_value": 33}, -4),
        (CHARGER, "app_config.set", {"config_key": "user_current", "config_value": "16"}, -5),
        (CHARGER, "app_config.set", {"config_key": "user_current", "config_value": 16.5}, -5),
        (CHARGER, "app_config.set", {"config_key": "user_current", "config_value": None}, -5),
        (CHARGER, "app_config.set", {"config_key": "user_current", "config_value": True}, -5),
        (CHARGER, "app_config.set", {"config_key": "headless", "config_value": 1}, -5),
        (CHARGER, "app_config.set", {"config_key": "led_max_brightness", "config_value": 9}, -4),
        (CHARGER, "app_config.set", {"config_key": "led_max_brightness", "config_value": 101}, -4),
        (CHARGER, "app_config.set", {"config_key": "led_dimming_delay", "config_value": -1}, -4),
        (CHARGER, "app_config.set", {"config_key": "led_dimming_delay", "config_value": 2**63}, -4),
        (CHARGER, "app_config.set", {"config_key": "led_template", "config_value": "1," * 60}, -3),
        (CHARGER, "app_config.set", {"config_key": "led_template", "config_value": "1,2,3"}, -2),
        (CHARGER, "app_config.set", {"config_key": "led_template", "config_value": "256" + ",0" * 11}, -4),
        (CHARGER, "dynamic_current.set", {}, -2),
        (CHARGER, "dynamic_current.set", {"dynamic_current": 5}, -4),
        (CHARGER, "dynamic_current.set", {"dynamic_current": "16"}, -5),
        (CHARGER, "dynamic_current.set", {"dynamic_current": 16, "relay_mode": 2}, -4),
        (0, "dynamic_current.set", {"dynamic_current": 16, "relay_mode": 3}, -7),
        (CHARGER, "charge.start", {"tag": 7}, -5),
        (CHARGER, "charge.start", [1], -2),
        (MODULE, "app_config.set", {"config_key": "load_balancing_mode", "config_value": 5}, -4),
        (MODULE, "app_config.set", {"config_key": "breaker_rating", "config_value": 9}, -4),
        (MODULE, "app_config.set", {"config_key": "breaker_rating", "config_value": 1001}, -4),
        (MODULE, "app_config.set", {"config_key": "lb_pv_minimum_current", "config_value": 0}, -4),
        (MODULE, "app_config.set", {"config_key": "car_minimum_current", "config_value": 11}, -4),
        (MODULE, "app_config.set", {"config_key": "lb_meter_type", "config_value": "Nobody's"}, -4),
        (MODULE, "app_config.set", {"config_key": "owner_id", "config_value": "x" * 300}, -3),
        (MODULE, "Load_balancing_mode.Set", {}, -2),
        (MODULE, "Load_balancing_mode.Set", {"load_balancing_mode": "1"}, -5),
    ],
)
async def test_an_error_has_its_code_and_changes_nothing(
    home: Residence, place: int, method: str, params: object, code: int
) -> None:
    before = await home.get("app_config.get", place)
    answer = await home.frame(method, params, place)
    assert (answer["error"]["code"], answer["id"], answer["dst"]) == (code, 12345678, "TEST")
    assert answer["error"]["message"]
    assert "result" not in answer
    assert await home.get("app_config.get", place) == before
    if isinstance(params, dict):
        bare = await home.http.post(home.url(f"/rpc/{method}", place), json=params)
        assert bare.json() == {"error": answer["error"]}


async def test_the_unknown_keys_words(home: Residence) -> None:
    answer = await home.set("nonsense", 1)
    assert answer["error"] == {"code": -6, "message": "Error uknown key."}


@pytest.mark.parametrize(
    ("place", "key", "value"),
    [
        (0, "headless", False),
        (0, "install_current", 6),
        (CHARGER, "user_current", 16),
        (CHARGER, "led_max_brightness", 100),
        (CHARGER, "led_dimming_delay", 3600),
        (CHARGER, "charger_locked", True),
        (CHARGER, "auto_update", False),
        (CHARGER, "led_template_enabled", True),
        (CHARGER, "led_template", "255,0,0,0,255,0,0,0,255,1,2,3"),
        (MODULE, "breaker_rating", 1000),
        (MODULE, "load_balancing_mode", 4),
        (MODULE, "lb_meter_type", "Alfa by Sinapsi"),
        (MODULE, "lb_meter_type", "Shelly Pro 3EM"),
        (MODULE, "lb_pv_minimum_current", 1),
        (MODULE, "reverse_current", True),
        (MODULE, "lb_hybrid_current", 32),
        (MODULE, "lb_meter_offline_current", 16),
        (MODULE, "car_minimum_current", 10),
        (MODULE, "green_forced_single_phase", True),
        (MODULE, "hybrid_forced_single_phase", True),
        (2, "energy_management_enabled", True),
        (2, "chargers_list", "1p7k_500006"),
    ],
)
async def test_every_key_is_set_and_read_back(home: Residence, place: int, key: str, value: object) -> None:
    answer = await home.set(key, value, place)
    assert (answer["result"], answer["src"]) == (True, home.unit(place).device_id)
    assert (await home.get("app_config.get", place))[key] == value


@pytest.mark.parametrize(
    ("verb", "path", "body"),
    [
        ("GET", '/rpc/app_config.set?config_key="user_current"&config_value="11"', None),
        ("GET", "/rpc/app_config.set?config_key=user_current&config_value=11", None),
        ("GET", "/rpc/App_Config.Set?config_key=%22user_current%22&config_value=%2211%22", None),
        ("POST", "/rpc/app_config.set", '{"config_key": "user_current", "config_value": 11}'),
        ("POST", "/rpc/app_config.Set", '{config_key:"user_current", config_value:11}'),
        (
            "POST",
            "/rpc",
            '{"method": "APP_CONFIG.SET", "params": {"config_key": "user_current", "config_value": 11}}',
        ),
    ],
)
async def test_a_change_in_every_form(home: Residence, verb: str, path: str, body: str | None) -> None:
    answer = await home.http.request(verb, home.url(path), content=body)
    assert answer.json() in (True, {"id": None, "src": "1p7k_500006", "result": True})
    assert (await home.get("System_currents.Get"))["user_current"] == 11


async def test_bare_changes(home: Residence) -> None:
    assert await home.get('app_config.set?config_key="headless"&config_value="false"') is True
    await home.do("plug")
    assert (await home.info())["extended_charger_state"] == "B_AUTH"
    assert await home.get("Charge.Start") is True
    await home.until(lambda seen: seen["extended_charger_state"] == "C")
    assert await home.get('dynamic_current.set?dynamic_current="16"') is True
    assert (await home.get("dynamic_current.get")) == {"dynamic_current": 16, "relay_mode": 1}
    assert await home.get('charge.stop?tag="anything"') is True
    assert await home.get("charge.stop") is False


async def test_the_mode_has_a_method_of_its_own(home: Residence) -> None:
    assert (await home.frame("Load_balancing_mode.Set", {"load_balancing_mode": 2}, MODULE))["result"] is True
    assert await home.get("load_balancing_mode.get", MODULE) == {"load_balancing_mode": 2}
    assert (await home.get("app_config.get", MODULE))["load_balancing_mode"] == 2


async def test_result_false_and_the_prohibited(home: Residence) -> None:
    assert (await home.frame("charge.start", {"tag": "HASS"}))["result"] is False
    await home.set("charger_locked", value=True)
    assert (await home.frame("charge.start", {"tag": "HASS"}))["error"]["code"] == -7


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"[]", b"null", b'"charge.start"', b"{}", b'{"method": 5}'),
        *(b'{"method": "a", "params": 3}', b"\xff\xfe"),
        pytest.param(b"[" * 4000, id="deep list"),
        pytest.param(b'{"a":' * 1000, id="deep object"),
    ],
)
async def test_a_frame_that_is_none(home: Residence, body: bytes) -> None:
    answer = await home.http.post(home.url("/rpc"), content=body)
    assert answer.status_code == 200
    assert answer.json()["error"]["code"] == -2
    assert (await home.info())["session_id"] == 0


async def test_the_little_web_page(home: Residence) -> None:
    for place, words in ((0, "Total charged energy"), (CHARGER, "Charging time"), (MODULE, "Voltage L3")):
        page = await home.http.get(home.url("/", place))
        assert page.headers["content-type"].startswith("text/html")
        assert words in page.text
        assert "<form" not in page.text
    assert "Voltage L2" not in (await home.http.get(home.url("/", 2))).text
    assert (await home.http.get(home.url("/settings"))).status_code == 404
    assert (await home.http.delete(home.url("/rpc/app_config.get"))).status_code == 405


async def test_errors_are_told_one_by_one_and_logged(home: Residence) -> None:
    assert json.loads(json.dumps(await home.get("active_errors.get"))) == dict.fromkeys(ERRORS, False)
    await home.do("error", type="voltage_out_of_range", detail="over")
    await home.do("error", type="residual_current")
    seen = await home.get("active_errors.get")
    assert {name for name, is_on in seen.items() if is_on} == {"overvoltage_error", "rcd_error"}
    assert (await home.info())["has_active_errors"] is True
    await home.do("clear_error")
    assert not any((await home.get("active_errors.get")).values())
    logged = await home.get("logged_errors.get")
    assert {name for name, is_on in logged.items() if is_on} == {"voltage_error", "rcd_error"}


async def test_a_system_error_has_no_flag(home: Residence) -> None:
    await home.do("error", type="system_error")
    seen = await home.info()
    assert (seen["extended_charger_state"], seen["has_active_errors"]) == ("F", True)
    assert not any((await home.get("active_errors.get")).values())
