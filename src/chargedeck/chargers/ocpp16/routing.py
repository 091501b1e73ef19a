"""Which handler takes which action: the whole table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from chargedeck.chargers.ocpp16 import boot, notices, status, transactions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from chargedeck.chargers.ocpp.framing import Call
    from chargedeck.chargers.ocpp16.driver import Driver


class Handler(Protocol):
    """Applies a valid request; None when the answer follows later."""

    def __call__(self, driver: Driver, call: Call, now: datetime, /) -> Mapping[str, Any] | None: ...


ROUTES: dict[str, Handler] = {
    "Authorize": transactions.authorize,
    "BootNotification": boot.boot_notification,
    "DataTransfer": notices.data_transfer,
    "DiagnosticsStatusNotification": notices.diagnostics_status,
    "FirmwareStatusNotification": notices.firmware_status,
    "Heartbeat": boot.heartbeat,
    "LogStatusNotification": notices.log_status,
    "MeterValues": transactions.meter_values,
    "SecurityEventNotification": notices.security_event,
    "SignCertificate": notices.sign_certificate,
    "SignedFirmwareStatusNotification": notices.firmware_status,
    "StartTransaction": transactions.start_transaction,
    "StatusNotification": status.status_notification,
    "StopTransaction": transactions.stop_transaction,
}
