"""The whitepaper's certificate messages."""

from typing import TYPE_CHECKING

from chargedeck.simulator.ocpp16.certificates import BadCertificateError, HashData, StoreFullError
from chargedeck.simulator.ocpp16.requests.core import ACCEPTED, REJECTED
from chargedeck.simulator.wire import Payload

if TYPE_CHECKING:
    from chargedeck.simulator.ocpp16.charge_point import ChargePoint


def install_certificate(point: "ChargePoint", request: Payload) -> Payload:
    """Trust another root."""
    try:
        point.certificates.install(request["certificateType"], request["certificate"])
    except BadCertificateError:
        return REJECTED
    except StoreFullError:
        return {"status": "Failed"}
    return ACCEPTED


def delete_certificate(point: "ChargePoint", request: Payload) -> Payload:
    """Trust a root no more."""
    found = point.certificates.delete(HashData.of(request["certificateHashData"]))
    return ACCEPTED if found else {"status": "NotFound"}


def get_installed_certificate_ids(point: "ChargePoint", request: Payload) -> Payload:
    """Tell the roots of a kind."""
    installed = point.certificates.installed(request["certificateType"])
    if not installed:
        return {"status": "NotFound"}
    return {"status": "Accepted", "certificateHashData": [data.payload() for data in installed]}


def certificate_signed(point: "ChargePoint", request: Payload) -> Payload:
    """Take our own certificate, if it is for the key we asked with."""
    try:
        point.certificates.take_own(request["certificateChain"])
    except BadCertificateError as error:
        point.security_event("InvalidChargePointCertificate", str(error))
        return REJECTED
    return ACCEPTED
