"""A small client of our own API for the command line, on the standard library."""

import asyncio
import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any

from chargedeck.domain.problems import ChargeDeckError
from chargedeck.live.following import events

TIMEOUT_S = 15.0

COMMAND_S = 60.0
"""A command answers when the device has confirmed it, or when the server has stopped waiting for that."""

SILENCE_S = 40.0
"""The stream of events says something more often than this, so that a dead one is known."""


class UnreachableError(ChargeDeckError):
    """Nobody answers at the server's address."""

    code = "unreachable"

    def __init__(self, address: str, reason: object) -> None:
        super().__init__(address, reason)
        self.address, self.reason = address, reason

    def __str__(self) -> str:
        return f"no server answers at {self.address} ({self.reason}); start it, or name another with --server"


class HttpProblem(ChargeDeckError):  # noqa: N818  (RFC 9457 calls it a problem)
    """The server said no."""

    code = "http_problem"

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(status, detail)
        self.status, self.detail = status, detail

    def __str__(self) -> str:
        return f"{self.detail} (HTTP {self.status})"


class HttpApi:
    """Calls with a token; every call has a timeout."""

    def __init__(self, address: str, token: str) -> None:
        self._address = address
        self._token = token

    async def answers(self, path: str) -> bool:
        """Whether a GET succeeds."""
        try:
            await asyncio.to_thread(self._call, "GET", path, None)
        except (OSError, HttpProblem, UnreachableError):
            return False
        return True

    async def get(self, path: str) -> Any:
        """The answer to a GET; raises HttpProblem and UnreachableError."""
        return json.loads(await asyncio.to_thread(self._call, "GET", path, None))

    async def order(self, method: str, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """What a command to a device answers, however long the device takes."""
        answer: dict[str, Any] = json.loads(
            await asyncio.to_thread(self._call, method, path, body, COMMAND_S)
        )
        return answer

    def events(self, path: str) -> Iterator[tuple[str, bytes]]:
        """Kind and data of each event, until the stream ends; blocks, and raises like the others."""
        with self._open("GET", path, None, SILENCE_S) as answer:
            yield from events(answer)

    async def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a POST; raises HttpProblem."""
        answer: dict[str, Any] = json.loads(await asyncio.to_thread(self._call, "POST", path, body))
        return answer

    async def patch(self, path: str, body: Mapping[str, Any]) -> None:
        """PATCH; raises HttpProblem."""
        await asyncio.to_thread(self._call, "PATCH", path, body)

    async def put(self, path: str, body: Mapping[str, Any]) -> None:
        """PUT; raises HttpProblem."""
        await asyncio.to_thread(self._call, "PUT", path, body)

    async def delete(self, path: str) -> None:
        """DELETE; raises HttpProblem."""
        await asyncio.to_thread(self._call, "DELETE", path, None)

    def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None, timeout: float = TIMEOUT_S
    ) -> bytes:
        with self._open(method, path, body, timeout) as answer:
            return answer.read()

    def _open(
        self, method: str, path: str, body: Mapping[str, Any] | None, timeout: float
    ) -> http.client.HTTPResponse:
        request = urllib.request.Request(  # noqa: S310  (the scheme was checked where the address came from)
            self._address + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
        )
        try:
            answer: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=timeout)  # noqa: S310
        except urllib.error.HTTPError as error:
            with error:
                raise HttpProblem(error.code, _detail(error.read())) from error
        except urllib.error.URLError as error:
            raise UnreachableError(self._address, error.reason) from error
        return answer


def _detail(content: bytes) -> str:
    try:
        return str(json.loads(content)["detail"])
    except (ValueError, KeyError, TypeError):
        return "The server refused"
