"""HTTPS to a source of prices: one request at a time, bounded in size and time, following no redirect.

The standard library's client in a thread: a few requests a day are not worth more.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from urllib.parse import urlencode, urlsplit

from chargedeck import __version__
from chargedeck.domain.sentences import said
from chargedeck.hub.price_ports import PriceSourceError

LARGEST_ANSWER = 4 * 1024 * 1024
STEP_S = 10.0
"""The longest wait for a connection, or for the next bytes."""

ANSWER_S = 30.0


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked; headers may hold a secret, the address never does."""

    address: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = None


async def asked(question: Question) -> bytes:
    """The body of the answer; raises PriceSourceError."""
    return await asyncio.to_thread(_exchange, question)


async def asked_json(question: Question) -> Any:
    """The answer as JSON, its numbers exact, and None where there is no content."""
    body = await asked(question)
    try:
        return json.loads(body, parse_float=str, parse_int=str) if body else None
    except (ValueError, RecursionError) as error:
        raise PriceSourceError(said("It does not answer in JSON")) from error


def _exchange(question: Question) -> bytes:
    # Who has no such source does not pay for loading them.
    import ssl  # noqa: PLC0415
    from http.client import HTTPConnection, HTTPException, HTTPSConnection  # noqa: PLC0415

    parts = urlsplit(question.address)
    target = parts.path + (f"?{urlencode(question.query)}" if question.query else "")
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection: HTTPConnection = HTTPSConnection(parts.netloc, timeout=STEP_S, context=context)
    else:
        connection = HTTPConnection(parts.netloc, timeout=STEP_S)
    headers = {"Accept-Encoding": "identity", "User-Agent": f"ChargeDeck/{__version__}", **question.headers}
    try:
        connection.request("GET" if question.body is None else "POST", target, question.body, headers)
        with connection.getresponse() as answer:
            _check(answer.status)
            return _read(answer.read1)
    except TimeoutError as error:
        raise PriceSourceError(said("It does not answer in time")) from error
    except ssl.SSLError as error:
        raise PriceSourceError(
            said("Its certificate cannot be trusted ({reason})", reason=error.reason)
        ) from error
    except OSError as error:
        raise PriceSourceError(
            said("It cannot be reached ({why})", why=error.strerror or type(error).__name__)
        ) from error
    except HTTPException as error:
        raise PriceSourceError(said("It does not answer in HTTP")) from error
    finally:
        connection.close()


def _check(status: int) -> None:
    if status in {401, 403}:
        raise PriceSourceError(said("It does not accept the token; set another one in the tariff"))
    if status == 404:
        raise PriceSourceError(said("It does not know the area; choose another one in the tariff"))
    if status == 429:
        raise PriceSourceError(said("It was asked too often; it is asked again later"))
    if not 200 <= status < 300:
        raise PriceSourceError(said("It answers with status {status}", status=status))


def _read(more: Any) -> bytes:
    body, until = bytearray(), monotonic() + ANSWER_S
    while data := more(65_536):
        body += data
        if len(body) > LARGEST_ANSWER:
            raise PriceSourceError(said("It answers without an end"))
        if monotonic() > until:
            raise PriceSourceError(said("It does not answer in time"))
    return bytes(body)
