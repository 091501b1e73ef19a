"""OCTT 1.6, Central System: the configuration read and changed, and changes refused (3.7, 3.13)."""

import pytest
from tests.octt.charge_point import ChargePoint
from tests.octt.operating import Operator
from tests.octt.station import Payload

HEARTBEAT: Payload = {"key": "HeartbeatInterval", "readonly": False, "value": "60"}
PROFILES: Payload = {"key": "SupportedFeatureProfiles", "readonly": True, "value": "Core,SmartCharging"}
HIDDEN: Payload = {"key": "AuthorizationKey", "readonly": False}


@pytest.mark.parametrize("asked", [{}, {"key": []}], ids=["no list", "an empty list"])
async def test_tc_019_1_retrieve_all_configuration_keys(
    point: ChargePoint, operator: Operator, asked: Payload
) -> None:
    await point.booted()
    sent = operator.sends("GetConfiguration", **asked)
    request = await point.expect("GetConfiguration")
    assert request.payload == asked
    answer: Payload = {"configurationKey": [HEARTBEAT, PROFILES, HIDDEN]}
    await request.answer(**answer)
    assert await sent == answer


async def test_tc_019_2_retrieve_specific_configuration_key(point: ChargePoint, operator: Operator) -> None:
    await point.booted()
    sent = operator.sends("GetConfiguration", key=["SupportedFeatureProfiles"])
    request = await point.expect("GetConfiguration", key=["SupportedFeatureProfiles"])
    answer: Payload = {"configurationKey": [PROFILES], "unknownKey": []}
    await request.answer(**answer)
    assert await sent == answer


async def test_tc_021_change_configuration(point: ChargePoint, operator: Operator) -> None:
    await point.booted()
    sent = operator.sends("ChangeConfiguration", key="MeterValueSampleInterval", value="37")
    request = await point.expect("ChangeConfiguration", value="37")
    assert request.payload == {"key": "MeterValueSampleInterval", "value": "37"}
    await request.answer(status="Accepted")
    assert await sent == {"status": "Accepted"}


@pytest.mark.parametrize(
    ("key", "value", "status"),
    [
        pytest.param("NoSuchKey", "1", "NotSupported", id="tc_040_1_not_supported"),
        pytest.param("MeterValueSampleInterval", "-1", "Rejected", id="tc_040_2_invalid_value"),
    ],
)
async def test_configuration_refused(
    point: ChargePoint, operator: Operator, key: str, value: str, status: str
) -> None:
    await point.booted()
    sent = operator.sends("ChangeConfiguration", key=key, value=value)
    await (await point.expect("ChangeConfiguration", key=key, value=value)).answer(status=status)
    assert await sent == {"status": status}
    assert await operator.messages("ChangeConfiguration", "error") == []
