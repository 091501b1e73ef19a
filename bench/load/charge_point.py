"""One charge point of the load: its socket and where it is in its session; it decides nothing."""

import socket
from collections import deque
from enum import Enum, auto

from bench.load.frames import frame

_UPGRADE = (
    "GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: ocpp1.6\r\n\r\n"
)


class State(Enum):
    """How far a charge point has come."""

    UPGRADING = auto()
    BOOTING = auto()
    INTRODUCED = auto()
    READY = auto()
    LOST = auto()


class ChargePoint:
    """The hot path reads and writes these fields directly."""

    __slots__ = (
        "due", "energy", "expected", "fd", "index", "opened_ns", "receive_into", "rest", "scheduled_ns",
        "send", "sent", "socket", "state", "step", "transaction", "waiting_for",
    )  # fmt: skip

    def __init__(self, index: int, host: str, port: int, path: str) -> None:
        self.index = index
        self.state = State.UPGRADING
        self.socket = socket.create_connection((host, port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(_UPGRADE.format(path=path, host=host, port=port).encode())
        self.socket.setblocking(False)
        self.fd = self.socket.fileno()
        self.send, self.receive_into = self.socket.send, self.socket.recv_into
        self.rest = b""
        self.expected: bytes | None = None  # id of the call that is not answered yet
        self.waiting_for = 0  # its place among the actions
        self.opened_ns = self.scheduled_ns = 0
        self.step = 0
        self.sent = 0
        self.energy = 1_000_000 + index
        self.transaction = b"         1"
        self.due: deque[int] = deque()  # scheduled messages that wait for the answer to the last one

    def answer(self, payload: bytes, opcode: int) -> None:
        """Send something that is not part of the cycle."""
        self.send(frame(payload, opcode))
