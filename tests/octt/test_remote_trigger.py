"""OCTT 1.6, Central System: messages on request, and a vendor's own (3.18, 3.20)."""

import pytest
from tests.octt.charge_point import ChargePoint, ago
from tests.octt.operating import Operator
from tests.octt.station import Payload

METERED: Payload = {
    "connectorId": 1,
    "meterValue": [
        {
            "timestamp": ago(),
            "sampledValue": [
                {"value": "12345", "unit": "Wh", "measurand": "Energy.Active.Import.Register"},
            ],
        }
    ],
}


async def triggered(point: ChargePoint, operator: Operator, message: str, **more: int) -> None:
    """The operator asks for a message and the charge point agrees to send it."""
    sent = operator.sends("TriggerMessage", requestedMessage=message, **more)
    request = await point.expect("TriggerMessage", requestedMessage=message)
    assert request.payload == {"requestedMessage": message, **more}
    await request.answer(status="Accepted")
    assert await sent == {"status": "Accepted"}


async def test_tc_054_trigger_message(point: ChargePoint, operator: Operator) -> None:
    await point.booted()
    await triggered(point, operator, "MeterValues", connectorId=1)
    assert await point.call("MeterValues", **METERED) == {}
    assert (await operator.charger())["lifetime_energy_wh"] == 12_345
    await triggered(point, operator, "Heartbeat")
    assert "currentTime" in await point.call("Heartbeat")
    await triggered(point, operator, "StatusNotification", connectorId=1)
    await point.says("Available")
    await triggered(point, operator, "DiagnosticsStatusNotification")
    assert await point.call("DiagnosticsStatusNotification", status="Idle") == {}
    await triggered(point, operator, "FirmwareStatusNotification")
    assert await point.call("FirmwareStatusNotification", status="Idle") == {}
    device = await operator.device()
    assert (device["diagnostics_status"], device["firmware_status"]) == ("Idle", "Idle")


@pytest.mark.parametrize(
    ("message", "status"),
    [
        pytest.param("MeterValues", "Rejected", id="tc_055_trigger_message_rejected"),
        pytest.param("FirmwareStatusNotification", "NotImplemented", id="tc_054_not_implemented"),
    ],
)
async def test_trigger_message_refused(
    point: ChargePoint, operator: Operator, message: str, status: str
) -> None:
    await point.booted()
    sent = operator.sends("TriggerMessage", requestedMessage=message)
    await (await point.expect("TriggerMessage", requestedMessage=message)).answer(status=status)
    assert await sent == {"status": status}


async def test_tc_064_data_transfer_to_a_central_system(point: ChargePoint, operator: Operator) -> None:
    await point.booted()
    answer = await point.call("DataTransfer", vendorId="com.acme", messageId="Hello", data="world")
    assert answer == {"status": "UnknownVendorId"}
    (told,) = await operator.messages("DataTransfer")
    assert told == {"vendorId": "com.acme", "messageId": "Hello", "data": "world"}
