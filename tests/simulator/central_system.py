"""A central system on a real socket for the tests: records, answers, holds every frame to its schema."""

import asyncio
import base64
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from typing import Any

import jsonschema_rs
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

Payload = dict[str, Any]
Match = Callable[[Payload], bool]

WAIT_S = 8.0


@cache
def validator(name: str) -> jsonschema_rs.Validator:
    """The official schema of a message."""
    return jsonschema_rs.validator_for(
        json.loads((files("ocpp") / "v16" / "schemas" / f"{name}.json").read_text())
    )


class CallRefusedError(Exception):
    """The charge point answered with a CALLERROR."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(code, description)
        self.code, self.description = code, description


class NoAnswerError(Exception):
    """Raised by an answer rule: do not answer."""


def now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


@dataclass
class Seen:
    """A request that a charge point sent."""

    point_id: str
    action: str
    payload: Payload
    message_id: str


@dataclass
class CentralSystem:
    """Answers as a patient central system would, unless a test says otherwise."""

    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    passwords: dict[str, str] = field(default_factory=dict)
    """Who must sign in, with what."""
    rules: dict[str, Callable[[Payload], Payload]] = field(default_factory=dict)
    """Answers in place of the usual ones."""
    sockets: dict[str, ServerConnection] = field(default_factory=dict)
    connections: int = 0
    refused: int = 0
    next_transaction: int = 1000

    def __post_init__(self) -> None:
        self._news = asyncio.Condition()
        self._answers: dict[str, asyncio.Future[Payload]] = {}
        self._asked: dict[str, str] = {}

    # what a test asks for

    def of(self, action: str, point_id: str = "cp") -> list[Payload]:
        """All payloads of an action, in order."""
        return [one.payload for one in self.seen if one.action == action and one.point_id == point_id]

    def statuses(self, connector: int = 1) -> list[str]:
        """The statuses that a connector has reported."""
        return [one["status"] for one in self.of("StatusNotification") if one["connectorId"] == connector]

    async def saw(
        self, action: str, match: Match = lambda _: True, *, times: int = 1, point_id: str = "cp"
    ) -> Payload:
        """Wait until an action with such a payload has come so often; the last of them."""

        def found() -> list[Payload]:
            return [payload for payload in self.of(action, point_id) if match(payload)]

        await self.until(lambda: len(found()) >= times, f"{times} {action}")
        return found()[-1]

    async def saw_status(self, status: str, connector: int = 1) -> Payload:
        """Wait until the connector's latest status is this."""
        await self.until(lambda: self.statuses(connector)[-1:] == [status], status)
        return [one for one in self.of("StatusNotification") if one["connectorId"] == connector][-1]

    async def until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait until something holds after a message."""
        async with self._news:
            try:
                async with asyncio.timeout(WAIT_S):
                    await self._news.wait_for(holds)
            except TimeoutError:
                actions = [f"{one.action} {one.payload}" for one in self.seen[-12:]]
                raise AssertionError(f"never saw {what}; the last were:\n" + "\n".join(actions)) from None

    async def call(self, action: str, payload: Payload, point_id: str = "cp") -> Payload:
        """Send a request and return the answer."""
        self._check(action, payload)
        return await self.call_unchecked(action, payload, point_id)

    async def call_unchecked(
        self, action: str, payload: Payload, point_id: str = "cp", *, pieces: int = 1
    ) -> Payload:
        """Send a request that need not fit its schema, in one WebSocket frame or more."""
        message_id = f"cs-{len(self._asked)}"
        self._asked[message_id] = action
        future: asyncio.Future[Payload] = asyncio.get_running_loop().create_future()
        self._answers[message_id] = future
        text = json.dumps([2, message_id, action, payload])
        size = -(-len(text) // pieces)
        parts = [text[start : start + size] for start in range(0, len(text), size)]
        await self.sockets[point_id].send(text if pieces == 1 else parts)
        async with asyncio.timeout(WAIT_S):
            return await future

    async def send_raw(self, text: str, point_id: str = "cp") -> None:
        """Send anything."""
        await self.sockets[point_id].send(text)

    async def hang_up(self, point_id: str = "cp") -> None:
        """Lose the connection without a word."""
        self.sockets[point_id].transport.abort()
        await asyncio.sleep(0)

    # the wire

    async def _serve(self, socket: ServerConnection) -> None:
        point_id = self._id(socket.request)
        self.sockets[point_id] = socket
        self.connections += 1
        await self._tell()
        with suppress(ConnectionClosed):
            async for raw in socket:
                await self._frame(socket, point_id, json.loads(raw))

    async def _frame(self, socket: ServerConnection, point_id: str, frame: list[Any]) -> None:
        match frame:
            case [2, message_id, action, payload]:
                self._check(action, payload)
                self.seen.append(Seen(point_id, action, payload, message_id))
                await self._tell()
                await self._answer(socket, message_id, action, payload)
            case [3, message_id, payload]:
                self._check(f"{self._asked[message_id]}Response", payload)
                self._answers[message_id].set_result(payload)
            case [4, message_id, code, description, dict()]:
                self._answers[message_id].set_exception(CallRefusedError(code, description))
            case _:
                self.violations.append(f"no frame: {frame}")

    async def _answer(self, socket: ServerConnection, message_id: str, action: str, payload: Payload) -> None:
        rule = self.rules.get(action, _usual(self, action))
        try:
            answer = [3, message_id, rule(payload)]
        except CallRefusedError as error:
            answer = [4, message_id, error.code, error.description, {}]
        except NoAnswerError:
            return
        with suppress(ConnectionClosed):
            await socket.send(json.dumps(answer))

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()

    def _check(self, name: str, payload: Payload) -> None:
        self.violations.extend(f"{name}: {error.message}" for error in validator(name).iter_errors(payload))

    def _admit(self, _socket: ServerConnection, request: Request) -> Response | None:
        point_id = self._id(request)
        password = self.passwords.get(point_id)
        wanted = base64.b64encode(f"{point_id}:{password}".encode()).decode()
        if password is None or request.headers.get("Authorization") == f"Basic {wanted}":
            return None
        self.refused += 1
        return Response(HTTPStatus.UNAUTHORIZED, "Unauthorized", Headers())

    @staticmethod
    def _id(request: Request | None) -> str:
        assert request is not None
        return request.path.rsplit("/", 1)[-1]


def _usual(system: CentralSystem, action: str) -> Callable[[Payload], Payload]:
    def start(_payload: Payload) -> Payload:
        system.next_transaction += 1
        return {"transactionId": system.next_transaction, "idTagInfo": {"status": "Accepted"}}

    usual: dict[str, Callable[[Payload], Payload]] = {
        "BootNotification": lambda _: {"status": "Accepted", "currentTime": now(), "interval": 300},
        "Heartbeat": lambda _: {"currentTime": now()},
        "Authorize": lambda _: {"idTagInfo": {"status": "Accepted"}},
        "StartTransaction": start,
        "StopTransaction": lambda _: {"idTagInfo": {"status": "Accepted"}},
        "SignCertificate": lambda _: {"status": "Accepted"},
        "DataTransfer": lambda _: {"status": "Accepted"},
    }
    return usual.get(action, lambda _: {})


@asynccontextmanager
async def central_system(tls: ssl.SSLContext | None = None) -> AsyncIterator[CentralSystem]:
    """Run one; at the end nothing that came may have been wrong."""
    system = CentralSystem()
    async with serve(
        system._serve,
        "127.0.0.1",
        0,
        ssl=tls,
        subprotocols=["ocpp1.6"],  # type: ignore[list-item]
        process_request=system._admit,
        close_timeout=0.2,
    ) as server:
        system.url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/ocpp"
        yield system
    assert system.violations == []
