"""The demo panel's HTTP door on loopback: state and commands, for one web origin; has no page of its own."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, MutableMapping
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import msgspec
import uvicorn

from chargedeck.simulator.control import Address, carry_out_line, is_loopback
from chargedeck.simulator.hands import Hands
from chargedeck.simulator.problems import PlanError

_HEADER = b"x-chargedeck-demo"
_LARGEST_BODY = 16 * 1024
_STARTUP_TIMEOUT_S = 10

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Reply: TypeAlias = tuple[int, bytes]


class Panel:
    """An ASGI application; a page of any other origin, and a name that was rebound to us, get 403."""

    def __init__(self, hands: Hands, app_origin: str) -> None:
        self._hands = hands
        self._app_origin = app_origin.encode()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        status, body = await self._reply(scope, headers, receive)
        answer = [
            (b"content-type", b"application/json"),
            (b"cache-control", b"no-store"),
            (b"vary", b"origin"),
        ]
        if status != 403 and headers.get(b"origin") == self._app_origin:
            answer += [
                (b"access-control-allow-origin", self._app_origin),
                (b"access-control-allow-methods", b"GET, POST"),
                (b"access-control-allow-headers", b"content-type, x-chargedeck-demo"),
                (b"access-control-max-age", b"600"),
            ]
        await send({"type": "http.response.start", "status": status, "headers": answer})
        await send({"type": "http.response.body", "body": body})

    async def _reply(self, scope: Message, headers: dict[bytes, bytes], receive: Receive) -> Reply:
        if not _names_this_machine(headers.get(b"host", b"")):
            return _problem(403, "this door opens for a loopback name only")
        if headers.get(b"origin", self._app_origin) != self._app_origin:
            return _problem(403, "this page may not use the simulator")
        match scope["method"], scope["path"]:
            case "OPTIONS", "/state" | "/command":
                return 204, b""
            case "GET", "/state":
                return 200, msgspec.json.encode(self._hands.state())
            case "POST", "/command":
                return await self._command(headers, receive)
            case _, "/state" | "/command":
                return _problem(405, "GET /state or POST /command")
            case _:
                return _problem(404, "GET /state or POST /command")

    async def _command(self, headers: dict[bytes, bytes], receive: Receive) -> Reply:
        if headers.get(_HEADER) != b"1":
            return _problem(403, "the header X-ChargeDeck-Demo: 1 is missing")
        body = b""
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return _problem(400, "the request was broken off")
            body += message.get("body", b"")
            if len(body) > _LARGEST_BODY:
                return _problem(413, "no command is that long")
            if not message.get("more_body"):
                break
        done, answer = await carry_out_line(self._hands, body)
        return (200 if done else 422), answer


def _problem(status: int, text: str) -> Reply:
    return status, msgspec.json.encode({"ok": False, "error": text})


def _names_this_machine(host: bytes) -> bool:
    name, _, port = host.decode("latin-1").rpartition(":")
    return is_loopback((name if name and port.isdigit() else host.decode("latin-1")).strip("[]"))


class _QuietServer(uvicorn.Server):
    """Leaves signals to the program that it is a part of, and ends when it is told, not at the next look."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.over = asyncio.Event()

    async def main_loop(self) -> None:
        await self.over.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def panel_server(hands: Hands, address: Address, app_origin: str) -> AsyncIterator[int]:
    """Serve the panel; gives the port it listens on."""
    config = uvicorn.Config(
        Panel(hands, app_origin),
        log_level="warning",
        access_log=False,
        lifespan="off",
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=1,
    )
    server = _QuietServer(config)
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((address.host, address.port))
        except OSError as error:
            raise PlanError(f"cannot listen on {address}: {error.strerror}") from error
        serving = asyncio.create_task(server.serve(sockets=[listening]), name="demo-panel")
        try:
            yield listening.getsockname()[1]
        finally:
            server.over.set()
            async with asyncio.timeout(_STARTUP_TIMEOUT_S):
                await serving
