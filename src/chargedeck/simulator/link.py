"""A charge point's WebSocket: dials, signs in, redials with patience, pings; reads no message."""

import asyncio
import base64
import logging
import random
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Protocol
from urllib.parse import quote

from picows import (
    WSError,
    WSFrame,
    WSInvalidStatusError,
    WSListener,
    WSMsgType,
    WSTransport,
    ws_connect,
)

from chargedeck.simulator.clock import Instant, Seconds, Timer, after
from chargedeck.simulator.pace import Pace
from chargedeck.simulator.world import World

logger = logging.getLogger(__name__)

_SUBPROTOCOL = "ocpp1.6"
_LARGEST_MESSAGE = 256 * 1024
_HANDSHAKE_TIMEOUT_S = 15.0
_ENDURED = Seconds(10)
"""A connection that lasted this long was a good one: the next attempt comes soon again."""


class Listener(Protocol):
    """Whoever speaks over the link."""

    def connected(self, send: Callable[[bytes], None]) -> None:
        """The link is up; `send` works until `disconnected`."""

    def disconnected(self) -> None:
        """The link is down."""

    def received(self, data: bytes) -> None:
        """A text message came."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where the central system is, and how to come to it."""

    url: str
    """Without the id: `ws://host:9000/ocpp`."""
    pace: Pace
    tls: ssl.SSLContext | None = None
    first_wait: Seconds = Seconds(1)
    longest_wait: Seconds = Seconds(30)


@dataclass(slots=True)
class Credentials:
    """The password in use, and the one before it, to fall back on when the new one is refused."""

    password: str | None = field(repr=False)
    former: str | None = field(default=None, repr=False)

    def use(self, password: str) -> None:
        """Take another password."""
        if password != self.password:
            self.password, self.former = password, self.password

    def fall_back(self) -> None:
        """The password was refused: try the other one next."""
        if self.former is not None:
            self.password, self.former = self.former, self.password

    def header(self, point_id: str) -> dict[str, str]:
        """HTTP Basic, if there is a password."""
        if self.password is None:
            return {}
        token = base64.b64encode(f"{point_id}:{self.password}".encode()).decode()
        return {"Authorization": f"Basic {token}"}


