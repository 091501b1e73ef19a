"""A charging station at the other end of a real socket: sends requests, and answers ours."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

WAIT_S = 5.0

Payload = dict[str, Any]
Reply = Payload | Callable[[Payload], Payload | None]


class RefusedError(Exception):
    """The central system answered with a CALLERROR."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(code, description)
        self.code, self.description = code, description


class ErrorReply(dict[str, Any]):
    """An answer that is a CALLERROR."""


ACCEPTED: Payload = {"status": "Accepted"}
BOOT: Payload = {"chargePointVendor": "ACME", "chargePointModel": "One", "firmwareVersion": "1.0"}


def refusing(code: str = "NotImplemented") -> ErrorReply:
    return ErrorReply(code=code)


class Station:
    """One connection; `replies` says how requests are answered, None leaves them without an answer."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.replies: dict[str, Reply | None] = {
            "GetConfiguration": {"configurationKey": [], "unknownKey": []},
            "GetCompositeSchedule": {"status": "Rejected"},
            "UnlockConnector": {"status": "Unlocked"},
        }
        self.asked: list[tuple[str, Payload]] = []
        self._answers: dict[str, asyncio.Future[list[Any]]] = {}
        self._news = asyncio.Event()

    # -- towards the central system ------------------------------------------------------------

    async def send(self, frame: Any) -> None:
        await self.socket.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))

    async def exchange(self, frame: Any, message_id: str) -> list[Any]:
        """Send a frame and wait for what answers its id."""
        future = self._answers[message_id] = asyncio.get_running_loop().create_future()
        await self.send(frame)
        async with asyncio.timeout(WAIT_S):
            answer: list[Any] = await future
        return answer

    async def call(self, action: str, payload: Payload | None = None) -> Payload:
        message_id = str(uuid4())
        answer = await self.exchange([2, message_id, action, payload or {}], message_id)
        if answer[0] == 4:
            raise RefusedError(answer[2], answer[3])
        result: Payload = answer[2]
        return result

    async def boot(self) -> Payload:
        return await self.call("BootNotification", BOOT)

    # -- from the central system ---------------------------------------------------------------

    async def listen(self) -> None:
        with suppress(ConnectionClosed):
            async for text in self.socket:
                frame = json.loads(text)
                if frame[0] == 2:
                    await self._asked(*frame[1:])
                elif frame[1] in self._answers and not self._answers[frame[1]].done():
                    self._answers[frame[1]].set_result(frame)

    async def _asked(self, message_id: str, action: str, payload: Payload) -> None:
        self.asked.append((action, payload))
        self._news.set()
        reply = self.replies.get(action, ACCEPTED)
        answer = reply(payload) if callable(reply) else reply
        if isinstance(answer, ErrorReply):
            await self.send([4, message_id, answer["code"], "", {}])
        elif answer is not None:
            await self.send([3, message_id, answer])

    async def heard(self, action: str, count: int = 1) -> list[Payload]:
        """Wait until the central system has sent a request so many times."""
        async with asyncio.timeout(WAIT_S):
            while len(found := self.payloads(action)) < count:
                self._news.clear()
                await self._news.wait()
        return found

    def payloads(self, action: str) -> list[Payload]:
        return [payload for name, payload in self.asked if name == action]

    async def closed(self) -> tuple[int | None, str]:
        """Wait until the connection is closed; how the other side closed it."""
        async with asyncio.timeout(WAIT_S):
            await self.socket.wait_closed()
        return self.socket.close_code, self.socket.close_reason or ""


@asynccontextmanager
async def station(
    port: int,
    device_id: str = "garage",
    *,
    password: bytes | None = None,
    offers: tuple[str, ...] = ("ocpp1.6",),
    **options: Any,
) -> AsyncIterator[Station]:
    headers = {}
    if password is not None:
        credentials = base64.b64encode(device_id.encode() + b":" + password).decode()
        headers["Authorization"] = f"Basic {credentials}"
    scheme = "wss" if "ssl" in options else "ws"
    async with connect(
        f"{scheme}://127.0.0.1:{port}/ocpp/{device_id}",
        subprotocols=[Subprotocol(offer) for offer in offers] or None,
        additional_headers=headers,
        **{"ping_interval": None, "compression": None, "proxy": None, "close_timeout": 1} | options,
    ) as socket:
        connected = Station(socket)
        listening = asyncio.create_task(connected.listen(), name=f"station-{device_id}")
        try:
            yield connected
        finally:
            await socket.close()
            await listening
