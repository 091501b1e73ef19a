"""OCPP 1.6 payloads to the words of the domain; the wire's own words end here.

Payloads have passed the official schema, which says nothing about how large a number may be.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from chargedeck.chargers.ocpp.faults import Fault, FaultKind
from chargedeck.chargers.ocpp.times import instant, written
from chargedeck.domain.cards import CardAnswer
from chargedeck.domain.errors import ErrorType
from chargedeck.domain.events import (
    DeviceIdentity,
    OutletSeen,
    OutletState,
    TransactionStarted,
    TransactionStopped,
    Updating,
)
from chargedeck.domain.reading import Reading
from chargedeck.domain.units import IdTag, WattHours

LARGEST_METER_WH = 10**12
LARGEST_NUMBER = 2**31 - 1

STATES = {
    "Available": OutletState.AVAILABLE,
    "Preparing": OutletState.PREPARING,
    "Charging": OutletState.CHARGING,
    "SuspendedEV": OutletState.SUSPENDED_BY_CAR,
    "SuspendedEVSE": OutletState.SUSPENDED_BY_CHARGER,
    "Finishing": OutletState.FINISHING,
    "Reserved": OutletState.RESERVED,
    "Unavailable": OutletState.UNAVAILABLE,
    "Faulted": OutletState.FAULTED,
}

ERRORS = {
    "ConnectorLockFailure": ErrorType.SYSTEM_ERROR,
    "EVCommunicationError": ErrorType.EV_COMMUNICATION_ERROR,
    "GroundFailure": ErrorType.RESIDUAL_CURRENT,
    "InternalError": ErrorType.SYSTEM_ERROR,
    "OverCurrentFailure": ErrorType.OVERCURRENT,
    "OverVoltage": ErrorType.VOLTAGE_OUT_OF_RANGE,
    "PowerMeterFailure": ErrorType.METERING_ERROR,
    "PowerSwitchFailure": ErrorType.RELAY_FAILURE,
    "ReaderFailure": ErrorType.SYSTEM_ERROR,
    "ResetFailure": ErrorType.SYSTEM_ERROR,
    "UnderVoltage": ErrorType.VOLTAGE_OUT_OF_RANGE,
}
"""What an errorCode always means; the others depend on the rest of the message."""

UPDATE_WORDS = frozenset({"Downloading", "Downloaded", "SignatureVerified", "Installing", "InstallRebooting"})

LATE = timedelta(days=1)


def number(payload: Mapping[str, Any], field: str, *, largest: int = LARGEST_NUMBER) -> int:
    """An integer that the rest of the program can hold; raises a Fault for one that is absurd."""
    value: int = payload[field]
    if -largest <= value <= largest:
        return value
    raise Fault(FaultKind.PROPERTY, f"{field}: out of range; send a number up to {largest}")


def identity(payload: Mapping[str, Any]) -> DeviceIdentity:
    """Who a BootNotification comes from; some stacks send empty strings for what they do not know."""
    serial = _said(payload, "chargePointSerialNumber") or _said(payload, "chargeBoxSerialNumber")
    return DeviceIdentity(
        _said(payload, "chargePointVendor"),
        _said(payload, "chargePointModel"),
        serial,
        _said(payload, "firmwareVersion"),
    )


def _said(payload: Mapping[str, Any], field: str) -> str | None:
    text: str = payload.get(field, "")
    return text.strip() or None


def outlet_seen(payload: Mapping[str, Any], now: datetime) -> OutletSeen:
    """What a StatusNotification says of an outlet."""
    status: str = payload["status"]
    error = error_of(payload)
    return OutletSeen(
        _plausible(payload.get("timestamp"), now),
        STATES[status],
        status,
        error,
        "" if error is None else detail_of(payload),
    )


def _plausible(timestamp: str | None, now: datetime) -> datetime:
    """When it happened; a time ahead of ours or long gone is a clock that is wrong."""
    if timestamp is None:
        return now
    at = instant(timestamp)
    return at if now - LATE <= at <= now else now


def error_of(payload: Mapping[str, Any]) -> ErrorType | None:
    """Which of the ten errors it is, if any.

    WeakSignal and LocalListConflict concern the device's dealings with us and stop no charging, so
    they are none. A Faulted outlet always has an error, even one that gives no code for it.
    """
    code: str = payload["errorCode"]
    is_faulted = payload["status"] == "Faulted"
    match code:
        case "HighTemperature":
            return ErrorType.CRITICAL_TEMPERATURE if is_faulted else ErrorType.DEVICE_HOT
        case "OtherError" if _said(payload, "vendorErrorCode") is not None:
            return ErrorType.CAR_ERROR
        case "OtherError":
            return ErrorType.SYSTEM_ERROR
        case "NoError" | "WeakSignal" | "LocalListConflict":
            return ErrorType.SYSTEM_ERROR if is_faulted else None
        case _:
            return ERRORS[code]


def detail_of(payload: Mapping[str, Any]) -> str:
    """The device's own words for the error."""
    words = [payload["errorCode"], _said(payload, "vendorErrorCode"), _said(payload, "info")]
    return ": ".join(word for word in words if word)


def started(payload: Mapping[str, Any]) -> TransactionStarted:
    """A StartTransaction."""
    return TransactionStarted(
        instant(payload["timestamp"]),
        WattHours(number(payload, "meterStart", largest=LARGEST_METER_WH)),
        IdTag(payload["idTag"]),
        number(payload, "reservationId") if "reservationId" in payload else None,
    )


def stopped(payload: Mapping[str, Any], readings: tuple[Reading, ...]) -> TransactionStopped:
    """A StopTransaction with the readings of its transactionData; no reason means Local (§7.36)."""
    id_tag = payload.get("idTag")
    return TransactionStopped(
        instant(payload["timestamp"]),
        str(number(payload, "transactionId")),
        WattHours(number(payload, "meterStop", largest=LARGEST_METER_WH)),
        payload.get("reason", "Local"),
        None if id_tag is None else IdTag(id_tag),
        readings,
    )


def transaction(payload: Mapping[str, Any]) -> str | None:
    """The transaction of a MeterValues; 0 and -1 are what devices send outside of one."""
    if "transactionId" not in payload:
        return None
    ref = number(payload, "transactionId")
    return str(ref) if ref > 0 else None


def update(status: str) -> Updating:
    """What a firmware status says about charging."""
    return Updating(status in UPDATE_WORDS, status)


def id_tag_info(answer: CardAnswer) -> dict[str, Any]:
    """What a device is told about a card."""
    info: dict[str, Any] = {"status": answer.verdict.value}
    if answer.expires_at is not None:
        info["expiryDate"] = written(answer.expires_at)
    if answer.parent_id_tag is not None:
        info["parentIdTag"] = answer.parent_id_tag
    return info
