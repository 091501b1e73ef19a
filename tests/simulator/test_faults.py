"""The ten errors as the central system sees them, and the way back."""

import pytest
from tests.simulator.site import Site, command

from chargedeck.domain.errors import ErrorType
from chargedeck.simulator.car import Car

TABLE = {
    # error: (errorCode, vendorErrorCode, reason of the stop)
    "car_error": ("OtherError", "state_e_activated", "Other"),
    "critical_temperature": ("HighTemperature", "critical_temp", "Other"),
    "overcurrent": ("OverCurrentFailure", "overcurrent", "EmergencyStop"),
    "voltage_out_of_range": ("UnderVoltage", "undervoltage_error", "Other"),
    "residual_current": ("GroundFailure", "rcd_error", "EmergencyStop"),
    "system_error": ("InternalError", "state_f_activated", "Other"),
    "metering_error": ("PowerMeterFailure", "meter_fault", "Other"),
    "relay_failure": ("PowerSwitchFailure", "contactor_failure", "EmergencyStop"),
    "ev_communication_error": ("EVCommunicationError", "cp_diode_failure", "Other"),
}


def test_the_table_is_complete() -> None:
    assert {*TABLE, "device_hot"} == {error.value for error in ErrorType}


@pytest.mark.parametrize("error", TABLE)
async def test_an_error_stops_charging_and_is_told(site: Site, error: str) -> None:
    code, vendor_code, reason = TABLE[error]
    await site.charging()
    await site.hands.carry_out(command("error", type=error))
    status = await site.system.saw_status("Faulted")
    assert (status["errorCode"], status["vendorErrorCode"]) == (code, vendor_code)
    stop = await site.system.saw("StopTransaction")
    assert stop["reason"] == reason
    assert site.connector.outlet.power_w == 0.0
    assert await site.system.call("RemoteStartTransaction", {"idTag": "APP"}) == {"status": "Rejected"}
    await site.hands.carry_out(command("clear_error"))
    assert (await site.system.saw_status("Finishing"))["errorCode"] == "NoError"


async def test_heat_lets_charging_go_on_with_less(site: Site) -> None:
    await site.charging()
    await site.hands.carry_out(command("error", type="device_hot"))
    status = await site.system.saw("StatusNotification", lambda one: one["errorCode"] == "HighTemperature")
    assert (status["status"], status["vendorErrorCode"]) == ("Charging", "overtemp")
    assert site.connector.outlet.offered_a == 10.0
    await site.hands.carry_out(command("clear_error"))
    await site.system.saw("StatusNotification", lambda one: one["status"] == "Charging", times=3)
    assert site.system.of("StatusNotification")[-1]["errorCode"] == "NoError"
    assert site.system.of("StopTransaction") == []


async def test_too_much_voltage_has_its_own_code(site: Site) -> None:
    await site.hands.carry_out(command("error", type="voltage_out_of_range", detail="over"))
    assert (await site.system.saw_status("Faulted"))["errorCode"] == "OverVoltage"
    assert site.connector.outlet.voltage_v(1) > 253
    await site.hands.carry_out(command("clear_error"))
    await site.system.saw_status("Available")


async def test_with_an_error_a_card_starts_nothing_and_unplugging_is_noticed(site: Site) -> None:
    site.connector.plug(Car())
    await site.hands.carry_out(command("error", type="relay_failure"))
    await site.system.saw_status("Faulted")
    site.connector.session.swipe("CARD")
    assert site.system.of("Authorize") == []
    site.connector.unplug()
    await site.hands.carry_out(command("clear_error"))
    await site.system.saw_status("Available")
