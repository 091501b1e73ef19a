"""A server on loopback that answers as sources of prices do, and keeps what it was asked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class Replay:
    """Answers every request with the next of its answers, and the last one from then on."""

    address: str = ""
    answers: list[bytes] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def say(self, body: str | bytes, status: str = "200 OK", headers: str = "") -> None:
        """Have an answer ready."""
        content = body.encode() if isinstance(body, str) else body
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(content)}\r\nConnection: close\r\n{headers}\r\n"
        self.answers.append(head.encode() + content)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.split("\r\n")
        method, target, _ = first.split()
        headers = dict(line.split(": ", 1) for line in lines if line)
        body = await reader.readexactly(int(headers.get("Content-Length", "0")))
        parts = urlsplit(target)
        self.asked.append(Asked(method, parts.path, dict(parse_qsl(parts.query)), headers, body))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        writer.write(answer)
        writer.close()


@asynccontextmanager
async def replaying() -> AsyncIterator[Replay]:
    """A server between start and stop."""
    replay = Replay()
    server = await asyncio.start_server(replay._serve, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()
        replay.address = f"http://{host}:{port}"
        yield replay
