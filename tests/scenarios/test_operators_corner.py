"""The operator's corner, end to end: every message goes to a simulated device, and what it does is shown."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from tests.scenarios.place import Place
from tests.support.api import ApiProblem
from tests.support.ports import LOOPBACK

ACCEPTED = {"status": "Accepted"}


def later(**ahead: float) -> str:
    """A time to come; the device's fast clock must not have passed it."""
    return (datetime.now(UTC) + timedelta(**ahead)).isoformat()


async def test_a_reservation_keeps_others_away(garage: Place) -> None:
    for tag in ("04GUEST", "04OTHER"):
        await garage.api.post("/api/cards", {"id_tag": tag, "label": tag})
    reserved = await garage.call(
        "ReserveNow", connectorId=1, expiryDate=later(days=30), idTag="04GUEST", reservationId=7
    )
    assert reserved == ACCEPTED
    shown = await garage.shows_status("awaiting", "authorization")
    assert shown["reservation"]["id"] == 7
    assert shown["device_status"] == "Reserved"
    await garage.do("plug")
    await garage.do("swipe", id_tag="04OTHER")
    path = f"/api/devices/{garage.device}/messages?action=Authorize"
    await garage.api.until(path, lambda log: len(log["items"]) == 2)
    assert not (await garage.outlet())["transaction"]
    await garage.do("swipe", id_tag="04GUEST")
    shown = await garage.shows(lambda one: one["session"] is not None)
    assert shown["session"]["authorized_by"]["label"] == "04GUEST"
    assert shown["reservation"] is None


async def test_a_reservation_is_taken_back(garage: Place) -> None:
    wish = {"connectorId": 1, "expiryDate": later(days=30), "idTag": "X"}
    assert await garage.call("ReserveNow", **wish, reservationId=1) == ACCEPTED
    assert await garage.call("ReserveNow", **wish, reservationId=2) == {"status": "Occupied"}
    assert (await garage.shows(lambda one: one["reservation"]))["reservation"]["id"] == 1
    assert await garage.call("CancelReservation", reservationId=9) == {"status": "Rejected"}
    assert await garage.call("CancelReservation", reservationId=1) == ACCEPTED
    await garage.shows_status("available")
    assert (await garage.shows())["reservation"] is None


async def test_the_cable_is_released_and_the_session_with_it(garage: Place) -> None:
    await garage.charging()
    await garage.order("unlock")
    assert (await garage.closed())["stop_reason"] == "UnlockCommand"


@pytest.mark.parametrize(("kind", "reason"), [("soft", "SoftReset"), ("hard", "HardReset")])
async def test_a_reset_ends_the_session_in_order(garage: Place, kind: str, reason: str) -> None:
    await garage.charging()
    since = (await garage.shows())["connection"]["since"]
    await garage.order("reset", {"kind": kind})
    session = await garage.closed()
    assert session["stop_reason"] == reason
    assert session["energy_wh"] == int((await garage.outlet())["register_wh"])
    await garage.shows(lambda one: one["connection"]["online"] and one["connection"]["since"] != since)
    await garage.shows(lambda one: one["limit"]["confirmed_a"] == 16)


async def test_an_outlet_goes_out_of_service_and_back(garage: Place) -> None:
    assert await garage.call("ChangeAvailability", connectorId=1, type="Inoperative") == ACCEPTED
    shown = await garage.shows(lambda one: one["availability"] == "inoperative")
    assert (shown["device_status"], shown["status_reason"]) == ("Unavailable", "locked")
    assert await garage.call("ChangeAvailability", connectorId=1, type="Operative") == ACCEPTED
    await garage.shows(lambda one: one["availability"] == "operative")
    # While a car charges it has to wait.
    await garage.charging()
    scheduled = await garage.call("ChangeAvailability", connectorId=1, type="Inoperative")
    assert scheduled == {"status": "Scheduled"}
    assert (await garage.shows())["status"] == "charging"
    await garage.do("unplug")
    await garage.shows(lambda one: one["availability"] == "inoperative")


