"""HTTP/1.1 to one device over one kept connection, one request at a time; follows no redirect.

Answers are bounded in size and time, whatever the device says about them.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Sequence
from typing import NamedTuple, cast

import httptools

from chargedeck.chargers.lektrico.addresses import Address, resolved
from chargedeck.chargers.lektrico.troubles import NotUnderstoodError, TroubleError, UnreachableError
from chargedeck.domain.sentences import Sentence, said
from chargedeck.hub.local_network import Network

LARGEST_ANSWER = 64 * 1024
"""Head and body; the longest real answer has under 2 KiB."""

CONNECT_S = 2.5
ANSWER_S = 3.0
"""A write that hangs, and the look whether it has come true, must not hide for 10 s that nobody is there."""


class Answer(NamedTuple):
    """A status and a body; `kept` tells whether the connection may be used again."""

    status: int
    body: bytes


class Credentials(NamedTuple):
    """For HTTP Basic."""

    username: str
    password: str

    def __repr__(self) -> str:
        return f"Credentials({self.username!r}, …)"

    @property
    def header(self) -> bytes:
        """The value of `Authorization`."""
        return b"Basic " + base64.b64encode(f"{self.username}:{self.password}".encode())


class _Line(asyncio.Protocol):
    """One connection; knows one exchange at a time."""

    def __init__(self, where: str) -> None:
        self._where = where
        self.has_parted = False
        """Whether the end of the connection was announced."""
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[Answer] | None = None
        self._reset()

    def _reset(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._body = bytearray()
        self._received = 0
        self._is_headed = self._is_delimited = False

    @property
    def is_open(self) -> bool:
        """Whether it can take a request."""
        return self._transport is not None and not self._transport.is_closing()

    async def exchange(self, request: bytes) -> Answer:
        """Send a request and wait for its answer; the caller limits the time, and closes when it is up."""
        if self._transport is None or self._waiter is not None:
            raise UnreachableError(self._where, said("the connection is closed"))
        self._reset()
        self._waiter = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        try:
            return await self._waiter
        finally:
            self._waiter = None

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.abort()
            self._transport = None

    # -- the socket ----------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is up."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Part of an answer, or something that nobody has asked for."""
        self._received += len(data)
        if self._waiter is None or self._waiter.done():
            self.close()
            return
        if self._received > LARGEST_ANSWER:
            self._fail(NotUnderstoodError(self._where, said("its answer does not end")))
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._fail(NotUnderstoodError(self._where, said("its answer is not HTTP")))

    def connection_lost(self, exc: Exception | None) -> None:
        """The end of the connection is the end of an answer without a length."""
        self._transport = None
        if self._waiter is None or self._waiter.done():
            return
        if self._is_headed and not self._is_delimited and exc is None:
            self.has_parted = True
            self._done()
        else:
            self._fail(UnreachableError(self._where, said("the connection was closed")))

    def _done(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(Answer(self._parser.get_status_code(), bytes(self._body)))

    def _fail(self, trouble: TroubleError) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(trouble)
        self.close()

    # -- the parser ----------------------------------------------------------------------------

    def on_header(self, name: bytes, value: bytes) -> None:  # noqa: ARG002  (the parser's form)
        """Learn how the body ends."""
        if name.lower() in (b"content-length", b"transfer-encoding"):
            self._is_delimited = True

    def on_headers_complete(self) -> None:
        """The body comes."""
        self._is_headed = True

    def on_body(self, body: bytes) -> None:
        """Part of the body."""
        self._body += body

    def on_message_complete(self) -> None:
        """All of it is there; an interim answer is followed by the real one."""
        if self._parser.get_status_code() < 200:
            self._body.clear()
            return
        keeps = self._parser.should_keep_alive()
        self._done()
        if not keeps:
            self.has_parted = True
            self.close()


class Http:
    """Requests to one device."""

    def __init__(
        self, address: Address, networks: Sequence[Network], credentials: Credentials | None = None
    ) -> None:
        self.address = address
        self._networks = networks
        self._line: _Line | None = None
        self._is_ended = False
        self.breaks = 0
        """How often a kept connection was closed by the other side without a word: it may have restarted."""
        self.answered_at = asyncio.get_running_loop().time()
        """When it last answered anything, to whomever."""
        self._lock = asyncio.Lock()
        head = f"Host: {address}\r\nAccept: application/json\r\n".encode()
        if credentials is not None:
            head += b"Authorization: " + credentials.header + b"\r\n"
        self._head = head

    async def request(
        self, method: str, target: str, body: bytes = b"", *, seconds: float = ANSWER_S
    ) -> Answer:
        """One exchange; raises a TroubleError. A GET whose kept connection was closed is asked once more."""
        request = self._written(method, target, body)
        async with self._lock:
            try:
                async with asyncio.timeout(seconds):
                    is_kept = self._line is not None and self._line.is_open
                    try:
                        return await self._exchange(request)
                    except UnreachableError:
                        if not is_kept or method != "GET":
                            raise
                        self.breaks += 1
                        self._line = None
                        return await self._exchange(request)
            except TimeoutError as error:
                self.close()
                raise UnreachableError(
                    str(self.address),
                    said("no answer within {seconds} s", seconds=round(seconds, 1)),
                    seconds=seconds,
                ) from error
            except BaseException:
                self.breaks += 1
                self.close()
                raise

    def _written(self, method: str, target: str, body: bytes) -> bytes:
        length = b"Content-Type: application/json\r\nContent-Length: %d\r\n" % len(body) if body else b""
        return b"%s %s HTTP/1.1\r\n%s%s\r\n%s" % (method.encode(), target.encode(), self._head, length, body)

    async def _exchange(self, request: bytes) -> Answer:
        line = self._line
        if line is None or not line.is_open:
            if line is not None and not line.has_parted:
                self.breaks += 1
            line = self._line = await self._connected()
        answer = await line.exchange(request)
        self.answered_at = asyncio.get_running_loop().time()
        return answer

    async def _connected(self) -> _Line:
        where = str(self.address)
        if self._is_ended:
            raise UnreachableError(where, said("the connection is closed"))
        ip = await resolved(self.address, self._networks)
        try:
            async with asyncio.timeout(CONNECT_S):
                _, line = await asyncio.get_running_loop().create_connection(
                    lambda: _Line(where), ip, self.address.port
                )
        except TimeoutError as error:
            raise UnreachableError(where, said("no connection in time"), seconds=CONNECT_S) from error
        except OSError as error:
            raise UnreachableError(
                where, Sentence(error.strerror) if error.strerror else said("no connection")
            ) from error
        return line

    def close(self) -> None:
        """Hang up; the next request connects again."""
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def end(self) -> None:
        """Hang up for good: whoever still wants something is told that nobody is there."""
        self._is_ended = True
        self.close()
