"""What goes wrong at a charger, from the device's own word to what its owner is told and kept from."""

from pathlib import Path
from typing import Any

import pytest
from tests.scenarios.place import Place, place
from tests.support.api import Api, ApiProblem, api_client
from tests.support.server import Server, running_server
from tests.support.simulator import simulator

from chargedeck.domain.errors import ErrorType

ERRORS = (
    # type, severity, what the device says, and why the session ends (None: charging goes on)
    ("car_error", "error", "OtherError: state_e_activated", "Other"),
    ("device_hot", "warning", "HighTemperature: overtemp", None),
    ("critical_temperature", "error", "HighTemperature: critical_temp", "Other"),
    ("overcurrent", "error", "OverCurrentFailure: overcurrent", "EmergencyStop"),
    ("voltage_out_of_range", "error", "UnderVoltage: undervoltage_error", "Other"),
    ("residual_current", "error", "GroundFailure: rcd_error", "EmergencyStop"),
    ("system_error", "error", "InternalError: state_f_activated", "Other"),
    ("metering_error", "error", "PowerMeterFailure: meter_fault", "Other"),
    ("relay_failure", "danger", "PowerSwitchFailure: contactor_failure", "EmergencyStop"),
    ("ev_communication_error", "error", "EVCommunicationError: cp_diode_failure", "Other"),
)


def test_the_table_has_every_error() -> None:
    assert [row[0] for row in ERRORS] == list(ErrorType)


@pytest.mark.parametrize(("error", "severity", "word", "ends"), ERRORS, ids=[row[0] for row in ERRORS])
async def test_an_error_is_shown_explained_and_goes(
    garage: Place, error: str, severity: str, word: str, ends: str | None
) -> None:
    await garage.charging()
    await garage.do("error", type=error)
    shown = await garage.shows(lambda one: one["errors"])
    [told] = shown["errors"]
    assert (told["type"], told["severity"]) == (error, severity)
    assert told["detail"].startswith(word)
    if ends is None:
        assert shown["status"] == "charging"
        await garage.shows(lambda one: max(phase["current_a"] for phase in one["phases"]) <= 10)
    else:
        assert shown["status"] == "error"
        assert (await garage.closed())["stop_reason"] == ends
        assert not {"start", "authorize"} & set(shown["actions"])
    guide = {entry["type"]: entry for entry in (await garage.api.get("/api/errors"))["items"]}[error]
    assert guide["severity"] == severity
    assert all(
        guide[field] for field in ("title", "meaning", "what_to_do", "what_chargedeck_did", "when_to_call")
    )
    await garage.do("clear_error")
    shown = await garage.shows(lambda one: not one["errors"])
    assert shown["inspection_required"] is (error == "relay_failure")
    if error != "relay_failure":
        await garage.shows(lambda one: one["status"] != "error")


async def test_a_voltage_that_is_too_high_says_so(garage: Place) -> None:
    await garage.do("error", type="voltage_out_of_range", detail="over")
    [told] = (await garage.shows(lambda one: one["errors"]))["errors"]
    assert (told["type"], told["detail"]) == (
        "voltage_out_of_range",
        "OverVoltage: overvoltage_error: Above 253 V",
    )


