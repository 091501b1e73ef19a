"""A charge point that is not ours, made with the public `ocpp` package, charges and obeys.

It validates what it is sent against the official schemas by its own means.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any, TypeVar

import ocpp.routing  # type: ignore[import-untyped]
import ocpp.v16  # type: ignore[import-untyped]
from ocpp.v16 import call, call_result
from tests.support.api import Api
from tests.support.charge_point import basic
from tests.support.server import Server
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

Handler = TypeVar("Handler", bound=Callable[..., Any])

on: Callable[[str], Callable[[Handler], Handler]] = ocpp.routing.on
after: Callable[[str], Callable[[Handler], Handler]] = ocpp.routing.after

CARD = "04PUBLIC"


def stamp() -> str:
    return datetime.now(UTC).isoformat()


class Station(ocpp.v16.ChargePoint):  # type: ignore[misc]  # the package has no types
    """One outlet with a car that takes what it is offered, and a meter that counts."""

    def __init__(self, device: str, socket: Any) -> None:
        super().__init__(device, socket)
        self.transaction: int | None = None
        self.register_wh = 5_000
        self.limits: dict[str, float] = {}
        """The limit of each purpose that was set."""
        self.is_operative = True
        self.status = "Available"

    # -- what it tells -------------------------------------------------------------------------

    async def boot(self) -> str:
        answer = await self.call(
            call.BootNotification(charge_point_model="Reference", charge_point_vendor="Mobility House")
        )
        return str(answer.status)

    async def tell(self, status: str) -> None:
        self.status = status
        await self.call(call.StatusNotification(connector_id=1, error_code="NoError", status=status))

    async def authorize(self, tag: str) -> str:
        return str((await self.call(call.Authorize(id_tag=tag))).id_tag_info["status"])

    async def begin(self, tag: str) -> str:
        begun = await self.call(
            call.StartTransaction(connector_id=1, id_tag=tag, meter_start=self.register_wh, timestamp=stamp())
        )
        self.transaction = begun.transaction_id
        await self.tell("Charging")
        return str(begun.id_tag_info["status"])

    async def measure(self, energy_wh: int) -> None:
        """Let some energy pass, and tell of it the way a three-phase meter does."""
        self.register_wh += energy_wh
        amps = self.offered_a
        values = [
            {"value": str(self.register_wh), "measurand": "Energy.Active.Import.Register", "unit": "Wh"},
            {"value": f"{amps * 690:.1f}", "measurand": "Power.Active.Import", "unit": "W"},
        ]
        values += [
            {"value": f"{amps:.1f}", "measurand": "Current.Import", "unit": "A", "phase": phase}
            for phase in ("L1", "L2", "L3")
        ]
        await self.call(
            call.MeterValues(
                connector_id=1,
                transaction_id=self.transaction,
                meter_value=[{"timestamp": stamp(), "sampledValue": values}],
            )
        )

    async def end(self, reason: str) -> None:
        transaction, self.transaction = self.transaction, None
        await self.call(
            call.StopTransaction(
                transaction_id=transaction, meter_stop=self.register_wh, timestamp=stamp(), reason=reason
            )
        )
        await self.tell("Finishing")

    @property
    def offered_a(self) -> float:
        """A session's own limit before the default."""
        return self.limits.get("TxProfile", self.limits.get("TxDefaultProfile", 32.0))

    # -- what it is told -----------------------------------------------------------------------

    @on("GetConfiguration")
    def _configuration(self, **_: Any) -> Any:
        key = {"key": "NumberOfConnectors", "readonly": True, "value": "1"}
        return call_result.GetConfiguration(configuration_key=[key])

    @on("ChangeConfiguration")
    def _configure(self, key: str, value: str) -> Any:
        return call_result.ChangeConfiguration(status="Accepted" if key else value)

    @on("TriggerMessage")
    def _trigger(self, **_: Any) -> Any:
        return call_result.TriggerMessage(status="Accepted")

    @after("TriggerMessage")
    async def _triggered(self, requested_message: str, **_: Any) -> None:
        if requested_message == "StatusNotification":
            await self.tell(self.status)

    @on("SetChargingProfile")
    def _limit(self, connector_id: int, cs_charging_profiles: dict[str, Any]) -> Any:
        schedule = cs_charging_profiles["charging_schedule"]
        period = schedule["charging_schedule_period"][0]
        self.limits[cs_charging_profiles["charging_profile_purpose"]] = float(period["limit"])
        return call_result.SetChargingProfile(status="Accepted" if connector_id == 1 else "Rejected")

    @on("GetCompositeSchedule")
    def _composite(self, connector_id: int, duration: int, charging_rate_unit: str) -> Any:
        schedule = {
            "charging_rate_unit": charging_rate_unit,
            "duration": duration,
            "charging_schedule_period": [{"start_period": 0, "limit": self.offered_a}],
        }
        return call_result.GetCompositeSchedule(
            status="Accepted", connector_id=connector_id, charging_schedule=schedule
        )

    @on("RemoteStartTransaction")
    def _start(self, **_: Any) -> Any:
        return call_result.RemoteStartTransaction(status="Accepted")

    @after("RemoteStartTransaction")
    async def _started(self, id_tag: str, **_: Any) -> None:
        await self.begin(id_tag)

    @on("RemoteStopTransaction")
    def _stop(self, transaction_id: int) -> Any:
        known = transaction_id == self.transaction
        return call_result.RemoteStopTransaction(status="Accepted" if known else "Rejected")

    @after("RemoteStopTransaction")
    async def _stopped(self, **_: Any) -> None:
        await self.end("Remote")

    @on("ChangeAvailability")
    def _availability(self, type: str, **_: Any) -> Any:  # noqa: A002  (the package names it)
        self.is_operative = type == "Operative"
        return call_result.ChangeAvailability(status="Accepted")

    @on("UnlockConnector")
    def _unlock(self, **_: Any) -> Any:
        return call_result.UnlockConnector(status="Unlocked")


