"""Limits as a station is sent them, for the tests of limits."""

from collections.abc import Callable

from tests.chargers.recording import RecordedHub
from tests.chargers.station import Payload, Station
from tests.chargers.waiting import until

from chargedeck.domain.units import Amps
from chargedeck.hub.commands import LimitCurrent
from chargedeck.hub.ports import DeviceLink


def idle(default_a: float, connector: int = 1) -> LimitCurrent:
    """A limit without a session."""
    return LimitCurrent(connector, Amps(default_a), Amps(default_a))


def running(session_a: float, default_a: float = 16, ref: str = "7", connector: int = 1) -> LimitCurrent:
    """A limit with a session."""
    return LimitCurrent(connector, Amps(default_a), Amps(session_a), ref)


async def set_up(point: Station, hub: RecordedHub, unit: str = "Current", connectors: int = 2) -> None:
    """Have a station tell its configuration: stack levels up to 8, limits in the unit."""
    values = {
        "ChargeProfileMaxStackLevel": "8",
        "ChargingScheduleAllowedChargingRateUnit": unit,
        "NumberOfConnectors": str(connectors),
    }
    point.replies["GetConfiguration"] = {
        "configurationKey": [{"key": k, "readonly": True, "value": v} for k, v in values.items()]
    }
    await point.boot()
    await until(lambda: hub.desk("garage").ready_count)
    point.asked.clear()


def link(hub: RecordedHub) -> DeviceLink:
    """What the hub has of the station."""
    found = hub.desk("garage").link
    assert found is not None
    return found


def sent(point: Station) -> list[tuple[int, str, str, float, str, int]]:
    """The profiles that were sent, in short."""
    return [short(payload) for payload in point.payloads("SetChargingProfile")]


def short(payload: Payload) -> tuple[int, str, str, float, str, int]:
    """Outlet, purpose, kind, limit, unit, stack level."""
    profile = payload["csChargingProfiles"]
    schedule = profile["chargingSchedule"]
    return (
        payload["connectorId"],
        profile["chargingProfilePurpose"],
        profile["chargingProfileKind"],
        schedule["chargingSchedulePeriod"][0]["limit"],
        schedule["chargingRateUnit"],
        profile["stackLevel"],
    )


def taking(rule: Callable[[tuple[int, str, str, float, str, int]], bool]) -> Callable[[Payload], Payload]:
    """A station that takes what fits the rule."""
    return lambda payload: {"status": "Accepted" if rule(short(payload)) else "Rejected"}


DEFAULT = "TxDefaultProfile"
SESSION = "TxProfile"


def metered(*currents: float, voltage: float = 231.0, second: int = 0) -> Payload:
    """Meter values of one instant, a current for each phase."""
    samples = [
        {"value": f"{value}", "measurand": measurand, "phase": f"L{phase}"}
        for phase, current in enumerate(currents, 1)
        for measurand, value in (("Current.Import", current), ("Voltage", voltage))
    ]
    at = f"2026-11-22T12:00:{second:02}Z"
    return {"connectorId": 1, "meterValue": [{"timestamp": at, "sampledValue": samples}]}
