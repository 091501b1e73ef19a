"""A small client of our own API for the command line, on the standard library."""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from chargedeck.domain.problems import ChargeDeckError

TIMEOUT_S = 15.0


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
        except (OSError, HttpProblem):
            return False
        return True

    async def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a POST; raises HttpProblem."""
        answer: dict[str, Any] = json.loads(await asyncio.to_thread(self._call, "POST", path, body))
        return answer

    async def patch(self, path: str, body: Mapping[str, Any]) -> None:
        """PATCH; raises HttpProblem."""
        await asyncio.to_thread(self._call, "PATCH", path, body)

    async def delete(self, path: str) -> None:
        """DELETE; raises HttpProblem."""
        await asyncio.to_thread(self._call, "DELETE", path, None)

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None) -> bytes:
        request = urllib.request.Request(  # noqa: S310  (http to our own server)
            self._address + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
                content: bytes = answer.read()
                return content
        except urllib.error.HTTPError as error:
            raise HttpProblem(error.code, _detail(error.read())) from error


def _detail(content: bytes) -> str:
    try:
        return str(json.loads(content)["detail"])
    except (ValueError, KeyError, TypeError):
        return "The server refused"
