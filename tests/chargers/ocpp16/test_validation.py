"""Every fault that the official schemas of OCPP 1.6 forbid, in every field of every request."""

import pytest
from tests.chargers.ocpp16.payloads import Spoiled, complete, spoiled

from chargedeck.chargers.ocpp.faults import LONGEST_DESCRIPTION, Fault, FaultKind
from chargedeck.chargers.ocpp.schemas import Schemas
from chargedeck.chargers.ocpp16.actions import FROM_DEVICE, TO_DEVICE

SCHEMAS = Schemas("v16", FROM_DEVICE | TO_DEVICE)
ACTIONS = sorted(FROM_DEVICE | TO_DEVICE)
FAULTS = [(action, fault) for action in ACTIONS for fault in spoiled(SCHEMAS.request(action))]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_request_with_every_field_is_valid(action: str) -> None:
    SCHEMAS.check_request(action, complete(SCHEMAS.request(action)))
    SCHEMAS.check_response(action, complete(SCHEMAS.response(action)))


@pytest.mark.parametrize(
    ("action", "fault"), FAULTS, ids=[f"{action} {fault.name}" for action, fault in FAULTS]
)
def test_each_fault_has_its_kind_and_names_its_field(action: str, fault: Spoiled) -> None:
    with pytest.raises(Fault) as raised:
        SCHEMAS.check_request(action, fault.payload)
    assert raised.value.kind is fault.kind
    assert fault.field in raised.value.description
    assert len(raised.value.description) <= LONGEST_DESCRIPTION


def test_there_are_many_faults() -> None:
    """The generator has not run dry: a test that makes nothing proves nothing."""
    assert len(FAULTS) > 600
    assert {fault.kind for _, fault in FAULTS} == {
        FaultKind.TYPE,
        FaultKind.FORMATION,
        FaultKind.OCCURRENCE,
        FaultKind.PROPERTY,
    }


def limited(amps: float) -> dict[str, object]:
    profile = complete(SCHEMAS.request("SetChargingProfile"))
    profile["csChargingProfiles"]["chargingSchedule"]["chargingSchedulePeriod"][0]["limit"] = amps
    return dict(profile)


def test_tenths_of_an_ampere_are_decimals() -> None:
    """In binary 32.1 is no multiple of 0.1; in the specification it is."""
    for tenths in range(1_000):
        SCHEMAS.check_request("SetChargingProfile", limited(tenths / 10))


@pytest.mark.parametrize("amps", [0.05, 6.01, 16.123456, 32.10001])
def test_finer_than_a_tenth_is_refused(amps: float) -> None:
    with pytest.raises(Fault) as raised:
        SCHEMAS.check_request("SetChargingProfile", limited(amps))
    assert raised.value.kind is FaultKind.PROPERTY


@pytest.mark.parametrize(
    "time", ["2026-11-22T12:00:00", "2026-11-22T12:00:00+0100", "2026-11-22T12:00:00.1Z"]
)
def test_times_that_iso_8601_allows_are_taken(time: str) -> None:
    SCHEMAS.check_request(
        "StatusNotification",
        {"connectorId": 1, "errorCode": "NoError", "status": "Available", "timestamp": time},
    )


def test_the_worst_of_several_faults_is_named() -> None:
    with pytest.raises(Fault) as raised:
        SCHEMAS.check_request("StatusNotification", {"connectorId": "1", "errorCode": "x", "extra": 1})
    assert raised.value.kind is FaultKind.FORMATION
    assert str(raised.value) == "formation: payload: there is no field 'extra' here; leave it out"


def test_what_is_nested_without_end_fits_nothing() -> None:
    deep: dict[str, object] = {}
    for _ in range(400):
        deep = {"x": deep}
    with pytest.raises(Fault) as raised:
        SCHEMAS.check_request("Heartbeat", deep)
    assert raised.value.kind is FaultKind.FORMATION


def test_values_are_not_repeated() -> None:
    """They may be secrets; a CALLERROR ends up in logs."""
    with pytest.raises(Fault) as raised:
        SCHEMAS.check_request("ChangeConfiguration", {"key": "AuthorizationKey", "value": "hunter2" * 100})
    assert "hunter2" not in raised.value.description
