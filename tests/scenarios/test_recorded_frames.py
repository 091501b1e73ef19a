"""Seven real stacks, played from what was recorded of them, lead a real server to the right state."""

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.support.api import Api, ApiProblem
from tests.support.charge_point import CallErrorAnswer, ChargePoint, Payload, charge_point
from tests.support.server import Server

FILE = Path(__file__).parents[1] / "data" / "ocpp-frames-1.6.jsonl"
RECORDED: list[dict[str, Any]] = [json.loads(line) for line in FILE.read_text().splitlines()]

CALL, RESULT, ERROR = 2, 3, 4

TIMES = ("timestamp",)


def recorded(stack: str, sender: str | None = None) -> Iterator[list[Any]]:
    """The frames of a stack in their order."""
    for entry in RECORDED:
        if entry["stack"] == stack and sender in (None, entry["from"]):
            yield entry["frame"]


def of_now(value: Any) -> Any:
    """The same as a charge point would send it now: the recording's times are of the past."""
    if isinstance(value, dict):
        return {
            key: datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if key in TIMES else of_now(one)
            for key, one in value.items()
        }
    return [of_now(one) for one in value] if isinstance(value, list) else value


class Stack:
    """Plays one stack: what it sends, what it answered when it was asked, and the numbers it was given."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._answers = {frame[1]: frame for frame in recorded(name, "CP") if frame[0] != CALL}
        self._by_action: dict[str, list[Any]] = {}
        for frame in recorded(name, "CSMS"):
            if frame[0] == CALL and frame[1] in self._answers:
                self._by_action.setdefault(frame[2], self._answers[frame[1]])
        self._given = {frame[1]: frame[2] for frame in recorded(name, "CSMS") if frame[0] == RESULT}
        self._numbers: dict[int, int] = {}
        """The transaction numbers of the recording, and those that this server gave in their place."""
        self.request: tuple[str, Payload] | None = None
        """What an operator sends now, and how the stack answered it."""
        self.answer: list[Any] = []

    def script(self, action: str, payload: Payload) -> Payload:
        """Answer as the stack did; what the server asks by itself goes by the action alone."""
        answer = self.answer if (action, payload) == self.request else self._by_action.get(action)
        if answer is None:
            raise CallErrorAnswer("NotImplemented")
        if answer[0] == ERROR:
            raise CallErrorAnswer(answer[2], answer[3])
        found: Payload = answer[2]
        return found

    def asked(self, message_id: str, action: str, payload: Payload) -> bool:
        """An operator is about to ask; False where no answer was recorded (some serve several requests)."""
        if message_id not in self._answers:
            return False
        self.request, self.answer = (action, payload), self._answers[message_id]
        return True

    def renumbered(self, payload: Payload) -> Payload:
        """With the transaction number that this server gave."""
        if "transactionId" not in payload:
            return payload
        number = payload["transactionId"]
        return {**payload, "transactionId": self._numbers.get(number, number)}

    def learn(self, message_id: str, answer: Payload) -> None:
        """The server has given a number."""
        if "transactionId" in answer and message_id in self._given:
            self._numbers[self._given[message_id]["transactionId"]] = answer["transactionId"]


async def play(stack: Stack, point: ChargePoint, api: Api, device: str) -> dict[str, int]:
    """Everything that happened between the stack and its central system, once more with this server."""
    played = {"calls": 0, "answers": 0, "refusals": 0}
    for frame in recorded(stack.name):
        if frame[0] != CALL:
            continue
        _, message_id, action, payload = frame
        payload = stack.renumbered(payload)
        if frame in list(recorded(stack.name, "CP")):
            answer = await point.send_call([CALL, message_id, action, of_now(payload)])
            stack.learn(message_id, answer)
            played["calls"] += 1
            continue
        if stack.asked(message_id, action, payload):
            played[await _ask(stack, api, device, {"action": action, "payload": payload})] += 1
            stack.request = None
    return played


async def _ask(stack: Stack, api: Api, device: str, request: Payload) -> str:
    """Send an operator's request; the API tells what the stack answers."""
    code, expected = stack.answer[0], stack.answer[2]
    path = f"/api/devices/{device}/ocpp"
    if code == RESULT:
        assert await api.post(path, request) == {"result": expected}, request
        return "answers"
    with pytest.raises(ApiProblem) as refused:
        await api.post(path, request)
    assert (refused.value.status, refused.value.code) == (502, "device_refused"), request
    return "refusals"


@dataclass(frozen=True)
class Session:
    """A session of the history, as far as the frames decide it."""

    start_wh: float
    stop_wh: float | None
    energy_wh: float
    who: tuple[str, str]
    reason: str | None
    origin: str = "live"
    anomalies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Right:
    """Where a stack's frames lead, written down from reading them."""

    identity: tuple[str | None, ...]
    """Vendor, model, serial, firmware."""
    badge: tuple[str, str | None]
    word: str | None
    """The last status that was told of connector 1."""
    played: dict[str, int]
    sessions: tuple[Session, ...]
    lifetime_wh: float | None
    firmware_status: str | None = None
    diagnostics_status: str | None = None
    limits_current: bool = True
    error: str | None = None
    cards: tuple[str, ...] = ()
    """The tags that are known here; they are labelled as they are."""


