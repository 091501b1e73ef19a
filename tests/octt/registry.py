"""The way into a central system: makes charge points known to it, and finds people who operate them."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
from tests.octt.charge_point import ChargePoint
from tests.octt.operating import Operator
from tests.support.api import TIMEOUT_S, Api


@dataclass(frozen=True, slots=True)
class Home:
    """The data of a central system that has yet to start, and an operator's token for it."""

    folder: Path
    token: str

    def copied_to(self, folder: Path) -> Path:
        """Data for a server of one's own, with the same token."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return folder


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
