"""Frames recorded from seven stacks of OCPP 1.6: each is understood, and leads to the state that it tells."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from tests.chargers.recording import RecordedHub
from tests.chargers.station import station

from chargedeck.chargers.ocpp import framing
from chargedeck.chargers.ocpp.faults import Fault
from chargedeck.chargers.ocpp.framing import Call, CallError, CallResult
from chargedeck.chargers.ocpp.listener import Listener
from chargedeck.chargers.ocpp.logged import decode_logged
from chargedeck.chargers.ocpp.schemas import Schemas
from chargedeck.chargers.ocpp16.actions import FROM_DEVICE, TO_DEVICE
from chargedeck.chargers.ocpp16.configuration import Configuration
from chargedeck.domain.events import OutletState

FILE = Path(__file__).parents[2] / "data" / "ocpp-frames-1.6.jsonl"
RECORDED = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
STACKS = sorted({entry["stack"] for entry in RECORDED})
SCHEMAS = Schemas("v16", FROM_DEVICE | TO_DEVICE)


def of(stack: str, sender: str) -> list[dict[str, Any]]:
    return [entry for entry in RECORDED if (entry["stack"], entry["from"]) == (stack, sender)]


def test_there_are_seven_stacks() -> None:
    assert len(STACKS) == 7
    assert len(RECORDED) > 400


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("sender", ["CP", "CSMS"])
def test_every_frame_is_a_message_that_fits_its_schema(stack: str, sender: str) -> None:
    """Both sides: what stations send must be valid to us, and what we might send is valid to them."""
    for entry in of(stack, sender):
        message = framing.parse(json.dumps(entry["frame"]).encode())
        match message:
            case Call(_, action, payload):
                assert action in (FROM_DEVICE if sender == "CP" else TO_DEVICE)
                SCHEMAS.check_request(action, payload)
            case CallResult(_, payload):
                SCHEMAS.check_response(entry["action"], payload)
            case CallError(_, code, _, _):
                assert code in {"NotImplemented", "NotSupported", "FormationViolation"}
            case broken:
                pytest.fail(f"{entry}: {broken}")


@pytest.mark.parametrize("stack", STACKS)
async def test_a_station_of_this_stack_is_answered_and_understood(
    listener: Listener, hub: RecordedHub, stack: str
) -> None:
    desk = hub.desk("garage")
    told: dict[int, list[str]] = defaultdict(list)
    async with station(listener.port) as point:
        for entry in of(stack, "CP"):
            if entry["frame"][0] != 2:
                continue
            _, message_id, action, payload = entry["frame"]
            answer = await point.exchange(entry["frame"], message_id)
            assert answer[:2] == [3, message_id], (entry, answer)
            SCHEMAS.check_response(action, answer[2])
            if action == "StatusNotification" and payload["connectorId"] > 0:
                told[payload["connectorId"]].append(payload["status"])
    assert {o.connector: [s.device_word for s in o.seen] for o in desk.outlets if o.seen} == told
    calls = [entry["frame"] for entry in of(stack, "CP") if entry["frame"][0] == 2]
    counts = {action: sum(frame[2] == action for frame in calls) for action in FROM_DEVICE}
    assert len(desk.started) == counts["StartTransaction"]
    assert len(desk.stopped) == counts["StopTransaction"]
    assert len(desk.readings) == counts["MeterValues"]
    assert len(desk.identities) == counts["BootNotification"]
    for frame in calls:
        if frame[2] == "BootNotification":
            assert desk.identities[0].vendor == frame[3]["chargePointVendor"]
    assert all(isinstance(seen.state, OutletState) for outlet in desk.outlets for seen in outlet.seen)


@pytest.mark.parametrize(
    ("stack", "registers"),
    [("EVerest-libocpp", [1500.0]), ("SAP-sim", [18.11]), ("MicroOcpp", [0.0]), ("shiv3", [1000.0])],
)
async def test_the_meters_of_real_stacks(
    listener: Listener, hub: RecordedHub, stack: str, registers: list[float]
) -> None:
    async with station(listener.port) as point:
        for entry in of(stack, "CP"):
            if entry["frame"][0] == 2 and entry["action"] == "MeterValues":
                await point.exchange(entry["frame"], entry["frame"][1])
    found = [metered.reading.register_wh for _, metered in hub.desk("garage").readings]
    assert set(registers) <= set(found)


@pytest.mark.parametrize("stack", STACKS)
def test_configurations_of_real_stacks(stack: str) -> None:
    for entry in of(stack, "CP"):
        if entry["action"] == "GetConfiguration":
            configuration = Configuration()
            configuration.learn(entry["frame"][2])
            assert configuration.rate_units
            assert configuration.stack_level in (0, 8, 10, 42, 99)


@pytest.mark.parametrize("stack", STACKS)
def test_every_frame_can_be_shown(stack: str) -> None:
    for entry in of(stack, "CP") + of(stack, "CSMS"):
        shown = decode_logged(json.dumps(entry["frame"]).encode())
        assert shown["type"] in {"call", "result", "error"}
        assert shown["message_id"] == entry["frame"][1]


def test_a_spoiled_recording_is_noticed() -> None:
    """The check above can fail."""
    with pytest.raises(Fault):
        SCHEMAS.check_response("GetLocalListVersion", {"versionNumber": 0})