RIGHT = {
    "solidstudio-vcp": Right(
        identity=("Solidstudio", "VirtualChargePoint", "S001", "1.0.0"),
        badge=("available", None),
        word="Available",
        played={"calls": 6, "answers": 24, "refusals": 0},
        sessions=(Session(0, 60, 60, ("remote", "Remote start"), "Local"),),
        lifetime_wh=60,
        diagnostics_status="Uploading",
    ),
    "MicroOcpp": Right(
        identity=("MicroOcpp", "MicroOcpp Simulator", None, None),
        badge=("available", None),
        word=None,  # it only ever told the status of the whole
        played={"calls": 8, "answers": 19, "refusals": 5},
        sessions=(Session(0, 35, 35, ("card", "04A1B2C3"), "EVDisconnected"),),
        lifetime_wh=35,
        diagnostics_status="UploadFailed",
        cards=("04A1B2C3",),
    ),
    "SAP-sim": Right(
        identity=("Ovomaltin", "Simulator simple", None, None),
        badge=("awaiting", "updating"),
        word="Available",
        played={"calls": 10, "answers": 20, "refusals": 5},
        sessions=(
            Session(0, None, 18.11, ("card", "UNDEFINED"), None),
            # Its stops name transactions that began before the recording: taken, and marked as such.
            Session(27, 27, 0, ("card", "UNDEFINED"), "Local", "recovered", ("start_unknown",)),
            Session(0, 0, 0, ("card", "UNDEFINED"), "Local", "recovered", ("start_unknown",)),
        ),
        lifetime_wh=18.11,
        firmware_status="Downloading",
        diagnostics_status="UploadFailed",
        cards=("UNDEFINED",),
    ),
    "shiv3": Right(
        identity=("CLI-Vendor", "CLI-Model", "CLI-001", "1.0.0"),
        badge=("error", None),
        word="Faulted",
        played={"calls": 18, "answers": 23, "refusals": 0},
        sessions=(
            Session(0, 1000, 1000, ("card", "TAG001"), "Local"),
            Session(0, 0, 0, ("unknown", "CERT013"), "HardReset", "recovered", ("start_unknown",)),
            Session(0, None, 0, ("unknown", "CERT-RES01"), None),
        ),
        lifetime_wh=0,  # its later readings begin at 0 again
        firmware_status="Downloading",
        diagnostics_status="Uploading",
        error="system_error",
        cards=("TAG001",),
    ),
    "EVerest-libocpp": Right(
        identity=("Pionix", "Yeti", "ev16", "0.1"),
        badge=("available", "updating"),
        word="Preparing",
        played={"calls": 14, "answers": 25, "refusals": 0},
        sessions=(Session(1000, 1500, 500, ("card", "TAG001"), "Local"),),
        lifetime_wh=1500,
        firmware_status="Downloading",
        diagnostics_status="Uploading",
        cards=("TAG001",),
    ),
    "ocpp-fuzzer": Right(
        identity=("KAJGnKjzsUJ", "1", "D1RcsP46wC0W", "riZOGF60hCUAs2LdV"),
        badge=("paused", None),
        word="SuspendedEVSE",
        played={"calls": 5, "answers": 0, "refusals": 0},
        sessions=(Session(1, None, 0, ("unknown", "bT3iPGqaUnkl"), None),),
        lifetime_wh=None,
        limits_current=False,  # nothing was recorded of it but requests
    ),
    "ocpp-go": Right(
        identity=("vendor1", "model1", None, None),
        badge=("available", "updating"),
        word=None,
        played={"calls": 11, "answers": 25, "refusals": 0},
        sessions=(Session(0, 52, 52, ("card", "12345"), "EVDisconnected"),),
        lifetime_wh=52,  # from the stop alone: its meter values are of the energy that it gave back
        firmware_status="Downloading",
        limits_current=False,
        cards=("12345",),
    ),
}


@asynccontextmanager
async def known_cards(api: Api, tags: Sequence[str]) -> AsyncIterator[None]:
    """Cards that a stack's drivers hold to its reader."""
    made = [await api.post("/api/cards", {"id_tag": tag, "label": tag}) for tag in tags]
    try:
        yield
    finally:
        for card in made:
            await api.delete(f"/api/cards/{card['id']}")


def test_every_recorded_stack_has_its_right_state() -> None:
    assert {entry["stack"] for entry in RECORDED} == set(RIGHT)


@pytest.mark.parametrize("name", RIGHT)
async def test_a_stack_leads_to_its_right_state(server: Server, api: Api, name: str) -> None:
    device, stack, right = f"stack-{name}", Stack(name), RIGHT[name]
    password = await api.add_device(device, name=name)
    async with (
        known_cards(api, right.cards),
        charge_point(server.ocpp_url, device, password, script=stack.script) as point,
    ):
        assert await play(stack, point, api, device) == right.played
        known = right.limits_current
        shown = await api.charger(device, lambda one: one["capabilities"]["limits_current"] is known)
        described = await api.get(f"/api/devices/{device}")
    assert tuple(shown[field] for field in ("vendor", "model", "serial", "firmware")) == right.identity
    assert (shown["status"], shown["status_reason"]) == right.badge
    assert shown["device_status"] == right.word
    assert shown["lifetime_energy_wh"] == right.lifetime_wh
    assert [error["type"] for error in shown["errors"]] == ([right.error] if right.error else [])
    assert described["firmware_status"] == right.firmware_status
    assert described["diagnostics_status"] == right.diagnostics_status
    listed = await api.items("/api/sessions", charger=device)
    assert [as_expected(one) for one in reversed(listed)] == list(right.sessions)


def as_expected(session: dict[str, Any]) -> Session:
    """A session as the table has it."""
    by = session["authorized_by"]
    return Session(
        session["meter_start_wh"],
        session["meter_stop_wh"],
        session["energy_wh"],
        (by["kind"], by["label"]),
        session["stop_reason"],
        session["origin"],
        tuple(session["anomalies"]),
    )
