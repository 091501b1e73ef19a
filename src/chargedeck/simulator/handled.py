"""What hands can do to a device and what a bystander sees of it, whatever protocol it speaks."""

from collections.abc import Iterator
from typing import Any, Protocol

from chargedeck.domain.errors import ErrorType
from chargedeck.simulator.car import Car
from chargedeck.simulator.clock import Seconds, Speed
from chargedeck.simulator.commands import Command
from chargedeck.simulator.house import House
from chargedeck.simulator.world import World


class Handled(Protocol):
    """A device within reach; what it has no part for raises CommandError and changes nothing."""

    @property
    def device_id(self) -> str:
        """What commands call it."""
        ...

    def state(self) -> dict[str, Any]:
        """What a bystander sees."""
        ...

    def status(self, connector: int) -> str:
        """An outlet's status, in the device's own words."""
        ...

    def car(self, connector: int) -> Car | None:
        """The car on an outlet's cable."""
        ...

    def plug(self, connector: int, car: Car) -> None:
        """Put a car's cable in; nobody else's car is there."""
        ...

    def unplug(self, connector: int) -> None:
        """Pull the cable out."""
        ...

    def change_car(self, connector: int, car: Car) -> None:
        """Let the car on the cable be another one."""
        ...

    def swipe(self, connector: int, id_tag: str) -> None:
        """Hold a card to the reader."""
        ...

    def raise_fault(self, connector: int, error: ErrorType, detail: str | None) -> None:
        """Break something."""
        ...

    def clear_fault(self, connector: int) -> None:
        """Mend what was broken."""
        ...

    def cut(self) -> None:
        """Pull the network cable."""
        ...

    def restore(self) -> None:
        """Put the network cable in again."""
        ...

    def reboot(self) -> None:
        """Take the power away for a moment."""
        ...

    def set_drift(self, drift: Seconds) -> None:
        """Let its clock be wrong."""
        ...

    def limit(self, command: Command) -> None:
        """Let something that no message tells of hold the current down."""
        ...

    def quirk(self, command: Command) -> None:
        """Let the firmware be odd, or well again."""
        ...

    def update(self, command: Command) -> None:
        """Install another firmware."""
        ...


class Scene(Protocol):
    """The devices that hands can reach, and the time they live in."""

    @property
    def world(self) -> World:
        """What they share."""
        ...

    @property
    def house(self) -> House | None:
        """The house they stand in, if it is simulated."""
        ...

    def __iter__(self) -> Iterator[Handled]: ...

    def run_at(self, speed: Speed) -> None:
        """Let time pass this fast."""
        ...
