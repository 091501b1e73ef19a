"""HTTP Digest with SHA-256 (RFC 7616), as Shelly's second and later generations want it; and Basic."""

from __future__ import annotations

import base64
import re
import secrets
from hashlib import sha256

_FIELD = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))')


def basic(username: str, password: str) -> str:
    """The value of `Authorization` for HTTP Basic."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


class Digest:
    """One challenge, answered for as long as the server accepts it."""

    def __init__(self, username: str, password: str, challenge: str) -> None:
        """Raise ValueError for a challenge that asks for something else."""
        scheme, _, rest = challenge.partition(" ")
        fields = {name.lower(): quoted or plain for name, quoted, plain in _FIELD.findall(rest)}
        qualities = [each.strip() for each in fields.get("qop", "").split(",")]
        if (
            scheme.lower() != "digest"
            or fields.get("algorithm", "").upper() != "SHA-256"
            or "auth" not in qualities
        ):
            raise ValueError(scheme)
        self._realm, self._nonce = fields["realm"], fields["nonce"]
        self._opaque = fields.get("opaque")
        self._username = username
        self._own = _hashed(f"{username}:{self._realm}:{password}")
        self._count = 0

    def header(self, method: str, target: str) -> str:
        """The value of `Authorization` for the next request."""
        self._count += 1
        count, client = f"{self._count:08x}", secrets.token_hex(16)
        what = _hashed(f"{method}:{target}")
        response = _hashed(f"{self._own}:{self._nonce}:{count}:{client}:auth:{what}")
        opaque = "" if self._opaque is None else f', opaque="{self._opaque}"'
        return (
            f'Digest username="{self._username}", realm="{self._realm}", nonce="{self._nonce}", '
            f'uri="{target}", algorithm=SHA-256, qop=auth, nc={count}, cnonce="{client}", '
            f'response="{response}"{opaque}'
        )


def _hashed(text: str) -> str:
    return sha256(text.encode()).hexdigest()
