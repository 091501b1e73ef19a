"""The charge point of the test cases: one outlet, and the tool's reusable states."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.octt.station import Payload, Station

VENDOR: Payload = {
    "chargePointVendor": "ACME",
    "chargePointModel": "Tester",
    "chargePointSerialNumber": "T-1",
    "firmwareVersion": "1.0.0",
}


def ago(**since: float) -> str:
    """A moment in the past, as it is written on the wire."""
    return (datetime.now(UTC) - timedelta(**since)).isoformat(timespec="milliseconds")


def ahead(**until: float) -> str:
    """A moment to come."""
    return ago(**{unit: -amount for unit, amount in until.items()})


class ChargePoint(Station):
    """Speaks for its outlet 1, and as 0 for itself as a whole."""

    register_wh = 12_000

    async def booted(self) -> Payload:
        """Reusable state Booted; the central system has had its say when it has set its limit."""
        limited = asyncio.create_task(self.expect("SetChargingProfile"))
        boot = await self.call("BootNotification", **VENDOR)
        assert boot["status"] == "Accepted"
        await self.all_say("Available")
        await (await limited).answer(status="Accepted")
        return boot

    async def authorized(self, id_tag: str) -> Payload:
        """Reusable state Authorized."""
        info = await self.authorize(id_tag)
        assert info["status"] == "Accepted"
        return info

    async def charging(self, id_tag: str, **more: Any) -> int:
        """Reusable state Charging, after Authorized; answers the transaction's id."""
        await self.authorized(id_tag)
        await self.says("Preparing")
        transaction_id = await self.started(id_tag, **more)
        await self.says("Charging")
        return transaction_id

    # -- single messages -----------------------------------------------------------------------

    async def says(self, status: str, connector: int = 1, error: str = "NoError", **more: Any) -> None:
        """A StatusNotification."""
        answer = await self.call(
            "StatusNotification",
            connectorId=connector,
            errorCode=error,
            status=status,
            timestamp=ago(),
            **more,
        )
        assert answer == {}

    async def all_say(self, status: str) -> None:
        """A StatusNotification for each outlet and for connector 0."""
        for connector in (0, 1):
            await self.says(status, connector)

    async def authorize(self, id_tag: str) -> Payload:
        """An Authorize; answers the idTagInfo."""
        info: Payload = (await self.call("Authorize", idTag=id_tag))["idTagInfo"]
        return info

    async def start(self, id_tag: str, **more: Any) -> Payload:
        """A StartTransaction."""
        described = {"timestamp": ago(), "meterStart": self.register_wh, "connectorId": 1} | more
        return await self.call("StartTransaction", idTag=id_tag, **described)

    async def started(self, id_tag: str, **more: Any) -> int:
        """A StartTransaction that is accepted; answers the transaction's id."""
        answer = await self.start(id_tag, **more)
        assert answer["idTagInfo"]["status"] == "Accepted"
        transaction_id: int = answer["transactionId"]
        assert 0 < transaction_id < 2**31
        return transaction_id

    async def stop(self, transaction_id: int, reason: str, energy_wh: int = 500, **more: Any) -> Payload:
        """A StopTransaction after so much energy."""
        self.register_wh += energy_wh
        described = {"timestamp": ago(), "meterStop": self.register_wh} | more
        return await self.call("StopTransaction", transactionId=transaction_id, reason=reason, **described)
