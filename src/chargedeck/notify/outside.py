"""HTTPS POST to hosts that others have named: looked at once resolved, bounded, following no redirect.

A person may say where messages go, and the server stands in a house's network: without a check they could
make it call the router, a cloud's metadata, or itself.
"""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

import httptools

from chargedeck.hub.local_network import Network, UnknownNameError, is_allowed, looked_up

ANSWER_S = 20.0
CONNECT_S = 10.0
LARGEST_ANSWER = 64 * 1024


class NotAskedError(Exception):
    """No answer; the text is the rest of a sentence about who was asked."""


class Posted(NamedTuple):
    """What was answered, by whom."""

    status: int
    host: str


def is_outside(ip: str) -> bool:
    """Whether a number belongs to the internet: to no house, to no machine itself, to no cloud's inside."""
    found = ipaddress.ip_address(ip)
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return found.is_global and not found.is_multicast


class _Reading:
    """The head of one answer while it comes in."""

    def __init__(self) -> None:
        self.is_headed = False
        self.parser = httptools.HttpResponseParser(self)

    def on_headers_complete(self) -> None:
        self.is_headed = True


class Poster:
    """Posts to the internet, and to `networks` besides."""

    def __init__(self, networks: Sequence[Network] = (), *, trusted: ssl.SSLContext | None = None) -> None:
        self._networks = networks
        self._trusted = trusted

    async def checked(self, url: str) -> tuple[SplitResult, str]:
        """The URL in its parts, and the number to connect to; raises NotAskedError."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port or 443
        except ValueError as error:
            raise NotAskedError("has no address that can be read") from error
        is_plain = url.isascii() and url.isprintable() and "@" not in parts.netloc
        if parts.scheme != "https" or not host or not is_plain:
            raise NotAskedError("has no https address")
        try:
            numbers = await looked_up(host, port)
        except UnknownNameError as error:
            raise NotAskedError(f"{host} is not known") from error
        if not all(is_outside(one) or is_allowed(one, self._networks) for one in numbers):
            raise NotAskedError(f"{host} is not on the internet")
        return parts, numbers[0]

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Posted:
        """One exchange; raises NotAskedError."""
        parts, number = await self.checked(url)
        host = parts.hostname or ""
        lines = {
            "Host": parts.netloc,
            "Content-Length": str(len(body)),
            "Connection": "close",
            "User-Agent": "ChargeDeck",
            **headers,
        }
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        request = f"POST {target} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body
        try:
            async with asyncio.timeout(CONNECT_S + ANSWER_S):
                return Posted(await self._exchange(number, parts.port or 443, host, request), host)
        except TimeoutError as error:
            raise NotAskedError(f"{host} does not answer in time") from error
        except ssl.SSLError as error:
            raise NotAskedError(
                f"{host} has a certificate that cannot be trusted ({error.reason})"
            ) from error
        except (OSError, EOFError) as error:
            raise NotAskedError(f"{host} cannot be reached ({type(error).__name__})") from error

    async def _exchange(self, number: str, port: int, host: str, request: bytes) -> int:
        tls = self._trusted or ssl.create_default_context()
        async with asyncio.timeout(CONNECT_S):
            reader, writer = await asyncio.open_connection(number, port, ssl=tls, server_hostname=host)
        try:
            writer.write(request)
            reading, received = _Reading(), 0
            while not reading.is_headed:
                data = await reader.read(16_384)
                received += len(data)
                if not data or received > LARGEST_ANSWER:
                    raise EOFError
                try:
                    reading.parser.feed_data(data)
                except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
                    raise NotAskedError(f"{host} does not answer in HTTP") from error
            return reading.parser.get_status_code()
        finally:
            writer.transport.abort()
