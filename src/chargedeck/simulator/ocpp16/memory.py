"""What a charge point keeps when it loses power, and the file that holds it; decides nothing."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from chargedeck.domain.units import WattHours
from chargedeck.simulator.car import Car
from chargedeck.simulator.ocpp16.authorization import IdTagInfo
from chargedeck.simulator.ocpp16.profiles import ChargingProfile
from chargedeck.simulator.ocpp16.transaction import Transaction


@dataclass(frozen=True, slots=True)
class KeptOutlet:
    """One connector."""

    register_wh: WattHours = WattHours(0)
    is_operative: bool = True
    car: Car | None = None
    transaction: int | None = None
    """The place of the transaction under way in `Memory.transactions`."""


@dataclass(frozen=True, slots=True)
class KeptCall:
    """A transaction message that was not taken yet."""

    action: str
    payload: dict[str, Any]
    transaction: int


@dataclass(frozen=True, slots=True)
class Memory:
    """All of it."""

    outlets: tuple[KeptOutlet, ...] = ()
    configuration: dict[str, str] = field(default_factory=dict)
    password: str | None = None
    firmware: str | None = None
    profiles: tuple[ChargingProfile, ...] = ()
    list_version: int = 0
    cards: dict[str, IdTagInfo] = field(default_factory=dict)
    transactions: tuple[Transaction, ...] = ()
    calls: tuple[KeptCall, ...] = ()


Keep = Callable[[Memory], None]


def forget(_memory: Memory) -> None:
    """Keep nothing: what a charge point without a state directory does."""


class MemoryFile:
    """A file replaced as a whole, so that a kill leaves the old or the new one; for its owner only."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> Memory:
        """What was kept, or nothing on the first start."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Memory)
        except FileNotFoundError:
            return Memory()

    def save(self, memory: Memory) -> None:
        """Keep this in place of what was there."""
        fresh = self._path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(memory))
        fresh.replace(self._path)
