"""Every request of a central system, its answers, and what is answered to a bad one."""

from typing import Any

import pytest
from tests.simulator.central_system import CallRefusedError, CentralSystem, Payload, now
from tests.simulator.conftest import MakeSite
from tests.simulator.site import Site, passes

from chargedeck.domain.errors import ErrorType
from chargedeck.simulator.car import Car
from chargedeck.simulator.clock import Seconds, after
from chargedeck.simulator.identity import Identity
from chargedeck.simulator.ocpp16.routing import ROUTES
from chargedeck.simulator.wire import timestamp

FROM_CENTRAL_SYSTEM = {
    "CancelReservation", "CertificateSigned", "ChangeAvailability", "ChangeConfiguration", "ClearCache",
    "ClearChargingProfile", "DataTransfer", "DeleteCertificate", "ExtendedTriggerMessage",
    "GetCompositeSchedule", "GetConfiguration", "GetDiagnostics", "GetInstalledCertificateIds",
    "GetLocalListVersion", "GetLog", "InstallCertificate", "RemoteStartTransaction", "RemoteStopTransaction",
    "ReserveNow", "Reset", "SendLocalList", "SetChargingProfile", "SignedUpdateFirmware", "TriggerMessage",
    "UnlockConnector", "UpdateFirmware",
}  # fmt: skip


def test_every_request_of_a_central_system_has_a_handler() -> None:
    assert set(ROUTES) == FROM_CENTRAL_SYSTEM


@pytest.mark.parametrize(
    ("action", "request_", "answer"),
    [
        ("ClearCache", {}, {"status": "Accepted"}),
        ("GetLocalListVersion", {}, {"listVersion": 0}),
        ("DataTransfer", {"vendorId": "somebody"}, {"status": "UnknownVendorId"}),
        ("DataTransfer", {"vendorId": "ChargeDeck"}, {"status": "UnknownMessageId"}),
        ("UnlockConnector", {"connectorId": 1}, {"status": "Unlocked"}),
        ("UnlockConnector", {"connectorId": 4}, {"status": "NotSupported"}),
        ("ChangeAvailability", {"connectorId": 4, "type": "Operative"}, {"status": "Rejected"}),
        ("TriggerMessage", {"requestedMessage": "Heartbeat", "connectorId": 4}, {"status": "Rejected"}),
        ("ChangeConfiguration", {"key": "Nonsense", "value": "1"}, {"status": "NotSupported"}),
        ("CancelReservation", {"reservationId": 1}, {"status": "Rejected"}),
        (
            "GetInstalledCertificateIds",
            {"certificateType": "ManufacturerRootCertificate"},
            {"status": "NotFound"},
        ),
    ],
)
async def test_simple_answers(site: Site, action: str, request_: Payload, answer: Payload) -> None:
    assert await site.system.call(action, request_) == answer


@pytest.mark.parametrize(
    ("action", "request_", "code"),
    [
        ("Reset", {}, "OccurenceConstraintViolation"),
        ("Reset", {"type": "Gentle"}, "PropertyConstraintViolation"),
        ("Reset", {"type": 5}, "TypeConstraintViolation"),
        ("Reset", {"type": "Soft", "really": True}, "FormationViolation"),
        ("RemoteStartTransaction", {"idTag": "x" * 21}, "PropertyConstraintViolation"),
        ("MakeCoffee", {}, "NotImplemented"),
        ("Heartbeat", {}, "NotSupported"),
    ],
)
async def test_a_bad_request_gets_the_code_it_deserves(
    site: Site, action: str, request_: Payload, code: str
) -> None:
    with pytest.raises(CallRefusedError) as refused:
        await site.system.call_unchecked(action, request_)
    assert refused.value.code == code
    assert await site.system.call("ClearCache", {}) == {"status": "Accepted"}


@pytest.mark.parametrize(
    "text", ["", "nonsense", "[]", '[3,"nobody-asked",{}]', '[4,"x","y","z",{}]', "[2,3]"]
)
async def test_what_makes_no_sense_is_survived(site: Site, text: str) -> None:
    await site.system.send_raw(text)
    assert await site.system.call("ClearCache", {}) == {"status": "Accepted"}


