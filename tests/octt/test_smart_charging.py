"""OCTT 1.6, Central System: charging profiles set, read, cleared, and sent with a start (3.19)."""

import asyncio

import pytest
from tests.octt.charge_point import ChargePoint, ago, ahead
from tests.octt.operating import Operator
from tests.octt.station import Payload, Where

STACK_LEVEL = 3
MAXIMUM, DEFAULT, SESSION = "ChargePointMaxProfile", "TxDefaultProfile", "TxProfile"


def schedule(limit: float, **more: str | int) -> Payload:
    return {
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit, "numberPhases": 1}],
        **more,
    }


def absolute(profile_id: int, purpose: str, limit: float = 6.0) -> Payload:
    """A profile for the next five minutes."""
    return {
        "chargingProfileId": profile_id,
        "stackLevel": STACK_LEVEL,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": "Absolute",
        "validFrom": ago(seconds=1),
        "validTo": ahead(minutes=5),
        "chargingSchedule": schedule(limit, startSchedule=ago(seconds=1), duration=300),
    }


def limiting(purpose: str, limit: float) -> Where:
    """A SetChargingProfile of that purpose that begins with that limit."""

    def is_such(payload: Payload) -> bool:
        profile = payload["csChargingProfiles"]
        first = profile["chargingSchedule"]["chargingSchedulePeriod"][0]
        return bool(profile["chargingProfilePurpose"] == purpose and first["limit"] == limit)

    return is_such


async def sets(point: ChargePoint, operator: Operator, connector: int, profile: Payload) -> None:
    """The operator sets a profile, which the charge point accepts as it was given."""
    wanted: Payload = {"connectorId": connector, "csChargingProfiles": profile}
    sent = operator.sends("SetChargingProfile", **wanted)
    request = await point.expect("SetChargingProfile", lambda payload: payload == wanted)
    await request.answer(status="Accepted")
    assert await sent == {"status": "Accepted"}


async def clears(point: ChargePoint, operator: Operator, **which: int | str) -> None:
    """The operator clears profiles."""
    sent = operator.sends("ClearChargingProfile", **which)
    request = await point.expect("ClearChargingProfile")
    assert request.payload == which
    await request.answer(status="Accepted")
    assert await sent == {"status": "Accepted"}


async def test_tc_056_central_smart_charging_tx_default_profile(
    point: ChargePoint, operator: Operator
) -> None:
    await point.booted()
    await sets(point, operator, 1, absolute(41, DEFAULT))


async def test_tc_056_by_the_slider(point: ChargePoint, operator: Operator) -> None:
    """What nobody has to write by hand: without an end, so that it needs no times."""
    await point.booted()
    moved = operator.allows(6)
    request = await point.expect("SetChargingProfile", limiting(DEFAULT, 6.0))
    profile = request.payload["csChargingProfiles"]
    assert request.payload["connectorId"] == 1
    assert profile["chargingProfileKind"] == "Relative"
    assert not {"transactionId", "recurrencyKind"} & set(profile)
    assert "startSchedule" not in profile["chargingSchedule"]
    await request.answer(status="Accepted")
    charger = await moved
    assert (charger["allowed_current_a"], charger["limit"]["confirmed_a"]) == (6, 6)


async def test_tc_057_central_smart_charging_tx_profile(
    point: ChargePoint, operator: Operator, card: str
) -> None:
    await point.booted()
    transaction_id = await point.charging(card)
    await sets(point, operator, 1, absolute(42, SESSION) | {"transactionId": transaction_id})


async def test_tc_057_by_the_slider(point: ChargePoint, operator: Operator, card: str) -> None:
    await point.booted()
    transaction_id = await point.charging(card)
    moved = operator.allows(6)
    request = await point.expect("SetChargingProfile", limiting(SESSION, 6.0))
    profile = request.payload["csChargingProfiles"]
    assert request.payload["connectorId"] == 1
    assert (profile["transactionId"], profile["chargingProfileKind"]) == (transaction_id, "Relative")
    assert "recurrencyKind" not in profile
    assert "startSchedule" not in profile["chargingSchedule"]
    await request.answer(status="Accepted")
    assert (await moved)["limit"]["confirmed_a"] == 6


async def test_tc_059_remote_start_transaction_with_charging_profile(
    point: ChargePoint, operator: Operator, card: str
) -> None:
    await point.booted()
    profile: Payload = {
        "chargingProfileId": 43,
        "stackLevel": STACK_LEVEL,
        "chargingProfilePurpose": SESSION,
        "chargingProfileKind": "Relative",
        "chargingSchedule": schedule(6.0),
    }
    sent = operator.sends("RemoteStartTransaction", idTag=card, connectorId=1, chargingProfile=profile)
    request = await point.expect("RemoteStartTransaction")
    assert request.payload == {"idTag": card, "connectorId": 1, "chargingProfile": profile}
    await request.answer(status="Accepted")
    assert await sent == {"status": "Accepted"}
    await point.charging(card)
    assert (await operator.charger())["status"] == "charging"


async def test_tc_066_get_composite_schedule(point: ChargePoint, operator: Operator) -> None:
    await point.booted()
    wanted: Payload = {"connectorId": 1, "duration": 300, "chargingRateUnit": "A"}
    sent = operator.sends("GetCompositeSchedule", **wanted)
    request = await point.expect("GetCompositeSchedule", duration=300)
    assert request.payload == wanted
    answer: Payload = {
        "status": "Accepted",
        "connectorId": 1,
        "scheduleStart": ago(),
        "chargingSchedule": schedule(16.0, duration=300),
    }
    await request.answer(**answer)
    assert await sent == answer


async def test_tc_067_clear_charging_profile(point: ChargePoint, operator: Operator, card: str) -> None:
    await point.booted()
    transaction_id = await point.charging(card)
    await sets(point, operator, 0, absolute(51, MAXIMUM, 32.0))
    await sets(point, operator, 1, absolute(52, DEFAULT))
    await sets(point, operator, 1, absolute(53, SESSION) | {"transactionId": transaction_id})
    await clears(point, operator, id=51)
    await clears(point, operator, connectorId=1, chargingProfilePurpose=DEFAULT, stackLevel=STACK_LEVEL)
    await clears(point, operator)


@pytest.mark.parametrize("what", ["cleared", "replaced"])
async def test_an_operator_cannot_leave_a_charger_without_its_limit(
    point: ChargePoint, operator: Operator, what: str
) -> None:
    """A message of one's own may take the installation's limit away; it is set anew at once."""
    await point.booted()
    set_anew = asyncio.create_task(point.expect("SetChargingProfile", limiting(DEFAULT, 16.0)))
    if what == "cleared":
        await clears(point, operator)
    else:
        await sets(point, operator, 1, absolute(54, DEFAULT, 32.0))
    await (await set_anew).answer(status="Accepted")
