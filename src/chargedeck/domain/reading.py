"""What a meter said at one instant, phase by phase; missing values stay missing."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from chargedeck.domain.units import Amps, Celsius, Ratio, Volts, WattHours, Watts

TELLING_FROM = Amps(2)
"""With less than this, a power does not tell on how many phases it flows."""

MORE_THAN_ONE = 1.5
"""One phase gives at most what its current times its voltage is; two give almost twice that."""

_TO_NEUTRAL = (80.0, 300.0)
_NOMINAL = Volts(230)
"""A voltage outside is none between a phase and the neutral."""

COMPUTED_POWER_FACTOR = "power_factor_ratio"
COMPUTED_POWER = "power_w"


class PhaseReading(NamedTuple):
    """One phase; `computed` names the values that no meter measured."""

    phase: int
    voltage_v: Volts | None = None
    current_a: Amps | None = None
    power_w: Watts | None = None
    power_factor_ratio: Ratio | None = None
    computed: tuple[str, ...] = ()


class Spread(StrEnum):
    """On which phases a current may flow that was told of one alone."""

    TOLD = "told"
    """Where it was told, and nowhere else."""
    ONE = "one"
    """It was told without a phase, and its power shows that one carries it all."""
    ANY = "any"
    """Each of the outlet's phases may carry as much."""


class Reading(NamedTuple):
    """One instant; `register_wh` is the meter's own counter, the only source of energy."""

    at: datetime
    register_wh: WattHours | None = None
    power_w: Watts | None = None
    phases: tuple[PhaseReading, ...] = ()
    temperature_c: Celsius | None = None
    soc_ratio: Ratio | None = None
    offered_a: Amps | None = None
    spread: Spread = Spread.TOLD

    @property
    def current_a(self) -> Amps | None:
        """The highest phase current: what a limit is compared with."""
        return max((p.current_a for p in self.phases if p.current_a is not None), default=None)


def spread(phases: Sequence[PhaseReading], power: Watts | None, *, named: bool) -> Spread:
    """On which phases a car may draw by one message; `named` is whether its current came with a phase.

    `power` is what was measured over all phases at the same instant: it is three times the current's on
    three phases. Until it tells, the current may flow on every phase.
    """
    told = [phase for phase in phases if phase.current_a is not None or phase.power_w is not None]
    if len(told) > 1:
        return Spread.TOLD
    if not told:
        return Spread.TOLD if named or not phases else Spread.ANY
    current, may_be_more = told[0].current_a, not named or len(phases) > 1
    if current is None or power is None or current < TELLING_FROM:
        return Spread.ANY if may_be_more else Spread.TOLD
    low, high = _TO_NEUTRAL
    voltage = told[0].voltage_v or _NOMINAL
    if power > MORE_THAN_ONE * current * (voltage if low <= voltage <= high else _NOMINAL):
        return Spread.ANY
    return Spread.ONE if may_be_more else Spread.TOLD


def phases_completed(reading: Reading) -> tuple[PhaseReading, ...]:
    """All phases with what can be computed of them; a power that was measured over all is shared out."""
    shared = _factor_over_all(reading)
    return tuple(completed(phase, shared) for phase in reading.phases)


def _factor_over_all(reading: Reading) -> Ratio | None:
    """The power factor of all phases together, where only their sum was measured."""
    if reading.power_w is None or any(phase.power_w is not None for phase in reading.phases):
        return None
    apparent = sum((phase.voltage_v or 0) * (phase.current_a or 0) for phase in reading.phases)
    return Ratio(min(1.0, max(0.0, reading.power_w / apparent))) if apparent > 0 else None


def completed(phase: PhaseReading, shared_factor: Ratio | None = None) -> PhaseReading:
    """Fill in power or power factor from the others, and mark what was computed."""
    voltage, current, power, factor = (
        phase.voltage_v,
        phase.current_a,
        phase.power_w,
        phase.power_factor_ratio,
    )
    if voltage is None or current is None:
        return phase
    apparent = voltage * current
    computed = list(phase.computed)
    if factor is None and apparent > 0:
        factor = shared_factor if power is None else Ratio(min(1.0, max(0.0, power / apparent)))
        if factor is not None:
            computed.append(COMPUTED_POWER_FACTOR)
    if power is None:
        power = Watts(apparent * (1.0 if factor is None else factor))
        computed.append(COMPUTED_POWER)
    return PhaseReading(phase.phase, voltage, current, power, factor, tuple(computed))


def at_rest(reading: Reading) -> Reading:
    """What still holds of a reading once its session is over: nothing flows, and no car is known."""
    phases = tuple(PhaseReading(phase.phase, phase.voltage_v) for phase in reading.phases)
    # The next car may use phases that this one did not.
    spread = Spread.ANY if reading.spread is Spread.ONE else reading.spread
    return Reading(reading.at, reading.register_wh, None, phases, reading.temperature_c, spread=spread)


def merged(old: Reading | None, new: Reading) -> Reading:
    """Lay a new reading over the last one: devices may send energy and power in separate messages."""
    if old is None:
        return new
    return Reading(
        new.at,
        old.register_wh if new.register_wh is None else new.register_wh,
        old.power_w if new.power_w is None else new.power_w,
        new.phases or old.phases,
        old.temperature_c if new.temperature_c is None else new.temperature_c,
        old.soc_ratio if new.soc_ratio is None else new.soc_ratio,
        old.offered_a if new.offered_a is None else new.offered_a,
        new.spread if new.phases else old.spread,
    )
