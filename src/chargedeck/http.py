"""HTTP/1.1 over one kept connection: bounded in size and time, and following no redirect."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

import httptools

from chargedeck.domain.sentences import said

LARGEST_ANSWER = 256 * 1024
"""Head and body."""

CONNECT_S = 3.0
ANSWER_S = 4.0


class Answer(NamedTuple):
    """What came back; header names in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpError(Exception):
    """No answer, or none that can be read; the text is the rest of a sentence about who was asked."""


class Endpoint(NamedTuple):
    """Who is asked: the name in the request, and where its connection goes."""

    host: str
    port: int
    resolve: Callable[[], Awaitable[str]]
    """Answers the number to connect to; what it raises goes to the caller."""
    tls: ssl.SSLContext | None = None


class _Reading:
    """One answer while it comes in."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        self.body = bytearray()
        self.is_headed = self.is_over = False
        self.is_delimited = False
        self.keeps = False
        """Whether the connection may be used again."""
        self.parser = httptools.HttpResponseParser(self)

    def on_header(self, name: bytes, value: bytes) -> None:
        key = name.decode("latin-1").lower()
        self.is_delimited = self.is_delimited or key in ("content-length", "transfer-encoding")
        self.headers[key] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        self.is_headed = True

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        if self.parser.get_status_code() < 200:  # the real one follows
            self.headers.clear()
            self.body.clear()
            self.is_headed = self.is_delimited = False
            return
        self.is_over, self.keeps = True, self.parser.should_keep_alive()


class Http:
    """Requests to one server; one at a time."""

    def __init__(
        self, endpoint: Endpoint, *, answer_s: float = ANSWER_S, connect_s: float = CONNECT_S
    ) -> None:
        self._endpoint = endpoint
        self._connect_s, self._answer_s = connect_s, answer_s
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, target: str, headers: Mapping[str, str] | None = None) -> Answer:
        """One exchange; raises HttpError. A kept connection that has ended meanwhile is made anew once."""
        return await self._asked(self._written("GET", target, headers or {}))

    async def post(self, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """One exchange over a connection of its own, since it may not be done twice; raises HttpError."""
        self._hang_up()
        lines = {"Content-Length": str(len(body)), "Connection": "close", **headers}
        return await self._asked(self._written("POST", target, lines) + body)

    async def _asked(self, request: bytes) -> Answer:
        try:
            async with asyncio.timeout(self._connect_s + self._answer_s):
                if self._streams is not None:
                    try:
                        return await self._exchange(request)
                    except (OSError, EOFError):
                        self._hang_up()
                return await self._exchange(request)
        except TimeoutError as error:
            self._hang_up()
            raise HttpError(said("does not answer in time")) from error
        except EOFError as error:
            self._hang_up()
            raise HttpError(said("closes the connection without an answer")) from error
        except ssl.SSLCertVerificationError as error:
            self._hang_up()
            raise HttpError(
                said(
                    "has a certificate that cannot be trusted ({why})",
                    why=error.verify_message,
                )
            ) from error
        except OSError as error:
            self._hang_up()
            raise HttpError(
                said("cannot be reached ({why})", why=error.strerror or type(error).__name__)
            ) from error
        except BaseException:
            self._hang_up()
            raise

    def _written(self, method: str, target: str, headers: Mapping[str, str]) -> bytes:
        host, port, _, tls = self._endpoint
        named = f"[{host}]" if ":" in host else host
        default = 80 if tls is None else 443
        where = named if port == default else f"{named}:{port}"
        lines = {"Host": where, "Accept": "application/json", **headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode("latin-1")

    async def _exchange(self, request: bytes) -> Answer:
        reader, writer = self._streams = self._streams or await self._connected()
        writer.write(request)
        reading, received = _Reading(), 0
        while not reading.is_over:
            data = await reader.read(16_384)
            received += len(data)
            if received > LARGEST_ANSWER:
                raise HttpError(said("answers without an end"))
            if not data and reading.is_headed and not reading.is_delimited:
                break  # the end of the connection is the end of this answer
            if not data:
                raise EOFError
            try:
                reading.parser.feed_data(data)
            except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
                raise HttpError(said("does not answer in HTTP")) from error
        if not reading.keeps:
            self._hang_up()
        return Answer(reading.parser.get_status_code(), reading.headers, bytes(reading.body))

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host, port, resolve, tls = self._endpoint
        ip = await resolve()
        async with asyncio.timeout(self._connect_s):
            return await asyncio.open_connection(
                ip, port, ssl=tls, server_hostname=None if tls is None else host
            )

    def _hang_up(self) -> None:
        streams, self._streams = self._streams, None
        if streams is not None:
            streams[1].transport.abort()

    def close(self) -> None:
        """Hang up; the next request connects again."""
        self._hang_up()
