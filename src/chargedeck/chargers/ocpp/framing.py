"""OCPP-J frames: JSON text to messages and back (OCPP-J 1.6 §4). Pure, and never an exception.

A CALL that is broken is answered with a CALLERROR as long as its message id can be made out, even
in text that is cut off: a device waits for that answer. Everything else that is broken is met with
silence, as the specification asks for unknown message types, since an answer is never answered.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from chargedeck.chargers.ocpp.faults import LONGEST_DESCRIPTION, FaultKind

LARGEST_FRAME = 64 * 1024
LONGEST_ID = 64
"""The specification says 36; some devices put their serial number before the UUID, which harms nobody."""
DEEPEST = 32
"""No message of any version nests deeper than 12."""

CALL, RESULT, ERROR = 2, 3, 4

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode
_START_OF_CALL = re.compile(rb'\s*\[\s*2\s*,\s*"([^"\\\x00-\x1f]{1,%d})"' % LONGEST_ID)


class Call(msgspec.Struct, frozen=True):
    """A request of the other side; the payload has not been validated yet."""

    message_id: str
    action: str
    payload: dict[str, Any]


class CallResult(msgspec.Struct, frozen=True):
    """The answer to a request of ours."""

    message_id: str
    payload: dict[str, Any]


class CallError(msgspec.Struct, frozen=True):
    """The refusal of a request of ours."""

    message_id: str
    code: str
    description: str
    details: Any


class Broken(msgspec.Struct, frozen=True):
    """Not a message. `message_id` is None where it cannot be made out, `type` 0 where that cannot."""

    type: int
    message_id: str | None
    kind: FaultKind
    description: str

    @property
    def is_answered(self) -> bool:
        """Only a request that can be named gets an answer."""
        return self.type == CALL and self.message_id is not None


Message = Call | CallResult | CallError | Broken

NOT_TEXT: Final = Broken(0, None, FaultKind.FORMATION, "the frame is not UTF-8")
"""RFC 6455 §8.1: the connection fails with 1007."""


def parse(raw: bytes) -> Message:
    """Read one frame."""
    try:
        frame = _decode(raw)
    except UnicodeDecodeError:
        return NOT_TEXT
    except RecursionError:
        return _unreadable(raw, "it is nested too deeply")
    except msgspec.MsgspecError as error:
        return _unreadable(raw, str(error))
    if type(frame) is not list or not frame:
        return Broken(0, None, FaultKind.FORMATION, "a message is a JSON array: send [2, id, action, {}]")
    kind = frame[0]
    if type(kind) is not int:
        kind = 0
    if kind == CALL:
        return _call(frame)
    if kind == RESULT:
        return _result(frame)
    if kind == ERROR:
        return _error(frame)
    return Broken(0, None, FaultKind.FORMATION, "unknown message type: send 2, 3 or 4")


def _call(frame: list[Any]) -> Call | Broken:
    if len(frame) == 4:
        _, message_id, action, payload = frame
        if type(message_id) is str and type(action) is str and type(payload) is dict:
            if 0 < len(message_id) <= LONGEST_ID:
                return Call(message_id, action, payload)
            problem = "message id: its length must be 1 to 36 characters"
            return Broken(CALL, message_id, FaultKind.FORMATION, problem)
    return _broken_call(frame[1:])


def _result(frame: list[Any]) -> CallResult | Broken:
    message_id = _named(frame)
    if message_id is None or len(frame) != 3 or type(frame[2]) is not dict or is_too_deep(frame[2]):
        problem = "an answer has 3 parts: [3, id, {}]"
        return Broken(RESULT, message_id, FaultKind.FORMATION, problem)
    return CallResult(message_id, frame[2])


def _error(frame: list[Any]) -> CallError | Broken:
    """Read a refusal; description and details are left out by some stacks."""
    message_id = _named(frame)
    if message_id is None or not 3 <= len(frame) <= 5 or type(frame[2]) is not str:
        problem = "a refusal has 5 parts: [4, id, code, description, {}]"
        return Broken(ERROR, message_id, FaultKind.FORMATION, problem)
    description = frame[3] if len(frame) > 3 and type(frame[3]) is str else ""
    details = frame[4] if len(frame) > 4 and not is_too_deep(frame[4]) else {}
    return CallError(message_id, frame[2], description, details)


def _named(frame: list[Any]) -> str | None:
    return frame[1] if len(frame) > 1 and type(frame[1]) is str else None


def _broken_call(rest: list[Any]) -> Broken:
    """Say what is wrong with a request; an id that is a number is answered as its text."""
    message_id = rest[0] if rest else None
    if type(message_id) is int:
        return Broken(CALL, str(message_id), FaultKind.FORMATION, "message id: a number; send it as a string")
    if type(message_id) is not str:
        return Broken(CALL, None, FaultKind.FORMATION, "message id: missing; send a string")
    if len(rest) != 3:
        problem = f"a call has 4 parts, not {len(rest) + 1}: send [2, id, action, {{}}]"
    elif type(rest[1]) is not str:
        problem = "action: not a string"
    else:
        problem = "payload: not an object; send {} when there is nothing to say"
    return Broken(CALL, message_id, FaultKind.FORMATION, problem)


def _unreadable(raw: bytes, why: str) -> Broken:
    """Text that is no JSON: named by its beginning, if that is the one of a request."""
    try:
        raw.decode()
    except UnicodeDecodeError:
        return NOT_TEXT
    found = _START_OF_CALL.match(raw)
    if found is None:
        return Broken(0, None, FaultKind.FORMATION, f"not readable: {why}")
    return Broken(CALL, found[1].decode(), FaultKind.FORMATION, f"not readable as JSON: {why}")


def is_too_deep(value: Any) -> bool:
    """Whether a decoded value nests deeper than any message does."""
    level = [value]
    for _ in range(DEEPEST):
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
        if not below:
            return False
        level = below
    return True


def encoded_call(message_id: str, action: str, payload: Mapping[str, Any]) -> bytes:
    """A request of ours."""
    return _encode((CALL, message_id, action, payload))


def encoded_result(message_id: str, payload: Mapping[str, Any]) -> bytes:
    """Our answer."""
    return _encode((RESULT, message_id, payload))


def encoded_error(message_id: str, code: str, description: str) -> bytes:
    """Our refusal."""
    return _encode((ERROR, message_id, code, description[:LONGEST_DESCRIPTION], {}))
