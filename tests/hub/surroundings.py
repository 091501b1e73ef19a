"""What a hub has around it in the tests: a clock that can be turned, a screen, a wire format of their own."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.hub.virtual_time import VirtualTimeLoop

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Clock:
    """The wall clock of a test. It stands still, or follows virtual time; it goes on through restarts."""

    def __init__(self, at: datetime = NOON) -> None:
        self._at = at

    def __call__(self) -> datetime:
        return self._at + timedelta(seconds=_virtual_s())

    def turn(self, seconds: float) -> None:
        """Move it by hand."""
        self._at += timedelta(seconds=seconds)


def _virtual_s() -> float:
    loop = asyncio.get_running_loop()
    return loop.time() if isinstance(loop, VirtualTimeLoop) else 0.0


class Screen:
    """What is shown: the last view of everything that was touched."""

    def __init__(self) -> None:
        self.shown: dict[tuple[str, str], Any] = {}

    def touch(self, resource: Any, *, urgent: bool = False) -> None:
        self.shown[resource.kind, resource.id] = resource

    def remove(self, resource: Any) -> None:
        self.shown.pop((resource.kind, resource.id), None)


def decoded(raw: bytes) -> Mapping[str, Any]:
    """A test's own wire format: type, id, action, payload with blanks between."""
    kind, message_id, action, payload = raw.decode().split(" ", 3)
    return {
        "type": kind,
        "message_id": message_id or None,
        "action": action or None,
        "payload": payload,
    }


def catalogue(protocol: str) -> Mapping[str, Mapping[str, Any]]:
    """One action for whatever protocol."""
    return {"Reset": {"title": protocol}}
