"""A charger in its place: its simulated device, its API, and what a test asks of both."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from tests.support.api import Api
from tests.support.server import Server
from tests.support.simulator import Simulator, simulator

from chargedeck.domain.units import DeviceId, charger_id

SPEED = "30"
"""Fast enough to charge something in a moment, slow enough that a car's reaction can be seen."""

Shown = dict[str, Any]
Holds = Callable[[Shown], object]


@dataclass
class Place:
    """One charger of a simulated device."""

    api: Api
    simulator: Simulator
    device: str
    connector: int = 1

    @property
    def id(self) -> str:
        return charger_id(DeviceId(self.device), self.connector)

    # -- at the charger ------------------------------------------------------------------------

    async def do(self, word: str, **fields: Any) -> None:
        """Something happens there."""
        await self.simulator.do(word, self.device, connector=self.connector, **fields)

    async def outlet(self, holds: Holds = bool, seconds: float = 10) -> Shown:
        """What a bystander sees there, once it is so."""
        return await self.simulator.until(holds, self.device, self.connector, seconds)

    # -- in the app ----------------------------------------------------------------------------

    async def shows(self, holds: Holds = bool, seconds: float = 10) -> Shown:
        """What the API shows, once it is so."""
        shown: Shown = await self.api.charger(self.id, holds, seconds)
        return shown

    async def shows_status(self, status: str, reason: str | None = None) -> Shown:
        """What the API shows, once the badge is this."""
        return await self.shows(lambda one: (one["status"], one["status_reason"]) == (status, reason))

    async def order(self, word: str, body: Shown | None = None) -> Shown:
        """Give a command."""
        answer: Shown = await self.api.post(f"/api/chargers/{self.id}/{word}", body)
        return answer

    async def allow(self, amps: int) -> Shown:
        """Move the slider."""
        path = f"/api/chargers/{self.id}/allowed-current"
        answer: Shown = await self.api.put(path, {"current_a": amps})
        return answer

    async def set(self, **settings: Any) -> Shown:
        """Change settings."""
        answer: Shown = await self.api.patch(f"/api/chargers/{self.id}", settings)
        return answer

    async def call(self, action: str, **payload: Any) -> Shown:
        """Send an operator's message, and answer what the device said."""
        body = {"action": action, "payload": payload}
        answer = await self.api.post(f"/api/devices/{self.device}/ocpp", body)
        result: Shown = answer["result"]
        return result

    async def sessions(self) -> list[Shown]:
        """Its history, the oldest first."""
        return (await self.api.items("/api/sessions", charger=self.id))[::-1]

    # -- stretches of a journey ----------------------------------------------------------------

    async def ready(self) -> Shown:
        """Connected, set up and limited; until then a second outlet may not even be known."""

        def known(page: Any) -> bool:
            return any(one["id"] == self.id for one in page["items"])

        await self.api.until("/api/chargers?limit=200", known, 30)
        return await self.shows(lambda one: one["limit"]["confirmed_a"] is not None, 30)

    async def charging(self, card: str | None = None, **car: Any) -> Shown:
        """A car is plugged in, authorised by a card or the app, and charges."""
        await self.do("plug", **car)
        if card is None:
            await self.shows(lambda one: "authorize" in one["actions"])
            await self.order("authorize")
        else:
            await self.do("swipe", id_tag=card)
        return await self.shows(lambda one: one["status"] == "charging" and (one["power_w"] or 0) > 1_000)

    async def closed(self, count: int = 1) -> Shown:
        """The last of so many sessions, once it has ended."""
        found: list[Shown] = []

        def holds(page: Any) -> bool:
            found[:] = [one for one in page["items"] if one["ended_at"] is not None]
            return len(found) == count == len(page["items"])

        await self.api.until(f"/api/sessions?charger={self.id}", holds)
        return found[0]


@asynccontextmanager
async def place(
    server: Server, api: Api, device: str, *options: str, speed: str = SPEED, **registered: Any
) -> AsyncIterator[Place]:
    """A charger with a simulator of its own; `options` are the simulator's."""
    password = await api.add_device(device, name=device, **registered)
    quick = ("--speed", speed, "--reconnect-max", "0.5")
    async with simulator(server.ocpp_url, {device: password}, *quick, *options) as simulated:
        yield Place(api, simulated, device)