@pytest.mark.parametrize(
    ("trigger", "message"),
    [
        ("BootNotification", "BootNotification"),
        ("DiagnosticsStatusNotification", "DiagnosticsStatusNotification"),
        ("FirmwareStatusNotification", "FirmwareStatusNotification"),
        ("Heartbeat", "Heartbeat"),
        ("MeterValues", "MeterValues"),
        ("StatusNotification", "StatusNotification"),
    ],
)
async def test_trigger_message(site: Site, trigger: str, message: str) -> None:
    before = len(site.system.of(message))
    assert await site.system.call("TriggerMessage", {"requestedMessage": trigger}) == {"status": "Accepted"}
    await site.system.saw(message, times=before + 1)


@pytest.mark.parametrize(
    ("trigger", "message"),
    [
        ("LogStatusNotification", "LogStatusNotification"),
        ("SignChargePointCertificate", "SignCertificate"),
        ("FirmwareStatusNotification", "FirmwareStatusNotification"),
        ("MeterValues", "MeterValues"),
    ],
)
async def test_extended_trigger_message(site: Site, trigger: str, message: str) -> None:
    answer = await site.system.call("ExtendedTriggerMessage", {"requestedMessage": trigger, "connectorId": 1})
    assert answer == {"status": "Accepted"}
    await site.system.saw(message)


async def test_availability_of_a_connector_waits_for_its_transaction(site: Site) -> None:
    await site.charging()
    request: dict[str, Any] = {"connectorId": 1, "type": "Inoperative"}
    assert await site.system.call("ChangeAvailability", request) == {"status": "Scheduled"}
    site.connector.session.swipe("CARD")
    await site.system.saw_status("Unavailable")
    assert await site.system.call("RemoteStartTransaction", {"idTag": "A"}) == {"status": "Rejected"}
    request["type"] = "Operative"
    assert await site.system.call("ChangeAvailability", request) == {"status": "Accepted"}
    await site.system.saw_status("Finishing")


async def test_availability_of_the_whole_charge_point(site: Site) -> None:
    await site.system.call("ChangeAvailability", {"connectorId": 0, "type": "Inoperative"})
    await site.system.saw_status("Unavailable", connector=0)
    await site.system.saw_status("Unavailable", connector=1)


async def test_unlocking_ends_the_transaction(site: Site) -> None:
    await site.charging()
    assert await site.system.call("UnlockConnector", {"connectorId": 1}) == {"status": "Unlocked"}
    assert (await site.system.saw("StopTransaction"))["reason"] == "UnlockCommand"


async def test_the_local_list_is_versioned(site: Site) -> None:
    card = {"idTag": "A", "idTagInfo": {"status": "Accepted"}}
    update: Payload = {"listVersion": 7, "updateType": "Full", "localAuthorizationList": [card]}
    assert await site.system.call("SendLocalList", update) == {"status": "Accepted"}
    assert await site.system.call("GetLocalListVersion", {}) == {"listVersion": 7}
    update |= {"updateType": "Differential"}
    assert await site.system.call("SendLocalList", update) == {"status": "VersionMismatch"}
    update |= {"listVersion": 8, "localAuthorizationList": [{**card, "idTag": f"A{n}"} for n in range(101)]}
    assert await site.system.call("SendLocalList", update) == {"status": "Failed"}
    await site.system.call("ChangeConfiguration", {"key": "LocalAuthListEnabled", "value": "false"})
    assert await site.system.call("SendLocalList", update) == {"status": "NotSupported"}
    assert await site.system.call("GetLocalListVersion", {}) == {"listVersion": -1}


def reservation(site: Site, lasts: float = 3600, **changes: Any) -> Payload:
    ends = after(site.point.device_time(site.point.now()), Seconds(lasts))
    return {
        "connectorId": 1, "reservationId": 1, "idTag": "GUEST", "expiryDate": timestamp(ends), **changes,
    }  # fmt: skip


