"""What a LEKTRI.CO device keeps when it loses power; decides nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field

from chargedeck.domain.units import WattHours
from chargedeck.simulator.car import Car
from chargedeck.simulator.lektrico.keys import Value
from chargedeck.simulator.lektrico.session import Session


@dataclass(frozen=True, slots=True)
class Memory:
    """All of it; neither the dynamic current nor a forced single phase is among it."""

    settings: dict[str, Value] = field(default_factory=dict)
    firmware: str | None = None
    register_wh: WattHours = WattHours(0)
    session: Session = field(default_factory=Session)
    logged: frozenset[str] = frozenset()
    car: Car | None = None
    """The car does not leave because the simulator ends."""
    is_stopped: bool = False
    """Whether somebody has to start before it charges again."""


Keep = Callable[[Memory], None]


def forget(_memory: Memory) -> None:
    """Keep nothing: what a device without a state directory does."""
