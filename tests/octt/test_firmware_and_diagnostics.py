"""OCTT 1.6, Central System: firmware, diagnostics, and their secure kin (3.15, 3.16, 3.21.2, 3.21.3)."""

import pytest
from tests.octt.certificates import made_certificate
from tests.octt.charge_point import VENDOR, ChargePoint, ahead
from tests.octt.operating import Operator
from tests.octt.station import Payload

FIRMWARE_AT = "https://firmware.example.com/acme-1.1.bin"
LOGS_AT = "ftps://logs.example.com/upload"


async def updating(point: ChargePoint, operator: Operator) -> None:
    """The operator sends UpdateFirmware; the charge point takes it and downloads."""
    wanted: Payload = {"location": FIRMWARE_AT, "retrieveDate": ahead(seconds=1), "retries": 2}
    sent = operator.sends("UpdateFirmware", **wanted)
    request = await point.expect("UpdateFirmware")
    assert request.payload == wanted
    await request.answer()
    assert await sent == {}
    await firmware(point, operator, "Downloading")


async def firmware(point: ChargePoint, operator: Operator, status: str) -> None:
    """A FirmwareStatusNotification, seen by the operator."""
    assert await point.call("FirmwareStatusNotification", status=status) == {}
    assert (await operator.device())["firmware_status"] == status


async def installing(point: ChargePoint, operator: Operator) -> None:
    """Download done, outlets out of service, installing."""
    await firmware(point, operator, "Downloaded")
    await point.all_say("Unavailable")
    await firmware(point, operator, "Installing")
    assert (await operator.charger())["status_reason"] == "updating"


async def test_tc_044_1_firmware_update_download_and_install(point: ChargePoint, operator: Operator) -> None:
    await point.booted()
    await updating(point, operator)
    await installing(point, operator)
    await point.call("BootNotification", **VENDOR | {"firmwareVersion": "1.1.0"})
    await point.all_say("Available")
    await firmware(point, operator, "Installed")
    device, charger = await operator.device(), await operator.charger()
    assert device["firmware"] == "1.1.0"
    assert (charger["status"], charger["status_reason"]) == ("available", None)


async def test_tc_044_2_firmware_update_download_failed(point: ChargePoint, operator: Operator) -> None:
    await point.booted()
    await updating(point, operator)
    await firmware(point, operator, "DownloadFailed")
    charger = await operator.charger()
    assert (charger["status"], charger["status_reason"]) == ("available", None)


async def test_tc_044_3_firmware_update_installation_failed(point: ChargePoint, operator: Operator) -> None:
    await point.booted()
    await updating(point, operator)
    await installing(point, operator)
    await point.call("BootNotification", **VENDOR)
    await point.all_say("Available")
    await firmware(point, operator, "InstallationFailed")
    device, charger = await operator.device(), await operator.charger()
    assert device["firmware"] == VENDOR["firmwareVersion"]
    assert (charger["status"], charger["status_reason"]) == ("available", None)


@pytest.mark.parametrize(
    "outcome",
    [
        pytest.param("Uploaded", id="tc_045_1_get_diagnostics"),
        pytest.param("UploadFailed", id="tc_045_2_upload_failed"),
    ],
)
async def test_get_diagnostics(point: ChargePoint, operator: Operator, outcome: str) -> None:
    await point.booted()
    sent = operator.sends("GetDiagnostics", location=LOGS_AT)
    request = await point.expect("GetDiagnostics")
    assert request.payload == {"location": LOGS_AT}
    await request.answer(fileName="diagnostics.zip")
    assert await sent == {"fileName": "diagnostics.zip"}
    for status in ("Uploading", outcome):
        assert await point.call("DiagnosticsStatusNotification", status=status) == {}
        assert (await operator.device())["diagnostics_status"] == status


async def test_tc_079_get_security_log(point: ChargePoint, operator: Operator) -> None:
    await point.booted()
    wanted: Payload = {
        "logType": "SecurityLog",
        "requestId": 7,
        "log": {"remoteLocation": LOGS_AT, "oldestTimestamp": "2026-01-01T00:00:00Z"},
    }
    sent = operator.sends("GetLog", **wanted)
    request = await point.expect("GetLog")
    assert request.payload == wanted
    await request.answer(status="Accepted", filename="security.log")
    assert await sent == {"status": "Accepted", "filename": "security.log"}
    for status in ("Uploading", "Uploaded"):
        assert await point.call("LogStatusNotification", status=status, requestId=7) == {}
    told = await operator.messages("LogStatusNotification")
    assert [payload["status"] for payload in told] == ["Uploaded", "Uploading"]


def signed_firmware(signature: str) -> Payload:
    """A SignedUpdateFirmware."""
    firmware: Payload = {
        "location": FIRMWARE_AT,
        "retrieveDateTime": ahead(seconds=1),
        "signature": signature,
        "signingCertificate": made_certificate("ACME firmware").pem,
    }
    return {"requestId": 11, "firmware": firmware}


async def updating_signed(point: ChargePoint, operator: Operator, signature: str) -> None:
    """The operator sends SignedUpdateFirmware; the charge point takes it and downloads."""
    wanted = signed_firmware(signature)
    sent = operator.sends("SignedUpdateFirmware", **wanted)
    request = await point.expect("SignedUpdateFirmware")
    assert request.payload == wanted
    await request.answer(status="Accepted")
    assert await sent == {"status": "Accepted"}
    for status in ("Downloading", "Downloaded"):
        await signed(point, operator, status)


async def signed(point: ChargePoint, operator: Operator, status: str) -> None:
    """A SignedFirmwareStatusNotification, seen by the operator."""
    assert await point.call("SignedFirmwareStatusNotification", status=status, requestId=11) == {}
    assert (await operator.device())["firmware_status"] == status


async def test_tc_080_secure_firmware_update(point: ChargePoint, operator: Operator) -> None:
    await point.booted()
    await updating_signed(point, operator, "c2lnbmF0dXJl")
    await signed(point, operator, "SignatureVerified")
    await point.all_say("Unavailable")
    for status in ("Installing", "InstallRebooting"):
        await signed(point, operator, status)
    assert (await operator.charger())["status_reason"] == "updating"
    boot = await point.call("BootNotification", **VENDOR | {"firmwareVersion": "1.1.0"})
    assert boot["status"] == "Accepted"
    event = await point.call("SecurityEventNotification", type="FirmwareUpdated", timestamp=ahead(seconds=0))
    assert event == {}
    await point.all_say("Available")
    await signed(point, operator, "Installed")
    assert (await operator.device())["firmware"] == "1.1.0"
    assert (await operator.charger())["status_reason"] is None


async def test_tc_081_secure_firmware_update_invalid_signature(
    point: ChargePoint, operator: Operator
) -> None:
    await point.booted()
    await updating_signed(point, operator, "bm90IHRoZSBzaWduYXR1cmU=")
    await signed(point, operator, "InvalidSignature")
    charger = await operator.charger()
    assert (charger["status"], charger["status_reason"]) == ("available", None)
