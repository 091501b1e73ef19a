"""Emulated devices on real sockets, and what a test touches of them."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from chargedeck.simulator.clock import Speed
from chargedeck.simulator.commands import parse
from chargedeck.simulator.hands import Hands
from chargedeck.simulator.house import House
from chargedeck.simulator.lektrico.household import Household, Network
from chargedeck.simulator.lektrico.nameplate import Nameplate
from chargedeck.simulator.lektrico.unit import Unit
from chargedeck.simulator.world import new_world

DEADLINE_S = 10


@dataclass
class Residence:
    """A house whose devices run."""

    household: Household
    hands: Hands
    http: httpx.AsyncClient

    def unit(self, place: int = 0) -> Unit:
        return list(self.household)[place]

    def url(self, path: str, place: int = 0) -> str:
        return f"http://{self.unit(place).address}{path}"

    async def get(self, method: str, place: int = 0) -> Any:
        """A bare GET's result."""
        return (await self.http.get(self.url(f"/rpc/{method}", place))).raise_for_status().json()

    async def frame(self, method: str, params: object = None, place: int = 0) -> dict[str, Any]:
        """The whole answer to a frame."""
        frame: dict[str, object] = {"src": "TEST", "id": 12345678, "method": method}
        if params is not None:
            frame["params"] = params
        answer: dict[str, Any] = (await self.http.post(self.url("/rpc", place), json=frame)).json()
        return answer

    async def set(self, key: str, value: object, place: int = 0) -> dict[str, Any]:
        return await self.frame("app_config.set", {"config_key": key, "config_value": value}, place)

    async def do(self, word: str, **fields: object) -> dict[str, Any]:
        """A command, and the state after it."""
        return await self.hands.carry_out(parse(json.dumps({"do": word, **fields})))

    async def info(self, place: int = 0) -> dict[str, Any]:
        found: dict[str, Any] = await self.get("charger_info.get", place)
        return found

    async def until(self, holds: Callable[[dict[str, Any]], object], place: int = 0) -> dict[str, Any]:
        """Ask for the status until it is as it should be."""
        found: dict[str, Any] = {}

        async def seen() -> bool:
            nonlocal found
            found = await self.info(place)
            return bool(holds(found))

        try:
            await passes(seen)
        except TimeoutError:
            raise AssertionError(f"not within {DEADLINE_S} s: {found}") from None
        return found


async def passes(holds: Callable[[], Awaitable[bool]]) -> None:
    """Look again and again at something that tells nobody."""
    async with asyncio.timeout(DEADLINE_S):
        while not await holds():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.01)


@asynccontextmanager
async def residence(
    *plates: Nameplate, speed: float = 60, house: House | None = None, network: Network | None = None
) -> AsyncIterator[Residence]:
    household = Household(new_world(Speed(speed)), plates, network or Network(), house)
    async with household.running(), httpx.AsyncClient(timeout=5, trust_env=False, verify=False) as http:
        yield Residence(household, Hands(household), http)
