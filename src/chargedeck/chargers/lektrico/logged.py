"""Logged RPC messages made readable, without what is nobody's business: owners and passwords."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

RPC_MARK = b'{"method":'
"""How a message of this log begins, and none of another protocol's does."""

HIDDEN = "[hidden]"
DEEPEST = 16
_SECRET = re.compile(r"passw|secret|token|api_?key|owner|user_?name|ssid|psk|mac", re.IGNORECASE)


def decode_logged(raw: bytes) -> Mapping[str, Any]:
    """A message's type, action and payload."""
    try:
        message = msgspec.json.decode(raw)
        method, payload = message["method"], message["payload"]
    except (msgspec.DecodeError, RecursionError, KeyError, TypeError):
        return {"type": "broken", "message_id": None, "action": None, "payload": {"bytes": len(raw)}}
    kind = "error" if isinstance(payload, dict) and "error" in payload else "rpc"
    return {"type": kind, "message_id": None, "action": method, "payload": redacted(payload)}


def redacted(value: Any, depth: int = 0) -> Any:
    """The value with everything hidden that tells of persons and passwords."""
    if depth > DEEPEST:
        return HIDDEN
    if isinstance(value, dict):
        if _SECRET.search(str(value.get("config_key", ""))):
            value = {**value, "config_value": HIDDEN}
        return {
            name: HIDDEN if _SECRET.search(str(name)) and item else redacted(item, depth + 1)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [redacted(item, depth + 1) for item in value]
    return value
