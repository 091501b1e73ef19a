"""OCTT 1.6, Central System: cold boot, regular charging sessions, cached ids (3.1 to 3.3)."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.octt.charge_point import VENDOR, ChargePoint
from tests.octt.operating import Operator


async def test_tc_001_cold_boot_charge_point(point: ChargePoint, operator: Operator) -> None:
    boot = await point.booted()
    assert boot["interval"] > 0
    heartbeat = await point.call("Heartbeat")
    for answer in (boot, heartbeat):
        ours = datetime.fromisoformat(answer["currentTime"])
        assert abs(datetime.now(UTC) - ours) < timedelta(seconds=5)
    device, charger = await operator.device(), await operator.charger()
    assert (device["vendor"], device["model"], device["firmware"]) == (
        VENDOR["chargePointVendor"],
        VENDOR["chargePointModel"],
        VENDOR["firmwareVersion"],
    )
    assert (charger["status"], charger["device_status"]) == ("available", "Available")


async def test_tc_003_regular_charging_session_plugin_first(
    point: ChargePoint, operator: Operator, card: str
) -> None:
    await point.booted()
    await point.says("Preparing")
    waiting = await operator.charger()
    assert (waiting["status"], waiting["status_reason"]) == ("awaiting", "authorization")
    await point.authorized(card)
    await point.started(card)
    await point.says("Charging")
    charger = await operator.charger()
    assert charger["status"] == "charging"
    assert charger["session"]["authorized_by"] == {"kind": "card", "label": "Blue card"}


async def test_tc_004_1_regular_charging_session_identification_first(
    point: ChargePoint, operator: Operator, card: str
) -> None:
    await point.booted()
    await point.authorized(card)
    await point.says("Preparing")
    await point.started(card)
    await point.says("Charging")
    charger = await operator.charger()
    assert charger["status"] == "charging"
    assert charger["session"]["authorized_by"] == {"kind": "card", "label": "Blue card"}


async def test_tc_004_2_identification_first_connection_time_out(
    point: ChargePoint, operator: Operator, card: str
) -> None:
    await point.booted()
    await point.authorized(card)
    await point.says("Preparing")
    await point.says("Available")
    charger = await operator.charger()
    assert (charger["status"], charger["session"]) == ("available", None)
    assert await operator.sessions() == []


async def test_tc_005_1_ev_side_disconnected(point: ChargePoint, operator: Operator, card: str) -> None:
    await point.booted()
    transaction_id = await point.charging(card)
    await point.says("SuspendedEV")
    suspended = await operator.charger()
    assert (suspended["status"], suspended["status_reason"]) == ("awaiting", "vehicle")
    stopped = await point.stop(transaction_id, "EVDisconnected", 700, idTag=card)
    assert stopped["idTagInfo"]["status"] == "Accepted"
    await point.says("Finishing")
    await point.says("Available")
    charger, (session,) = await operator.charger(), await operator.sessions()
    assert (charger["status"], charger["session"]) == ("available", None)
    assert (session["stop_reason"], session["energy_wh"]) == ("EVDisconnected", 700)


async def test_tc_007_regular_start_with_a_cached_id(
    point: ChargePoint, operator: Operator, card: str
) -> None:
    await point.booted()
    await point.says("Preparing")
    await point.started(card)
    await point.says("Charging")
    charger = await operator.charger()
    assert charger["status"] == "charging"
    assert charger["session"]["authorized_by"]["label"] == "Blue card"


@pytest.mark.parametrize("status", ["Accepted", "Rejected"])
async def test_tc_061_clear_authorization_data_in_the_cache(
    point: ChargePoint, operator: Operator, status: str
) -> None:
    await point.booted()
    sent = operator.sends("ClearCache")
    request = await point.expect("ClearCache")
    assert request.payload == {}
    await request.answer(status=status)
    assert await sent == {"status": status}
