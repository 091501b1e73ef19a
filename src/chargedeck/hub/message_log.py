"""The last messages of each device, as they went over the wire; a bounded memory shared by all."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chargedeck.hub.ports import MessageDecoder

TOTAL = 10_000
MOST = 500
LEAST = 8

MOST_BYTES = 4 * 1024 * 1024
TOTAL_BYTES = 64 * 1024 * 1024
"""Of the frames as they came; a device may fill 64 KiB with each, also one that nobody has approved."""

LEAST_BYTES = 8 * 1024


@dataclass(frozen=True, slots=True)
class LoggedMessage:
    """A message, readable and without its secrets."""

    at: datetime
    incoming: bool
    type: str
    action: str | None
    message_id: str | None
    payload: Any


@dataclass(slots=True)
class _Share:
    """How much of the memory each ring may have."""

    frames: int = MOST
    size: int = MOST_BYTES


class Ring:
    """A device's frames, and how much room they take."""

    __slots__ = ("_share", "_size", "frames")

    def __init__(self, share: _Share) -> None:
        self._share = share
        self.frames: deque[tuple[datetime, bool, bytes]] = deque()
        self._size = 0

    def add(self, at: datetime, incoming: bool, raw: bytes) -> None:
        """Keep a frame; called for every one, so it does nothing else."""
        frames, share = self.frames, self._share
        frames.append((at, incoming, raw))
        self._size += len(raw)
        while len(frames) > share.frames or (self._size > share.size and len(frames) > 1):
            self._size -= len(frames.popleft()[2])


class MessageLog:
    """One ring per device; the more devices there are, the shorter each one's ring."""

    def __init__(self, decode: MessageDecoder) -> None:
        self._decode = decode
        self._rings: dict[str, Ring] = {}
        self._share = _Share()

    def ring(self, device_id: str) -> Ring:
        """Where a device's frames are kept; a device that is forgotten has another one afterwards."""
        ring = self._rings.get(device_id)
        if ring is None:
            ring = self._rings[device_id] = Ring(self._share)
            self._share_out()
        return ring

    def add(self, device_id: str, at: datetime, incoming: bool, raw: bytes) -> None:
        """Keep a frame of a device."""
        self.ring(device_id).add(at, incoming, raw)

    def forget(self, device_id: str) -> None:
        """Drop a removed device's messages."""
        self._rings.pop(device_id, None)
        self._share_out()

    def _share_out(self) -> None:
        devices = max(1, len(self._rings))
        self._share.frames = max(LEAST, min(MOST, TOTAL // devices))
        self._share.size = max(LEAST_BYTES, min(MOST_BYTES, TOTAL_BYTES // devices))

    def read(
        self,
        device_id: str,
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        action: str | None = None,
        limit: int = 100,
    ) -> list[LoggedMessage]:
        """The newest messages that fit, newest first; answers are found by their call's action."""
        actions: dict[tuple[bool, str], str] = {}
        found: list[LoggedMessage] = []
        ring = self._rings.get(device_id)
        for at, incoming, raw in () if ring is None else tuple(ring.frames):
            message = self._readable(at, incoming, self._decode(raw), actions)
            in_time = (start is None or at >= start) and (end is None or at < end)
            if in_time and action in (None, message.action):
                found.append(message)
        return found[::-1][:limit]

    def _readable(
        self, at: datetime, incoming: bool, decoded: Mapping[str, Any], actions: dict[tuple[bool, str], str]
    ) -> LoggedMessage:
        message_id, action = decoded.get("message_id"), decoded.get("action")
        if message_id is not None and action is not None:
            actions[incoming, message_id] = action
        elif message_id is not None:
            action = actions.get((not incoming, message_id))
        return LoggedMessage(at, incoming, decoded["type"], action, message_id, decoded.get("payload"))
