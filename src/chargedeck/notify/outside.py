"""HTTPS POST to hosts that others have named: looked at once resolved, bounded, following no redirect.

A person may say where messages go, and the server stands in a house's network: without a check they could
make it call the router, a cloud's metadata, or itself.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from chargedeck.domain.sentences import said, wording
from chargedeck.http import Endpoint, Http, HttpError
from chargedeck.hub.local_network import Network, UnknownNameError, is_allowed, is_outside, looked_up

ANSWER_S = 20.0
CONNECT_S = 10.0


class NotAskedError(Exception):
    """No answer; the text is the rest of a sentence about who was asked."""


class Posted(NamedTuple):
    """What was answered, by whom."""

    status: int
    host: str


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
            raise NotAskedError(said("has no address that can be read")) from error
        is_plain = url.isascii() and url.isprintable() and "@" not in parts.netloc
        if parts.scheme != "https" or not host or not is_plain:
            raise NotAskedError(said("has no https address"))
        try:
            numbers = await looked_up(host, port)
        except UnknownNameError as error:
            raise NotAskedError(said("{host} is not known", host=host)) from error
        if not all(is_outside(one) or is_allowed(one, self._networks) for one in numbers):
            raise NotAskedError(said("{host} is not on the internet", host=host))
        return parts, numbers[0]

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Posted:
        """One exchange; raises NotAskedError."""
        parts, number = await self.checked(url)
        host, port = parts.hostname or "", parts.port or 443

        async def resolved() -> str:
            return number

        http = Http(
            Endpoint(host, port, resolved, self._trusted or ssl.create_default_context()),
            answer_s=ANSWER_S,
            connect_s=CONNECT_S,
        )
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            answer = await http.post(target, {"User-Agent": "ChargeDeck", **headers}, body)
        except HttpError as error:
            raise NotAskedError(said("{host} {why}", host=host, why=wording(error))) from error
        finally:
            http.close()
        return Posted(answer.status, host)
