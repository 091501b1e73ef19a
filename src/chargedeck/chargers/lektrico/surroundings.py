"""What all devices share: the clocks, the networks, who watches, and the log of messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from chargedeck.hub.local_network import Network

if TYPE_CHECKING:
    from chargedeck.domain.units import DeviceId
    from chargedeck.hub.device import Device
    from chargedeck.hub.ports import DeviceLink


class Door(Protocol):
    """Where a device that answers is let in."""

    def attach(self, device_id: str, link: DeviceLink) -> Device: ...
    def detach(self, device: Device, link: DeviceLink) -> None: ...


class FrameLog(Protocol):
    """Keeps the last messages of every device."""

    def add(self, device_id: str, at: datetime, incoming: bool, raw: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Made once by the composition root."""

    door: Door
    log: FrameLog
    now: Callable[[], datetime]
    networks: Sequence[Network]
    is_watched: Callable[[], bool]
    """Whether any screen is open."""
    is_charging: Callable[[str], bool]
    """Whether anything charges at a station: then its meter is asked as often as its chargers."""


class Notebook:
    """One device's part of the log."""

    __slots__ = ("_device_id", "_log", "_now")

    def __init__(self, surroundings: Surroundings, device_id: DeviceId) -> None:
        self._log = surroundings.log
        self._now = surroundings.now
        self._device_id = device_id

    def __call__(self, incoming: bool, raw: bytes) -> None:
        """Write a message down."""
        self._log.add(self._device_id, self._now(), incoming, raw)
