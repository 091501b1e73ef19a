"""Uploads diagnostics and logs, and tells how it goes; one upload at a time, the newest wins."""

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chargedeck.simulator.clock import Seconds
from chargedeck.simulator.ocpp16.transfer import TransferError, upload
from chargedeck.simulator.wire import Payload

if TYPE_CHECKING:
    from chargedeck.simulator.ocpp16.charge_point import ChargePoint


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a log goes, and how often to try."""

    location: str
    name: str
    retries: int
    retry_interval: int
    request_id: int | None = None


class LogUpload:
    """For GetDiagnostics and, with request ids, for GetLog."""

    __slots__ = ("_action", "_failed", "_point", "_request_id", "_status", "_task")

    def __init__(self, point: "ChargePoint", action: str, *, failed: str) -> None:
        self._point = point
        self._action = action
        self._failed = failed
        """This action's word for an upload that failed."""
        self._status = "Idle"
        self._request_id: int | None = None
        self._task: asyncio.Future[None] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether an upload is under way."""
        return self._task is not None and not self._task.done()

    def begin(self, destination: Destination) -> None:
        """Upload, in place of what may be under way."""
        if self._task is not None:
            self._task.cancel()
        self._task = self._point.world.spawn(self._upload(destination))

    def report(self) -> None:
        """Send the status; OCPP 1.6 §4.4: Idle unless an upload is under way."""
        status = self._status if self.is_busy else "Idle"
        self._send(status, self._request_id if self.is_busy else None)

    async def _upload(self, destination: Destination) -> None:
        self._request_id = destination.request_id
        self._tell("Uploading")
        for attempt in range(destination.retries + 1):
            if attempt:
                await self._point.world.sleep(Seconds(destination.retry_interval))
            try:
                await upload(destination.location, destination.name, self._content())
            except TransferError:
                continue
            self._tell("Uploaded")
            return
        self._tell(self._failed)

    def _tell(self, status: str) -> None:
        self._status = status
        self._send(status, self._request_id)

    def _send(self, status: str, request_id: int | None) -> None:
        payload: Payload = {"status": status}
        if request_id is not None:
            payload["requestId"] = request_id
        self._point.calls.ask(self._action, payload)

    def _content(self) -> bytes:
        point = self._point
        outlets = [
            {
                "connector": connector.number,
                "status": connector.status,
                "pilot": connector.outlet.pilot,
                "register_wh": round(connector.outlet.register_wh, 1),
                "temperature_c": round(connector.outlet.temperature_c, 1),
                "fault": None if connector.outlet.fault is None else connector.outlet.fault.vendor_code,
            }
            for connector in point.connectors
        ]
        return json.dumps(
            {
                "charge_point": point.identity.point_id,
                "firmware": point.identity.firmware,
                "taken_at": point.stamp(point.now()),
                "outlets": outlets,
                "messages_kept": len(point.calls.kept),
            }
        ).encode()
