"""Passwords of devices: generated for them or kept from their first call, stored only as a hash.

A charger sends its password with every connection, thousands of them after a power cut, so what
was once verified is remembered for the life of the process under a key that never leaves it.
"""

import hashlib
import hmac
import os
import secrets

_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"
"""Letters and figures that an installer can tell apart on a sticker."""

_N, _R, _P = 2**12, 8, 1


def generated() -> str:
    """A new password: 20 characters, the longest that every OCPP 1.6 charger takes (116 bits)."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(20))


def stored(password: bytes) -> str:
    """The hash to keep; takes some milliseconds, so call it off the loop."""
    salt = os.urandom(16)
    return f"scrypt${salt.hex()}${_derived(password, salt).hex()}"


def matches(password: bytes, kept: str) -> bool:
    """Whether the password is the one that was stored; takes some milliseconds."""
    _, salt, digest = kept.split("$")
    return hmac.compare_digest(_derived(password, bytes.fromhex(salt)), bytes.fromhex(digest))


def spellings(presented: bytes) -> tuple[bytes, ...]:
    """The same password as text and as the bytes that its hexadecimal form stands for.

    OCPP 1.6 stations are given an AuthorizationKey in hexadecimal; some send its text, some its bytes.
    """
    return (presented, presented.hex().encode(), presented.hex().upper().encode())


def _derived(password: bytes, salt: bytes) -> bytes:
    return hashlib.scrypt(password, salt=salt, n=_N, r=_R, p=_P, dklen=32)


class Verified:
    """Remembers which password each device has already proved."""

    def __init__(self) -> None:
        self._key = os.urandom(32)
        self._proved: dict[str, bytes] = {}

    def knows(self, device_id: str, password: bytes) -> bool:
        """Whether this very password was verified before."""
        proved = self._proved.get(device_id)
        return proved is not None and hmac.compare_digest(proved, self._mark(device_id, password))

    def remember(self, device_id: str, password: bytes) -> None:
        """Note a password that was verified."""
        self._proved[device_id] = self._mark(device_id, password)

    def forget(self, device_id: str) -> None:
        """The password has changed or the device is gone."""
        self._proved.pop(device_id, None)

    def _mark(self, device_id: str, password: bytes) -> bytes:
        return hashlib.blake2b(device_id.encode() + b"\0" + password, key=self._key, digest_size=16).digest()
