"""The way in: TLS, the HTTP request, the door's answer, then the WebSocket library takes the socket over.

picows can only answer an upgrade at once, and asking the door may take time (a password's hash, a
ping to a former connection). So this protocol reads the request itself, waits with reading paused,
and hands the socket over with the request in a canonical form. Whatever is not through within the
limits is dropped: a half-open connection costs little and not for long.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

import picows
from picows.picows import WSProtocol  # type: ignore[attr-defined]  # compiled; not in its stub

from chargedeck.chargers.ocpp import handshake
from chargedeck.chargers.ocpp.connection import CLOSE_GRACE_S, Connection
from chargedeck.chargers.ocpp.framing import LARGEST_FRAME
from chargedeck.chargers.ocpp.handshake import END_OF_HEAD, LARGEST_HEAD, RefusedError, Request
from chargedeck.chargers.ocpp.limits import address_key
from chargedeck.hub.devices import Admission

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Coroutine

    from chargedeck.chargers.ocpp.dialect import Dialect
    from chargedeck.chargers.ocpp.listener import Listener

logger = logging.getLogger(__name__)

READ_BUFFER = 4 * 1024
"""What a connection begins with; most messages have 200 to 1,000 bytes, and it grows with larger ones."""

_quiet = logging.LoggerAdapter(logging.getLogger("chargedeck.chargers.ocpp.websocket"), {})
"""Given to picows as an adapter: of a plain logger it would make a child for every connection."""

_REFUSALS = {
    Admission.UNKNOWN: RefusedError(HTTPStatus.NOT_FOUND, "this charger is not registered"),
    Admission.UNAUTHORIZED: handshake.unauthorized(),
    Admission.BUSY: RefusedError(HTTPStatus.CONFLICT, "a charger with this id is connected"),
}


_TOO_LONG = RefusedError(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the request is too long")


class TurnedAway(picows.WSListener):
    """Closes a connection whose version nobody speaks: after the upgrade, with 1002 (OCPP-J 1.6 §3.2)."""

    def on_ws_connected(self, transport: picows.WSTransport) -> None:
        """Say why, and hang up."""
        transport.send_close(picows.WSCloseCode.PROTOCOL_ERROR, "offer a subprotocol that is spoken here")
        asyncio.get_running_loop().call_later(CLOSE_GRACE_S, transport.disconnect, False)

    def on_ws_frame(self, transport: picows.WSTransport, frame: picows.WSFrame) -> None:
        """Nothing counts any more but that the other side hangs up too."""
        if frame.msg_type is picows.WSMsgType.CLOSE:
            transport.disconnect()


class Visitor(asyncio.Protocol):
    """A connection that has been accepted and not yet let in."""

    __slots__ = (
        "_head",
        "_is_gone",
        "_listener",
        "_refusal",
        "_task",
        "_transport",
        "address",
        "host",
        "since",
    )

    def __init__(self, listener: Listener, host: str) -> None:
        self._listener = listener
        self.host = host
        self.address = address_key(host)
        self.since = listener.surroundings.time()
        self._head = b""
        self._task: asyncio.Task[None] | None = None
        self._refusal: RefusedError | None = None
        self._transport: asyncio.Transport | None = None
        self._is_gone = False

    # -- the socket ----------------------------------------------------------------------------

    def welcome(self, accepted: socket.socket, refusal: str | None) -> None:
        """Give it a transport, with TLS where that is spoken; one too many is told so, or dropped."""
        if refusal is not None:
            if self._listener.tls is not None:
                accepted.close()  # a handshake is more than it is worth
                self._gone()
                return
            self._refusal = RefusedError(HTTPStatus.TOO_MANY_REQUESTS, refusal, ("Retry-After", "10"))
        self._task = self._started(self._connect(accepted))
        self._task.add_done_callback(partial(self._connected, accepted))

    async def _connect(self, accepted: socket.socket) -> None:
        tls = self._listener.tls
        patience_s = None if tls is None else self._listener.surroundings.limits.handshake_s
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: self, accepted, ssl=tls, ssl_handshake_timeout=patience_s
            )
        except (OSError, TimeoutError) as error:
            logger.debug("%s: no connection: %s", self.host, error)

    def _connected(self, accepted: socket.socket, task: asyncio.Task[None]) -> None:  # noqa: ARG002  (a callback's form)
        """Clean up after one that never came to be; it may not even have been tried."""
        if self._transport is None:
            accepted.close()
            self._gone()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It can be read now."""
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  (asyncio's signature)
        """It gave up, or we did."""
        if self._task is not None:
            self._task.cancel()
        self._gone()

    def _gone(self) -> None:
        if not self._is_gone:
            self._is_gone = True
            self._listener.visit_over(self)
            self._listener.left(self.address)

    def drop(self) -> None:
        """Time is up, or there are too many like this one."""
        if self._transport is not None:
            self._transport.abort()
        elif self._task is not None:
            self._task.cancel()

    def data_received(self, data: bytes) -> None:
        """Collect the request's head."""
        if self._socket.is_closing():
            return
        self._head += data
        end = self._head.find(END_OF_HEAD)
        try:
            if self._refusal is not None:
                self._refuse(self._refusal)
            elif max(end, len(self._head) if end < 0 else 0) > LARGEST_HEAD:
                self._refuse(_TOO_LONG)
            elif end >= 0:
                self._requested(handshake.read(self._head[:end]), self._head[end + len(END_OF_HEAD) :])
        except RefusedError as refusal:
            self._refuse(refusal)

    @property
    def _socket(self) -> asyncio.Transport:
        if self._transport is None:
            raise RuntimeError("there is no connection yet")
        return self._transport

    # -- the request ---------------------------------------------------------------------------

    def _requested(self, request: Request, rest: bytes) -> None:
        """Decide, at once where that is possible."""
        dialect, spelling = self._dialect(request)
        if dialect is None:
            self._hand_over(request, rest, TurnedAway, None)
            return
        door = self._listener.surroundings.door
        admission = door.admit_at_once(request.device_id, password=request.password, address=self.host)
        if admission is not None:
            self._answered(admission, request, rest, dialect, spelling)
            return
        self._socket.pause_reading()
        self._task = self._started(self._ask(request, rest, dialect, spelling))

    def _dialect(self, request: Request) -> tuple[Dialect | None, str | None]:
        """The version to speak; without an offer it is the one that the device is registered with."""
        dialects = self._listener.dialects
        if not request.subprotocols:
            driver = self._listener.surroundings.door.driver_of(request.device_id)
            return next((d for d in dialects.values() if d.driver == driver), None), None
        found = handshake.chosen(request.subprotocols, tuple(dialects))
        return (None, None) if found is None else (dialects[found[0]], found[1])

    async def _ask(self, request: Request, rest: bytes, dialect: Dialect, spelling: str | None) -> None:
        door = self._listener.surroundings.door
        try:
            admission = await door.admit(
                request.device_id, password=request.password, address=self.host, driver=dialect.driver
            )
        except Exception:
            logger.exception("%s: could not be admitted", request.device_id)
            self._refuse(
                RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, "try again later", ("Retry-After", "10"))
            )
            return
        self._answered(admission, request, rest, dialect, spelling)

    def _answered(
        self, admission: Admission, request: Request, rest: bytes, dialect: Dialect, spelling: str | None
    ) -> None:
        refusal = _REFUSALS.get(admission)
        if refusal is not None:
            self._refuse(refusal, request.device_id)
            return

        def connect() -> picows.WSListener:
            return Connection(request.device_id, self.host, dialect, self._listener.surroundings)

        self._hand_over(request, rest, connect, spelling)

    def _hand_over(
        self, request: Request, rest: bytes, make: Callable[[], picows.WSListener], spelling: str | None
    ) -> None:
        """Let picows have the socket: it answers the upgrade, and calls the listener from then on."""
        if self._socket.is_closing():
            return
        self._listener.visit_over(self)
        headers = {} if spelling is None else {"Sec-WebSocket-Protocol": spelling}
        response = picows.WSUpgradeResponse.create_101_response(headers)
        protocol = Guest(
            partial(self._listener.left, self.address),
            picows.WSUpgradeResponseWithListener(response, make()),
        )
        # uvloop looks at the kind of protocol only when it begins to read.
        self._socket.pause_reading()
        self._socket.set_protocol(protocol)
        protocol.connection_made(self._socket)
        protocol.feed(request.canonical() + rest)
        if not self._socket.is_closing():
            self._socket.resume_reading()

    def _refuse(self, refusal: RefusedError, who: str = "no name") -> None:
        if self._listener.addresses.is_news(self.address):
            logger.warning("%s (%s): refused: %s (%d)", self.host, who, refusal.reason, refusal.status)
        self._socket.write(refusal.response())
        self._socket.close()

    def _started(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return asyncio.get_running_loop().create_task(work, name=f"admission-{self.host}")


class Guest(WSProtocol):  # type: ignore[misc]  # compiled; mypy does not know it
    """picows' protocol on a socket that has been let in; says when it is gone."""

    __slots__ = ("_left",)

    def __init__(self, left: Callable[[], None], answer: picows.WSUpgradeResponseWithListener) -> None:
        super().__init__(
            None,  # host and path: a client's
            None,
            False,  # client side
            lambda _request: answer,
            _quiet,
            True,  # disconnect on an exception
            None,  # handshake timeout: ours has passed
            False,  # pings: one sweep for all connections makes them
            1,
            1,
            picows.WSAutoPingStrategy.PING_WHEN_IDLE,
            False,  # pongs: the connection answers, so that a ping counts as a sign of life
            LARGEST_FRAME,
            None,  # headers: a client's
            READ_BUFFER,
        )
        self._left = left

    def connection_lost(self, exc: Exception | None) -> None:
        """Whatever became of it, its place is free."""
        super().connection_lost(exc)
        self._left()

    def feed(self, data: bytes) -> None:
        """Take what was read before the socket was handed over."""
        view = memoryview(data)
        while view:
            room = self.get_buffer(len(view))
            part = min(len(room), len(view))
            room[:part] = view[:part]
            self.buffer_updated(part)
            view = view[part:]
