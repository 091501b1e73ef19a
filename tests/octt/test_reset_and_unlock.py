"""OCTT 1.6, Central System: reset; unlocking, with a session or not, and failures (3.5, 3.6, 3.10)."""

import pytest
from tests.octt.charge_point import ChargePoint
from tests.octt.operating import Operator
from tests.support.api import ApiProblem


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        pytest.param("hard", "Hard", id="tc_013_hard_reset"),
        pytest.param("soft", "Soft", id="tc_014_soft_reset"),
    ],
)
async def test_reset(point: ChargePoint, operator: Operator, kind: str, word: str) -> None:
    await point.booted()
    given = operator.gives("reset", kind=kind)
    request = await point.expect("Reset")
    assert request.payload == {"type": word}
    await request.answer(status="Accepted")
    await given
    await point.disconnect()
    assert (await operator.charger())["status"] == "offline"
    await point.connect()
    await point.booted()
    assert (await operator.charger())["status"] == "available"


async def test_tc_017_1_unlock_without_a_session_not_fixed_cable(
    point: ChargePoint, operator: Operator
) -> None:
    await point.booted()
    given = operator.gives("unlock")
    request = await point.expect("UnlockConnector")
    assert request.payload == {"connectorId": 1}
    await request.answer(status="Unlocked")
    assert (await given)["capabilities"]["unlocks"] is True


async def test_tc_017_2_unlock_without_a_session_fixed_cable(point: ChargePoint, operator: Operator) -> None:
    await point.booted()
    given = operator.gives("unlock")
    await (await point.expect("UnlockConnector", connectorId=1)).answer(status="NotSupported")
    with pytest.raises(ApiProblem, match="does not support UnlockConnector") as problem:
        await given
    assert (problem.value.status, problem.value.code) == (502, "device_refused")
    assert (await operator.charger())["capabilities"]["unlocks"] is False


async def test_tc_018_1_unlock_with_a_session_not_fixed_cable(
    point: ChargePoint, operator: Operator, card: str
) -> None:
    await point.booted()
    transaction_id = await point.charging(card)
    given = operator.gives("unlock")
    await (await point.expect("UnlockConnector", connectorId=1)).answer(status="Unlocked")
    await given
    await point.says("Finishing")
    await point.stop(transaction_id, "UnlockCommand", 300)
    await point.says("Available")
    charger, (session,) = await operator.charger(), await operator.sessions()
    assert (charger["status"], charger["session"]) == ("available", None)
    assert (session["stop_reason"], session["energy_wh"]) == ("UnlockCommand", 300)


async def test_tc_030_unlock_failure(point: ChargePoint, operator: Operator) -> None:
    await point.booted()
    given = operator.gives("unlock")
    await (await point.expect("UnlockConnector", connectorId=1)).answer(status="UnlockFailed")
    with pytest.raises(ApiProblem, match="UnlockFailed") as problem:
        await given
    assert (problem.value.status, problem.value.code) == (502, "device_refused")
    assert (await operator.charger())["capabilities"]["unlocks"] is True


async def test_tc_031_unlock_unknown_connector(point: ChargePoint, operator: Operator) -> None:
    await point.booted()
    sent = operator.sends("UnlockConnector", connectorId=7)
    await (await point.expect("UnlockConnector", connectorId=7)).answer(status="NotSupported")
    assert await sent == {"status": "NotSupported"}
    assert (await operator.device())["charger_ids"] == [point.id]
