"""OCTT 1.6, Central System: remote start and stop, the happy flow and refusals (3.4, 3.9).

Each way in which an operator can do it counts: the dashboard's button and a message of one's own.
"""

import asyncio

import pytest
from tests.octt.charge_point import ChargePoint
from tests.octt.operating import Operator
from tests.octt.station import Payload
from tests.support.api import ApiProblem

BY_BUTTON, BY_MESSAGE = "the button", "a message"

ways = pytest.mark.parametrize("way", [BY_BUTTON, BY_MESSAGE])


def starts(operator: Operator, card: str, way: str) -> asyncio.Task[Payload]:
    if way == BY_BUTTON:
        return operator.gives("start")
    return operator.sends("RemoteStartTransaction", connectorId=1, idTag=card)


def stops(operator: Operator, transaction_id: int, way: str) -> asyncio.Task[Payload]:
    if way == BY_BUTTON:
        return operator.gives("stop")
    return operator.sends("RemoteStopTransaction", transactionId=transaction_id)


@ways
async def test_tc_010_remote_start_cable_plugged_in_first(
    point: ChargePoint, operator: Operator, card: str, way: str
) -> None:
    await point.booted()
    await point.says("Preparing")
    started = starts(operator, card, way)
    request = await point.expect("RemoteStartTransaction")
    assert request.payload["connectorId"] == 1
    id_tag = request.payload["idTag"]
    await request.answer(status="Accepted")
    await point.authorized(id_tag)
    await point.started(id_tag)
    await point.says("Charging")
    await started
    assert (await operator.charger())["status"] == "charging"


@ways
async def test_tc_011_1_remote_start_remote_start_first(
    point: ChargePoint, operator: Operator, card: str, way: str
) -> None:
    await point.booted()
    started = starts(operator, card, way)
    request = await point.expect("RemoteStartTransaction")
    await request.answer(status="Accepted")
    id_tag = request.payload["idTag"]
    await point.authorized(id_tag)
    await point.says("Preparing")
    await point.started(id_tag)
    await point.says("Charging")
    await started
    assert (await operator.charger())["status"] == "charging"


async def test_tc_011_2_remote_start_time_out(point: ChargePoint, operator: Operator, card: str) -> None:
    await point.booted()
    started = starts(operator, card, BY_MESSAGE)
    request = await point.expect("RemoteStartTransaction", idTag=card)
    await request.answer(status="Accepted")
    assert await started == {"status": "Accepted"}
    await point.authorized(card)
    await point.says("Preparing")
    await point.says("Available")
    charger = await operator.charger()
    assert (charger["status"], charger["session"]) == ("available", None)
    assert await operator.sessions() == []


async def test_a_remote_start_needs_no_card_of_ours(point: ChargePoint, operator: Operator) -> None:
    """A roaming partner's tag, say: the operator's word counts, for this one session."""
    await point.booted()
    await point.says("Preparing")
    assert (await point.authorize("ROAMING-1"))["status"] == "Invalid"
    started = starts(operator, "ROAMING-1", BY_MESSAGE)
    await (await point.expect("RemoteStartTransaction")).answer(status="Accepted")
    await started
    transaction_id = await point.charging("ROAMING-1")
    session = (await operator.charger())["session"]
    assert session["authorized_by"]["kind"] == "remote"
    await point.stop(transaction_id, "Local", idTag="ROAMING-1")
    await point.says("Available")
    assert (await point.authorize("ROAMING-1"))["status"] == "Invalid"


async def test_a_refused_remote_start_opens_nothing(point: ChargePoint, operator: Operator) -> None:
    await point.booted()
    started = starts(operator, "ROAMING-2", BY_MESSAGE)
    await (await point.expect("RemoteStartTransaction")).answer(status="Rejected")
    await started
    assert (await point.authorize("ROAMING-2"))["status"] == "Invalid"


@ways
async def test_tc_012_remote_stop_charging_session(
    point: ChargePoint, operator: Operator, card: str, way: str
) -> None:
    await point.booted()
    transaction_id = await point.charging(card)
    stopped = stops(operator, transaction_id, way)
    request = await point.expect("RemoteStopTransaction")
    assert request.payload == {"transactionId": transaction_id}
    await request.answer(status="Accepted")
    await point.stop(transaction_id, "Remote")
    await point.says("Finishing")
    await stopped
    await point.says("Available")
    charger, (session,) = await operator.charger(), await operator.sessions()
    assert charger["status"] == "available"
    assert session["stop_reason"] == "Remote"


@ways
async def test_tc_026_remote_start_rejected(
    point: ChargePoint, operator: Operator, card: str, way: str
) -> None:
    await point.booted()
    started = starts(operator, card, way)
    await (await point.expect("RemoteStartTransaction")).answer(status="Rejected")
    if way == BY_BUTTON:
        with pytest.raises(ApiProblem, match="RemoteStartTransaction: Rejected") as problem:
            await started
        assert (problem.value.status, problem.value.code) == (502, "device_refused")
    else:
        assert await started == {"status": "Rejected"}
    charger = await operator.charger()
    assert (charger["status"], charger["pending"]) == ("available", [])


@ways
async def test_tc_028_remote_stop_rejected(
    point: ChargePoint, operator: Operator, card: str, way: str
) -> None:
    await point.booted()
    transaction_id = await point.charging(card)
    stopped = stops(operator, 999_999, way)
    await (await point.expect("RemoteStopTransaction")).answer(status="Rejected")
    if way == BY_BUTTON:
        with pytest.raises(ApiProblem, match="RemoteStopTransaction: Rejected") as problem:
            await stopped
        assert (problem.value.status, problem.value.code) == (502, "device_refused")
    else:
        assert await stopped == {"status": "Rejected"}
    assert (await operator.charger())["status"] == "charging"
    await point.stop(transaction_id, "Local")
