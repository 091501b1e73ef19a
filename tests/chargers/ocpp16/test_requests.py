"""What a station says to us and what it is answered, over a real socket."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from tests.chargers.conftest import MakeListener
from tests.chargers.ocpp16.payloads import complete, spoiled
from tests.chargers.recording import RecordedHub
from tests.chargers.station import BOOT, RefusedError, Station, station

from chargedeck.chargers.ocpp.listener import Listener
from chargedeck.chargers.ocpp.schemas import Schemas
from chargedeck.chargers.ocpp16.actions import CODES, FROM_DEVICE, TO_DEVICE
from chargedeck.chargers.ocpp16.routing import ROUTES
from chargedeck.domain.cards import CardAnswer, Verdict
from chargedeck.domain.errors import ErrorType
from chargedeck.domain.events import (
    DeviceIdentity,
    OutletState,
    TransactionStarted,
    TransactionStopped,
    Updating,
)
from chargedeck.domain.reading import Reading
from chargedeck.domain.units import IdTag, WattHours

SCHEMAS = Schemas("v16", FROM_DEVICE | TO_DEVICE)
TIME = "2026-11-22T12:00:00Z"
START = {"connectorId": 1, "idTag": "TAG1", "meterStart": 1000, "timestamp": TIME}
STOP = {"transactionId": 1001, "meterStop": 2000, "timestamp": TIME}
VALUES = [{"timestamp": TIME, "sampledValue": [{"value": "1234"}]}]


def test_every_action_has_a_handler() -> None:
    assert set(ROUTES) == FROM_DEVICE


async def refusal(point: Station, action: str, payload: dict[str, object]) -> tuple[str, str]:
    with pytest.raises(RefusedError) as refused:
        await point.call(action, payload)
    return refused.value.code, refused.value.description


@pytest.mark.parametrize("action", sorted(FROM_DEVICE))
async def test_every_request_is_answered_validly_and_every_fault_by_its_code(
    listener: Listener, hub: RecordedHub, action: str
) -> None:
    schema = SCHEMAS.request(action)
    async with station(listener.port) as point:
        answer = await point.call(action, complete(schema))
        SCHEMAS.check_response(action, answer)
        for fault in spoiled(schema):
            code, description = await refusal(point, action, fault.payload)
            assert (code, fault.field in description) == (CODES[fault.kind], True), fault.name


async def test_boot(listener: Listener, hub: RecordedHub) -> None:
    async with station(listener.port) as point:
        answer = await point.call(
            "BootNotification", {**BOOT, "chargeBoxSerialNumber": " S1 ", "chargePointSerialNumber": ""}
        )
    assert (answer["status"], answer["interval"]) == ("Accepted", 60)
    offset = datetime.fromisoformat(answer["currentTime"]) - datetime.now(UTC)
    assert abs(offset) < timedelta(seconds=5)
    assert hub.desk("garage").identities == [DeviceIdentity("ACME", "One", "S1", "1.0")]


async def test_until_it_is_approved_a_device_can_only_introduce_itself(
    listener: Listener, hub: RecordedHub
) -> None:
    hub.desk("garage").approved = False
    async with station(listener.port) as point:
        assert (await point.boot())["status"] == "Pending"
        for action in sorted(FROM_DEVICE - {"BootNotification"}):
            code, description = await refusal(point, action, complete(SCHEMAS.request(action)))
            assert code == "SecurityError"
            assert "BootNotification" in description
        # A stranger's message is not even looked at: reading it would cost time that it may not have.
        code, _ = await refusal(point, "Heartbeat", {"extra": 1})
        assert code == "SecurityError"
    desk = hub.desk("garage")
    assert desk.told == []


async def test_a_device_that_comes_back_without_a_restart_need_not_introduce_itself(
    listener: Listener, hub: RecordedHub
) -> None:
    async with station(listener.port) as point:
        assert await point.call("MeterValues", {"connectorId": 1, "meterValue": VALUES}) == {}


@pytest.mark.parametrize(
    ("action", "code"),
    [("MakeCoffee", "NotImplemented"), ("", "NotImplemented"), ("heartbeat", "NotImplemented")]
    + [(action, "NotSupported") for action in sorted(TO_DEVICE - FROM_DEVICE)],
)
async def test_actions_that_do_not_belong_here(listener: Listener, action: str, code: str) -> None:
    async with station(listener.port) as point:
        assert (await refusal(point, action, {}))[0] == code


async def test_heartbeat(listener: Listener) -> None:
    async with station(listener.port) as point:
        assert set(await point.call("Heartbeat")) == {"currentTime"}


async def test_authorize(listener: Listener, hub: RecordedHub) -> None:
    expires_at = datetime(2027, 1, 1, tzinfo=UTC)
    hub.desk("garage").cards["TAG1"] = CardAnswer(Verdict.EXPIRED, expires_at, None)
    async with station(listener.port) as point:
        answer = await point.call("Authorize", {"idTag": "TAG1"})
    assert answer == {"idTagInfo": {"status": "Expired", "expiryDate": "2027-01-01T00:00:00.000Z"}}


async def test_a_transaction(listener: Listener, hub: RecordedHub) -> None:
    async with station(listener.port) as point:
        begun = await point.call("StartTransaction", {**START, "reservationId": 5})
        assert begun == {"transactionId": 1001, "idTagInfo": {"status": "Accepted"}}
        ended = await point.call("StopTransaction", {**STOP, "idTag": "TAG1", "transactionData": VALUES})
        assert ended == {"idTagInfo": {"status": "Accepted"}}
        assert await point.call("StopTransaction", {**STOP, "transactionId": -1, "reason": "Reboot"}) == {}
    desk = hub.desk("garage")
    at = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    assert desk.started == [(1, TransactionStarted(at, WattHours(1000), IdTag("TAG1"), 5))]
    reading = Reading(at, WattHours(1234))
    assert desk.stopped == [
        TransactionStopped(at, "1001", WattHours(2000), "Local", IdTag("TAG1"), (reading,)),
        TransactionStopped(at, "-1", WattHours(2000), "Reboot"),
    ]


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("StartTransaction", START),
        ("StopTransaction", STOP),
        ("MeterValues", {"connectorId": 1, "meterValue": VALUES * 3}),
    ],
)
async def test_what_must_last_is_answered_when_it_is_on_disk(
    listener: Listener, hub: RecordedHub, action: str, payload: dict[str, object]
) -> None:
    desk = hub.desk("garage")
    desk.holds = True
    async with station(listener.port) as point:
        message_id = "m1"
        await point.send([2, message_id, action, payload])
        await point.call("Heartbeat")
        assert not [frame for _, incoming, frame in hub.frames if not incoming and b'"m1"' in frame]
        desk.holds = False
        desk.release()
        answer = await point.exchange([2, "m2", "Heartbeat", {}], "m2")
        assert answer[0] == 3
        assert [frame for _, incoming, frame in hub.frames if not incoming and b'[3,"m1"' in frame]


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("StartTransaction", START),
        ("StopTransaction", STOP),
        ("MeterValues", {"connectorId": 1, "meterValue": VALUES * 2}),
    ],
)
async def test_what_cannot_be_stored_is_refused_so_that_it_is_sent_again(
    listener: Listener, hub: RecordedHub, action: str, payload: dict[str, object]
) -> None:
    hub.desk("garage").stores = False
    async with station(listener.port) as point:
        code, description = await refusal(point, action, payload)
    assert code == "InternalError"
    assert "again" in description


async def test_the_device_may_be_gone_before_the_answer(listener: Listener, hub: RecordedHub) -> None:
    desk = hub.desk("garage")
    desk.holds = True
    async with station(listener.port) as point:
        await point.send([2, "m1", "StartTransaction", START])
        await point.call("Heartbeat")
    async with station(listener.port) as point:
        desk.release()
        await point.call("Heartbeat")


async def test_meter_values(listener: Listener, hub: RecordedHub) -> None:
    async with station(listener.port) as point:
        for transaction in (1001, 0, -1):
            payload = {"connectorId": 2, "transactionId": transaction, "meterValue": VALUES}
            assert await point.call("MeterValues", payload) == {}
        await point.call("MeterValues", {"connectorId": 0, "meterValue": VALUES})
        await point.call("MeterValues", {"connectorId": 0, "transactionId": 1001, "meterValue": VALUES})
    found = [(connector, metered.ref) for connector, metered in hub.desk("garage").readings]
    assert found == [(2, "1001"), (2, None), (2, None)]


async def test_the_only_outlet_is_meant_by_a_station_that_names_none(
    listener: Listener, hub: RecordedHub
) -> None:
    async with station(listener.port) as point:
        key = {"key": "NumberOfConnectors", "readonly": True, "value": "1"}
        point.replies["GetConfiguration"] = {"configurationKey": [key]}
        await point.boot()
        await point.heard("TriggerMessage", 2)
        await point.call("MeterValues", {"connectorId": 0, "transactionId": 1001, "meterValue": VALUES})
    assert [(connector, metered.ref) for connector, metered in hub.desk("garage").readings] == [(1, "1001")]


async def test_signed_values_are_kept(listener: Listener, hub: RecordedHub) -> None:
    signed = {"value": "OCMF|x", "format": "SignedData", "context": "Transaction.End"}
    values = [{"timestamp": TIME, "sampledValue": [signed]}]
    async with station(listener.port) as point:
        await point.call("MeterValues", {"connectorId": 1, "transactionId": 7, "meterValue": values})
        await point.call("StopTransaction", {**STOP, "transactionData": values})
    kept = [(v.connector, v.ref, v.context, v.value) for v in hub.desk("garage").signed_values]
    assert kept == [(1, "7", "Transaction.End", "OCMF|x"), (0, "1001", "Transaction.End", "OCMF|x")]
    assert hub.desk("garage").stopped[0].readings == ()


@pytest.mark.parametrize(
    ("action", "payload", "field"),
    [
        ("MeterValues", {"connectorId": 17, "meterValue": VALUES}, "connectorId"),
        ("MeterValues", {"connectorId": -1, "meterValue": VALUES}, "connectorId"),
        ("MeterValues", {"connectorId": 10**30, "meterValue": VALUES}, "connectorId"),
        ("MeterValues", {"connectorId": 1, "transactionId": 2**40, "meterValue": VALUES}, "transactionId"),
        ("StartTransaction", {**START, "connectorId": 0}, "connectorId"),
        ("StartTransaction", {**START, "connectorId": 10**30}, "connectorId"),
        ("StartTransaction", {**START, "meterStart": 10**20}, "meterStart"),
        ("StartTransaction", {**START, "reservationId": 10**20}, "reservationId"),
        ("StartTransaction", {**START, "timestamp": "0001-01-01T00:00:00+23:59"}, "timestamp"),
        ("StopTransaction", {**STOP, "transactionId": 10**200}, "transactionId"),
        ("StopTransaction", {**STOP, "meterStop": -(10**20)}, "meterStop"),
        ("LogStatusNotification", {"status": "Idle", "requestId": 10**20}, "requestId"),
        (
            "StatusNotification",
            {"connectorId": 99, "errorCode": "NoError", "status": "Available"},
            "connectorId",
        ),
    ],
)
async def test_numbers_that_no_station_has(
    listener: Listener, hub: RecordedHub, action: str, payload: dict[str, object], field: str
) -> None:
    async with station(listener.port) as point:
        code, description = await refusal(point, action, payload)
    assert code == "PropertyConstraintViolation"
    assert description.startswith(field)
    desk = hub.desk("garage")
    assert desk.told == []


async def test_status(listener: Listener, hub: RecordedHub) -> None:
    async with station(listener.port) as point:
        await point.call(
            "StatusNotification",
            {
                "connectorId": 1,
                "errorCode": "OtherError",
                "status": "Faulted",
                "vendorErrorCode": "E7",
                "info": "pilot",
                "timestamp": datetime.now(UTC).isoformat(),
            },
        )
    (seen,) = hub.desk("garage").outlet(1).seen
    assert (seen.state, seen.device_word, seen.error) == (
        OutletState.FAULTED,
        "Faulted",
        ErrorType.CAR_ERROR,
    )
    assert seen.error_detail == "OtherError: E7: pilot"
    (offset,) = hub.desk("garage").clock_offsets
    assert abs(offset) < 2


async def test_everything_else_is_written_down(listener: Listener, hub: RecordedHub) -> None:
    async with station(listener.port) as point:
        transfer = {"vendorId": "ACME", "messageId": "x", "data": "y" * 5_000}
        assert await point.call("DataTransfer", transfer) == {"status": "UnknownVendorId"}
        assert await point.call("DiagnosticsStatusNotification", {"status": "Uploaded"}) == {}
        assert await point.call("FirmwareStatusNotification", {"status": "Installing"}) == {}
        assert await point.call("FirmwareStatusNotification", {"status": "Installed"}) == {}
        assert await point.call("SignedFirmwareStatusNotification", {"status": "InstallRebooting"}) == {}
        assert await point.call("LogStatusNotification", {"status": "Uploading", "requestId": 3}) == {}
        event = {"type": "TamperDetectionActivated", "timestamp": TIME, "techInfo": "lid"}
        assert await point.call("SecurityEventNotification", event) == {}
        assert await point.call("SignCertificate", {"csr": "x"}) == {"status": "Rejected"}
    desk = hub.desk("garage")
    assert desk.updates == [
        Updating(True, "Installing"),
        Updating(False, "Installed"),
        Updating(True, "InstallRebooting"),
    ]
    assert desk.notes == [
        ("data_transfer", {"vendor_id": "ACME", "message_id": "x", "data": "y" * 1_000}),
        ("diagnostics_status", {"status": "Uploaded"}),
        ("log_status", {"status": "Uploading", "request_id": 3}),
        ("security_event", {"type": "TamperDetectionActivated", "happened_at": TIME, "tech_info": "lid"}),
        ("sign_certificate", {"status": "Rejected"}),
    ]


async def test_a_repeated_request_is_applied_once_and_answered_again(
    listener: Listener, hub: RecordedHub
) -> None:
    async with station(listener.port) as point:
        frame = [2, "m1", "StartTransaction", START]
        first = await point.exchange(frame, "m1")
        assert await point.exchange(frame, "m1") == first
        other = await point.exchange([2, "m1", "StartTransaction", {**START, "meterStart": 5}], "m1")
        assert other[2]["transactionId"] != first[2]["transactionId"]
        refused = await point.exchange([2, "m2", "Heartbeat", {"x": 1}], "m2")
        assert await point.exchange([2, "m2", "Heartbeat", {"x": 1}], "m2") == refused
    assert len(hub.desk("garage").started) == 2


async def test_a_request_repeated_before_its_answer_is_answered_once(
    listener: Listener, hub: RecordedHub
) -> None:
    desk = hub.desk("garage")
    desk.holds = True
    async with station(listener.port) as point:
        for _ in range(2):
            await point.send([2, "m1", "StartTransaction", START])
        await point.call("Heartbeat")
        assert len(desk.started) == 1
        desk.release()
        await point.call("Heartbeat")
    assert len([frame for _, incoming, frame in hub.frames if not incoming and b'"m1"' in frame]) == 1


async def test_a_failure_of_ours_is_an_internal_error_and_no_more(
    listener: Listener, hub: RecordedHub, caplog: pytest.LogCaptureFixture
) -> None:
    hub.desk("garage").cards["TAG1"] = None  # type: ignore[assignment]  # makes the handler fail
    async with station(listener.port) as point:
        code, description = await refusal(point, "Authorize", {"idTag": "TAG1"})
        assert (code, description) == ("InternalError", "the server failed; send it again later")
        await point.call("Heartbeat")
    assert "Authorize failed" in caplog.text


async def test_an_answer_of_ours_that_is_not_valid_does_not_go_out(
    listener: Listener, hub: RecordedHub, caplog: pytest.LogCaptureFixture
) -> None:
    hub.desk("garage").next_ref = 0.5  # type: ignore[assignment]  # no transaction id
    async with station(listener.port) as point:
        assert (await refusal(point, "StartTransaction", START))[0] == "InternalError"
    assert "transactionId" in caplog.text


async def test_every_frame_is_logged_and_counts_as_a_sign_of_life(
    make_listener: MakeListener, hub: RecordedHub
) -> None:
    listener = await make_listener(silent_s=1000)
    async with station(listener.port) as point:
        await point.exchange([2, "m1", "DataTransfer", {"vendorId": "x"}], "m1")
        await point.send("nonsense")
        await (await point.socket.ping())
    frames = [(incoming, frame) for _, incoming, frame in hub.frames if b"Trigger" not in frame]
    assert frames[0] == (True, json.dumps([2, "m1", "DataTransfer", {"vendorId": "x"}]).encode())
    assert (False, b'[3,"m1",{"status":"UnknownVendorId"}]') in frames
    assert (True, b"nonsense") in frames
    assert hub.desk("garage").seen_count >= 3
