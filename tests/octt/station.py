"""A charge point as the compliance tool plays it: says what a test case says, and waits for what it expects.

Everything that goes over the wire is held against the official schemas, in both directions.
"""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import uuid4

from ocpp.messages import Call, CallResult, validate_payload  # type: ignore[import-untyped]  # it has no types
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

WAIT_S = 10.0

Payload = dict[str, Any]
Where = Callable[[Payload], bool]
T = TypeVar("T")

HOUSEKEEPING: dict[str, Payload] = {
    "GetConfiguration": {
        "configurationKey": [
            {"key": "NumberOfConnectors", "readonly": True, "value": "1"},
            {"key": "ChargeProfileMaxStackLevel", "readonly": True, "value": "8"},
            {"key": "ChargingScheduleAllowedChargingRateUnit", "readonly": True, "value": "Current"},
            {"key": "GetConfigurationMaxKeys", "readonly": True, "value": "50"},
            {"key": "MeterValueSampleInterval", "readonly": False, "value": "60"},
        ]
    },
    "ChangeConfiguration": {"status": "Accepted"},
    "TriggerMessage": {"status": "Rejected"},
    "SetChargingProfile": {"status": "Accepted"},
    "GetCompositeSchedule": {"status": "Rejected"},
    "ClearChargingProfile": {"status": "Unknown"},
    "GetLocalListVersion": {"listVersion": -1},
}
"""What a central system may ask of its own accord, beside what a test case is about, and the answers."""


class RefusedError(Exception):
    """The central system answered with a CALLERROR."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request of the central system that waits for its answer."""

    station: Station
    message_id: str
    action: str
    payload: Payload

    async def answer(self, **payload: Any) -> None:
        await self.station.answer(self.message_id, self.action, payload)


@dataclass(frozen=True, slots=True)
class _Expectation:
    action: str
    fields: Payload
    where: Where | None
    met: asyncio.Future[Request]

    def takes(self, request: Request) -> bool:
        payload = request.payload
        return (
            not self.met.done()
            and request.action == self.action
            and all(payload.get(name) == value for name, value in self.fields.items())
            and (self.where is None or self.where(payload))
        )


class Station:
    """One charge point, with a connection or without; it keeps its id and its password."""

    def __init__(self, url: str, device_id: str, password: str | bytes | None) -> None:
        self.url = url
        self.id = device_id
        self.password = password.encode() if isinstance(password, str) else password
        self.unanswered: list[Request] = []
        self._socket: ClientConnection | None = None
        self._listening: asyncio.Task[None] | None = None
        self._answers: dict[str, asyncio.Future[list[Any]]] = {}
        self._expectations: list[_Expectation] = []

    # -- the connection ------------------------------------------------------------------------

    async def connect(
        self, *, tls: ssl.SSLContext | None = None, offers: tuple[str, ...] = ("ocpp1.6",)
    ) -> ClientConnection:
        """Call the central system; the library raises InvalidStatus when the upgrade is refused."""
        headers = {}
        if self.password is not None:
            credentials = base64.b64encode(self.id.encode() + b":" + self.password).decode()
            headers["Authorization"] = f"Basic {credentials}"
        self._socket = await connect(
            f"{self.url}{self.id}",
            subprotocols=[Subprotocol(offer) for offer in offers],
            additional_headers=headers,
            ssl=tls,
            proxy=None,
            compression=None,
            ping_interval=None,
            close_timeout=1,
            open_timeout=WAIT_S,
        )
        self._listening = asyncio.create_task(self._listen(self._socket), name=f"station-{self.id}")
        return self._socket

    async def disconnect(self) -> None:
        """Hang up in order."""
        if self._socket is not None and self._listening is not None:
            await self._socket.close()
            await self._listening
            self._socket = None

    async def drop(self) -> None:
        """Be gone without a word, as after a power failure."""
        if self._socket is not None and self._listening is not None:
            self._socket.transport.abort()
            await self._listening
            self._socket = None

    # -- towards the central system ------------------------------------------------------------

    async def call(self, action: str, **payload: Any) -> Payload:
        """Send a request and answer what came back."""
        message_id = str(uuid4())
        await validate_payload(Call(message_id, action, payload), "1.6")
        future = self._answers[message_id] = asyncio.get_running_loop().create_future()
        await self._send([2, message_id, action, payload])
        kind, _, *rest = await self._in_time(future, f"an answer to {action}")
        if kind == 4:
            raise RefusedError(*rest)
        result: Payload = rest[0]
        await validate_payload(CallResult(message_id, result, action=action), "1.6")
        return result

    async def answer(self, message_id: str, action: str, payload: Payload) -> None:
        await validate_payload(CallResult(message_id, payload, action=action), "1.6")
        await self._send([3, message_id, payload])

    async def _send(self, frame: list[Any]) -> None:
        if self._socket is None:
            raise AssertionError(f"{self.id} is not connected")
        await self._socket.send(json.dumps(frame))

    # -- from the central system ---------------------------------------------------------------

    async def expect(self, action: str, where: Where | None = None, **fields: Any) -> Request:
        """The next request of that action in which these fields have these values."""
        met: asyncio.Future[Request] = asyncio.get_running_loop().create_future()
        expectation = _Expectation(action, fields, where, met)
        for request in self.unanswered:
            if expectation.takes(request):
                self.unanswered.remove(request)
                return request
        self._expectations.append(expectation)
        try:
            return await self._in_time(met, f"{action} {fields or ''}")
        finally:
            self._expectations.remove(expectation)

    async def _listen(self, socket: ClientConnection) -> None:
        with suppress(ConnectionClosed):
            async for text in socket:
                frame = json.loads(text)
                if frame[0] == 2:
                    await self._asked(Request(self, *frame[1:]))
                else:
                    self._answers.pop(frame[1]).set_result(frame)

    async def _asked(self, request: Request) -> None:
        await validate_payload(Call(request.message_id, request.action, request.payload), "1.6")
        if "LocalAuthListEnabled" in request.payload.get("key", ()):
            # Asked beside any test case as soon as there are cards: not what one waits for.
            await request.answer(configurationKey=[])
            return
        for expectation in self._expectations:
            if expectation.takes(request):
                expectation.met.set_result(request)
                return
        if request.action in HOUSEKEEPING:
            await request.answer(**HOUSEKEEPING[request.action])
        else:
            self.unanswered.append(request)

    async def _in_time(self, awaited: Awaitable[T], what: str) -> T:
        """Wait for it, unless the connection ends or time is up; a fault of the listener's comes first."""
        waiting = asyncio.ensure_future(awaited)
        waited = {waiting} if self._listening is None else {waiting, self._listening}
        await asyncio.wait(waited, timeout=WAIT_S, return_when=asyncio.FIRST_COMPLETED)
        if waiting.done():
            return waiting.result()
        waiting.cancel()
        if self._listening is not None and self._listening.done():
            self._listening.result()
            raise AssertionError(f"{self.id}: the connection ended before {what} came")
        raise AssertionError(f"{self.id}: {what} did not come")
