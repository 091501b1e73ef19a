"""OCTT 1.6, Central System: power failure and sessions while the connection is down (3.11, 3.12)."""

from datetime import datetime

from tests.octt.charge_point import ChargePoint, ago
from tests.octt.operating import Operator


async def test_tc_032_1_power_failure_configured_to_stop_transactions(
    point: ChargePoint, operator: Operator, card: str
) -> None:
    await point.booted()
    transaction_id = await point.charging(card)
    await point.drop()
    await point.connect()
    boot = await point.call("BootNotification", chargePointVendor="ACME", chargePointModel="Tester")
    assert boot["status"] == "Accepted"
    await point.says("Finishing")
    await point.says("Available", connector=0)
    await point.stop(transaction_id, "PowerLoss", 1_200)
    charger, (session,) = await operator.charger(), await operator.sessions()
    assert charger["session"] is None
    assert (session["stop_reason"], session["energy_wh"]) == ("PowerLoss", 1_200)


async def test_tc_037_1_offline_start_valid_id_tag(point: ChargePoint, operator: Operator, card: str) -> None:
    await point.booted()
    await point.disconnect()
    began = ago(minutes=5)
    await point.connect()
    await point.started(card, timestamp=began)
    await point.says("Charging")
    charger, (session,) = await operator.charger(), await operator.sessions()
    assert charger["status"] == "charging"
    assert datetime.fromisoformat(session["started_at"]) == datetime.fromisoformat(began)
    assert (session["origin"], session["ended_at"]) == ("offline", None)
    assert session["authorized_by"] == {"kind": "card", "label": "Blue card"}


async def test_tc_037_3_offline_start_invalid_id_tag_stop_on_invalid_id(
    point: ChargePoint, operator: Operator
) -> None:
    await point.booted()
    await point.disconnect()
    began = ago(minutes=5)
    await point.connect()
    answer = await point.start("UNKNOWN-CARD", timestamp=began)
    assert answer["idTagInfo"]["status"] == "Invalid"
    await point.says("Charging")
    await point.stop(answer["transactionId"], "DeAuthorized", 40)
    await point.says("Finishing")
    charger, (session,) = await operator.charger(), await operator.sessions()
    assert charger["session"] is None
    assert (session["stop_reason"], session["energy_wh"]) == ("DeAuthorized", 40)
    assert session["authorized_by"] == {"kind": "unknown", "label": "UNKNOWN-CARD"}


async def test_tc_039_offline_transaction(point: ChargePoint, operator: Operator, card: str) -> None:
    await point.booted()
    await point.disconnect()
    began, ended = ago(minutes=50), ago(minutes=20)
    await point.connect()
    transaction_id = await point.started(card, timestamp=began)
    stopped = await point.stop(transaction_id, "Local", 5_500, timestamp=ended, idTag=card)
    assert stopped["idTagInfo"]["status"] == "Accepted"
    await point.says("Available")
    charger, (session,) = await operator.charger(), await operator.sessions()
    assert (charger["status"], charger["session"]) == ("available", None)
    assert (session["energy_wh"], session["stop_reason"], session["origin"]) == (5_500, "Local", "offline")
    assert datetime.fromisoformat(session["ended_at"]) == datetime.fromisoformat(ended)
