"""Certificates that live as long as a test."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import new
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID
from tests.octt.station import Payload

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that has signed itself, and its key."""

    issued: x509.Certificate
    key: Key

    @property
    def pem(self) -> str:
        return self.issued.public_bytes(Encoding.PEM).decode()

    def saved(self, folder: Path) -> tuple[Path, Path]:
        """The files of the certificate and of its key."""
        cert, key = folder / "cert.pem", folder / "key.pem"
        cert.write_text(self.pem)
        private = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        key.touch(mode=0o600)
        key.write_bytes(private)
        return cert, key

    def hash_data(self, algorithm: str) -> Payload:
        """What a charge point tells of an installed certificate (CertificateHashData)."""
        public = self.issued.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        issuer = self.issued.issuer.public_bytes()
        return {
            "hashAlgorithm": algorithm,
            "issuerNameHash": new(algorithm, issuer).hexdigest(),
            "issuerKeyHash": new(algorithm, public).hexdigest(),
            "serialNumber": f"{self.issued.serial_number:x}"[:20],
        }


def made_certificate(name: str, key: Key | None = None) -> Certificate:
    """A certificate for a name, and for the address that the tests are at."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("localhost")]),
            critical=False,
        )
    )
    return Certificate(builder.sign(key, hashes.SHA256()), key)
