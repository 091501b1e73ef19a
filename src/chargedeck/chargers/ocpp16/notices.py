"""What devices say beside charging: firmware, diagnostics, logs, security events, vendors' own data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chargedeck.chargers.ocpp16 import mapping

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from chargedeck.chargers.ocpp.framing import Call
    from chargedeck.chargers.ocpp16.driver import Driver

LONGEST_DATA = 1_000
"""Of a vendor's data, which nobody here understands, only the beginning is written down."""


def data_transfer(driver: Driver, call: Call, now: datetime) -> Mapping[str, Any]:
    """A vendor's own message: written down; no vendor is known here (§4.3)."""
    payload = call.payload
    detail = {
        "vendor_id": payload["vendorId"],
        "message_id": payload.get("messageId"),
        "data": payload.get("data", "")[:LONGEST_DATA],
    }
    driver.desk.note("data_transfer", detail, now)
    return {"status": "UnknownVendorId"}


def diagnostics_status(driver: Driver, call: Call, now: datetime) -> Mapping[str, Any]:
    """How the upload of diagnostics goes."""
    driver.desk.note("diagnostics_status", {"status": call.payload["status"]}, now)
    return {}


def firmware_status(driver: Driver, call: Call, now: datetime) -> Mapping[str, Any]:
    """How an update of the firmware goes; the signed and the unsigned message say the same."""
    driver.desk.updating(mapping.update(call.payload["status"]), now)
    return {}


def log_status(driver: Driver, call: Call, now: datetime) -> Mapping[str, Any]:
    """How the upload of a log goes."""
    detail = {"status": call.payload["status"], "request_id": _request_id(call.payload)}
    driver.desk.note("log_status", detail, now)
    return {}


def _request_id(payload: Mapping[str, Any]) -> int | None:
    return mapping.number(payload, "requestId") if "requestId" in payload else None


def security_event(driver: Driver, call: Call, now: datetime) -> Mapping[str, Any]:
    """Something that touches the device's security."""
    detail = {
        "type": call.payload["type"],
        "happened_at": call.payload["timestamp"],
        "tech_info": call.payload.get("techInfo"),
    }
    driver.desk.note("security_event", detail, now)
    return {}


def sign_certificate(driver: Driver, call: Call, now: datetime) -> Mapping[str, Any]:  # noqa: ARG001  (every handler's form)
    """A device wants its certificate signed: there is no authority here that could."""
    driver.desk.note("sign_certificate", {"status": "Rejected"}, now)
    return {"status": "Rejected"}
