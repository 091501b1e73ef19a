"""The ladder: every limit in force for a charger, of which the lowest rung is the limit."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from chargedeck.domain.causes import Cause
from chargedeck.domain.units import MINIMUM_CURRENT, NO_CURRENT, Amps


class LimitReason(StrEnum):
    """Who sets a limit; the order breaks ties, so that the owner reads the more telling reason."""

    INSTALLATION = "installation"
    USER = "user"
    DYNAMIC = "dynamic"
    LOAD_BALANCING = "load_balancing"
    METER_LOST = "meter_lost"
    SCHEDULE = "schedule"
    PRICE = "price"
    SOLAR = "solar"
    OCPP = "ocpp"
    TEMPERATURE = "temperature"
    CABLE = "cable"
    PHASE_SWITCHING = "phase_switching"
    GRID_OPERATOR = "grid_operator"


OVERRIDABLE = frozenset({LimitReason.SCHEDULE, LimitReason.PRICE, LimitReason.SOLAR})
"""What Charge now sets aside until the session ends; nothing that protects a wire is in it."""

_ORDER = {reason: place for place, reason in enumerate(LimitReason)}


@dataclass(frozen=True, slots=True)
class Rung:
    """One limit with who set it and, in words, why it is what it is."""

    reason: LimitReason
    current_a: Amps
    detail: str | None = None
    cause: Cause | None = field(default=None, compare=False)
    """The same as `detail`, for other languages."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """All rungs, lowest first; the first one is in force."""

    rungs: tuple[Rung, ...]

    @property
    def in_force(self) -> Rung:
        """The lowest rung."""
        return self.rungs[0]

    @property
    def current_a(self) -> Amps:
        """What the charger may draw: at least 6 A, or nothing, since no pilot says less."""
        amps = self.rungs[0].current_a
        return amps if amps >= MINIMUM_CURRENT else NO_CURRENT


def ladder(installation: Rung, *others: Rung) -> Ladder:
    """Stand the rungs in order; none is ever above the installation, and there is always one."""
    capped = (
        rung if rung.current_a <= installation.current_a else replace(rung, current_a=installation.current_a)
        for rung in others
    )
    rungs = sorted(
        (installation, *capped), key=lambda rung: (max(rung.current_a, NO_CURRENT), -_ORDER[rung.reason])
    )
    return Ladder(tuple(rungs))


def joined(own: Ladder, reported: tuple[Rung, ...]) -> Ladder:
    """Our own rungs and those that a device reports; of two with the same reason the lower stands."""
    lowest = {rung.reason: rung for rung in sorted((*own.rungs, *reported), key=lambda r: -r.current_a)}
    installation = lowest.pop(LimitReason.INSTALLATION)
    return ladder(installation, *lowest.values())