async def test_a_locked_charger_gives_nothing_until_it_is_unlocked(garage: Place) -> None:
    await garage.api.post("/api/cards", {"id_tag": "04LOCKED", "label": "Locked out"})
    await garage.set(locked=True)
    await garage.shows_status("available", "locked")
    with pytest.raises(ApiProblem) as refused:
        await garage.order("start")
    assert (refused.value.status, refused.value.code) == (409, "charger_locked")
    await garage.do("plug")
    await garage.do("swipe", id_tag="04LOCKED")
    assert not (await garage.outlet())["transaction"]
    await garage.set(locked=False)
    await garage.do("swipe", id_tag="04LOCKED")
    await garage.shows(lambda one: one["status"] == "charging")


async def test_the_configuration_is_read_and_changed(garage: Place) -> None:
    async def value(key: str) -> str:
        answer = await garage.call("GetConfiguration", key=[key])
        return str(answer["configurationKey"][0]["value"])

    assert await garage.call("ChangeConfiguration", key="ConnectionTimeOut", value="90") == ACCEPTED
    assert await value("ConnectionTimeOut") == "90"
    assert await garage.call("ChangeConfiguration", key="NumberOfConnectors", value="9") == {
        "status": "Rejected"
    }
    assert await garage.call("ChangeConfiguration", key="NoSuchKey", value="1") == {"status": "NotSupported"}
    assert (await garage.call("GetConfiguration", key=["NoSuchKey"]))["unknownKey"] == ["NoSuchKey"]
    # What the server has set up by itself when the device came.
    assert await value("MeterValueSampleInterval") == "2"
    assert "Energy.Active.Import.Register" in await value("MeterValuesSampledData")


async def test_the_cache_lets_a_card_in_until_it_is_cleared(garage: Place) -> None:
    card = await garage.api.post("/api/cards", {"id_tag": "04CACHED", "label": "Cached"})
    await garage.charging("04CACHED")
    await garage.do("unplug")
    await garage.closed()
    await garage.api.delete(f"/api/cards/{card['id']}")
    await garage.do("cut")
    await garage.do("plug")
    await garage.do("swipe", id_tag="04CACHED")
    assert (await garage.outlet())["transaction"], "the device's cache lets it charge offline"
    await garage.do("unplug")
    await garage.do("restore")
    await garage.ready()
    assert await garage.call("ClearCache") == ACCEPTED
    await garage.do("cut")
    await garage.do("plug")
    await garage.do("swipe", id_tag="04CACHED")
    assert not (await garage.outlet())["transaction"], "the cache has been cleared"


# -- files -------------------------------------------------------------------------------------


@dataclass
class FileServer:
    """Where devices fetch firmware and leave what they know of themselves."""

    url: str
    left: dict[str, bytes] = field(default_factory=dict)