class Link(WSListener):
    """One connection at a time; without one it waits for a timer, never in a task."""

    def __init__(self, world: World, server: Server, point_id: str, password: str | None) -> None:
        self._world = world
        self._server = server
        self._point_id = point_id
        self._credentials = Credentials(password)
        self._listener: Listener | None = None
        self._transport: WSTransport | None = None
        self._dialling: asyncio.Future[None] | None = None
        self._attempts = 0
        self._up_since = Instant(0)
        self._redial: Timer | None = None
        self._ping_interval = Seconds(0)
        self._ping: Timer | None = None
        self._pong_missing = False
        self._fragments: list[bytes] = []
        self._trouble = ""
        """What the last attempt failed for; told once, not at each attempt."""
        self.is_cut = False
        """Whether somebody pulled the network cable."""

    @property
    def is_up(self) -> bool:
        """Whether there is a connection."""
        return self._transport is not None

    def open(self, listener: Listener) -> None:
        """Connect, and stay connected."""
        self._listener = listener
        self._dial(self._world.wall.now())

    def close(self) -> None:
        """Hang up for good."""
        self.is_cut = True
        self._cancel_redial()
        self._hang_up(graceful=True)

    def cut(self) -> None:
        """Lose the network without a word."""
        self.is_cut = True
        self._cancel_redial()
        self._hang_up(graceful=False)

    def restore(self) -> None:
        """The network is back."""
        if self.is_cut:
            self.is_cut = False
            self._attempts = 0
            self._dial(self._world.wall.now())

    def drop(self, reopen_after: Seconds) -> None:
        """Hang up and dial again after this real time."""
        self._hang_up(graceful=True)
        self._attempts = 0
        self._dial_after(reopen_after)

    def use_password(self, password: str) -> None:
        """Sign in with this from the next connection on."""
        self._credentials.use(password)

    def ping_every(self, interval: Seconds) -> None:
        """Send WebSocket pings; a connection whose pong is missing when the next is due is dead."""
        self._ping_interval = interval
        if self._ping is not None:
            self._ping.cancel()
            self._ping = None
        if interval > 0:
            self._ping = self._world.wall_agenda.call_at(
                after(self._world.wall.now(), interval), self._pinged
            )

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Picows: the handshake is done."""
        self._transport = transport
        self._up_since = self._world.wall.now()
        self._pong_missing = False
        self._fragments = []
        self._world.statistics.connected += 1
        chosen = transport.response.headers.get("Sec-WebSocket-Protocol")
        if chosen != _SUBPROTOCOL:
            logger.warning("%s: the server speaks %s, not %s", self._point_id, chosen, _SUBPROTOCOL)
        if chosen != _SUBPROTOCOL or self.is_cut or self._listener is None:
            self._hang_up(graceful=False)
            self._dial_later()
            return
        self._trouble = ""
        self._listener.connected(self._send)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Picows: a frame came."""
        self._pong_missing = False
        if transport is not self._transport or self._listener is None:
            return
        if frame.msg_type not in (WSMsgType.TEXT, WSMsgType.CONTINUATION):
            if frame.msg_type is WSMsgType.CLOSE:
                transport.disconnect()
            return
        data = frame.get_payload_as_bytes()
        if not frame.fin or self._fragments:
            self._fragments.append(data)
            if not frame.fin:
                return
            data = b"".join(self._fragments)
            self._fragments = []
        self._listener.received(data)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """Picows: the connection is gone."""
        if transport is self._transport:
            self._lost()
            self._dial_later()

    def _send(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.send(WSMsgType.TEXT, data)

    def _pinged(self, _now: Instant) -> None:
        self._ping = None
        if self._transport is None:
            return
        if self._pong_missing:
            logger.warning("%s: no pong, hanging up", self._point_id)
            self._hang_up(graceful=False)
            self._dial_later()
            return
        self._pong_missing = True
        self._transport.send_ping()
        self.ping_every(self._ping_interval)

    def _hang_up(self, *, graceful: bool) -> None:
        transport = self._transport
        if transport is not None:
            self._lost()
            transport.disconnect(graceful)

    def _lost(self) -> None:
        self._transport = None
        self._world.statistics.connected -= 1
        self._world.statistics.connections_lost += 1
        if self._world.wall.now() - self._up_since > _ENDURED:
            self._attempts = 0
        if self._ping is not None:
            self._ping.cancel()
            self._ping = None
        if self._listener is not None:
            self._listener.disconnected()

    def _dial_later(self) -> None:
        longest = min(self._server.first_wait * 2**self._attempts, self._server.longest_wait)
        self._attempts = min(self._attempts + 1, 16)
        self._dial_after(Seconds(longest * random.uniform(0.5, 1)))  # noqa: S311 - spreads load, guards nothing

    def _dial_after(self, wait: Seconds) -> None:
        self._cancel_redial()
        if not self.is_cut:
            due = after(self._world.wall.now(), wait)
            self._redial = self._world.wall_agenda.call_at(due, self._dial)

    def _cancel_redial(self) -> None:
        if self._redial is not None:
            self._redial.cancel()
            self._redial = None

    def _dial(self, _now: Instant) -> None:
        self._redial = None
        if not (self.is_cut or self.is_up) and self._dialling is None:
            self._dialling = self._world.spawn(self._connect())

    async def _connect(self) -> None:
        try:
            async with self._server.pace:
                if not self.is_cut:
                    await self._handshake()
        except WSInvalidStatusError as error:
            status = None if error.response is None else error.response.status.value
            if status == HTTPStatus.UNAUTHORIZED:
                self._credentials.fall_back()
            self._failed(f"the server answers {status}")
        except (WSError, OSError, TimeoutError) as error:
            self._failed(f"no connection: {str(error) or 'no answer in time'}")
        finally:
            self._dialling = None
        if not self.is_up and self._redial is None:
            self._dial_later()  # lost before the handshake had returned

    async def _handshake(self) -> None:
        headers = {"Sec-WebSocket-Protocol": _SUBPROTOCOL, **self._credentials.header(self._point_id)}
        async with asyncio.timeout(_HANDSHAKE_TIMEOUT_S):
            await ws_connect(
                lambda: self,
                f"{self._server.url}/{quote(self._point_id, safe='')}",
                ssl_context=self._server.tls,
                extra_headers=headers,
                max_frame_size=_LARGEST_MESSAGE,
                max_redirects=0,
                read_buffer_init_size=2048,
                websocket_handshake_timeout=_HANDSHAKE_TIMEOUT_S,
            )

    def _failed(self, reason: str) -> None:
        if reason != self._trouble:
            logger.warning("%s: %s", self._point_id, reason)
            self._trouble = reason
        self._world.statistics.connections_failed += 1
        self._dial_later()
