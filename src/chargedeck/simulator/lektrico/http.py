"""HTTP/1.1 as a small device speaks it, down to a network that is gone; knows no method and no page."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

import httptools

from chargedeck.simulator.lektrico.rpc import Reply, Request
from chargedeck.simulator.problems import PlanError

_LARGEST_REQUEST = 16 * 1024
_ENDLESS_CHUNK = b" " * 1024
_ENDLESS_PAUSE_S = 0.05


@dataclass(frozen=True, slots=True)
class Manner:
    """How an answer goes out."""

    delay_s: float = 0
    hangs_up: bool = False
    drops: bool = False
    """The connection is closed in place of the answer …"""
    halves: bool = False
    """… in the middle of it …"""
    is_endless: bool = False
    """… or it never comes to its end."""


Answering = Callable[[Request, str | None], tuple[Reply, Manner]]
"""Gives the answer to a request and its Authorization header."""


class Connection(asyncio.Protocol):
    """One client; its requests are answered one after another."""

    def __init__(self, answering: Answering, connections: "set[Connection]", *, is_dead: bool) -> None:
        self._answering = answering
        self._connections = connections
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._later: asyncio.TimerHandle | None = None
        self._url, self._body, self._size, self._unfinished = b"", b"", 0, 0
        self._authorization: str | None = None
        self._is_dead = is_dead

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asyncio: a client is there; a dead network lets it wait for ever."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's has no such ancestor
        self._connections.add(self)
        if self._is_dead:
            self._transport.pause_reading()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Asyncio: it is gone."""
        self._connections.discard(self)
        self._transport = None
        if self._later is not None:
            self._later.cancel()

    def pause_writing(self) -> None:
        """Asyncio: the client does not read; ask it nothing more."""
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        """Asyncio: it reads again."""
        if self._transport is not None and self._later is None and not self._is_dead:
            self._transport.resume_reading()

    def die(self) -> None:
        """The network cable is pulled: nothing comes in any more, nothing goes out."""
        self._is_dead = True
        if self._later is not None:
            self._later.cancel()
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def abort(self) -> None:
        """Lose the connection at once."""
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Asyncio: a part of a request."""
        if self._transport is None or self._transport.is_closing():
            return
        self._unfinished += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._refuse(HTTPStatus.BAD_REQUEST)
        if self._unfinished > _LARGEST_REQUEST:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    # httptools calls these

    def on_message_begin(self) -> None:
        """Another request begins."""
        self._url, self._body, self._authorization, self._size = b"", b"", None, 0

    def on_url(self, url: bytes) -> None:
        """A part of its target."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self._size += len(name) + len(value)
        if name.lower() == b"authorization":
            self._authorization = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        """A part of its body."""
        self._body += body

    def on_message_complete(self) -> None:
        """It is complete: answer it."""
        self._unfinished = 0
        if self._size + len(self._url) + len(self._body) > _LARGEST_REQUEST:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        target, _, query = self._url.decode("latin-1").partition("?")
        request = Request(self._parser.get_method().decode(), target, query, self._body)
        reply, manner = self._answering(request, self._authorization)
        keeps = self._parser.should_keep_alive() and not manner.hangs_up
        if manner.delay_s <= 0:
            self._send(reply, manner, keeps=keeps)
        elif self._transport is not None:
            self._transport.pause_reading()
            loop = asyncio.get_running_loop()
            self._later = loop.call_later(manner.delay_s, self._send_late, reply, manner, keeps)

    def _send_late(self, reply: Reply, manner: Manner, keeps: bool) -> None:
        self._later = None
        if self._transport is not None:
            self._transport.resume_reading()
        self._send(reply, manner, keeps=keeps)

    def _send(self, reply: Reply, manner: Manner, *, keeps: bool) -> None:
        transport = self._transport
        if transport is None or transport.is_closing() or self._is_dead:
            return
        if manner.drops:
            transport.close()
        elif manner.is_endless:
            transport.write(_head(reply, length=None, keeps=keeps) + reply.body[:-1])
            self._go_on_for_ever()
        elif manner.halves:
            transport.write(
                _head(reply, length=len(reply.body), keeps=keeps) + reply.body[: len(reply.body) // 2]
            )
            transport.close()
        else:
            transport.write(_head(reply, length=len(reply.body), keeps=keeps) + reply.body)
            if not keeps:
                transport.close()

    def _go_on_for_ever(self) -> None:
        if self._transport is None or self._is_dead:
            return
        if self._transport.get_write_buffer_size() == 0:
            self._transport.write(_ENDLESS_CHUNK)
        self._later = asyncio.get_running_loop().call_later(_ENDLESS_PAUSE_S, self._go_on_for_ever)

    def _refuse(self, status: HTTPStatus) -> None:
        self._send(Reply(status, b"", None), Manner(), keeps=False)


def _head(reply: Reply, *, length: int | None, keeps: bool) -> bytes:
    lines = [f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}"]
    if reply.content_type is not None:
        lines.append(f"Content-Type: {reply.content_type}")
    if length is not None:
        lines.append(f"Content-Length: {length}")
    lines += [f"{name}: {value}" for name, value in reply.headers]
    lines.append(f"Connection: {'keep-alive' if keeps and length is not None else 'close'}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


class Door:
    """A device's address: open, closed, or with the cable pulled."""

    def __init__(self, answering: Answering, host: str, port: int) -> None:
        self._answering = answering
        self._host = host
        self.port = port
        """Where it listens; 0 until it was opened on a port of the system's choice."""
        self.is_cut = False
        self._server: asyncio.Server | None = None
        self._connections: set[Connection] = set()
        self.most_connections = 0
        """How many clients were connected at a time at most."""

    async def open(self) -> None:
        """Listen."""
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(self._connection, self._host, self.port)
        except OSError as error:
            raise PlanError(
                f"cannot listen on {self._host}:{self.port}: {error.strerror or error}"
            ) from error
        self.port = self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        """Listen no more; whoever is connected is not any more."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._abort_all()

    def cut(self) -> None:
        """The network is gone without a word: nobody gets an answer, nor an error."""
        self.is_cut = True
        for connection in tuple(self._connections):
            connection.die()

    def restore(self) -> None:
        """The network is back; the connections of before are not."""
        if self.is_cut:
            self.is_cut = False
            self._abort_all()

    @property
    def connections(self) -> int:
        """How many clients are connected."""
        return len(self._connections)

    def _connection(self) -> Connection:
        self.most_connections = max(self.most_connections, len(self._connections) + 1)
        return Connection(self._answering, self._connections, is_dead=self.is_cut)

    def _abort_all(self) -> None:
        for connection in tuple(self._connections):
            connection.abort()
