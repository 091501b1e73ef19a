"""OCTT 1.6, Central System: certificates in charge points, and their security events (3.21.1, 3.21.2)."""

import pytest
from tests.octt.certificates import Certificate, made_certificate
from tests.octt.charge_point import ChargePoint, ago
from tests.octt.operating import Operator
from tests.octt.station import Payload

CENTRAL_SYSTEM = "CentralSystemRootCertificate"


async def installed(
    point: ChargePoint, operator: Operator, kind: str, root: Certificate, status: str
) -> None:
    """The operator installs a root certificate; the charge point takes it or does not."""
    wanted: Payload = {"certificateType": kind, "certificate": root.pem}
    sent = operator.sends("InstallCertificate", **wanted)
    request = await point.expect("InstallCertificate")
    assert request.payload == wanted
    await request.answer(status=status)
    assert await sent == {"status": status}


async def listed(point: ChargePoint, operator: Operator, kind: str, *installed: Payload) -> Payload:
    """The operator asks which certificates of a kind there are; answers what the operator is told."""
    asked = operator.sends("GetInstalledCertificateIds", certificateType=kind)
    request = await point.expect("GetInstalledCertificateIds")
    assert request.payload == {"certificateType": kind}
    if installed:
        await request.answer(status="Accepted", certificateHashData=list(installed))
    else:
        await request.answer(status="NotFound")
    return await asked


async def security_event(point: ChargePoint, operator: Operator, kind: str) -> None:
    """A SecurityEventNotification, which the operator can read."""
    assert await point.call("SecurityEventNotification", type=kind, timestamp=ago()) == {}
    (told,) = await operator.messages("SecurityEventNotification")
    assert told["type"] == kind


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("ManufacturerRootCertificate", id="tc_075_1_manufacturer_root"),
        pytest.param(CENTRAL_SYSTEM, id="tc_075_2_central_system_root"),
    ],
)
async def test_install_certificate(point: ChargePoint, operator: Operator, kind: str) -> None:
    await point.booted()
    root = made_certificate("Test root")
    await installed(point, operator, kind, root, "Accepted")
    hashed = root.hash_data("SHA256")
    answer = await listed(point, operator, kind, hashed)
    assert answer == {"status": "Accepted", "certificateHashData": [hashed]}


@pytest.mark.parametrize("algorithm", ["SHA256", "SHA384", "SHA512"])
async def test_tc_076_delete_a_specific_certificate(
    point: ChargePoint, operator: Operator, algorithm: str
) -> None:
    await point.booted()
    root = made_certificate("Test root 2")
    await installed(point, operator, CENTRAL_SYSTEM, root, "Accepted")
    (hashed,) = (await listed(point, operator, CENTRAL_SYSTEM, root.hash_data(algorithm)))[
        "certificateHashData"
    ]
    sent = operator.sends("DeleteCertificate", certificateHashData=hashed)
    request = await point.expect("DeleteCertificate")
    assert request.payload == {"certificateHashData": root.hash_data(algorithm)}
    await request.answer(status="Accepted")
    assert await sent == {"status": "Accepted"}
    assert await listed(point, operator, CENTRAL_SYSTEM) == {"status": "NotFound"}


async def test_tc_077_invalid_charge_point_certificate_security_event(
    point: ChargePoint, operator: Operator
) -> None:
    """Without the signing, which is profile 3's: the operator sends a certificate made elsewhere."""
    await point.booted()
    asked = operator.sends("ExtendedTriggerMessage", requestedMessage="SignChargePointCertificate")
    request = await point.expect("ExtendedTriggerMessage")
    assert request.payload == {"requestedMessage": "SignChargePointCertificate"}
    await request.answer(status="Accepted")
    assert await asked == {"status": "Accepted"}
    chain = made_certificate(point.id).pem
    sent = operator.sends("CertificateSigned", certificateChain=chain)
    request = await point.expect("CertificateSigned")
    assert request.payload == {"certificateChain": chain}
    await request.answer(status="Rejected")
    assert await sent == {"status": "Rejected"}
    await security_event(point, operator, "InvalidChargePointCertificate")


async def test_tc_078_invalid_central_system_certificate_security_event(
    point: ChargePoint, operator: Operator
) -> None:
    await point.booted()
    await installed(point, operator, CENTRAL_SYSTEM, made_certificate("Test root"), "Rejected")
    await security_event(point, operator, "InvalidCentralSystemCertificate")
