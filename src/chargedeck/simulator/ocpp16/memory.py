"""What a charge point keeps when it loses power; decides nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

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
