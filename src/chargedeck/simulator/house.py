"""The house that devices stand in: its load, its sun and what crosses the meter; decides nothing."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from chargedeck.domain.units import Amps, Ratio, Volts, Watts
from chargedeck.simulator.clock import Instant

PerPhase: TypeAlias = tuple[Watts, Watts, Watts]
Consumer: TypeAlias = Callable[[Instant], PerPhase]
"""What a charger draws from each phase at a moment that is not in the past."""

_DAY_S = 86_400
_LOAD_POWER_FACTOR = 0.95
_REACTIVE_PER_WATT = math.tan(math.acos(_LOAD_POWER_FACTOR))
_SHARES = (0.45, 0.3, 0.25)
"""How a house's appliances lie on three phases."""


@dataclass(frozen=True, slots=True)
class HouseModel:
    """What kind of house it is."""

    phases: int = 3
    base_w: Watts = Watts(350)
    """Drawn all day and all night …"""
    evening_w: Watts = Watts(2_200)
    """… and this on top when everybody is at home."""
    sun_peak_w: Watts = Watts(6_500)
    """The roof at noon without a cloud; 0 without a roof."""


@dataclass(frozen=True, slots=True)
class PhaseReading:
    """What a meter at the main connection shows for one phase; import is positive."""

    voltage_v: Volts
    current_a: Amps
    power_w: Watts
    power_factor: Ratio


def load_power(model: HouseModel, at: Instant) -> PerPhase:
    """What the appliances draw, as a smooth function of the time of day in UTC."""
    hour = at % _DAY_S / 3600
    total = model.base_w + model.evening_w * (0.45 * _bump(hour, 7.5, 1.2) + _bump(hour, 19, 2.2))
    total *= 1 + 0.12 * math.sin(at / 97) + 0.06 * math.sin(at / 11)
    return _spread(Watts(total), model.phases, _SHARES)


def sun_power(model: HouseModel, at: Instant) -> PerPhase:
    """What the roof gives between 6 and 18 o'clock UTC, with clouds passing."""
    hour = at % _DAY_S / 3600
    clear = max(math.sin((hour - 6) / 12 * math.pi), 0.0) ** 1.3 if 6 < hour < 18 else 0.0
    clouds = 0.86 + 0.14 * math.sin(at / 410) * math.sin(at / 173)
    return _spread(Watts(model.sun_peak_w * clear * clouds), model.phases, (1 / 3, 1 / 3, 1 / 3))


class House:
    """Adds up what crosses its meter."""

    def __init__(self, model: HouseModel = HouseModel()) -> None:
        self.model = model
        self.consumers: list[Consumer] = []
        """The chargers that hang behind the meter."""
        self._load: PerPhase | None = None
        self._sun: PerPhase | None = None

    def set(self, load_w: Sequence[float] | None, sun_w: float | None) -> None:
        """Hold load (per phase) and sun (over all phases) where they are told; None: as the day goes."""
        phases = None if load_w is None else [Watts(watts) for watts in (*load_w, 0, 0, 0)][:3]
        self._load = None if phases is None else (phases[0], phases[1], phases[2])
        share = 1 / self.model.phases
        self._sun = None if sun_w is None else _spread(Watts(sun_w), self.model.phases, (share, share, share))

    def load(self, at: Instant) -> PerPhase:
        """What the appliances draw."""
        return load_power(self.model, at) if self._load is None else self._load

    def sun(self, at: Instant) -> PerPhase:
        """What the roof gives."""
        return sun_power(self.model, at) if self._sun is None else self._sun

    def chargers(self, at: Instant) -> PerPhase:
        """What the cars draw."""
        return _summed([consumer(at) for consumer in self.consumers])

    def grid(self, at: Instant) -> tuple[PhaseReading, ...]:
        """What the meter shows on three phases; those that the house has not are dead."""
        load, sun, chargers = self.load(at), self.sun(at), self.chargers(at)
        return tuple(
            self._reading(phase, Watts(load[phase] - sun[phase] + chargers[phase]), load[phase], at)
            for phase in range(3)
        )

    def state(self, at: Instant) -> dict[str, Any]:
        """The truth, for a bystander."""
        return {
            "load_w": [round(watts, 1) for watts in self.load(at)],
            "sun_w": [round(watts, 1) for watts in self.sun(at)],
            "chargers_w": [round(watts, 1) for watts in self.chargers(at)],
            "grid_w": [round(reading.power_w, 1) for reading in self.grid(at)],
        }

    def _reading(self, phase: int, power: Watts, load: Watts, at: Instant) -> PhaseReading:
        if phase >= self.model.phases:
            return PhaseReading(Volts(0), Amps(0), Watts(0), Ratio(0))
        voltage = Volts(230.2 + 0.6 * math.sin(at / 140 + phase * 2.1) - power * 0.0002)
        apparent = math.hypot(power, load * _REACTIVE_PER_WATT)
        factor = Ratio(abs(power) / apparent if apparent > 0 else 0.0)
        return PhaseReading(voltage, Amps(math.copysign(apparent / voltage, power)), power, factor)


def _bump(hour: float, centre: float, width: float) -> float:
    return math.exp(-(((hour - centre) / width) ** 2))


def _spread(total: Watts, phases: int, shares: tuple[float, float, float]) -> PerPhase:
    if phases == 1:
        return (total, Watts(0), Watts(0))
    return (Watts(total * shares[0]), Watts(total * shares[1]), Watts(total * shares[2]))


def _summed(parts: Sequence[PerPhase]) -> PerPhase:
    sums = [Watts(sum(part[phase] for part in parts)) for phase in range(3)]
    return (sums[0], sums[1], sums[2])
