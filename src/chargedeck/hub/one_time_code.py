"""One-time codes (RFC 6238 with RFC 4226's defaults): pure, six figures for every half minute."""

import base64
import hmac
import struct
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

STEP_S = 30
DIGITS = 6
EARLY_OR_LATE = 1
"""Steps that a telephone's clock may be off."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def step_at(now: datetime) -> int:
    """The number of the half minute."""
    return int((now - _EPOCH).total_seconds()) // STEP_S


def code_of(secret: bytes, step: int) -> str:
    """The code of a half minute."""
    digest = hmac.digest(secret, struct.pack(">Q", step), "sha1")
    offset = digest[-1] & 0x0F
    (number,) = struct.unpack(">I", digest[offset : offset + 4])
    return f"{(number & 0x7FFF_FFFF) % 10**DIGITS:0{DIGITS}}"


def step_of(secret: bytes, code: str, now: datetime, *, after: int) -> int | None:
    """Which half minute a code is of, if it is of one now that is later than `after`: none counts twice."""
    given, present = code.replace(" ", ""), step_at(now)
    steps: Iterable[int] = range(max(0, present - EARLY_OR_LATE), present + EARLY_OR_LATE + 1)
    found = [step for step in steps if hmac.compare_digest(code_of(secret, step).encode(), given.encode())]
    return next((step for step in found if step > after), None)


def shown_secret(secret: bytes) -> str:
    """The secret as people type it."""
    return base64.b32encode(secret).decode().rstrip("=")


def enrolment_uri(secret: bytes, account: str, issuer: str) -> str:
    """What an authenticator app reads from a picture."""
    asked = urlencode({"secret": shown_secret(secret), "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{asked}"
