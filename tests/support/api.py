"""A client of the API with a token: JSON in, JSON out, refusals as exceptions."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx

TIMEOUT_S = 40.0
"""Longer than the server waits for a device."""

_LOOK_AGAIN_S = 0.05
_SHOWN = 4_000


class ApiProblem(Exception):  # noqa: N818  (RFC 9457 calls it a problem)
    """The server said no."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(status, code, detail)
        self.status, self.code, self.detail = status, code, detail


class Api:
    """Calls with one token."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def get(self, path: str, **query: Any) -> Any:
        return await self.call("GET", path, query=query)

    async def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return await self.call("POST", path, {} if body is None else body)

    async def put(self, path: str, body: Mapping[str, Any]) -> Any:
        return await self.call("PUT", path, body)

    async def patch(self, path: str, body: Mapping[str, Any]) -> Any:
        return await self.call("PATCH", path, body)

    async def delete(self, path: str) -> None:
        await self.call("DELETE", path)

    async def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, Any] | None = None,
    ) -> Any:
        """The answer's JSON; raises ApiProblem."""
        answer = await self.client.request(method, path, json=body, params=query or None)
        if answer.is_success:
            return answer.json() if answer.content else None
        problem = answer.json()
        raise ApiProblem(answer.status_code, problem["code"], problem["detail"])

    async def items(self, path: str, **query: Any) -> list[Any]:
        """Every item of a list, page after page."""
        found: list[Any] = []
        cursor: dict[str, str] = {}
        while True:
            page = await self.get(path, limit=200, **query, **cursor)
            found += page["items"]
            if page["next_cursor"] is None:
                return found
            cursor = {"cursor": page["next_cursor"]}

    async def until(self, path: str, holds: Callable[[Any], object], seconds: float = 10) -> Any:
        """Ask until what is there is as it should be; says what was there instead."""
        found: Any = None
        try:
            async with asyncio.timeout(seconds):
                while True:
                    found = await self.get(path)
                    if holds(found):
                        return found
                    await asyncio.sleep(_LOOK_AGAIN_S)
        except TimeoutError:
            raise AssertionError(f"not within {seconds:g} s: {path} is {str(found)[:_SHOWN]}") from None

    async def charger(self, charger: str, holds: Callable[[Any], object] = bool, seconds: float = 10) -> Any:
        """A charger, once it is as it should be."""
        return await self.until(f"/api/chargers/{charger}", holds, seconds)

    async def add_device(self, device: str, **more: Any) -> str:
        """Register a device, and answer its password."""
        made = await self.post("/api/devices", {"id": device, "driver": "ocpp16", **more})
        return str(made["ocpp"]["password"])


@asynccontextmanager
async def api_client(url: str, token: str) -> AsyncIterator[Api]:
    """A client until the block is left; it loads no certificates, which is most of the work of making one."""
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(
        base_url=url, headers=headers, timeout=TIMEOUT_S, trust_env=False, verify=False
    ) as client:
        yield Api(client)
