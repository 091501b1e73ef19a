"""One reader's connection: HTTP/1.1 with chunks, server-sent events inside; keeps no time."""

import json
import re
import socket
from collections.abc import Callable
from typing import Any

from bench.load.cycle import STATUS_MARKS

_REQUEST = (
    "GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Bearer {token}\r\n"
    "Accept: text/event-stream\r\n\r\n"
)
_HEAD_END = b"\r\n\r\n"
_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]+)[^\r\n]*\r\n")
_NUMBER = re.compile(r"(\d+)(?:-1)?$")

Seen = Callable[[int, int], None]


class Stream:
    """A socket that asked for the events; `opened` once the server has begun to answer with them."""

    __slots__ = ("_rest", "opened", "refused", "socket")

    def __init__(self, address: tuple[str, int], path: str, token: str) -> None:
        self.socket = socket.create_connection(address, timeout=10)
        self.socket.sendall(
            _REQUEST.format(path=path, host=address[0], port=address[1], token=token).encode()
        )
        self.socket.setblocking(False)
        self.opened = False
        self.refused = ""
        self._rest = b""

    def begin(self, data: bytes) -> bytes | None:
        """Take the head of the answer; return what came after it, or None while it is not whole."""
        head, end, body = (self._rest + data).partition(_HEAD_END)
        if not end:
            self._rest = head
            return None
        self._rest = b""
        self.opened = head.startswith(b"HTTP/1.1 200") and b"text/event-stream" in head
        if not self.opened:
            self.refused = (head.partition(b"\r\n")[0] + b" " + body[:300]).decode(errors="replace")
        return body


class Events:
    """Takes the chunks of one stream apart and tells which marks of which charger it has seen."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen
        self._raw = b""
        self._text = b""
        self._kind = b""
        self.patches = 0
        self.snapshots = 0

    def feed(self, data: bytes) -> None:
        """Take what has arrived."""
        self._raw += data
        at = 0
        while found := _CHUNK_SIZE.match(self._raw, at):
            end = found.end() + int(found[1], 16)
            if end + 2 > len(self._raw):
                break
            self._text += self._raw[found.end() : end]
            at = end + 2
        self._raw = self._raw[at:]
        *lines, self._text = self._text.split(b"\n")
        for line in lines:
            self._line(line)

    def _line(self, line: bytes) -> None:
        if line.startswith(b"event: "):
            self._kind = line[7:].strip()
        elif line.startswith(b"data: "):
            if self._kind == b"charger":
                self.patches += 1
                self._patched(json.loads(line[6:]))
            elif self._kind == b"snapshot":
                self.snapshots += 1

    def _patched(self, event: dict[str, Any]) -> None:
        number, patch = _NUMBER.search(event["id"]), event["patch"]
        if number is None or not patch:
            return
        if patch.get("power_w"):
            self._seen(int(number[1]), int(patch["power_w"]))
        if mark := STATUS_MARKS.get(patch.get("device_status") or ""):
            self._seen(int(number[1]), mark)