async def test_a_relay_failure_locks_until_somebody_has_looked(tmp_path: Path) -> None:
    """Over the error's end, over a restart and a kill, against the app, a card and a waiting car."""
    with running_server(tmp_path) as server:
        token, operators = server.token(), server.token("operator", "operator")
        async with api_client(server.url, token) as api:
            password = await api.add_device("welded")
            await api.post("/api/cards", {"id_tag": "04GOOD", "label": "Good"})
            options = ("--speed", "30", "--reconnect-max", "0.5")
            async with simulator(server.ocpp_url, {"welded": password}, *options) as simulated:
                charger = Place(api, simulated, "welded")
                await charger.ready()
                await charger.charging()
                await charger.do("error", type="relay_failure")
                shown = await charger.shows(lambda one: one["errors"])
                assert (shown["status"], shown["inspection_required"]) == ("error", True)
                with pytest.raises(ApiProblem) as still:
                    await _inspect(api)
                assert (still.value.status, still.value.code) == (409, "not_possible_now")
                await charger.do("clear_error")
                await charger.shows_status("available", "inspection")
                await _is_locked(charger)
                for end in (server.stop, server.kill):
                    end()
                    server.start()
                    server.wait_until_ready()
                    await charger.ready()
                    assert (await charger.shows())["inspection_required"]
                    await _is_locked(charger)
                async with api_client(server.url, operators) as operator:
                    with pytest.raises(ApiProblem) as refused:
                        await _inspect(operator)
                assert (refused.value.status, refused.value.code) == (403, "forbidden")
                assert not (await _inspect(api))["inspection_required"]
                begun = await charger.order("start")
                assert begun["session"] is not None
                await charger.shows(lambda one: one["status"] == "charging")


async def _inspect(api: Api) -> Any:
    body = {"inspector": "E. Lektra, Voltage Ltd", "note": "Contactor replaced"}
    return await api.post("/api/chargers/welded/inspection", body)


async def _is_locked(charger: Place) -> None:
    """Neither the app nor a card gets any energy out of it."""
    for word in ("start", "authorize"):
        with pytest.raises(ApiProblem) as refused:
            await charger.order(word)
        assert (refused.value.status, refused.value.code) == (409, "inspection_required")
    count = len(await charger.sessions())
    await charger.do("swipe", id_tag="04GOOD")
    path = "/api/devices/welded/messages?action=Authorize&limit=2"
    log = await charger.api.until(path, lambda log: log["items"] and log["items"][0]["type"] == "result")
    assert log["items"][0]["payload"]["idTagInfo"]["status"] == "Blocked"
    assert not (await charger.outlet())["transaction"]
    assert len(await charger.sessions()) == count


async def test_a_device_that_restarts_ends_its_session_and_is_limited_again(garage: Place) -> None:
    await garage.allow(9)
    await garage.charging()
    since = (await garage.shows())["connection"]["since"]
    await garage.do("reboot")
    session = await garage.closed()
    assert session["stop_reason"] == "Reboot"
    await garage.shows(lambda one: one["connection"]["online"] and one["connection"]["since"] != since)
    await garage.shows(lambda one: one["limit"]["confirmed_a"] == 9)
    assert session["energy_wh"] == int((await garage.outlet())["register_wh"])


async def test_a_clock_that_is_off_is_recorded(server: Server, api: Api) -> None:
    async with place(server, api, "late", speed="1") as late:
        await late.ready()
        await late.do("drift", seconds=-900)
        await late.do("plug")
        # A message may be late, so a clock is believed to be slow only after a while, and fast at once.
        await late.do("drift", seconds=900)
        await late.do("unplug")
        shown = await late.shows(lambda one: (one["clock_offset_s"] or 0) > 800)
        assert shown["clock_offset_s"] == pytest.approx(900, abs=5)
        described = await api.get("/api/devices/late")
        assert described["clock_offset_s"] == pytest.approx(900, abs=5)
        # What begins by a clock that is ahead has begun now, and says so.
        await late.charging()
        await late.do("unplug")
        session = await late.closed()
        assert session["anomalies"] == ["clock_off"]
        assert session["started_at"] <= session["ended_at"]


async def test_a_lost_network_is_shown_and_found_again(garage: Place) -> None:
    await garage.charging()
    await garage.do("cut")
    shown = await garage.shows_status("offline")
    assert shown["session"] is not None
    with pytest.raises(ApiProblem) as offline:
        await garage.order("stop")
    assert (offline.value.status, offline.value.code) == (504, "charger_offline")
    await garage.do("restore")
    shown = await garage.shows(lambda one: one["status"] == "charging" and one["limit"]["confirmed_a"] == 16)
    assert shown["session"]["energy_wh"] > 0
    await garage.order("stop")
    assert (await garage.closed())["energy_wh"] == int((await garage.outlet())["register_wh"])
