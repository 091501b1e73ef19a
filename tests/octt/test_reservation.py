"""OCTT 1.6, Central System: reservations, their use, their end, and refusals (3.17)."""

import asyncio
from datetime import datetime
from typing import Any

import pytest
from tests.octt.charge_point import ChargePoint, ahead
from tests.octt.operating import Operator
from tests.octt.station import Payload

RESERVATION = 4711


def reserves(operator: Operator, card: str, *, connector: int = 1, **more: Any) -> asyncio.Task[Payload]:
    return operator.sends(
        "ReserveNow",
        connectorId=connector,
        idTag=card,
        expiryDate=ahead(minutes=30),
        reservationId=RESERVATION,
        **more,
    )


async def reserved(point: ChargePoint, operator: Operator, card: str, **more: Any) -> Payload:
    """A reservation of outlet 1 that is made; answers the request."""
    sent = reserves(operator, card, **more)
    request = await point.expect("ReserveNow", connectorId=1, idTag=card, reservationId=RESERVATION)
    await request.answer(status="Accepted")
    assert await sent == {"status": "Accepted"}
    await point.says("Reserved")
    charger = await operator.charger()
    assert charger["reservation"]["id"] == RESERVATION
    expires_at = datetime.fromisoformat(charger["reservation"]["expires_at"])
    assert expires_at == datetime.fromisoformat(request.payload["expiryDate"])
    assert (charger["status"], charger["device_status"]) == ("awaiting", "Reserved")
    return request.payload


async def test_tc_046_reservation_of_a_connector_transaction(
    point: ChargePoint, operator: Operator, card: str
) -> None:
    await point.booted()
    await reserved(point, operator, card)
    await point.charging(card, reservationId=RESERVATION)
    charger = await operator.charger()
    assert (charger["status"], charger["reservation"]) == ("charging", None)


async def test_tc_047_reservation_of_a_connector_expire(
    point: ChargePoint, operator: Operator, card: str
) -> None:
    await point.booted()
    await reserved(point, operator, card)
    await point.says("Available")
    charger = await operator.charger()
    assert (charger["status"], charger["reservation"]) == ("available", None)


@pytest.mark.parametrize(
    ("outlet", "answer"),
    [
        pytest.param("Faulted", "Faulted", id="tc_048_1_faulted"),
        pytest.param("Preparing", "Occupied", id="tc_048_2_occupied"),
        pytest.param("Available", "Rejected", id="tc_048_4_rejected"),
    ],
)
async def test_reservation_refused(
    point: ChargePoint, operator: Operator, card: str, outlet: str, answer: str
) -> None:
    await point.booted()
    await point.says(outlet)
    sent = reserves(operator, card)
    await (await point.expect("ReserveNow", connectorId=1, idTag=card)).answer(status=answer)
    assert await sent == {"status": answer}
    charger = await operator.charger()
    assert (charger["device_status"], charger["reservation"]) == (outlet, None)


async def test_tc_048_3_reservation_of_a_connector_unavailable(
    point: ChargePoint, operator: Operator, card: str
) -> None:
    await point.booted()
    changed = operator.sends("ChangeAvailability", connectorId=1, type="Inoperative")
    await (await point.expect("ChangeAvailability", connectorId=1, type="Inoperative")).answer(
        status="Accepted"
    )
    assert await changed == {"status": "Accepted"}
    await point.says("Unavailable")
    assert (await operator.charger())["availability"] == "inoperative"
    sent = reserves(operator, card)
    await (await point.expect("ReserveNow", connectorId=1, idTag=card)).answer(status="Unavailable")
    assert await sent == {"status": "Unavailable"}
    assert (await operator.charger())["reservation"] is None


async def test_tc_049_reservation_of_a_charge_point(
    point: ChargePoint, operator: Operator, card: str
) -> None:
    await point.booted()
    sent = reserves(operator, card, connector=0)
    request = await point.expect("ReserveNow", idTag=card, reservationId=RESERVATION)
    assert request.payload["connectorId"] == 0
    await request.answer(status="Accepted")
    assert await sent == {"status": "Accepted"}
    await point.says("Reserved")
    charger = await operator.charger()
    assert (charger["status"], charger["device_status"]) == ("awaiting", "Reserved")
    await point.charging(card, reservationId=RESERVATION)
    assert (await operator.charger())["status"] == "charging"


async def test_tc_051_cancel_reservation(point: ChargePoint, operator: Operator, card: str) -> None:
    await point.booted()
    await reserved(point, operator, card)
    sent = operator.sends("CancelReservation", reservationId=RESERVATION)
    request = await point.expect("CancelReservation")
    assert request.payload == {"reservationId": RESERVATION}
    await request.answer(status="Accepted")
    assert await sent == {"status": "Accepted"}
    assert (await operator.charger())["reservation"] is None
    await point.says("Available")
    assert (await operator.charger())["status"] == "available"


async def test_tc_052_cancel_reservation_rejected(point: ChargePoint, operator: Operator, card: str) -> None:
    await point.booted()
    await reserved(point, operator, card)
    sent = operator.sends("CancelReservation", reservationId=RESERVATION + 1)
    await (await point.expect("CancelReservation", reservationId=RESERVATION + 1)).answer(status="Rejected")
    assert await sent == {"status": "Rejected"}
    assert (await operator.charger())["reservation"]["id"] == RESERVATION


async def test_tc_053_use_a_reserved_connector_with_parent_id_tag(
    point: ChargePoint, operator: Operator
) -> None:
    await point.booted()
    booked, used = [
        await operator.adds_card(label=label, parent_id_tag="FAMILY") for label in ("Booked", "Used")
    ]
    request = await reserved(point, operator, booked, parentIdTag="FAMILY")
    assert request["parentIdTag"] == "FAMILY"
    assert (await point.authorize(used))["parentIdTag"] == "FAMILY"
    await point.charging(used, reservationId=RESERVATION)
    charger = await operator.charger()
    assert (charger["status"], charger["reservation"]) == ("charging", None)
    assert charger["session"]["authorized_by"]["label"] == "Used"
