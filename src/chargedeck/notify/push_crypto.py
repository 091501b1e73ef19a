"""Web push as its standards say it: the message that only the browser can read, and who sends it.

RFC 8291 and 8188 (aes128gcm) for the message, RFC 8292 (VAPID) for the sender.
"""

import base64
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

VALID_FOR = timedelta(hours=12)
"""A push service takes no signature that is good for more than a day."""

RECORD_SIZE = 4096

AUTH_BYTES = 16

_CURVE = ec.SECP256R1()


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A browser: its public key, and the secret that it shares with whoever may write to it."""

    public_key: bytes
    auth: bytes = field(repr=False)


class Subscription(NamedTuple):
    """Where a browser is reached."""

    endpoint: str
    subscriber: Subscriber


def subscription(address: str) -> Subscription | None:
    """What a browser answered when it subscribed; None where it cannot be that."""
    try:
        told: Any = json.loads(address)
        keys = told["keys"]
        public_key, auth = from_unpadded(keys["p256dh"]), from_unpadded(keys["auth"])
        ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, public_key)
        endpoint = told["endpoint"]
    except (ValueError, KeyError, TypeError):
        return None
    if len(auth) != AUTH_BYTES or not isinstance(endpoint, str):
        return None
    return Subscription(endpoint, Subscriber(public_key, auth))


def unpadded(data: bytes) -> str:
    """Base64 as the web writes it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_unpadded(text: str) -> bytes:
    """What `unpadded` wrote; raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def public_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The uncompressed point, 65 bytes."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def key_of(secret: bytes) -> ec.EllipticCurvePrivateKey:
    """The key that 32 bytes stand for."""
    return ec.derive_private_key(int.from_bytes(secret, "big"), _CURVE)


def new_secret() -> bytes:
    """32 bytes that stand for a new key."""
    return ec.generate_private_key(_CURVE).private_numbers().private_value.to_bytes(32, "big")


def sealed(plain: bytes, to: Subscriber) -> bytes:
    """The body of a request, with a key and a salt for it alone."""
    return encrypted(plain, to, sender=ec.generate_private_key(_CURVE), salt=secrets.token_bytes(16))


def encrypted(plain: bytes, to: Subscriber, *, sender: ec.EllipticCurvePrivateKey, salt: bytes) -> bytes:
    """The body of the request; `sender` is a key for this message alone, `salt` 16 bytes by chance.

    Raises ValueError for a public key that is no point of the curve.
    """
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, to.public_key)
    own = public_bytes(sender)
    shared = sender.exchange(ec.ECDH(), theirs)
    seed = _derived(shared, to.auth, b"WebPush: info\0" + to.public_key + own, 32)
    key = _derived(seed, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(seed, salt, b"Content-Encoding: nonce\0", 12)
    # 2 marks the last record, and there is only one.
    body = AESGCM(key).encrypt(nonce, plain + b"\x02", None)
    return salt + RECORD_SIZE.to_bytes(4, "big") + bytes([len(own)]) + own + body


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def authorization(
    endpoint: str, key: ec.EllipticCurvePrivateKey, *, contact: str | None, now: datetime
) -> str:
    """The header that says who sends, to this push service and for half a day."""
    parts = urlsplit(endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int((now + VALID_FOR).timestamp())}
    if contact is not None:
        claims["sub"] = contact
    header = {"typ": "JWT", "alg": "ES256"}
    signed = ".".join(unpadded(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    signature = unpadded(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={signed}.{signature}, k={unpadded(public_bytes(key))}"
