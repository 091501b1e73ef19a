"""Firmware Management profile and the whitepaper's log and signed firmware messages."""

from typing import TYPE_CHECKING

from chargedeck.simulator.ocpp16.certificates import BadCertificateError
from chargedeck.simulator.ocpp16.firmware import Job
from chargedeck.simulator.ocpp16.logs import Destination
from chargedeck.simulator.wire import Payload, instant

if TYPE_CHECKING:
    from chargedeck.simulator.ocpp16.charge_point import ChargePoint


def update_firmware(point: "ChargePoint", request: Payload) -> Payload:
    """Fetch and install another firmware."""
    job = Job(
        location=request["location"],
        retrieve_at=instant(request["retrieveDate"]),
        retries=request.get("retries", 0),
        retry_interval=request.get("retryInterval", 30),
    )
    point.dispatch.afterwards(lambda: point.firmware.begin(job))
    return {}


def signed_update_firmware(point: "ChargePoint", request: Payload) -> Payload:
    """The same with a signature that must hold, by a certificate that the manufacturer's root vouches for."""
    firmware = request["firmware"]
    try:
        signer = point.certificates.manufacturer_vouches_for(firmware["signingCertificate"])
    except BadCertificateError as error:
        point.security_event("InvalidFirmwareSigningCertificate", str(error))
        return {"status": "InvalidCertificate"}
    replaced = point.firmware.is_busy
    job = Job(
        location=firmware["location"],
        retrieve_at=instant(firmware["retrieveDateTime"]),
        retries=request.get("retries", 0),
        retry_interval=request.get("retryInterval", 30),
        install_at=instant(firmware.get("installDateTime", "")),
        request_id=request["requestId"],
        signer=signer,
        signature=firmware["signature"],
    )
    point.dispatch.afterwards(lambda: point.firmware.begin(job))
    return {"status": "AcceptedCanceled" if replaced else "Accepted"}


def get_diagnostics(point: "ChargePoint", request: Payload) -> Payload:
    """Upload what the charge point knows of itself."""
    name = f"{point.identity.point_id}-diagnostics.json"
    destination = Destination(
        request["location"], name, request.get("retries", 0), request.get("retryInterval", 30)
    )
    point.dispatch.afterwards(lambda: point.diagnostics.begin(destination))
    return {"fileName": name}


def get_log(point: "ChargePoint", request: Payload) -> Payload:
    """Upload a log."""
    replaced = point.logs.is_busy
    name = f"{point.identity.point_id}-{request['logType']}.json"
    destination = Destination(
        request["log"]["remoteLocation"],
        name,
        request.get("retries", 0),
        request.get("retryInterval", 30),
        request["requestId"],
    )
    point.dispatch.afterwards(lambda: point.logs.begin(destination))
    return {"status": "AcceptedCanceled" if replaced else "Accepted", "filename": name}
