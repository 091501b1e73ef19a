"""What the test cases call a manual action: an operator at the central system, by its HTTP API."""

import asyncio
from typing import Any
from uuid import uuid4

from tests.octt.station import Payload
from tests.support.api import Api


class Operator:
    """Somebody who may send any message to a device and give its charger any command."""

    def __init__(self, api: Api, device_id: str) -> None:
        self._api = api
        self._device = f"/api/devices/{device_id}"
        self._charger = f"/api/chargers/{device_id}"
        self._device_id = device_id

    # -- manual actions, each under way until it is awaited ------------------------------------

    def sends(self, action: str, **payload: Any) -> asyncio.Task[Payload]:
        """A message from the operator's corner; ends with what the device answered."""

        async def send() -> Payload:
            answer = await self._api.post(f"{self._device}/ocpp", {"action": action, "payload": payload})
            result: Payload = answer["result"]
            return result

        return asyncio.create_task(send(), name=f"operator-{action}")

    def gives(self, command: str, **body: Any) -> asyncio.Task[Payload]:
        """A command from the dashboard; ends with the charger as it then is."""
        given = self._api.post(f"{self._charger}/{command}", body)
        return asyncio.create_task(given, name=f"operator-{command}")

    def allows(self, current_a: int) -> asyncio.Task[Payload]:
        """The slider for the allowed current; ends with the charger as it then is."""
        moved = self._api.put(f"{self._charger}/allowed-current", {"current_a": current_a})
        return asyncio.create_task(moved, name="operator-slider")

    async def adds_card(self, **described: Any) -> str:
        """A new card; answers its tag."""
        id_tag = uuid4().hex[:20].upper()
        await self._api.post("/api/cards", {"id_tag": id_tag, **described})
        return id_tag

    async def has_offered(self, card: str) -> None:
        """The central system has found out by itself that this charge point keeps no list for its card."""
        assert card
        await self._api.until(
            self._device, lambda one: (one["card_list"] or {}).get("state") == "unsupported"
        )

    # -- what is shown -------------------------------------------------------------------------

    async def charger(self) -> Payload:
        charger: Payload = await self._api.get(self._charger)
        return charger

    async def device(self) -> Payload:
        device: Payload = await self._api.get(self._device)
        return device

    async def sessions(self) -> list[Payload]:
        """The charger's history, the newest first."""
        return await self._api.items("/api/sessions", charger=self._device_id)

    async def messages(self, action: str, kind: str = "call") -> list[Payload]:
        """The payloads of the device's last messages of that action, the newest first."""
        found = await self._api.get(f"{self._device}/messages", action=action)
        return [message["payload"] for message in found["items"] if message["type"] == kind]