async def test_a_reserved_connector_is_for_its_guest(site: Site) -> None:
    assert await site.system.call("ReserveNow", reservation(site)) == {"status": "Accepted"}
    await site.system.saw_status("Reserved")
    site.connector.plug(Car())
    assert await site.system.call("RemoteStartTransaction", {"idTag": "OTHER"}) == {"status": "Rejected"}
    site.connector.session.swipe("OTHER")
    site.connector.session.swipe("GUEST")
    start = await site.system.saw("StartTransaction")
    assert (start["idTag"], start["reservationId"]) == ("GUEST", 1)
    answer = await site.system.call("ReserveNow", reservation(site, reservationId=2))
    assert answer == {"status": "Occupied"}


async def test_a_reservation_for_a_group(site: Site) -> None:
    site.system.rules["Authorize"] = lambda _: {"idTagInfo": {"status": "Accepted", "parentIdTag": "FAMILY"}}
    await site.system.call("ReserveNow", reservation(site, parentIdTag="FAMILY"))
    site.connector.plug(Car())
    site.connector.session.swipe("SISTER")
    assert (await site.system.saw("StartTransaction"))["reservationId"] == 1


async def test_a_reservation_ends_by_itself_or_by_order(site: Site) -> None:
    await site.system.call("ReserveNow", reservation(site, lasts=30))
    await site.system.saw_status("Reserved")
    await site.system.saw_status("Available")
    await site.system.call("ReserveNow", reservation(site))
    await site.system.saw_status("Reserved")
    assert await site.system.call("CancelReservation", {"reservationId": 1}) == {"status": "Accepted"}
    await site.system.saw_status("Available")


@pytest.mark.parametrize(
    ("error", "operative", "answer"),
    [(ErrorType.OVERCURRENT, True, "Faulted"), (None, False, "Unavailable")],
)
async def test_what_cannot_be_reserved(
    site: Site, error: ErrorType | None, *, operative: bool, answer: str
) -> None:
    if error is not None:
        site.connector.raise_fault(error)
    site.connector.set_operative(operative=operative)
    assert await site.system.call("ReserveNow", reservation(site)) == {"status": answer}
    whole = await site.system.call("ReserveNow", reservation(site, connectorId=0))
    assert whole == {"status": answer}
    assert await site.system.call("ReserveNow", reservation(site, connectorId=3)) == {"status": "Rejected"}


async def test_a_reservation_of_any_connector_leaves_one_free(
    system: CentralSystem, make_site: MakeSite
) -> None:
    async with make_site(Identity("cp", connectors=2)) as site:
        await passes(lambda: site.point.calls.is_online)
        await system.call("ReserveNow", reservation(site, connectorId=0))
        first, second = site.point.connectors
        first.plug(Car())
        first.session.swipe("OTHER")
        await system.saw("StartTransaction")
        second.plug(Car())
        answer = await system.call("RemoteStartTransaction", {"idTag": "LATE", "connectorId": 2})
        assert answer == {"status": "Rejected"}
        answer = await system.call("RemoteStartTransaction", {"idTag": "GUEST", "connectorId": 2})
        assert answer == {"status": "Accepted"}
        assert "reservationId" in await system.saw("StartTransaction", times=2)


async def test_all_keys_or_some(site: Site) -> None:
    everything = await site.system.call("GetConfiguration", {})
    assert len(everything["configurationKey"]) > 35
    assert "unknownKey" not in everything
    some = await site.system.call("GetConfiguration", {"key": ["CpoName", "Nonsense"]})
    assert some["configurationKey"] == [{"key": "CpoName", "readonly": False, "value": "ChargeDeck"}]
    assert some["unknownKey"] == ["Nonsense"]


async def test_a_wrong_answer_of_the_central_system_is_counted(site: Site) -> None:
    site.system.rules["Heartbeat"] = lambda _: {"currentTime": 5, "extra": now()}
    await site.system.call("TriggerMessage", {"requestedMessage": "Heartbeat"})
    await passes(lambda: site.world.statistics.invalid_answers == 1)
