"""OCTT 1.6, Central System: the local authorization list (3.14)."""

import pytest
from tests.octt.charge_point import ChargePoint, ahead
from tests.octt.operating import Operator
from tests.octt.station import Payload


def entry(id_tag: str) -> Payload:
    return {"idTag": id_tag, "idTagInfo": {"status": "Accepted", "expiryDate": ahead(days=30)}}


@pytest.mark.parametrize(
    "version",
    [
        pytest.param(-1, id="tc_042_1_not_supported"),
        pytest.param(0, id="tc_042_2_empty"),
    ],
)
async def test_get_local_list_version(
    point: ChargePoint, operator: Operator, card: str, version: int
) -> None:
    await point.booted()
    await operator.has_offered(card)
    sent = operator.sends("GetLocalListVersion")
    request = await point.expect("GetLocalListVersion")
    assert request.payload == {}
    await request.answer(listVersion=version)
    assert await sent == {"listVersion": version}


@pytest.mark.parametrize(
    "status",
    [
        pytest.param("NotSupported", id="tc_043_1_not_supported"),
        pytest.param("Failed", id="tc_043_3_failed"),
        pytest.param("VersionMismatch", id="version_mismatch"),
        pytest.param("Accepted", id="tc_043_4_full"),
    ],
)
async def test_send_local_list(point: ChargePoint, operator: Operator, card: str, status: str) -> None:
    await point.booted()
    await operator.has_offered(card)
    wanted: Payload = {
        "listVersion": 1,
        "updateType": "Full",
        "localAuthorizationList": [entry("CARD-1"), entry("CARD-2")],
    }
    sent = operator.sends("SendLocalList", **wanted)
    request = await point.expect("SendLocalList")
    assert request.payload == wanted
    await request.answer(status=status)
    assert await sent == {"status": status}


async def test_tc_043_5_send_local_list_differential(
    point: ChargePoint, operator: Operator, card: str
) -> None:
    await point.booted()
    await operator.has_offered(card)
    sent = operator.sends(
        "SendLocalList", listVersion=1, updateType="Full", localAuthorizationList=[entry("CARD-1")]
    )
    await (await point.expect("SendLocalList", updateType="Full")).answer(status="Accepted")
    await sent
    asked = operator.sends("GetLocalListVersion")
    await (await point.expect("GetLocalListVersion")).answer(listVersion=1)
    version = (await asked)["listVersion"] + 1
    added = entry("CARD-2")
    sent = operator.sends(
        "SendLocalList", listVersion=version, updateType="Differential", localAuthorizationList=[added]
    )
    request = await point.expect("SendLocalList", updateType="Differential")
    assert request.payload["listVersion"] == 2
    assert request.payload["localAuthorizationList"] == [added]
    await request.answer(status="Accepted")
    assert await sent == {"status": "Accepted"}
