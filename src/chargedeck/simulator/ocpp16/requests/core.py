"""Core profile, OCPP 1.6 §5; decides the answer, and acts after it is sent."""

from typing import TYPE_CHECKING

from chargedeck.simulator.faults import StopReason
from chargedeck.simulator.ocpp16.configuration import MAX_KEYS
from chargedeck.simulator.ocpp16.profile_book import BadProfileError, read_profile
from chargedeck.simulator.ocpp16.profiles import ChargingProfile, Purpose
from chargedeck.simulator.quirks import Quirk
from chargedeck.simulator.wire import Payload

if TYPE_CHECKING:
    from chargedeck.simulator.ocpp16.charge_point import ChargePoint
    from chargedeck.simulator.ocpp16.connector import Connector

ACCEPTED: Payload = {"status": "Accepted"}
REJECTED: Payload = {"status": "Rejected"}


def change_availability(point: "ChargePoint", request: Payload) -> Payload:
    """Put a connector, or all with 0, in or out of service; running transactions end first."""
    operative = request["type"] == "Operative"
    number = request["connectorId"]
    chosen = point.connectors if number == 0 else tuple(filter(None, [point.connector(number)]))
    if not chosen:
        return REJECTED
    waits = not operative and any(one.session.transaction is not None for one in chosen)
    point.dispatch.afterwards(lambda: _set_operative(point, chosen, whole=number == 0, operative=operative))
    return {"status": "Scheduled"} if waits else ACCEPTED


def _set_operative(
    point: "ChargePoint", chosen: tuple["Connector", ...], *, whole: bool, operative: bool
) -> None:
    if whole and point.is_operative != operative:
        point.is_operative = operative
        point.registration.announce_station()
    for connector in chosen:
        connector.set_operative(operative=operative)
    point.save()


def change_configuration(point: "ChargePoint", request: Payload) -> Payload:
    """Change a key, and live by it at once."""
    key, value = request["key"], request["value"]
    if Quirk.REFUSES_CONFIGURATION in point.identity.quirks:
        return REJECTED
    status = point.configuration.change(key, value)
    if status == "Accepted":
        point.dispatch.afterwards(lambda: _live_by(point, key.casefold(), value))
    return {"status": status}


def _live_by(point: "ChargePoint", key: str, value: str) -> None:
    match key:
        case "authorizationkey":
            point.change_password(value)
        case "heartbeatinterval":
            point.registration.resume_heartbeat()
        case "clockaligneddatainterval":
            point.registration.resume_aligned()
        case "metervaluesampleinterval":
            for connector in point.connectors:
                connector.session.resume_sampling()
        case "websocketpinginterval":
            point.link.ping_every(point.configuration.seconds("WebSocketPingInterval"))
        case _:
            pass  # read when it is needed
    point.save()


def get_configuration(point: "ChargePoint", request: Payload) -> Payload:
    """Tell the keys asked for, or all."""
    known, unknown = point.configuration.listing(request.get("key", [])[:MAX_KEYS])
    answer: Payload = {"configurationKey": known}
    return answer | {"unknownKey": unknown} if unknown else answer


def clear_cache(point: "ChargePoint", _request: Payload) -> Payload:
    """Forget which cards were accepted."""
    if not point.configuration.flag("AuthorizationCacheEnabled"):
        return REJECTED
    point.cache.clear()
    return ACCEPTED


def data_transfer(point: "ChargePoint", request: Payload) -> Payload:
    """Nothing is agreed with any vendor but our own, and with that no message."""
    ours = request["vendorId"] == point.identity.vendor
    return {"status": "UnknownMessageId" if ours else "UnknownVendorId"}


def remote_start(point: "ChargePoint", request: Payload) -> Payload:
    """Start on the connector named, or the first that can."""
    number, id_tag = request.get("connectorId"), request["idTag"]
    candidates = point.connectors if number is None else tuple(filter(None, [point.connector(number)]))
    able = [one for one in candidates if one.session.can_start and point.admits(one.number, id_tag, None)]
    connector = next((one for one in able if one.outlet.is_plugged), next(iter(able), None))
    if connector is None or point.registration.is_pending:
        return REJECTED
    profile = None
    if "chargingProfile" in request:
        try:
            profile = _start_profile(connector.number, request["chargingProfile"])
        except BadProfileError:
            return REJECTED
    point.dispatch.afterwards(lambda: connector.session.remote_start(id_tag, profile))
    return ACCEPTED


def _start_profile(connector: int, raw: Payload) -> ChargingProfile:
    profile = read_profile(connector, raw)
    if profile.purpose is not Purpose.TX:
        raise BadProfileError("a start may only bring a TxProfile")
    return profile


def remote_stop(point: "ChargePoint", request: Payload) -> Payload:
    """Stop the transaction with this number."""
    connector = point.transaction_of(request["transactionId"])
    if connector is None:
        return REJECTED
    point.dispatch.afterwards(lambda: connector.session.stop(StopReason.REMOTE))
    return ACCEPTED


def reset(point: "ChargePoint", request: Payload) -> Payload:
    """Restart: soft after the transactions are told, hard at once."""
    if request["type"] == "Soft":
        point.dispatch.afterwards(lambda: point.reset(StopReason.SOFT_RESET))
    else:
        point.dispatch.afterwards(lambda: point.reboot(StopReason.HARD_RESET))
    return ACCEPTED


def unlock(point: "ChargePoint", request: Payload) -> Payload:
    """Let the plug go, after ending the transaction it serves."""
    connector = point.connector(request["connectorId"])
    if connector is None or Quirk.NO_UNLOCK in point.identity.quirks:
        return {"status": "NotSupported"}
    point.dispatch.afterwards(lambda: connector.session.stop(StopReason.UNLOCK_COMMAND))
    return {"status": "Unlocked"}
