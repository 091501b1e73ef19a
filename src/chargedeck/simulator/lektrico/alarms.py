"""The errors that are on, side by side: the ten booleans, and which of them the outlet feels."""

from collections.abc import Iterator

from chargedeck.simulator.faults import FAULTS, OVER_VOLTAGE, Fault, StopReason

SYSTEM_FLAG = "state_f_activated"
"""A system error has no boolean of its own: the charger is in state F, and no flag says why."""

FLAGS = tuple(
    fault.vendor_code for fault in (*FAULTS.values(), OVER_VOLTAGE) if fault.vendor_code != SYSTEM_FLAG
)
"""The ten booleans of active_errors.get."""


class Faults:
    """What is wrong now, and what ever was."""

    def __init__(self) -> None:
        self._active: dict[str, Fault] = {}
        self.logged: set[str] = set()

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._active.values())

    def __bool__(self) -> bool:
        return bool(self._active)

    def add(self, fault: Fault) -> None:
        """One more is wrong."""
        self._active[fault.vendor_code] = fault
        self.logged.add(fault.vendor_code)

    def clear(self) -> None:
        """All is well again; the log stays."""
        self._active.clear()

    def has(self, flag: str) -> bool:
        """Whether this is wrong now."""
        return flag in self._active

    @property
    def worst(self) -> Fault | None:
        """The one that the outlet feels: what forbids to go on, before what stops, before a warning."""
        return max(self, key=_weight, default=None)


def ends_session(fault: Fault) -> bool:
    """Whether somebody has to start again when it is gone; the others only interrupt."""
    return fault.stops is StopReason.EMERGENCY_STOP


def _weight(fault: Fault) -> int:
    return 0 if fault.stops is None else 2 if ends_session(fault) else 1
