"""A device's WebSocket: frames in, messages to its speaker, answers out; it knows no version's words.

The hot path: one callback per frame, no task, no await, one copy of the payload (which the log keeps).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from picows import WSCloseCode, WSFrame, WSListener, WSMsgType, WSTransport

from chargedeck.chargers.ocpp import framing
from chargedeck.chargers.ocpp.calls import Calls
from chargedeck.chargers.ocpp.faults import Fault, FaultKind
from chargedeck.chargers.ocpp.framing import (
    LARGEST_FRAME,
    NOT_TEXT,
    Broken,
    Call,
    CallError,
    CallResult,
    encoded_error,
    encoded_result,
)
from chargedeck.chargers.ocpp.limits import Bucket
from chargedeck.domain.problems import UnknownResourceError

if TYPE_CHECKING:
    from chargedeck.chargers.ocpp.desk import Desk, FrameRing
    from chargedeck.chargers.ocpp.dialect import Dialect
    from chargedeck.chargers.ocpp.surroundings import Surroundings

logger = logging.getLogger(__name__)

TEXT: Final = WSMsgType.TEXT
REMEMBERED = 4
"""Answers kept for a device that repeats a request; a station has one request open at a time."""
CLOSE_GRACE_S = 1.0


class Connection(WSListener):
    """One device's connection, from the upgrade to the end."""

    __slots__ = (
        "_all",
        "_bucket",
        "_desk",
        "_dialect",
        "_held_for_writing",
        "_is_over",
        "_is_slowed",
        "_log",
        "_parts",
        "_pinged_at",
        "_pong",
        "_recent",
        "_speaker",
        "_transport",
        "address",
        "calls",
        "device_id",
        "heard_at",
    )

    def __init__(self, device_id: str, address: str, dialect: Dialect, surroundings: Surroundings) -> None:
        self.device_id = device_id
        self.address = address
        self._all = surroundings
        self._dialect = dialect
        self._transport: WSTransport
        self._desk: Desk
        self._log: FrameRing
        self._is_over = False
        self._is_slowed = False
        self._held_for_writing = False
        self._parts: bytearray | None = None
        self._pong: asyncio.Future[bool] | None = None
        self._recent: dict[str, tuple[int, bytes | None]] = {}
        self.heard_at = self._pinged_at = surroundings.time()
        self._bucket = Bucket(surroundings.limits.messages_burst, self.heard_at)
        self.calls = Calls(
            device_id, self._send, dialect.check_request, answer_s=surroundings.keepalive.answer_s
        )
        self._speaker = dialect.speaker(self)

    @property
    def protocol(self) -> str:
        """The subprotocol that was agreed on."""
        return self._dialect.subprotocol

    @property
    def now(self) -> datetime:
        """The wall clock."""
        return self._all.now()

    # -- what the socket says ------------------------------------------------------------------

    def on_ws_connected(self, transport: WSTransport) -> None:
        """The upgrade is done: take the device's place, from whoever had it before."""
        self._transport = transport
        try:
            self._desk = self._all.door.attach(self.device_id, self._speaker)
        except UnknownResourceError:
            self._is_over = True
            self._hang_up(WSCloseCode.POLICY_VIOLATION, "the device was removed")
            return
        self._log = self._all.log.ring(self.device_id)
        self._all.connections.add(self)
        self._speaker.opened(self._desk)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """One frame has come; most are whole messages."""
        at = self.heard_at = self._all.time()
        bucket = self._bucket
        bucket.tokens -= 1
        if bucket.tokens < 0:
            self._slow_down(at)
        kind = frame.msg_type
        if kind is TEXT and frame.fin and self._parts is None and not self._is_over:
            self._take(frame.get_payload_as_bytes())
        else:
            self._take_other(transport, frame, kind)

    def on_ws_disconnected(self, transport: WSTransport) -> None:  # noqa: ARG002  (picows' signature)
        """The socket is gone, whoever closed it."""
        self._end()

    def pause_writing(self) -> None:
        """The device does not read: stop taking requests from it, or their answers would fill our memory."""
        self._held_for_writing = True
        self._flow()

    def resume_writing(self) -> None:
        """It reads again."""
        self._held_for_writing = False
        self._flow()

    def _take_other(self, transport: WSTransport, frame: WSFrame, kind: WSMsgType) -> None:
        match kind:
            case WSMsgType.CLOSE:
                transport.send_close(WSCloseCode.OK)
                transport.disconnect()
                self._end()
            case _ if self._is_over:
                pass
            case WSMsgType.PING:
                transport.send_pong(frame.get_payload_as_bytes())
                self._desk.seen(self._all.now())
            case WSMsgType.PONG:
                self._desk.seen(self._all.now())
                if self._pong is not None and not self._pong.done():
                    self._pong.set_result(True)
            case WSMsgType.BINARY:
                self.close("binary frames are not OCPP-J", WSCloseCode.UNSUPPORTED_DATA)
            case _:
                self._take_part(frame, kind)

    def _take_part(self, frame: WSFrame, kind: WSMsgType) -> None:
        """Put a message together that comes in fragments."""
        if (kind is TEXT) is (self._parts is not None):
            self.close("fragments out of order", WSCloseCode.PROTOCOL_ERROR)
            return
        parts = self._parts = bytearray() if self._parts is None else self._parts
        parts += frame.get_payload_as_memoryview()
        if len(parts) > LARGEST_FRAME:
            self._parts = None
            self.close(f"a message may have {LARGEST_FRAME} bytes", WSCloseCode.MESSAGE_TOO_BIG)
        elif frame.fin:
            self._parts = None
            self._take(bytes(parts))

    # -- messages ------------------------------------------------------------------------------

    def _take(self, raw: bytes) -> None:
        now = self._all.now()
        self._log.add(now, True, raw)
        self._desk.seen(now)
        message = framing.parse(raw)
        if isinstance(message, Call):
            self._called(message, hash(raw), now)
        elif isinstance(message, CallResult | CallError):
            self.calls.answered(message)
        elif message is NOT_TEXT:
            self.close("a text frame must be UTF-8", WSCloseCode.INVALID_TEXT)
        elif message.type in (framing.RESULT, framing.ERROR):
            self.calls.answered(message)
        else:
            self._unreadable(message)

    def _unreadable(self, broken: Broken) -> None:
        logger.debug("%s: %s", self.device_id, broken.description)  # it is in the device's own log
        if broken.type == framing.CALL and broken.message_id is not None:
            code = self._dialect.codes[broken.kind]
            self._send(encoded_error(broken.message_id, code, broken.description))

    def _called(self, call: Call, mark: int, now: datetime) -> None:
        """Answer a request; one that is repeated to the letter is not applied again."""
        recent = self._recent
        known = recent.get(call.message_id)
        if known is not None and known[0] == mark:
            if known[1] is not None:
                self._send(known[1])
            return
        recent[call.message_id] = (mark, None)
        if len(recent) > REMEMBERED:
            del recent[next(iter(recent))]
        try:
            payload = self._speaker.called(call, now)
        except Fault as fault:
            self.refuse(call.message_id, fault)
        except Exception:
            logger.exception("%s: %s failed", self.device_id, call.action)
            self.refuse(call.message_id, Fault(FaultKind.INTERNAL, "the server failed; send it again later"))
        else:
            if payload is not None:
                self.answer(call.message_id, call.action, payload)

    def answer(self, message_id: str, action: str, payload: Mapping[str, Any]) -> None:
        """Answer a request, now or when what it said is on disk; the device may be gone by then."""
        if payload:
            try:
                self._dialect.check_response(action, payload)
            except Fault as fault:
                logger.error("%s: our answer to %s is not valid: %s", self.device_id, action, fault)  # noqa: TRY400
                self.refuse(message_id, Fault(FaultKind.INTERNAL, "the server failed; send it again later"))
                return
        self._reply(message_id, encoded_result(message_id, payload))

    def refuse(self, message_id: str, fault: Fault) -> None:
        """Refuse a request."""
        self._reply(message_id, encoded_error(message_id, self._dialect.codes[fault.kind], fault.description))

    def _reply(self, message_id: str, raw: bytes) -> None:
        known = self._recent.get(message_id)
        if known is not None:
            self._recent[message_id] = (known[0], raw)
        self._send(raw)

    def _send(self, raw: bytes) -> None:
        if not self._is_over:
            self._log.add(self._all.now(), False, raw)
            self._transport.send(TEXT, raw)

    # -- flow ----------------------------------------------------------------------------------

    def _slow_down(self, at: float) -> None:
        """Stop reading until the device is back within its rate."""
        limits, bucket = self._all.limits, self._bucket
        bucket.refill(limits.messages_per_s, limits.messages_burst, at)
        if bucket.tokens >= 0 or self._is_over:
            return
        if bucket.tokens < -limits.messages_ahead:
            self.close("too many messages without waiting for answers", WSCloseCode.POLICY_VIOLATION)
        elif not self._is_slowed:
            self._is_slowed = True
            self._flow()
            delay = -bucket.tokens / limits.messages_per_s
            asyncio.get_running_loop().call_later(delay, self._speed_up)

    def _speed_up(self) -> None:
        self._is_slowed = False
        self._slow_down(self._all.time())
        self._flow()

    def _flow(self) -> None:
        """Read, or let the device wait in its own buffers."""
        socket = self._transport.underlying_transport
        if self._is_over or socket.is_closing():
            return
        if self._is_slowed or self._held_for_writing:
            socket.pause_reading()
        else:
            self.heard_at = self._all.time()
            socket.resume_reading()

    # -- life ----------------------------------------------------------------------------------

    def check(self, at: float) -> None:
        """Ask a silent device whether it is there; give up one that does not answer."""
        keepalive = self._all.keepalive
        silent_s = at - self.heard_at
        if silent_s < keepalive.interval_s or self._is_slowed:
            return
        if silent_s >= keepalive.interval_s + keepalive.patience_s:
            self.close("no answer to a ping", WSCloseCode.GOING_AWAY)
        elif at - self._pinged_at >= keepalive.interval_s:
            self._pinged_at = at
            self._transport.send_ping()

    async def answers(self) -> bool:
        """Whether the device still answers a ping."""
        if self._is_over:
            return False
        if self._pong is None or self._pong.done():
            self._pong = asyncio.get_running_loop().create_future()
        self._transport.send_ping()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._all.keepalive.pong_s):
                return await asyncio.shield(self._pong)
        return False

    async def password_changed(self, password: str) -> None:
        """The device has a new password: its next connection must bring it."""
        await self._all.door.set_password(self._desk, password)

    def close(self, reason: str, code: WSCloseCode = WSCloseCode.OK) -> None:
        """Hang up, and say why; nothing that still comes is taken."""
        if not self._is_over:
            logger.info("%s: closed: %s", self.device_id, reason)
            self._hang_up(code, reason)
            self._end()

    def _hang_up(self, code: WSCloseCode, reason: str) -> None:
        self._transport.send_close(code, reason)
        # A peer that does not read would keep a socket that is closed in order open for ever.
        asyncio.get_running_loop().call_later(CLOSE_GRACE_S, self._transport.disconnect, False)

    def _end(self) -> None:
        if self._is_over:
            return
        self._is_over = True
        self._all.connections.discard(self)
        self.calls.close()
        if self._pong is not None and not self._pong.done():
            self._pong.set_result(False)
        self._speaker.closed()
        self._all.door.detach(self._desk, self._speaker)
