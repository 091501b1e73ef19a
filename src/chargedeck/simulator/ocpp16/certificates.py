"""Certificates of the security whitepaper: trusted roots, our own key, signatures; sends nothing."""

import base64
import binascii
from dataclasses import dataclass
from typing import Self

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from chargedeck.simulator.wire import Payload

MOST_INSTALLED = 10
_MANUFACTURER = "ManufacturerRootCertificate"


class BadCertificateError(Exception):
    """Not a certificate, or not one that can be trusted here."""


class StoreFullError(Exception):
    """No room for another root."""


@dataclass(frozen=True, slots=True)
class HashData:
    """How OCPP names a certificate."""

    algorithm: str
    issuer_name_hash: str
    issuer_key_hash: str
    serial_number: str

    @classmethod
    def of(cls, raw: Payload) -> Self:
        """Understand a `certificateHashData`."""
        return cls(
            raw["hashAlgorithm"],
            raw["issuerNameHash"].lower(),
            raw["issuerKeyHash"].lower(),
            raw["serialNumber"].lower().lstrip("0"),
        )

    def payload(self) -> Payload:
        """The same for the wire."""
        return {
            "hashAlgorithm": self.algorithm,
            "issuerNameHash": self.issuer_name_hash,
            "issuerKeyHash": self.issuer_key_hash,
            "serialNumber": self.serial_number,
        }


class CertificateStore:
    """The roots by kind, and our own key once it was needed."""

    __slots__ = ("_key", "_roots", "own")

    def __init__(self) -> None:
        self._roots: tuple[tuple[str, x509.Certificate], ...] = ()
        self._key: ec.EllipticCurvePrivateKey | None = None
        self.own: x509.Certificate | None = None

    def install(self, kind: str, pem: str) -> None:
        """Trust a root."""
        certificate = _read(pem)
        _key_bits(certificate)  # a root that cannot be named later is refused now
        if (kind, certificate) in self._roots:
            return
        if len(self._roots) >= MOST_INSTALLED:
            raise StoreFullError
        self._roots = (*self._roots, (kind, certificate))

    def delete(self, wanted: HashData) -> bool:
        """Trust it no more; False when it was not there."""
        algorithm = _ALGORITHMS.get(wanted.algorithm)
        if algorithm is None:
            return False
        kept = tuple(root for root in self._roots if _hash_data(root[1], wanted.algorithm) != wanted)
        found = len(kept) < len(self._roots)
        self._roots = kept
        return found

    def installed(self, kind: str) -> list[HashData]:
        """The names of the roots of a kind."""
        return [_hash_data(root, "SHA256") for of_kind, root in self._roots if of_kind == kind]

    def signing_request(self, common_name: str, organization: str) -> str:
        """Make a new key and ask for a certificate for it."""
        self._key = ec.generate_private_key(ec.SECP256R1())
        names = [
            x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64]),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization[:64]),
        ]
        builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(names))
        return builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()

    def take_own(self, chain: str) -> None:
        """Take our certificate, the first of a chain."""
        certificate = _read(chain)
        if self._key is None or certificate.public_key() != self._key.public_key():
            raise BadCertificateError("the certificate is not for the key that was asked with")
        self.own = certificate

    def manufacturer_vouches_for(self, pem: str) -> x509.Certificate:
        """The certificate, if a manufacturer's root has signed it."""
        certificate = _read(pem)
        roots = [root for kind, root in self._roots if kind == _MANUFACTURER]
        if not any(_issued_by(certificate, root) for root in roots):
            raise BadCertificateError("no manufacturer root has signed it")
        return certificate


def signature_holds(signer: x509.Certificate, data: bytes, signature: str) -> bool:
    """Whether a base64 signature over `data` was made with the signer's key (SHA-256; ECDSA or RSA-PSS)."""
    key = signer.public_key()
    try:
        raw = base64.b64decode(signature, validate=True)
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(raw, data, ec.ECDSA(hashes.SHA256()))
        elif isinstance(key, rsa.RSAPublicKey):
            pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=padding.PSS.AUTO)
            key.verify(raw, data, pss, hashes.SHA256())
        else:
            return False
    except (binascii.Error, InvalidSignature):
        return False
    return True


_ALGORITHMS: dict[str, type[hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = {
    "SHA256": hashes.SHA256,
    "SHA384": hashes.SHA384,
    "SHA512": hashes.SHA512,
}


def _read(pem: str) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(pem.encode())
    except ValueError as error:
        raise BadCertificateError("not a certificate in PEM") from error


def _issued_by(certificate: x509.Certificate, root: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(root)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _hash_data(root: x509.Certificate, algorithm: str) -> HashData:
    """Of a root, which is its own issuer."""

    def digest(data: bytes) -> str:
        hasher = hashes.Hash(_ALGORITHMS[algorithm]())
        hasher.update(data)
        return hasher.finalize().hex()

    return HashData(
        algorithm, digest(root.issuer.public_bytes()), digest(_key_bits(root)), f"{root.serial_number:x}"
    )


def _key_bits(certificate: x509.Certificate) -> bytes:
    """The subjectPublicKey bits alone, without the algorithm (RFC 6960 §4.1.1 hashes just these)."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    raise BadCertificateError("only RSA and elliptic curve keys are known here")
