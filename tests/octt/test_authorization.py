"""OCTT 1.6, Central System: sessions that are not to begin (3.8)."""

from datetime import UTC, datetime, timedelta

from tests.octt.charge_point import ChargePoint, ago
from tests.octt.operating import Operator


async def test_tc_023_1_authorize_invalid(point: ChargePoint, operator: Operator) -> None:
    await point.booted()
    await point.says("Preparing")
    assert await point.authorize("UNKNOWN-CARD") == {"status": "Invalid"}
    waiting = await operator.charger()
    assert (waiting["status"], waiting["session"]) == ("awaiting", None)


async def test_tc_023_2_authorize_expired(point: ChargePoint, operator: Operator) -> None:
    await point.booted()
    await point.says("Preparing")
    card = await operator.adds_card(expires_at=ago(days=3))
    info = await point.authorize(card)
    assert info["status"] == "Expired"
    assert datetime.fromisoformat(info["expiryDate"]) < datetime.now(UTC) - timedelta(days=2)
    assert (await operator.charger())["session"] is None


async def test_tc_023_3_authorize_blocked(point: ChargePoint, operator: Operator) -> None:
    await point.booted()
    await point.says("Preparing")
    card = await operator.adds_card(blocked=True)
    assert (await point.authorize(card))["status"] == "Blocked"
    assert (await operator.charger())["session"] is None


async def test_tc_024_start_charging_session_lock_failure(
    point: ChargePoint, operator: Operator, card: str
) -> None:
    await point.booted()
    await point.authorized(card)
    await point.says("Preparing")
    await point.says("Faulted", error="ConnectorLockFailure")
    charger = await operator.charger()
    assert charger["status"] == "error"
    assert [error["type"] for error in charger["errors"]] == ["system_error"]
    assert charger["errors"][0]["detail"].startswith("ConnectorLockFailure")
    assert "start" not in charger["actions"]
    await point.says("Available")
    cleared = await operator.charger()
    assert (cleared["status"], cleared["errors"]) == ("available", [])
