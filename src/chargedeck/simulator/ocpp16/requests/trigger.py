"""Remote Trigger profile, OCPP 1.6 §5.17, and its extension by the security whitepaper."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from chargedeck.simulator.ocpp16.requests.core import ACCEPTED, REJECTED
from chargedeck.simulator.wire import Payload

if TYPE_CHECKING:
    from chargedeck.simulator.ocpp16.charge_point import ChargePoint
    from chargedeck.simulator.ocpp16.connector import Connector


def trigger_message(point: "ChargePoint", request: Payload) -> Payload:
    """Send a message now that would otherwise come by itself."""
    return _trigger(point, request, {"DiagnosticsStatusNotification": point.diagnostics.report})


def extended_trigger_message(point: "ChargePoint", request: Payload) -> Payload:
    """The same with the whitepaper's messages."""
    return _trigger(
        point,
        request,
        {
            "LogStatusNotification": point.logs.report,
            "SignChargePointCertificate": point.request_certificate,
        },
    )


def _trigger(point: "ChargePoint", request: Payload, more: dict[str, Callable[[], None]]) -> Payload:
    number = request.get("connectorId")
    chosen = point.connectors if number is None else tuple(filter(None, [point.connector(number)]))
    if not chosen and number != 0:
        return REJECTED
    actions: dict[str, Callable[[], None]] = {
        "BootNotification": point.registration.boot,
        "FirmwareStatusNotification": point.firmware.report,
        "Heartbeat": point.registration.heartbeat,
        "MeterValues": lambda: _meter_values(chosen),
        "StatusNotification": lambda: _status(point, number, chosen),
        **more,
    }
    action = actions.get(request["requestedMessage"])
    if action is None:
        return {"status": "NotImplemented"}

    def go() -> None:
        with point.calls.triggered():
            action()

    point.dispatch.afterwards(go)
    return ACCEPTED


def _meter_values(connectors: tuple["Connector", ...]) -> None:
    for connector in connectors:
        connector.session.sample("Trigger")


def _status(point: "ChargePoint", number: int | None, connectors: tuple["Connector", ...]) -> None:
    if number in (None, 0):
        point.registration.announce_station()
    for connector in connectors:
        connector.announce()
