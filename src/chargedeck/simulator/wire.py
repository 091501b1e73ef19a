"""OCPP-J frames: arrays to and from JSON text; knows no action and keeps no state."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

import msgspec

from chargedeck.simulator.clock import Instant

Payload: TypeAlias = dict[str, Any]

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class Request:
    """A CALL."""

    message_id: str
    action: str
    payload: Payload


@dataclass(frozen=True, slots=True)
class Answer:
    """A CALLRESULT."""

    message_id: str
    payload: Payload


@dataclass(frozen=True, slots=True)
class Refusal:
    """A CALLERROR."""

    message_id: str
    code: str
    description: str


Frame: TypeAlias = Request | Answer | Refusal


class FrameError(Exception):
    """What arrived is no OCPP-J frame."""


class CallError(Exception):
    """A request that is answered with a CALLERROR."""

    def __init__(self, code: str, description: str = "") -> None:
        super().__init__(code, description)
        self.code, self.description = code, description


def read(data: bytes) -> Frame:
    """Understand a frame."""
    try:
        match _decode(data):
            case [2, str(message_id), str(action), dict(payload)]:
                return Request(message_id, action, payload)
            case [3, str(message_id), dict(payload)]:
                return Answer(message_id, payload)
            case [4, str(message_id), str(code), str(description), *_]:
                return Refusal(message_id, code, description)
            case _:
                raise FrameError("not a CALL, CALLRESULT or CALLERROR")
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FrameError(str(error)) from error


def request(message_id: str, action: str, payload: Payload) -> bytes:
    """The text of a CALL."""
    return _encode([2, message_id, action, payload])


def answer(message_id: str, payload: Payload) -> bytes:
    """The text of a CALLRESULT."""
    return _encode([3, message_id, payload])


def refusal(message_id: str, error: CallError) -> bytes:
    """The text of a CALLERROR."""
    return _encode([4, message_id, error.code, error.description[:255], {}])


def timestamp(at: Instant) -> str:
    """RFC 3339 in UTC, to the millisecond."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def instant(text: str) -> Instant | None:
    """The moment that a timestamp means, taken as UTC when it names no zone; None if it means none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return Instant((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
