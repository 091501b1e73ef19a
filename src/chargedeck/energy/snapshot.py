"""What the balancer is told of a station at one instant, and what it answers; plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chargedeck.domain.limits import Rung
from chargedeck.domain.units import MINIMUM_CURRENT, NO_CURRENT, Amps, ChargerId
from chargedeck.energy.circuits import CircuitId
from chargedeck.energy.demand import WHOLE_AMPERES

Phases = tuple[Amps, Amps, Amps]
"""Amperes on the phases 1, 2 and 3 of the grid."""

NOTHING: Phases = (NO_CURRENT, NO_CURRENT, NO_CURRENT)


@dataclass(frozen=True, slots=True)
class MeterReading:
    """What flowed into a circuit at an instant; what flows out is negative."""

    circuit: CircuitId
    at: datetime
    current_a: Phases


@dataclass(frozen=True, slots=True)
class Unreachable:
    """What a charger that cannot be told anything since an instant may be drawing.

    `held_a` is what its car has, or has to be reckoned with; the others give way to it. `most_a` is what it
    might have as well; nobody else is given that. `in_session` is how it stood when it was heard last.
    """

    held_a: Amps
    most_a: Amps
    since: datetime
    in_session: bool


@dataclass(frozen=True, slots=True)
class ManagedCharger:
    """A charger as it stands: what it was told, what it draws, and what it may have at most.

    `phases` are the grid's, after rotation, that its car uses, or may use while they are not known.
    `wants` is whether a car is there that may charge. `max_a` is the lowest of its other limits.
    `drawn_a` is None until it has been measured. Who cannot be reached wants nothing and measures
    nothing: what it draws then counts for the house, and where no meter shows it, as `unreachable` says.
    """

    charger: ChargerId
    circuit: CircuitId
    phases: tuple[int, ...]
    wants: bool
    max_a: Amps
    offered_a: Amps = NO_CURRENT
    drawn_a: Phases | None = None
    drawn_at: datetime | None = None
    min_a: Amps = MINIMUM_CURRENT
    step_a: Amps = WHOLE_AMPERES
    weight: float = 1.0
    priority: int = 0
    phases_known: bool = True
    unreachable: Unreachable | None = None

    @property
    def highest_a(self) -> Amps | None:
        """The current of its phases that a limit is compared with."""
        return None if self.drawn_a is None else max(self.drawn_a)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that is known of a station at one instant: the latest readings and all its chargers."""

    readings: Sequence[MeterReading]
    chargers: Sequence[ManagedCharger]


@dataclass(frozen=True, slots=True)
class Order:
    """What a charger is to offer from now on, and what holds it there; None where nothing does."""

    charger: ChargerId
    current_a: Amps
    rung: Rung | None = None


@dataclass(frozen=True, slots=True)
class BalancerSettings:
    """How careful the balancer is; the reasons for the defaults are in `docs/adr/0011`.

    `margin_a` stays free for what no estimate sees; a circuit is cut when it would be exceeded by more
    than `tolerance_a` into that margin and beyond. Nothing is raised by less than `deadband_a`. Meter and
    chargers name the instants of what they measured to within `clocks_agree_within`.
    """

    margin_a: Amps = Amps(0.25)
    tolerance_a: Amps = Amps(0.4)
    deadband_a: Amps = Amps(1)
    clocks_agree_within: timedelta = timedelta(seconds=1.5)
    settle: timedelta = timedelta(seconds=8)
    pace: timedelta = timedelta(seconds=10)
    restart_lock: timedelta = timedelta(seconds=120)
    commands_an_hour: float = 8
    meter_lost_after: timedelta = timedelta(seconds=15)
    meter_lost_a: Amps = MINIMUM_CURRENT
    meter_lost_house: float = 0.8