@asynccontextmanager
async def station(server: Server, device: str, password: str) -> AsyncIterator[Station]:
    """The charge point on its socket."""
    async with connect(
        f"{server.ocpp_url}/{device}",
        subprotocols=[Subprotocol("ocpp1.6")],
        additional_headers=basic(device, password),
        proxy=None,
    ) as socket:
        point = Station(device, socket)
        listening = asyncio.create_task(point.start())
        try:
            yield point
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError, ConnectionClosed):
                await listening


async def test_it_boots_authorises_charges_and_lands_in_the_history(server: Server, api: Api) -> None:
    password = await api.add_device("public", name="Public", installation_current_a=20)
    await api.post("/api/cards", {"id_tag": CARD, "label": "Public card"})
    async with station(server, "public", password) as point:
        assert await point.boot() == "Accepted"
        await point.tell("Preparing")
        shown = await api.charger("public", lambda one: one["limit"]["confirmed_a"] == 20)
        assert (shown["status"], shown["status_reason"]) == ("awaiting", "authorization")
        assert point.limits["TxDefaultProfile"] == 20
        assert await point.authorize("04STRANGER") == "Invalid"
        assert await point.authorize(CARD) == "Accepted"
        assert await point.begin(CARD) == "Accepted"
        await point.measure(1_500)
        shown = await api.charger("public", lambda one: one["power_w"] == 13_800)
        assert shown["status"] == "charging"
        assert shown["session"]["energy_wh"] == 1_500
        assert shown["session"]["authorized_by"] == {"kind": "card", "label": "Public card"}
        assert [phase["current_a"] for phase in shown["phases"]] == [20, 20, 20]
        await point.end("EVDisconnected")
        await point.tell("Available")
        assert (await api.charger("public"))["status"] == "available"
    [session] = await api.items("/api/sessions", charger="public")
    figures = (session["meter_start_wh"], session["meter_stop_wh"], session["energy_wh"])
    assert figures == (5_000, 6_500, 1_500)
    assert (session["stop_reason"], session["anomalies"]) == ("EVDisconnected", [])


async def test_it_is_commanded(server: Server, api: Api) -> None:
    password = await api.add_device("public-2", name="Commanded", installation_current_a=25)
    async with station(server, "public-2", password) as point:
        await point.boot()
        await point.tell("Preparing")
        await api.charger("public-2", lambda one: one["limit"]["confirmed_a"] == 25)
        begun = await api.post("/api/chargers/public-2/authorize")
        assert begun["session"]["authorized_by"]["kind"] == "remote"
        await point.measure(100)
        limited = await api.put("/api/chargers/public-2/allowed-current", {"current_a": 13})
        assert limited["limit"]["confirmed_a"] == 13
        assert point.limits == {"TxProfile": 13, "TxDefaultProfile": 13}
        paused = asyncio.create_task(api.post("/api/chargers/public-2/pause"))
        await api.charger("public-2", lambda _: point.limits["TxProfile"] == 0)
        await point.tell("SuspendedEVSE")
        assert (await paused)["status"] == "paused"
        assert (await api.post("/api/chargers/public-2/resume"))["limit"]["current_a"] == 13
        assert point.limits == {"TxProfile": 13, "TxDefaultProfile": 13}
        stopped = await api.post("/api/chargers/public-2/stop")
        assert stopped["session"] is None
        assert point.transaction is None
        await api.post("/api/chargers/public-2/unlock")
        locked = await api.patch("/api/chargers/public-2", {"locked": True})
        assert locked["locked"]
        assert not point.is_operative
