"""WebSocket frames by hand, for what no well-behaved client sends."""

import asyncio
import base64
import os
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG = 0x1, 0x2, 0x0, 0x8, 0x9, 0xA
KEY = base64.b64encode(b"0123456789abcdef").decode()
WAIT_S = 5.0


def request(path: str = "/ocpp/garage", *headers: str) -> bytes:
    lines = [
        f"GET {path} HTTP/1.1",
        "Host: server",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {KEY}",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Protocol: ocpp1.6",
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def frame(kind: int, payload: bytes = b"", *, last: bool = True, masked: bool = True) -> bytes:
    head = bytes([(0x80 if last else 0) | kind])
    bit = 0x80 if masked else 0
    if len(payload) < 126:
        head += bytes([bit | len(payload)])
    elif len(payload) < 65_536:
        head += bytes([bit | 126]) + struct.pack("!H", len(payload))
    else:
        head += bytes([bit | 127]) + struct.pack("!Q", len(payload))
    if not masked:
        return head + payload
    mask = os.urandom(4)
    return head + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))


@dataclass
class RawStation:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def receive(self) -> tuple[int, bytes]:
        """The next frame: its kind and its payload."""
        async with asyncio.timeout(WAIT_S):
            first, second = await self.reader.readexactly(2)
            length = second & 0x7F
            if length == 126:
                (length,) = struct.unpack("!H", await self.reader.readexactly(2))
            elif length == 127:
                (length,) = struct.unpack("!Q", await self.reader.readexactly(8))
            return first & 0xF, await self.reader.readexactly(length)

    async def closed_with(self) -> int:
        """The code of the close frame that comes, whatever comes before it."""
        while True:
            kind, payload = await self.receive()
            if kind == CLOSE:
                return int.from_bytes(payload[:2], "big")

    async def gone(self) -> bytes:
        """What is still sent until the other side hangs up."""
        async with asyncio.timeout(WAIT_S):
            try:
                return await self.reader.read()
            except ConnectionError:
                return b""

    async def head(self) -> bytes:
        async with asyncio.timeout(WAIT_S):
            return await self.reader.readuntil(b"\r\n\r\n")

    def hang_up(self) -> None:
        self.writer.transport.abort()


@asynccontextmanager
async def dialled(port: int) -> AsyncIterator[RawStation]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield RawStation(reader, writer)
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


@asynccontextmanager
async def upgraded(port: int, path: str = "/ocpp/garage") -> AsyncIterator[RawStation]:
    async with dialled(port) as raw:
        await raw.send(request(path))
        assert (await raw.head()).startswith(b"HTTP/1.1 101 ")
        yield raw
