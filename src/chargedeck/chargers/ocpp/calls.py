"""Our own requests to a device: one at a time, in order, each with a timeout, under ids nobody can guess."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from chargedeck.chargers.ocpp.faults import Fault
from chargedeck.chargers.ocpp.framing import Broken, CallError, CallResult, encoded_call
from chargedeck.domain.problems import (
    ChargerOfflineError,
    DeviceError,
    DeviceRefusedError,
    DeviceTimeoutError,
    InvalidCallError,
    NotSupportedError,
)
from chargedeck.domain.sentences import Sentence, said

logger = logging.getLogger(__name__)

ANSWER_S = 30.0
"""Stations that ask their own hardware first take their time."""
MOST_WAITING = 64

UNSUPPORTED = frozenset({"NotImplemented", "NotSupported"})

Answer = CallResult | CallError | Broken
Check = Callable[[str, Mapping[str, Any]], None]


class Calls:
    """The requests on one connection (OCPP-J 1.6 §4.1.1: the next one goes when this one is answered)."""

    __slots__ = (
        "_answer",
        "_answer_s",
        "_check",
        "_device_id",
        "_open",
        "_pending_id",
        "_send",
        "_turn",
        "_waiting",
    )

    def __init__(
        self, device_id: str, send: Callable[[bytes], None], check: Check, *, answer_s: float = ANSWER_S
    ) -> None:
        """`check` raises a Fault for a request that is not valid; it is not sent."""
        self._device_id = device_id
        self._send = send
        self._check = check
        self._answer_s = answer_s
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._open = True
        self._pending_id: str | None = None
        self._answer: asyncio.Future[Answer] | None = None

    async def call(self, action: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Send a request and wait for its answer's payload; raises a DeviceError without one.

        Raises InvalidCallError, which names the field, for a request that does not fit its schema.
        """
        try:
            self._check(action, payload)
        except Fault as fault:
            raise InvalidCallError(fault.description) from fault
        if not self._open:
            raise ChargerOfflineError
        if self._waiting >= MOST_WAITING:
            raise DeviceRefusedError(
                action, said("{most} requests are waiting for it already", most=MOST_WAITING)
            )
        self._waiting += 1
        try:
            async with self._turn:
                answer = await self._exchange(action, payload)
        finally:
            self._waiting -= 1
        match answer:
            case CallResult(payload=result):
                return result
            case CallError() as refusal:
                raise _refusal(action, refusal)
            case Broken() as broken:
                raise DeviceRefusedError(
                    action, said("its answer makes no sense: {description}", description=broken.description)
                )

    async def _exchange(self, action: str, payload: Mapping[str, Any]) -> Answer:
        if not self._open:
            raise ChargerOfflineError
        message_id = str(uuid4())
        self._pending_id = message_id
        self._answer = asyncio.get_running_loop().create_future()
        try:
            self._send(encoded_call(message_id, action, payload))
            async with asyncio.timeout(self._answer_s):
                return await self._answer
        except TimeoutError:
            raise DeviceTimeoutError(action, self._answer_s) from None
        finally:
            self._pending_id = self._answer = None

    def answered(self, answer: Answer) -> None:
        """Take an answer; one that nobody waits for, or no longer, is written down and let go."""
        if answer.message_id != self._pending_id or self._answer is None or self._answer.done():
            logger.debug("%s: an answer to no open request was ignored", self._device_id)
            return
        self._answer.set_result(answer)

    def close(self) -> None:
        """The connection is gone: everybody who waits is told so."""
        self._open = False
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ChargerOfflineError())


def _refusal(action: str, refusal: CallError) -> DeviceError:
    words = f"{refusal.code} ({refusal.description})" if refusal.description else refusal.code
    reason = Sentence(words)
    if refusal.code in UNSUPPORTED:
        return NotSupportedError(action, reason)
    return DeviceRefusedError(action, reason)
