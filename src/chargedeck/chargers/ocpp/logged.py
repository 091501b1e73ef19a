"""Logged frames made readable, without their secrets: passwords, keys and the credentials in addresses."""

import re
from collections.abc import Mapping
from typing import Any

from chargedeck.chargers.ocpp import framing
from chargedeck.chargers.ocpp.framing import Call, CallError, CallResult

HIDDEN = "[hidden]"
LONGEST_START = 40
"""Of a frame that cannot be read; its secrets cannot be told from the rest."""

_SECRET_NAME = re.compile(r"authorization_?key|passw|secret|private|token|api_?key|\bpin\b", re.IGNORECASE)
_CREDENTIALS = re.compile(r"(?<=://)[^/?#\s]*@")
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*", re.DOTALL)

_NAMES = ("key", "name")
_VALUES = ("value", "attributeValue")
_PLAIN = frozenset({"idToken", "idTag", "tokenType"})
"""Called tokens by the protocol; what is on a card is no secret of the device's."""


def decode_logged(raw: bytes) -> Mapping[str, Any]:
    """A frame's type, message_id, action (None for an answer) and payload."""
    match framing.parse(raw):
        case Call(message_id, action, payload):
            return _entry("call", message_id, action, _open(payload))
        case CallResult(message_id, payload):
            return _entry("result", message_id, None, _open(payload))
        case CallError(message_id, code, description, details):
            refusal = {"code": code, "description": _text(description), "details": _open(details)}
            return _entry("error", message_id, None, refusal)
        case broken:
            start = raw[:LONGEST_START].decode(errors="replace")
            payload = {"problem": broken.description, "bytes": len(raw), "start": start}
            return _entry("broken", broken.message_id, None, payload)


def _entry(kind: str, message_id: str | None, action: str | None, payload: Any) -> Mapping[str, Any]:
    return {"type": kind, "message_id": message_id, "action": action, "payload": payload}


def _open(value: Any) -> Any:
    """The value with everything hidden that nobody should read in a log."""
    if framing.is_too_deep(value):
        return HIDDEN
    return _redacted(value)


def _redacted(value: Any) -> Any:
    if isinstance(value, dict):
        return _redacted_object(value)
    if isinstance(value, list):
        return [_redacted(item) for item in value]
    return _text(value) if isinstance(value, str) else value


def _redacted_object(value: dict[str, Any]) -> dict[str, Any]:
    """An object; where it names a setting, the name says whether its value is a secret."""
    is_secret_setting = any(_is_secret(value.get(name)) for name in _NAMES)
    return {
        name: HIDDEN
        if (is_secret_setting and name in _VALUES) or (_is_secret(name) and isinstance(item, str))
        else _redacted(item)
        for name, item in value.items()
    }


def _is_secret(name: Any) -> bool:
    return isinstance(name, str) and name not in _PLAIN and _SECRET_NAME.search(name) is not None


def _text(text: str) -> str:
    return _PRIVATE_KEY.sub(HIDDEN, _CREDENTIALS.sub(f"{HIDDEN}@", text))
