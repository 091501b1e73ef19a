"""Makes charge points known to a central system, and finds people who operate them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx
from tests.octt.charge_point import ChargePoint
from tests.octt.operating import Operator
from tests.support.api import TIMEOUT_S, Api


class Registry:
    """An operator's way into one central system."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def charge_point(self) -> ChargePoint:
        """A charge point that the central system expects, with the address and the password it is given."""
        made = await self._api.post("/api/devices", {"id": f"CP-{uuid4().hex[:12]}"})
        told = made["ocpp"]
        return ChargePoint(told["url"], told["id"], told["password"])

    def operator(self, point: ChargePoint) -> Operator:
        return Operator(self._api, point.id)


@asynccontextmanager
async def registry_at(url: str, token: str) -> AsyncIterator[Registry]:
    """Until the block is left. A client that loads no certificates is made in a fortieth of the time."""
    bearer = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(
        base_url=url, headers=bearer, timeout=TIMEOUT_S, trust_env=False, verify=False
    ) as client:
        yield Registry(Api(client))