@contextmanager
def file_server() -> Iterator[FileServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"the firmware")

        def do_PUT(self) -> None:
            files.left[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(b"")

        def _answer(self, content: bytes) -> None:
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the library's name)
            """Say nothing."""

    with ThreadingHTTPServer((LOOPBACK, 0), Handler) as serving:
        files = FileServer(f"http://{LOOPBACK}:{serving.server_address[1]}")
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        try:
            yield files
        finally:
            serving.shutdown()
            thread.join()


async def test_firmware_is_installed_and_the_charger_says_so_meanwhile(garage: Place) -> None:
    with file_server() as files:
        location = f"{files.url}/tri-2.4.1.bin"
        path = f"/api/devices/{garage.device}"
        assert await garage.call("UpdateFirmware", location=location, retrieveDate=later(days=-1)) == {}
        await garage.shows(lambda one: one["status_reason"] == "updating")
        await garage.api.until(path, lambda device: device["firmware_status"] == "Installed", 20)
        shown = await garage.shows(lambda one: one["firmware"] == "2.4.1")
        assert (shown["status"], shown["status_reason"]) == ("available", None)


async def test_a_download_that_fails_is_told(garage: Place) -> None:
    location = "ftp://127.0.0.1/firmware.bin"
    await garage.call("UpdateFirmware", location=location, retrieveDate=later(days=-1))
    path = f"/api/devices/{garage.device}"
    await garage.api.until(path, lambda device: device["firmware_status"] == "DownloadFailed")
    await garage.shows_status("available")


async def test_diagnostics_and_logs_arrive(garage: Place) -> None:
    with file_server() as files:
        path = f"/api/devices/{garage.device}"
        answer = await garage.call("GetDiagnostics", location=f"{files.url}/diagnostics/")
        await garage.api.until(path, lambda device: device["diagnostics_status"] == "Uploaded")
        assert garage.device.encode() in files.left[f"/diagnostics/{answer['fileName']}"]
        log = {"remoteLocation": f"{files.url}/logs/"}
        answer = await garage.call("GetLog", logType="SecurityLog", requestId=1, log=log)
        assert answer["status"] == "Accepted"
        messages = f"{path}/messages?action=LogStatusNotification"
        await garage.api.until(messages, lambda page: "Uploaded" in str(page))
        assert files.left[f"/logs/{answer['filename']}"]


# -- the message log, and what is refused ------------------------------------------------------


async def test_messages_are_logged_without_their_secrets(garage: Place) -> None:
    secret = "a-secret-of-20-chars"
    assert await garage.call("ChangeConfiguration", key="AuthorizationKey", value=secret) == ACCEPTED
    path = f"/api/devices/{garage.device}/messages?action=ChangeConfiguration"
    log = await garage.api.get(path)
    answer, request = log["items"][:2]
    assert (request["direction"], request["type"], request["payload"]["key"]) == (
        "out",
        "call",
        "AuthorizationKey",
    )
    assert (answer["direction"], answer["type"], answer["payload"]) == ("in", "result", ACCEPTED)
    assert answer["message_id"] == request["message_id"]
    assert secret not in str(await garage.api.get(f"/api/devices/{garage.device}/messages?limit=200"))


async def test_what_does_not_fit_is_refused_before_it_is_sent(garage: Place) -> None:
    asked = f"/api/devices/{garage.device}/messages?action=ChangeAvailability"
    for action, payload in (
        ("ChangeAvailability", {"connectorId": 1, "type": "Sometimes"}),
        ("ChangeAvailability", {"connectorId": "1", "type": "Operative"}),
        ("ChangeAvailability", {"type": "Operative"}),
        ("StatusNotification", {}),
        ("Nonsense", {}),
    ):
        with pytest.raises(ApiProblem) as refused:
            await garage.call(action, **payload)
        assert (refused.value.status, refused.value.code) == (422, "invalid_request"), action
    assert (await garage.api.get(asked))["items"] == []


async def test_every_action_that_is_offered_has_its_schema(garage: Place) -> None:
    offered = await garage.api.get(f"/api/devices/{garage.device}/ocpp")
    assert offered["version"] == "ocpp1.6"
    actions = {one["action"]: one["schema"] for one in offered["actions"]}
    assert {"Reset", "SetChargingProfile", "SendLocalList", "ExtendedTriggerMessage"} <= set(actions)
    assert "StatusNotification" not in actions
    assert all(schema["type"] == "object" for schema in actions.values())


async def test_several_operators_may_ask_at_a_time(garage: Place) -> None:
    """OCPP-J allows one request under way; the others wait for their turn."""
    asked = (garage.call("GetConfiguration", key=["NoSuchKey"]) for _ in range(20))
    assert [answer["unknownKey"] for answer in await asyncio.gather(*asked)] == [["NoSuchKey"]] * 20
