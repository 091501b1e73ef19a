"""Wire words to the domain's, as tables."""

from datetime import UTC, datetime, timedelta

import pytest

from chargedeck.chargers.ocpp.schemas import Schemas
from chargedeck.chargers.ocpp.times import written
from chargedeck.chargers.ocpp16 import mapping
from chargedeck.domain.cards import CardAnswer, Verdict
from chargedeck.domain.errors import ErrorType
from chargedeck.domain.events import DeviceIdentity, OutletState
from chargedeck.domain.units import IdTag

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
STATUS = Schemas("v16", ()).request("StatusNotification")["properties"]


@pytest.mark.parametrize(
    ("payload", "identity"),
    [
        (
            {"chargePointVendor": "ACME", "chargePointModel": "One"},
            DeviceIdentity("ACME", "One", None, None),
        ),
        (
            {"chargePointVendor": " ", "chargePointModel": "", "chargeBoxSerialNumber": "B"},
            DeviceIdentity(None, None, "B", None),
        ),
        (
            {
                "chargePointVendor": "A",
                "chargePointModel": "M",
                "chargePointSerialNumber": "P",
                "chargeBoxSerialNumber": "B",
                "firmwareVersion": " 1.2 ",
                "iccid": "",
                "imsi": "",
            },
            DeviceIdentity("A", "M", "P", "1.2"),
        ),
    ],
)
def test_identity(payload: dict[str, str], identity: DeviceIdentity) -> None:
    assert mapping.identity(payload) == identity


@pytest.mark.parametrize(
    ("code", "status", "vendor_code", "error"),
    [
        ("NoError", "Charging", None, None),
        ("NoError", "Faulted", None, ErrorType.SYSTEM_ERROR),
        ("OtherError", "Faulted", "E7", ErrorType.CAR_ERROR),
        ("OtherError", "SuspendedEVSE", "E7", ErrorType.CAR_ERROR),
        ("OtherError", "Faulted", None, ErrorType.SYSTEM_ERROR),
        ("OtherError", "Faulted", "  ", ErrorType.SYSTEM_ERROR),
        ("HighTemperature", "Charging", None, ErrorType.DEVICE_HOT),
        ("HighTemperature", "SuspendedEVSE", None, ErrorType.DEVICE_HOT),
        ("HighTemperature", "Faulted", None, ErrorType.CRITICAL_TEMPERATURE),
        ("OverCurrentFailure", "Faulted", None, ErrorType.OVERCURRENT),
        ("UnderVoltage", "Faulted", None, ErrorType.VOLTAGE_OUT_OF_RANGE),
        ("OverVoltage", "Faulted", None, ErrorType.VOLTAGE_OUT_OF_RANGE),
        ("GroundFailure", "Faulted", None, ErrorType.RESIDUAL_CURRENT),
        ("InternalError", "Faulted", None, ErrorType.SYSTEM_ERROR),
        ("ReaderFailure", "Available", None, ErrorType.SYSTEM_ERROR),
        ("ResetFailure", "Faulted", None, ErrorType.SYSTEM_ERROR),
        ("ConnectorLockFailure", "Faulted", None, ErrorType.SYSTEM_ERROR),
        ("PowerMeterFailure", "Faulted", None, ErrorType.METERING_ERROR),
        ("PowerSwitchFailure", "Faulted", None, ErrorType.RELAY_FAILURE),
        ("EVCommunicationError", "Faulted", None, ErrorType.EV_COMMUNICATION_ERROR),
        ("WeakSignal", "Available", None, None),
        ("WeakSignal", "Faulted", None, ErrorType.SYSTEM_ERROR),
        ("LocalListConflict", "Charging", None, None),
        ("LocalListConflict", "Faulted", None, ErrorType.SYSTEM_ERROR),
    ],
)
def test_errors(code: str, status: str, vendor_code: str | None, error: ErrorType | None) -> None:
    payload = {"errorCode": code, "status": status}
    if vendor_code is not None:
        payload["vendorErrorCode"] = vendor_code
    assert mapping.error_of(payload) is error


@pytest.mark.parametrize("code", STATUS["errorCode"]["enum"])
@pytest.mark.parametrize("status", STATUS["status"]["enum"])
def test_every_status_and_error_code_is_understood(code: str, status: str) -> None:
    seen = mapping.outlet_seen({"connectorId": 1, "errorCode": code, "status": status}, NOW)
    assert seen.device_word == status
    assert (seen.error is None) == (seen.error_detail == "")
    assert (status == "Faulted") <= (seen.error is not None)


def test_every_state_of_the_domain_has_its_word() -> None:
    assert set(mapping.STATES) == set(STATUS["status"]["enum"])
    assert set(mapping.STATES.values()) == set(OutletState)


@pytest.mark.parametrize(
    ("payload", "detail"),
    [
        ({"errorCode": "OverVoltage"}, "OverVoltage"),
        ({"errorCode": "OtherError", "vendorErrorCode": "E7", "info": "pilot"}, "OtherError: E7: pilot"),
        ({"errorCode": "GroundFailure", "info": " "}, "GroundFailure"),
    ],
)
def test_details_are_the_devices_own_words(payload: dict[str, str], detail: str) -> None:
    assert mapping.detail_of(payload) == detail


@pytest.mark.parametrize(
    ("offset", "is_taken"),
    [
        (timedelta(0), True),
        (timedelta(hours=-2), True),
        (timedelta(days=-2), False),
        (timedelta(minutes=5), False),
    ],
)
def test_a_wrong_clock_does_not_date_an_error(offset: timedelta, is_taken: bool) -> None:
    payload = {"errorCode": "NoError", "status": "Available", "timestamp": written(NOW + offset)}
    assert mapping.outlet_seen(payload, NOW).at == (NOW + offset if is_taken else NOW)


@pytest.mark.parametrize(
    ("status", "active"),
    [
        ("Downloading", True),
        ("Downloaded", True),
        ("Installing", True),
        ("InstallRebooting", True),
        ("SignatureVerified", True),
        ("Installed", False),
        ("InstallationFailed", False),
        ("DownloadFailed", False),
        ("DownloadScheduled", False),
        ("InstallScheduled", False),
        ("InvalidSignature", False),
        ("Idle", False),
    ],
)
def test_updates(status: str, active: bool) -> None:
    assert mapping.update(status).active is active


def test_cards() -> None:
    schemas = Schemas("v16", {"Authorize"})
    for verdict in Verdict:
        answer = CardAnswer(verdict, NOW, IdTag("GROUP"))
        info = mapping.id_tag_info(answer)
        schemas.check_response("Authorize", {"idTagInfo": info})
        assert info == {
            "status": verdict.value,
            "expiryDate": "2026-11-22T12:00:00.000Z",
            "parentIdTag": "GROUP",
        }
