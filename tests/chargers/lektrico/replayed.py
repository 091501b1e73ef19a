"""A device at the other end of a real socket: answers what it is told to, in whatever manner."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Raw:
    """Bytes in place of an answer; the connection is closed behind them unless it is kept."""

    content: bytes
    keeps: bool = False


SILENT = Raw(b"", keeps=True)
GONE = Raw(b"")


def response(body: bytes, *, status: str = "200 OK", headers: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body


FORMS = {
    "with a length": (Raw(response(b"{}"), keeps=True), b"{}"),
    "in chunks": (
        Raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"),
        b"{}",
    ),
    "until the connection ends": (Raw(b"HTTP/1.0 200 OK\r\n\r\n{}"), b"{}"),
    "after an interim answer": (Raw(b"HTTP/1.1 100 Continue\r\n\r\n" + response(b"{}")), b"{}"),
    "empty": (Raw(response(b"")), b""),
}
"""An answer may come in any of these, and is to be read as the body beside it."""


@dataclass
class Request:
    verb: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def method(self) -> str:
        """The RPC method that is called, without case."""
        name = self.json["method"] if self.body else self.target.removeprefix("/rpc/")
        return str(name).lower()


@dataclass
class Replayed:
    """`answers` by method: an object, a Raw, or a function of the request; `results` for what is written."""

    answers: dict[str, Any]
    results: dict[str, Any] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    overrides: Callable[[Request], Raw | None] | None = None
    delay_s: float = 0.0
    _server: asyncio.Server | None = None
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def info(self) -> dict[str, Any]:
        found: dict[str, Any] = self.answers["charger_info.get"]
        return found

    def written(self, method: str) -> list[Any]:
        """The parameters of all writes of a method."""
        return [r.json.get("params") for r in self.asked if r.body and r.method == method]

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Be gone, with all connections."""
        assert self._server is not None
        self._server.close()
        for writer in tuple(self._writers):
            writer.transport.abort()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while True:
                    request = await self._read(reader)
                    self.asked.append(request)
                    await asyncio.sleep(self.delay_s)
                    raw = self._answer(request)
                    writer.write(raw.content)
                    await writer.drain()
                    if not raw.keeps:
                        break
        finally:
            self._writers.discard(writer)
            writer.close()

    @staticmethod
    async def _read(reader: asyncio.StreamReader) -> Request:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        verb, target, _ = head[0].split(" ")
        headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])
        }
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        return Request(verb, target, headers, body)

    def _answer(self, request: Request) -> Raw:
        if self.overrides is not None and (raw := self.overrides(request)) is not None:
            return raw
        if request.body:
            return self._write(request)
        answer = self.answers.get(request.method, MISSING)
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, Raw):
            return answer
        if answer is MISSING:
            error = {"error": {"code": 404, "message": f"No handler for {request.method}"}}
            return Raw(response(json.dumps(error).encode(), status="404 Not Found"), keeps=True)
        return Raw(response(json.dumps(answer).encode()), keeps=True)

    def _write(self, request: Request) -> Raw:
        frame = request.json
        result = self.results.get(request.method, True)
        if callable(result):
            result = result(frame.get("params") or {})
        if isinstance(result, Raw):
            return result
        envelope = {"id": frame["id"], "src": "1p7k_500006", "dst": frame["src"]}
        content = (
            {"error": result["error"]}
            if isinstance(result, dict) and "error" in result
            else {"result": result}
        )
        return Raw(response(json.dumps(envelope | content).encode()), keeps=True)


MISSING = object()


@asynccontextmanager
async def replayed(answers: dict[str, Any], **options: Any) -> AsyncIterator[Replayed]:
    device = Replayed(answers, **options)
    await device.open()
    try:
        yield device
    finally:
        await device.close()
