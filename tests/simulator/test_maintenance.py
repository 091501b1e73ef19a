"""Firmware, logs and certificates: real files over real HTTP, real signatures."""

import asyncio
import base64
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID
from tests.simulator.central_system import Payload, now
from tests.simulator.site import Site, passes

from chargedeck.simulator.clock import Seconds, after
from chargedeck.simulator.ocpp16.transfer import TransferError, download
from chargedeck.simulator.wire import timestamp

IMAGE = b"firmware image"
PEM = serialization.Encoding.PEM


@dataclass
class Files:
    """A web server with files to fetch, and room for files that are put."""

    url: str = ""
    content: dict[str, bytes] = field(default_factory=dict)
    stored: dict[str, bytes] = field(default_factory=dict)
    asked: int = 0


@pytest.fixture
def files() -> Iterator[Files]:
    shelf = Files(content={"/v2.3.4.bin": IMAGE, "/empty-9.9.9.bin": b""})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shelf.asked += 1
            self.send_response(200 if self.path in shelf.content else 404)
            self.end_headers()
            self.wfile.write(shelf.content.get(self.path, b""))

        def do_PUT(self) -> None:
            shelf.stored[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(201)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        shelf.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield shelf
        server.shutdown()
        thread.join()


def words(site: Site, action: str) -> list[str]:
    return [one["status"] for one in site.system.of(action)]


async def update(site: Site, location: str, **more: int) -> None:
    request = {"location": location, "retrieveDate": now(), **more}
    assert await site.system.call("UpdateFirmware", request) == {}


async def test_an_update_waits_for_the_car_then_installs_and_boots(site: Site, files: Files) -> None:
    await site.charging()
    await update(site, f"{files.url}/v2.3.4.bin")
    action = "FirmwareStatusNotification"
    await site.system.saw(action, lambda one: one["status"] == "Downloaded")
    await site.system.call("TriggerMessage", {"requestedMessage": action})
    await site.system.saw(action, lambda one: one["status"] == "Downloaded", times=2)
    site.connector.session.swipe("CARD")
    await site.system.saw_status("Unavailable")
    await site.system.saw(action, lambda one: one["status"] == "Installed")
    assert words(site, action) == ["Downloading", "Downloaded", "Downloaded", "Installing", "Installed"]
    assert site.system.of("BootNotification")[-1]["firmwareVersion"] == "2.3.4"
    await site.system.saw("SecurityEventNotification", lambda one: one["type"] == "FirmwareUpdated")
    await site.system.call("TriggerMessage", {"requestedMessage": action})
    await site.system.saw(action, lambda one: one["status"] == "Idle")


async def test_a_file_that_is_not_there_is_asked_for_as_often_as_allowed(site: Site, files: Files) -> None:
    await update(site, f"{files.url}/nothing", retries=2, retryInterval=1)
    await site.system.saw("FirmwareStatusNotification", lambda one: one["status"] == "DownloadFailed")
    assert files.asked == 3


@pytest.mark.parametrize("location", ["ftp://127.0.0.1/x", "file:///etc/passwd"])
async def test_only_http_is_fetched(site: Site, location: str) -> None:
    await update(site, location)
    await site.system.saw("FirmwareStatusNotification", lambda one: one["status"] == "DownloadFailed")


@pytest.mark.parametrize("location", ["", "nonsense", "http://", "http://[::1", "file:///etc/passwd"])
async def test_what_is_no_web_address_is_not_even_tried(location: str) -> None:
    with pytest.raises(TransferError):
        await download(location)


async def test_an_empty_image_is_not_installed(site: Site, files: Files) -> None:
    await update(site, f"{files.url}/empty-9.9.9.bin")
    await site.system.saw("FirmwareStatusNotification", lambda one: one["status"] == "InstallationFailed")
    await site.system.saw_status("Available")
    assert site.point.identity.firmware == "1.0.0"


async def test_diagnostics_are_uploaded(site: Site, files: Files) -> None:
    answer = await site.system.call("GetDiagnostics", {"location": f"{files.url}/in/"})
    action = "DiagnosticsStatusNotification"
    await site.system.saw(action, lambda one: one["status"] == "Uploaded")
    assert words(site, action) == ["Uploading", "Uploaded"]
    assert b'"charge_point": "cp"' in files.stored[f"/in/{answer['fileName']}"]


async def test_diagnostics_that_nobody_takes(site: Site) -> None:
    await site.system.call(
        "GetDiagnostics", {"location": "http://127.0.0.1:1/", "retries": 1, "retryInterval": 1}
    )
    await site.system.saw("DiagnosticsStatusNotification", lambda one: one["status"] == "UploadFailed")


async def test_logs_carry_the_id_of_their_request(site: Site, files: Files) -> None:
    def log(request_id: int, location: str, retries: int = 0) -> Payload:
        return {
            "logType": "SecurityLog", "requestId": request_id, "retries": retries, "retryInterval": 3600,
            "log": {"remoteLocation": location},
        }  # fmt: skip

    first = await site.system.call("GetLog", log(1, "http://127.0.0.1:1/", retries=5))
    assert first["status"] == "Accepted"
    await site.system.saw("LogStatusNotification", lambda one: one["requestId"] == 1)
    second = await site.system.call("GetLog", log(2, f"{files.url}/"))
    assert second["status"] == "AcceptedCanceled"
    await site.system.saw("LogStatusNotification", lambda one: one == {"status": "Uploaded", "requestId": 2})
    assert f"/{second['filename']}" in files.stored


# certificates


@dataclass
class Authority:
    """A root and its key."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(PEM).decode()

    def sign(self, public_key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey) -> str:
        return _certificate(self.key, "root", public_key, "leaf").public_bytes(PEM).decode()


def _certificate(
    signer: ec.EllipticCurvePrivateKey,
    issuer: str,
    public_key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
    subject: str,
) -> x509.Certificate:
    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    builder = x509.CertificateBuilder(name(issuer), name(subject), public_key, x509.random_serial_number())
    builder = builder.not_valid_before(datetime.now(UTC)).not_valid_after(
        datetime.now(UTC) + timedelta(days=1)
    )
    return builder.sign(signer, hashes.SHA256())


@pytest.fixture
def authority() -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    return Authority(key, _certificate(key, "root", key.public_key(), "root"))


MANUFACTURER = {"certificateType": "ManufacturerRootCertificate"}
CENTRAL = {"certificateType": "CentralSystemRootCertificate"}


async def install(site: Site, pem: str, kind: Payload) -> str:
    answer = await site.system.call("InstallCertificate", {**kind, "certificate": pem})
    return str(answer["status"])


async def test_roots_are_installed_named_and_deleted(site: Site, authority: Authority) -> None:
    assert await install(site, "nonsense", CENTRAL) == "Rejected"
    assert await install(site, authority.pem, CENTRAL) == "Accepted"
    assert await install(site, authority.pem, CENTRAL) == "Accepted"
    listed = await site.system.call("GetInstalledCertificateIds", CENTRAL)
    [data] = listed["certificateHashData"]
    digest = hashes.Hash(hashes.SHA256())
    digest.update(authority.certificate.issuer.public_bytes())
    assert data["issuerNameHash"] == digest.finalize().hex()
    assert int(data["serialNumber"], 16) == authority.certificate.serial_number
    assert await site.system.call("GetInstalledCertificateIds", MANUFACTURER) == {"status": "NotFound"}
    assert await site.system.call("DeleteCertificate", {"certificateHashData": data}) == {
        "status": "Accepted"
    }
    assert await site.system.call("DeleteCertificate", {"certificateHashData": data}) == {
        "status": "NotFound"
    }


async def test_there_is_room_for_ten_roots(site: Site) -> None:
    for number in range(11):
        key = ec.generate_private_key(ec.SECP256R1())
        pem = _certificate(key, str(number), key.public_key(), str(number)).public_bytes(PEM).decode()
        assert await install(site, pem, CENTRAL) == ("Accepted" if number < 10 else "Failed")


async def test_it_asks_for_its_own_certificate_and_takes_only_that(site: Site, authority: Authority) -> None:
    await site.system.call("ExtendedTriggerMessage", {"requestedMessage": "SignChargePointCertificate"})
    asked = await site.system.saw("SignCertificate")
    request = x509.load_pem_x509_csr(asked["csr"].encode())
    assert request.is_signature_valid
    assert request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == "cp"
    answer = await site.system.call("CertificateSigned", {"certificateChain": authority.pem})
    assert answer == {"status": "Rejected"}
    await site.system.saw(
        "SecurityEventNotification", lambda one: one["type"] == "InvalidChargePointCertificate"
    )
    key = request.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    answer = await site.system.call("CertificateSigned", {"certificateChain": authority.sign(key)})
    assert answer == {"status": "Accepted"}


SIGNED = "SignedFirmwareStatusNotification"


def signed_update(files: Files, certificate: str, signature: bytes, **more: str) -> Payload:
    firmware = {
        "location": f"{files.url}/v2.3.4.bin",
        "retrieveDateTime": now(),
        "signingCertificate": certificate,
        "signature": base64.b64encode(signature).decode(),
        **more,
    }
    return {"requestId": 42, "firmware": firmware}


async def test_signed_firmware_is_installed(site: Site, files: Files, authority: Authority) -> None:
    await install(site, authority.pem, MANUFACTURER)
    key = ec.generate_private_key(ec.SECP256R1())
    signature = key.sign(IMAGE, ec.ECDSA(hashes.SHA256()))
    later = timestamp(after(site.point.now(), Seconds(30)))
    request = signed_update(files, authority.sign(key.public_key()), signature, installDateTime=later)
    assert await site.system.call("SignedUpdateFirmware", request) == {"status": "Accepted"}
    await site.system.saw(SIGNED, lambda one: one["status"] == "Installed")
    told = list(dict.fromkeys(words(site, SIGNED)))  # what the restart cut off is told twice
    assert told == [
        "Downloading", "Downloaded", "SignatureVerified",
        "InstallScheduled", "Installing", "InstallRebooting", "Installed",
    ]  # fmt: skip
    assert {one["requestId"] for one in site.system.of(SIGNED)} == {42}


async def test_rsa_signatures_hold_too(site: Site, files: Files, authority: Authority) -> None:
    await install(site, authority.pem, MANUFACTURER)
    key = rsa.generate_private_key(65_537, 2048)
    pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
    request = signed_update(files, authority.sign(key.public_key()), key.sign(IMAGE, pss, hashes.SHA256()))
    await site.system.call("SignedUpdateFirmware", request)
    await site.system.saw(SIGNED, lambda one: one["status"] == "SignatureVerified")


async def test_a_wrong_signature_is_not_installed(site: Site, files: Files, authority: Authority) -> None:
    await install(site, authority.pem, MANUFACTURER)
    key = ec.generate_private_key(ec.SECP256R1())
    signature = key.sign(b"another image", ec.ECDSA(hashes.SHA256()))
    request = signed_update(files, authority.sign(key.public_key()), signature)
    await site.system.call("SignedUpdateFirmware", request)
    await site.system.saw(SIGNED, lambda one: one["status"] == "InvalidSignature")
    await site.system.saw("SecurityEventNotification", lambda one: one["type"] == "InvalidFirmwareSignature")
    assert site.point.identity.firmware == "1.0.0"


async def test_a_signer_that_no_manufacturer_knows_is_refused(
    site: Site, files: Files, authority: Authority
) -> None:
    request = signed_update(files, authority.pem, b"anything")
    assert await site.system.call("SignedUpdateFirmware", request) == {"status": "InvalidCertificate"}
    await site.system.saw(
        "SecurityEventNotification", lambda one: one["type"] == "InvalidFirmwareSigningCertificate"
    )


async def test_a_status_that_could_not_be_told_is_told_later(site: Site, files: Files) -> None:
    await update(site, f"{files.url}/v2.3.4.bin", retries=0)
    await site.system.saw("FirmwareStatusNotification", lambda one: one["status"] == "Installing")
    site.link.cut()
    await passes(lambda: site.point.identity.firmware == "2.3.4")
    await asyncio.sleep(0)
    site.link.restore()
    await site.system.saw("FirmwareStatusNotification", lambda one: one["status"] == "Installed")
