"""Commands to a station over a real socket: what it is sent, and what its answers mean."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.chargers.conftest import MakeListener
from tests.chargers.ocpp16.payloads import complete
from tests.chargers.recording import RecordedHub
from tests.chargers.station import Reply, Station, refusing, station
from tests.chargers.waiting import until

from chargedeck.chargers.ocpp.schemas import Schemas
from chargedeck.chargers.ocpp16.actions import TO_DEVICE
from chargedeck.domain.problems import (
    ChargerOfflineError,
    DeviceRefusedError,
    InvalidCallError,
    NotSupportedError,
)
from chargedeck.domain.units import IdTag
from chargedeck.hub.commands import Command, Refresh, Reset, SetOperative, StartCharging, StopCharging, Unlock
from chargedeck.hub.ports import Capabilities, DeviceLink

SCHEMAS = Schemas("v16", ())
TAG = IdTag("CD-1")
START, STOP = StartCharging(1, TAG), StopCharging(1, "4711")


@pytest.fixture
async def point(make_listener: MakeListener, hub: RecordedHub) -> AsyncIterator[Station]:
    """A station that has just come back, before it is set up."""
    listener = await make_listener(silent_s=1_000)
    async with station(listener.port) as connected:
        yield connected


def link(hub: RecordedHub) -> DeviceLink:
    found = hub.desk("garage").link
    assert found is not None
    return found


@pytest.fixture
def answering(point: Station, hub: RecordedHub) -> Callable[[Reply], DeviceLink]:
    """The link to a station that gives the same answer to everything."""

    def make(reply: Reply) -> DeviceLink:
        point.replies = dict.fromkeys(TO_DEVICE, reply)
        return link(hub)

    return make


@pytest.mark.parametrize(
    ("command", "sent"),
    [
        (START, [("RemoteStartTransaction", {"connectorId": 1, "idTag": "CD-1"})]),
        (STOP, [("RemoteStopTransaction", {"transactionId": 4711})]),
        (Unlock(2), [("UnlockConnector", {"connectorId": 2})]),
        (Reset(hard=True), [("Reset", {"type": "Hard"})]),
        (Reset(hard=False), [("Reset", {"type": "Soft"})]),
        (SetOperative(1, operative=True), [("ChangeAvailability", {"connectorId": 1, "type": "Operative"})]),
        (
            SetOperative(1, operative=False),
            [("ChangeAvailability", {"connectorId": 1, "type": "Inoperative"})],
        ),
        (
            Refresh(1),
            [
                ("TriggerMessage", {"requestedMessage": "StatusNotification", "connectorId": 1}),
                ("TriggerMessage", {"requestedMessage": "MeterValues", "connectorId": 1}),
            ],
        ),
    ],
)
async def test_what_is_sent(
    point: Station, hub: RecordedHub, command: Command, sent: list[tuple[str, Any]]
) -> None:
    await link(hub).send(command)
    assert point.asked == sent


@pytest.mark.parametrize(
    ("command", "reply", "error", "text"),
    [
        (START, {"status": "Rejected"}, DeviceRefusedError, "refused RemoteStartTransaction: Rejected"),
        (START, refusing("NotImplemented"), NotSupportedError, "does not support RemoteStartTransaction"),
        (START, refusing("NotSupported"), NotSupportedError, "does not support RemoteStartTransaction"),
        (START, refusing("InternalError"), DeviceRefusedError, "InternalError"),
        (START, refusing("MadeUp"), DeviceRefusedError, "MadeUp"),
        (START, {}, DeviceRefusedError, "None"),
        (STOP, {"status": "Rejected"}, DeviceRefusedError, "refused RemoteStopTransaction: Rejected"),
        (Unlock(1), {"status": "UnlockFailed"}, DeviceRefusedError, "UnlockFailed"),
        (Unlock(1), {"status": "NotSupported"}, NotSupportedError, "does not support UnlockConnector"),
        (Reset(hard=True), {"status": "Rejected"}, DeviceRefusedError, "refused Reset: Rejected"),
        (Refresh(1), {"status": "NotImplemented"}, NotSupportedError, "does not support TriggerMessage"),
        (Refresh(1), {"status": "Rejected"}, DeviceRefusedError, "refused TriggerMessage: Rejected"),
    ],
)
async def test_what_a_refusal_means(
    answering: Callable[[Reply], DeviceLink],
    command: Command,
    reply: Reply,
    error: type[Exception],
    text: str,
) -> None:
    with pytest.raises(error, match=text) as raised:
        await answering(reply).send(command)
    assert type(raised.value) is error


async def test_scheduled_is_a_yes(point: Station, hub: RecordedHub) -> None:
    point.replies["ChangeAvailability"] = {"status": "Scheduled"}
    await link(hub).send(SetOperative(1, operative=False))


async def test_what_a_station_cannot_do_is_remembered(point: Station, hub: RecordedHub) -> None:
    assert link(hub).capabilities == Capabilities(limits_current=True, unlocks=True, reserves=False)
    point.replies["UnlockConnector"] = {"status": "NotSupported"}
    with pytest.raises(NotSupportedError):
        await link(hub).send(Unlock(1))
    assert not link(hub).capabilities.unlocks


async def test_a_command_to_nobody(point: Station, hub: RecordedHub) -> None:
    gone = link(hub)
    await point.socket.close()
    await until(lambda: gone in hub.detached)
    with pytest.raises(ChargerOfflineError):
        await gone.send(START)
    assert not await gone.answers()


async def test_a_connection_lost_in_mid_call(point: Station, hub: RecordedHub) -> None:
    point.replies["Reset"] = None
    sending = asyncio.create_task(link(hub).send(Reset(hard=True)))
    waiting = asyncio.create_task(link(hub).send(START))
    await point.heard("Reset")
    await point.socket.close()
    for task in (sending, waiting):
        with pytest.raises(ChargerOfflineError):
            await task


async def test_who_calls(point: Station, hub: RecordedHub) -> None:
    assert (link(hub).protocol, link(hub).address) == ("ocpp1.6", "127.0.0.1")
    assert await link(hub).answers()


# -- an operator's own messages --------------------------------------------------------------------


@pytest.mark.parametrize("action", sorted(TO_DEVICE))
async def test_every_action_of_a_central_system_can_be_sent(
    point: Station, hub: RecordedHub, action: str
) -> None:
    payload, answer = complete(SCHEMAS.request(action)), complete(SCHEMAS.response(action))
    point.replies[action] = answer
    assert await link(hub).call(action, payload) == answer
    assert point.asked == [(action, payload)]


@pytest.mark.parametrize(
    ("action", "payload", "text"),
    [
        ("ChangeConfiguration", {"key": "X"}, "value: missing"),
        ("ChangeConfiguration", {"key": "X", "value": "y" * 501}, "value: too long"),
        ("Reset", {"type": "Warm"}, "type: not one of the values"),
        ("Reset", {"type": "Soft", "now": True}, "no field 'now'"),
        ("BootNotification", {}, "not an action that a central system sends"),
        ("MakeCoffee", {}, "not an action that a central system sends"),
        ("../../etc/passwd", {}, "not an action that a central system sends"),
    ],
)
async def test_a_message_that_does_not_fit_is_not_sent(
    point: Station, hub: RecordedHub, action: str, payload: dict[str, Any], text: str
) -> None:
    with pytest.raises(InvalidCallError, match=text):
        await link(hub).call(action, payload)
    await point.call("Heartbeat")
    assert point.payloads(action) == []


async def test_an_operator_reads_the_refusal(point: Station, hub: RecordedHub) -> None:
    point.replies["ClearCache"] = refusing("SecurityError")
    with pytest.raises(DeviceRefusedError) as raised:
        await link(hub).call("ClearCache", {})
    assert str(raised.value.reason) == "SecurityError"


async def test_an_answer_that_is_not_quite_valid_is_shown(point: Station, hub: RecordedHub) -> None:
    point.replies["GetLocalListVersion"] = {"versionNumber": 3}
    assert await link(hub).call("GetLocalListVersion", {}) == {"versionNumber": 3}


async def test_an_operators_start_is_told_before_it_is_sent(point: Station, hub: RecordedHub) -> None:
    point.replies["RemoteStartTransaction"] = {"status": "Accepted"}
    await link(hub).call("RemoteStartTransaction", {"idTag": "OPS", "connectorId": 1})
    await link(hub).call("RemoteStartTransaction", {"idTag": "OPS"})
    with pytest.raises(InvalidCallError):
        await link(hub).call("RemoteStartTransaction", {"idTag": "", "connectorId": "1"})
    assert hub.desk("garage").expected == [("OPS", 1), ("OPS", None)]


async def test_reservations_are_told(point: Station, hub: RecordedHub) -> None:
    reserve = {"connectorId": 2, "expiryDate": "2026-12-01T00:00:00Z", "idTag": "A", "reservationId": 7}
    await link(hub).call("ReserveNow", reserve)
    await link(hub).call("ReserveNow", {**reserve, "connectorId": 0, "reservationId": 8})
    await link(hub).call("CancelReservation", {"reservationId": 7})
    await link(hub).call("CancelReservation", {"reservationId": 9})
    point.replies["ReserveNow"] = {"status": "Occupied"}
    await link(hub).call("ReserveNow", reserve)
    assert hub.desk("garage").reservations == [
        (2, 7, datetime(2026, 12, 1, tzinfo=UTC)),
        (2, None, None),
    ]


# -- approval --------------------------------------------------------------------------------------


async def test_an_approved_device_introduces_itself_again(point: Station, hub: RecordedHub) -> None:
    link(hub).approved()
    assert await point.heard("TriggerMessage") == [{"requestedMessage": "BootNotification"}]
    assert (await point.boot())["status"] == "Accepted"


@pytest.mark.parametrize("reply", [refusing(), {"status": "Rejected"}, {"status": "NotImplemented"}])
async def test_one_that_cannot_is_hung_up_on(point: Station, hub: RecordedHub, reply: Reply) -> None:
    point.replies["TriggerMessage"] = reply
    link(hub).approved()
    code, reason = await point.closed()
    assert (code, reason) == (1012, "approved: connect again")


async def test_one_that_is_gone_need_not(point: Station, hub: RecordedHub) -> None:
    gone = link(hub)
    await point.socket.close()
    await until(lambda: gone in hub.detached)
    gone.approved()
    await asyncio.sleep(0)
    assert point.asked == []


async def test_hanging_up(point: Station, hub: RecordedHub) -> None:
    link(hub).close("removed")
    assert await point.closed() == (1000, "removed")
