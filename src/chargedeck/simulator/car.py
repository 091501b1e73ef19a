"""The electric car: what it draws for what it is offered; pure functions of its state, no clock, no meter."""

from dataclasses import dataclass, replace

from chargedeck.domain.units import MINIMUM_CURRENT, NO_CURRENT, Amps, Ratio, WattHours
from chargedeck.simulator.clock import Seconds

AmpsPerSecond = float


@dataclass(frozen=True, slots=True)
class CarModel:
    """How a kind of car charges; currents are per phase."""

    battery_wh: WattHours = WattHours(60_000)
    max_current_a: Amps = Amps(16)
    phases: int = 3
    taper_from: Ratio = Ratio(0.8)
    """Above this state of charge the current falls in a straight line …"""
    taper_to: Ratio = Ratio(0.08)
    """… to this share of the car's maximum just before it is full."""
    reaction: Seconds = Seconds(2)
    """From a change of the pilot to the car's answer; IEC 61851-1 allows 5 s."""
    ramp_a_per_s: AmpsPerSecond = 2.0
    efficiency: Ratio = Ratio(0.92)
    """The share of the energy from the meter that reaches the battery."""


@dataclass(frozen=True, slots=True)
class Car:
    """A car at a moment."""

    model: CarModel = CarModel()
    soc: Ratio = Ratio(0.35)

    @property
    def is_full(self) -> bool:
        """Whether it wants nothing more."""
        return self.soc >= 1.0


def wanted_current(car: Car, offered: Amps) -> Amps:
    """What the car settles at: nothing below 6 A or when full, never more than it is offered."""
    if offered < MINIMUM_CURRENT or car.is_full:
        return NO_CURRENT
    return Amps(min(offered, car.model.max_current_a * _taper(car)))


def charged(car: Car, energy_wh: WattHours) -> Car:
    """The car after the meter has counted `energy_wh` more."""
    stored = energy_wh * car.model.efficiency / car.model.battery_wh
    return replace(car, soc=Ratio(min(car.soc + stored, 1.0)))


def energy_to_full(car: Car) -> WattHours:
    """What the meter will count until the car is full."""
    return WattHours((1.0 - car.soc) * car.model.battery_wh / car.model.efficiency)


def _taper(car: Car) -> Ratio:
    model = car.model
    if car.soc <= model.taper_from or model.taper_from >= 1.0:
        return Ratio(1.0)
    done = (car.soc - model.taper_from) / (1.0 - model.taper_from)
    return Ratio(1.0 - done * (1.0 - model.taper_to))
