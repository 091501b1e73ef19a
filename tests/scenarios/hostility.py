"""Where hostile devices meet a server: what it may cost, raw sockets to attack it with, who looks on."""

import asyncio
import secrets
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from tests.scenarios.neighbour import Neighbour, neighbour
from tests.support.ports import LOOPBACK
from tests.support.server import Server, running_server

ATTACKERS = tuple(f"127.0.1.{number}" for number in range(1, 41))
"""Addresses of loopback that are not the neighbour's."""

MOST_MEMORY_KIB = 40 * 1024
"""What all attacks together may leave behind."""

TROUBLE = ("Traceback", "[error", "[critical", "Exception")
"""Words of a log that tell of a failure of our own."""


@dataclass
class Site:
    """A server, its well-behaved charger, and devices that are known and turn hostile."""

    server: Server
    neighbour: Neighbour
    resident_kib: int
    pid: int
    passwords: dict[str, str] = field(default_factory=dict)

    def device(self) -> tuple[str, str]:
        """A registered device that nobody has used, and its password."""
        name = f"hostile-{secrets.token_hex(4)}"
        with httpx.Client(
            base_url=self.server.url, headers=self.neighbour.headers, trust_env=False, verify=False
        ) as client:
            made = client.post("/api/devices", json={"id": name, "driver": "ocpp16"}, timeout=30)
        return name, made.json()["ocpp"]["password"]

    def check(self) -> None:
        """The server lives, holds no more memory than it may, and serves the neighbour."""
        assert self.server.is_running
        assert self.server.pid == self.pid
        grown_kib = self.server.resident_kib - self.resident_kib
        assert grown_kib < MOST_MEMORY_KIB, f"the server holds {grown_kib / 1024:.0f} MiB more"
        self.neighbour.check()

    @property
    def trouble(self) -> list[str]:
        """Lines of the log that tell of a failure of our own; what a device did wrong is none."""
        return [
            line
            for line in self.server.log.read_text().splitlines()
            if any(word in line for word in TROUBLE) and "WS parser error" not in line
        ]


@contextmanager
def hostile_site(folder: Path) -> Iterator[Site]:
    """A server with its usual limits and a charging neighbour, until the block is left."""
    with running_server(folder) as server, neighbour(server) as beside:
        yield Site(server, beside, server.resident_kib, server.pid)


# -- raw sockets -------------------------------------------------------------------------------


def opened(server: Server, address: str) -> socket.socket:
    """A connection to the charge points' port that says nothing yet."""
    made = socket.socket()
    made.setblocking(False)
    made.bind((address, 0))
    made.connect_ex((LOOPBACK, server.ocpp_port))
    return made


async def spoken(server: Server, said: bytes, *, address: str = ATTACKERS[0], waits_s: float = 5) -> bytes:
    """Say something on a new connection, and answer all that comes back until the server ends it."""
    reader, writer = await asyncio.open_connection(LOOPBACK, server.ocpp_port, local_addr=(address, 0))
    writer.write(said)
    try:
        async with asyncio.timeout(waits_s):
            return await reader.read()
    finally:
        writer.close()


def upgrade(path: str, **headers: str) -> bytes:
    """The request of a WebSocket upgrade; headers may be replaced, or left out with an empty value."""
    usual = {
        "Host": "server",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Protocol": "ocpp1.6",
    }
    named = usual | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in named.items() if value]
    return "\r\n".join((f"GET {path} HTTP/1.1", *lines, "", "")).encode()


def client_hello() -> bytes:
    """What a device says that has been told to speak TLS, to a port that does not."""
    said = ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), said, server_hostname="server")
    with suppress(ssl.SSLWantReadError):
        client.do_handshake()
    return said.read()
