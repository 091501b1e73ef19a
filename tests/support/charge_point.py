"""A charge point that a test plays itself: it sends and answers as told, and decides nothing."""

import asyncio
import base64
import itertools
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from tests.support.ports import LOOPBACK
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

ANSWER_S = 10.0

Payload = dict[str, Any]


class CallErrorAnswer(Exception):  # noqa: N818  (OCPP-J's word)
    """A CALLERROR, received or to be sent."""

    def __init__(self, code: str, description: str = "") -> None:
        super().__init__(code, description)
        self.code, self.description = code, description


class NoAnswer(Exception):  # noqa: N818  (not a failure: a way to treat a request)
    """Raised by a script that leaves a request without an answer."""


Script = Callable[[str, Payload], Payload]
"""Answers a request of the server: action and payload in, payload out; may raise the two above."""


def agreeable(action: str, payload: Payload) -> Payload:
    """Says yes to everything that a server sets up by itself, and knows nothing else."""
    match action:
        case "GetConfiguration":
            return {"configurationKey": [{"key": "NumberOfConnectors", "readonly": True, "value": "1"}]}
        case "ChangeConfiguration" | "TriggerMessage" | "SetChargingProfile":
            return {"status": "Accepted"}
        case _:
            raise CallErrorAnswer("NotImplemented")


@dataclass
class ChargePoint:
    """One connection."""

    socket: ClientConnection
    script: Script = agreeable
    asked: list[tuple[str, Payload]] = field(default_factory=list)
    """What the server has asked, in order."""
    answered: list[list[Any]] = field(default_factory=list)
    """Every answer and refusal that has come, whole."""
    _waiting: dict[str, "asyncio.Future[list[Any]]"] = field(default_factory=dict)
    _ids: "itertools.count[int]" = field(default_factory=itertools.count)

    async def call(self, action: str, payload: Payload | None = None) -> Payload:
        """Send a request; its answer's payload, or CallErrorAnswer."""
        message_id = f"call-{next(self._ids)}"
        return await self.send_call([2, message_id, action, {} if payload is None else payload])

    async def send_call(self, frame: list[Any]) -> Payload:
        """Send a whole frame that is a request, and take its answer."""
        answer = await self.exchange(frame[1], json.dumps(frame))
        if answer[0] == 4:
            raise CallErrorAnswer(answer[2], answer[3])
        payload: Payload = answer[2]
        return payload

    async def exchange(self, message_id: str, text: str | bytes) -> list[Any]:
        """Send any text and take the answer to `message_id`, whole; raises when the connection ends."""
        waiting = self._waiting[message_id] = asyncio.get_running_loop().create_future()
        try:
            await self.socket.send(text, text=True)
            async with asyncio.timeout(ANSWER_S):
                answer: list[Any] = await waiting
                return answer
        finally:
            self._waiting.pop(message_id, None)

    async def boot(self, **more: str) -> Payload:
        """Introduce itself."""
        return await self.call(
            "BootNotification", {"chargePointVendor": "Test", "chargePointModel": "Played", **more}
        )

    async def status(self, status: str, connector: int = 1, error: str = "NoError", **more: str) -> None:
        """Tell an outlet's status."""
        await self.call(
            "StatusNotification", {"connectorId": connector, "status": status, "errorCode": error, **more}
        )

    async def until_asked(self, action: str, times: int = 1) -> Payload:
        """Wait until the server has asked this, and say what."""
        async with asyncio.timeout(ANSWER_S):
            while True:
                found = [payload for name, payload in self.asked if name == action]
                if len(found) >= times:
                    return found[times - 1]
                await asyncio.sleep(0.02)

    async def listen(self) -> None:
        """Take answers and answer requests until the connection ends."""
        with suppress(ConnectionClosed):
            async for text in self.socket:
                frame = json.loads(text)
                if frame[0] == 2:
                    await self._answer(frame)
                    continue
                self.answered.append(frame)
                if (waiting := self._waiting.get(frame[1])) is not None and not waiting.done():
                    waiting.set_result(frame)
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(ConnectionResetError("the server hung up"))

    async def _answer(self, frame: list[Any]) -> None:
        _, message_id, action, payload = frame
        self.asked.append((action, payload))
        try:
            answer: list[Any] = [3, message_id, self.script(action, payload)]
        except CallErrorAnswer as error:
            answer = [4, message_id, error.code, error.description, {}]
        except NoAnswer:
            return
        await self.socket.send(json.dumps(answer))


def basic(device: str, password: str) -> dict[str, str]:
    """The header of HTTP Basic."""
    return {"Authorization": "Basic " + base64.b64encode(f"{device}:{password}".encode()).decode()}


@asynccontextmanager
async def charge_point(
    url: str,
    device: str,
    password: str | None = None,
    *,
    script: Script = agreeable,
    headers: Mapping[str, str] | None = None,
    address: str = LOOPBACK,
) -> AsyncIterator[ChargePoint]:
    """Connect as a device from an address of loopback, until the block is left."""
    more = dict(headers or {}) | ({} if password is None else basic(device, password))
    async with connect(
        f"{url}/{device}",
        subprotocols=[Subprotocol("ocpp1.6")],
        additional_headers=more,
        proxy=None,
        compression=None,
        max_size=None,
        close_timeout=1,
        local_addr=(address, 0),
    ) as socket:
        point = ChargePoint(socket, script)
        listening = asyncio.create_task(point.listen(), name=f"charge-point-{device}")
        try:
            yield point
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening
