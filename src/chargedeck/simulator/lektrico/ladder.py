"""What holds a charger's current down: every limit, and the one that binds; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from chargedeck.domain.units import MINIMUM_CURRENT, NO_CURRENT, Amps


class Reason(IntEnum):
    """`current_limit_reason`, in the firmware's numbers."""

    NO_LIMIT = 0
    INSTALLATION = 1
    USER = 2
    DYNAMIC = 3
    SCHEDULE = 4
    EM_OFFLINE = 5
    EM = 6
    OCPP = 7
    OVERTEMPERATURE = 8
    SWITCHING_PHASES = 9


@dataclass(frozen=True, slots=True)
class Rung:
    """One limit."""

    current_a: Amps
    reason: Reason


def binding(rungs: Sequence[Rung], hardware_a: Amps) -> Rung:
    """The lowest rung, the first of equals; none below the hardware's own limit is no limit at all."""
    lowest = min(rungs, key=lambda rung: rung.current_a, default=Rung(hardware_a, Reason.NO_LIMIT))
    if lowest.current_a >= hardware_a:
        return Rung(hardware_a, Reason.NO_LIMIT)
    if lowest.current_a < MINIMUM_CURRENT:
        return Rung(NO_CURRENT, lowest.reason)
    return lowest
