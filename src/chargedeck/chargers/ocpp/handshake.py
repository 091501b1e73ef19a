"""The HTTP request of a WebSocket upgrade: read, and judged as far as it says itself. Pure: no socket.

OCPP-J 1.6 §3: the station's id is the last part of the path, the subprotocol names the version, and
HTTP Basic carries the password (security whitepaper, profiles 1 and 2).
"""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import unquote

PATH = "/ocpp/"
LARGEST_HEAD = 8 * 1024
END_OF_HEAD: Final = b"\r\n\r\n"

_ID = re.compile(r"(?=.*[A-Za-z0-9])[A-Za-z0-9*\-_=:+|@.]{1,48}")
"""OCPP's identifierString: up to 48 characters that need no care in a URL, a log or a file name."""
_REQUEST_LINE = re.compile(rb"([A-Z]{1,16}) (\S{1,2048}) HTTP/1\.([01])")
_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


class RefusedError(Exception):
    """The request is answered with an HTTP status instead of an upgrade."""

    def __init__(self, status: HTTPStatus, reason: str, *headers: tuple[str, str]) -> None:
        super().__init__(status, reason)
        self.status, self.reason, self.headers = status, reason, headers

    def response(self) -> bytes:
        """The answer, after which the connection closes."""
        body = f"{self.reason}\n".encode()
        lines = [
            f"HTTP/1.1 {self.status.value} {self.status.phrase}",
            "Connection: close",
            "Content-Type: text/plain; charset=utf-8",
            f"Content-Length: {len(body)}",
            *(f"{name}: {value}" for name, value in self.headers),
        ]
        return "\r\n".join(lines).encode() + END_OF_HEAD + body


@dataclass(frozen=True, slots=True)
class Request:
    """An upgrade that is in order so far."""

    device_id: str
    password: bytes | None
    subprotocols: tuple[str, ...]
    key: bytes

    def canonical(self) -> bytes:
        """The request with nothing in it but the upgrade, for the WebSocket library."""
        return (
            b"GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + self.key + END_OF_HEAD
        )


def read(head: bytes) -> Request:
    """Read a request's head, up to and without the empty line; raises RefusedError."""
    first, *lines = head.split(b"\r\n")
    found = _REQUEST_LINE.fullmatch(first)
    if found is None:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "not an HTTP request")
    if found[1] != b"GET":
        raise RefusedError(HTTPStatus.METHOD_NOT_ALLOWED, "only GET leads to a WebSocket", ("Allow", "GET"))
    headers = _headers(lines)
    device_id = _device_id(found[2].decode("latin-1"))
    key = _upgrade_key(headers)
    offered = (word.strip() for word in _all(headers, b"sec-websocket-protocol").split(","))
    return Request(device_id, _password(headers, device_id), tuple(word for word in offered if word), key)


def _headers(lines: Sequence[bytes]) -> dict[bytes, list[bytes]]:
    headers: dict[bytes, list[bytes]] = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon or _TOKEN.fullmatch(name) is None or b"\0" in value:
            raise RefusedError(HTTPStatus.BAD_REQUEST, "a malformed header")
        headers.setdefault(name.lower(), []).append(value.strip())
    return headers


def _all(headers: dict[bytes, list[bytes]], name: bytes) -> str:
    return b",".join(headers.get(name, ())).decode("latin-1")


def _device_id(target: str) -> str:
    """The station's id; slashes too many are common where a URL is put together by hand."""
    path = target.partition("?")[0]
    if path.startswith(PATH):
        device_id = unquote(path.removeprefix(PATH).strip("/"), errors="replace")
        if _ID.fullmatch(device_id) is not None:
            return device_id
    raise RefusedError(HTTPStatus.NOT_FOUND, f"the address of a charger is {PATH}<its id>")


def _upgrade_key(headers: dict[bytes, list[bytes]]) -> bytes:
    connection = {word.strip().lower() for word in _all(headers, b"connection").split(",")}
    if _all(headers, b"upgrade").lower() != "websocket" or "upgrade" not in connection:
        raise RefusedError(HTTPStatus.UPGRADE_REQUIRED, "this is a WebSocket", ("Upgrade", "websocket"))
    if _all(headers, b"sec-websocket-version") != "13":
        raise RefusedError(
            HTTPStatus.UPGRADE_REQUIRED,
            "WebSocket version 13 is spoken here",
            ("Sec-WebSocket-Version", "13"),
        )
    key = _all(headers, b"sec-websocket-key").encode("latin-1")
    if _decoded(key) is None or len(_decoded(key) or b"") != 16:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "Sec-WebSocket-Key is not 16 bytes in base64")
    return key


def _password(headers: dict[bytes, list[bytes]], device_id: str) -> bytes | None:
    """The password of HTTP Basic, whose user must be the station itself."""
    given = headers.get(b"authorization")
    if given is None:
        return None
    scheme, _, credentials = given[0].partition(b" ")
    decoded = _decoded(credentials.strip())
    user = device_id.encode() + b":"
    if len(given) != 1 or scheme.lower() != b"basic" or decoded is None or not decoded.startswith(user):
        raise unauthorized()
    return decoded[len(user) :]


def unauthorized() -> RefusedError:
    """The refusal of a wrong password, and of one for another station."""
    return RefusedError(
        HTTPStatus.UNAUTHORIZED,
        "send the charger's id and its password",
        ("WWW-Authenticate", 'Basic realm="ChargeDeck OCPP"'),
    )


def _decoded(text: bytes) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return None


def chosen(offered: Sequence[str], spoken: Sequence[str]) -> tuple[str, str] | None:
    """The newest version that both speak, and how the device spells it; `spoken` is newest first."""
    for version in spoken:
        for word in offered:
            if word.lower() == version:
                return version, word
    return None
