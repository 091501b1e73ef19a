"""Local Auth List Management and Reservation profiles, OCPP 1.6 §5.2, §5.10, §5.13, §5.15."""

from typing import TYPE_CHECKING

from chargedeck.simulator.clock import Instant
from chargedeck.simulator.ocpp16.requests.core import ACCEPTED, REJECTED
from chargedeck.simulator.ocpp16.reservations import Reservation
from chargedeck.simulator.ocpp16.status import Status
from chargedeck.simulator.wire import Payload, instant

if TYPE_CHECKING:
    from chargedeck.simulator.ocpp16.charge_point import ChargePoint

_FREE = frozenset({Status.AVAILABLE, Status.RESERVED})


def get_local_list_version(point: "ChargePoint", _request: Payload) -> Payload:
    """Tell which list is stored; -1 means that there is none."""
    enabled = point.configuration.flag("LocalAuthListEnabled")
    return {"listVersion": point.local_list.version if enabled else -1}


def send_local_list(point: "ChargePoint", request: Payload) -> Payload:
    """Replace or amend the list."""
    entries = request.get("localAuthorizationList", [])
    if not point.configuration.flag("LocalAuthListEnabled"):
        return {"status": "NotSupported"}
    if len(entries) > point.configuration.number("SendLocalListMaxLength"):
        return {"status": "Failed"}
    status = point.local_list.update(
        request["listVersion"],
        entries,
        full=request["updateType"] == "Full",
        at_most=point.configuration.number("LocalAuthListMaxLength"),
    )
    point.save()
    return {"status": status}


def reserve_now(point: "ChargePoint", request: Payload) -> Payload:
    """Keep a connector, or any with 0, for a card."""
    expires_at = instant(request["expiryDate"])
    number = request["connectorId"]
    if expires_at is None or not 0 <= number <= len(point.connectors):
        return REJECTED
    reservation = Reservation(
        request["reservationId"], number, request["idTag"], request.get("parentIdTag"), expires_at
    )
    refusal = _refusal(point, reservation)
    if refusal is not None:
        return {"status": refusal}
    point.reservations.add(reservation)
    point.at(point.from_device_time(expires_at), lambda now: _expire(point, now))
    point.dispatch.afterwards(lambda: _report(point))
    return ACCEPTED


def cancel_reservation(point: "ChargePoint", request: Payload) -> Payload:
    """Give a reservation up."""
    if not point.reservations.remove(request["reservationId"]):
        return REJECTED
    point.dispatch.afterwards(lambda: _report(point))
    return ACCEPTED


def _refusal(point: "ChargePoint", wish: Reservation) -> str | None:
    """Why it cannot be: the word of ReserveNow.conf, or None when it can."""
    if wish.connector > 0:
        standing = point.reservations.of(wish.connector)
        status = point.connectors[wish.connector - 1].status
        if standing is not None and standing.reservation_id != wish.reservation_id:
            return "Occupied"
        return None if status in _FREE else _word(status)
    statuses = [connector.status for connector in point.connectors]
    free = sum(1 for status in statuses if status is Status.AVAILABLE)
    if free > point.reservations.of_any():
        return None
    return "Occupied" if Status.AVAILABLE in statuses else _word(statuses[0])


def _word(status: Status) -> str:
    return status if status in (Status.FAULTED, Status.UNAVAILABLE) else "Occupied"


def _expire(point: "ChargePoint", now: Instant) -> None:
    point.reservations.expire(point.device_time(now))
    _report(point)


def _report(point: "ChargePoint") -> None:
    for connector in point.connectors:
        connector.report()
