"""One outlet and the car on its cable: pilot, contactor, meter, temperature; speaks no protocol."""

import math
from collections import deque
from dataclasses import dataclass
from enum import StrEnum

from chargedeck.domain.errors import ErrorType
from chargedeck.domain.units import (
    MINIMUM_CURRENT,
    NO_CURRENT,
    Amps,
    Celsius,
    Ratio,
    Volts,
    WattHours,
    Watts,
)
from chargedeck.simulator.car import Car, charged, wanted_current
from chargedeck.simulator.clock import Instant, Seconds, after, between
from chargedeck.simulator.faults import Fault

NOMINAL_VOLTAGE = Volts(230)
HOT_CURRENT = Amps(10)
_POWER_FACTOR = Ratio(0.99)
_STEP = Seconds(10)
"""The longest time over which the current is taken as straight."""
_AMBIENT = Celsius(21)
_HEATING_PER_SQUARE_AMP = 0.028
_THERMAL_DELAY = Seconds(600)
_FORCED_TEMPERATURE = {ErrorType.DEVICE_HOT: Celsius(68), ErrorType.CRITICAL_TEMPERATURE: Celsius(79)}


class Pilot(StrEnum):
    """The control pilot's states, IEC 61851-1."""

    NO_CAR = "A"
    CONNECTED = "B"
    CHARGING = "C"
    ERROR = "E"
    FAULT = "F"


@dataclass(frozen=True, slots=True)
class Wiring:
    """What the outlet was built for."""

    max_current_a: Amps = Amps(32)
    phases: int = 3
    cable_current_a: Amps = Amps(32)


class Outlet:
    """Moves in time only through `advance`; everything else happens at the moment it was advanced to."""

    __slots__ = (
        "_at",
        "_current",
        "_enabled",
        "_heard",
        "_offered",
        "_pending",
        "_requested",
        "_temperature",
        "car",
        "fault",
        "register_wh",
        "wiring",
    )

    def __init__(self, wiring: Wiring, now: Instant) -> None:
        self.wiring = wiring
        self.car: Car | None = None
        self.fault: Fault | None = None
        self.register_wh = WattHours(0)
        """The meter: energy ever delivered; it never goes back."""
        self._at = now
        self._enabled = False
        self._requested = NO_CURRENT
        self._offered = NO_CURRENT
        self._heard = NO_CURRENT
        self._pending: deque[tuple[Instant, Amps]] = deque()
        self._current = NO_CURRENT
        self._temperature = _AMBIENT

    def plug(self, car: Car) -> None:
        """Put the car's cable in."""
        self.car = car
        self._restart_pilot()

    def unplug(self) -> None:
        """Pull the cable out; the contactor opens first."""
        self.car = None
        self._restart_pilot()

    def enable(self, amps: Amps) -> None:
        """Let a car charge at up to `amps` from now on."""
        self._enabled = True
        self.offer(amps)

    def disable(self) -> None:
        """Open the contactor at once."""
        self._enabled = False
        self._requested = NO_CURRENT
        self._restart_pilot()

    def offer(self, amps: Amps) -> None:
        """Show the car another current; it answers within its reaction time."""
        self._requested = amps
        offered = self._possible(amps) if self._is_live else NO_CURRENT
        if offered == self._offered:
            return
        self._offered = offered
        if self.car is not None:
            self._pending.append((after(self._at, self.car.model.reaction), offered))

    def raise_fault(self, fault: Fault) -> None:
        """Have an error; one that stops charging opens the contactor at once."""
        self.fault = fault
        if fault.stops is not None:
            self.disable()
        else:
            self.offer(self._requested)
        forced = _FORCED_TEMPERATURE.get(fault.type)
        if forced is not None:
            self._temperature = Celsius(max(self._temperature, forced - 2))

    def clear_fault(self) -> None:
        """Be well again; charging does not go on by itself."""
        self.fault = None
        self.offer(self._requested)

    def advance(self, now: Instant) -> None:
        """Live until `now`."""
        while self._at < now:
            step = self._straight_until(now)
            self._run(step)
            self._at = after(self._at, step) if between(self._at, now) > step else now
            self._hear()

    @property
    def at(self) -> Instant:
        """The moment it has lived to."""
        return self._at

    def next_change(self) -> Instant | None:
        """When the car will have noticed the next offer."""
        return self._pending[0][0] if self._pending else None

    @property
    def is_plugged(self) -> bool:
        """Whether a car is on the cable."""
        return self.car is not None

    @property
    def is_stopped_by_fault(self) -> bool:
        """Whether an error forbids charging."""
        return self.fault is not None and self.fault.stops is not None

    @property
    def pilot(self) -> Pilot:
        """The state of the control pilot."""
        if self.fault is not None and self.is_stopped_by_fault:
            return Pilot.ERROR if self.fault.type is ErrorType.CAR_ERROR else Pilot.FAULT
        if self.car is None:
            return Pilot.NO_CAR
        return Pilot.CHARGING if self._target() > 0 else Pilot.CONNECTED

    @property
    def contactor_closed(self) -> bool:
        """Whether the car is connected to the grid."""
        return self.pilot is Pilot.CHARGING

    @property
    def offered_a(self) -> Amps:
        """What the pilot says now: 0, or at least 6 A."""
        return self._offered

    @property
    def current_a(self) -> Amps:
        """What the car draws on each phase it uses."""
        return self._current

    @property
    def temperature_c(self) -> Celsius:
        """Inside the housing."""
        return self._temperature

    @property
    def active_phases(self) -> int:
        """How many phases the car on the cable uses, or all of the outlet's without one."""
        return self.wiring.phases if self.car is None else min(self.wiring.phases, self.car.model.phases)

    @property
    def power_factor(self) -> Ratio:
        """Of the charging car."""
        return _POWER_FACTOR if self._current > 0 else Ratio(0)

    @property
    def power_w(self) -> Watts:
        """Active power over all phases."""
        return self._power(self._current, self._at)

    def phase_current_a(self, phase: int) -> Amps:
        """What flows in one phase, counted from 1."""
        return self._current if phase <= self.active_phases else NO_CURRENT

    def phase_power_w(self, phase: int) -> Watts:
        """Active power in one phase, counted from 1."""
        return Watts(self.phase_current_a(phase) * self.voltage_v(phase) * self.power_factor)

    def voltage_v(self, phase: int) -> Volts:
        """The voltage of one phase; it never passes 230 V, so amps make no more watts than planned."""
        if self.fault is not None and self.fault.type is ErrorType.VOLTAGE_OUT_OF_RANGE:
            return Volts(262.0 if self.fault.code == "OverVoltage" else 188.0)
        return self._voltage(phase, self.phase_current_a(phase), self._at)

    @property
    def _is_live(self) -> bool:
        return self._enabled and not self.is_stopped_by_fault

    def _restart_pilot(self) -> None:
        self._pending.clear()
        self._offered = self._heard = self._current = NO_CURRENT
        self.offer(self._requested)

    def _possible(self, amps: Amps) -> Amps:
        most = min(amps, self.wiring.max_current_a, self.wiring.cable_current_a)
        if self.fault is not None and self.fault.type is ErrorType.DEVICE_HOT:
            most = min(most, HOT_CURRENT)
        shown = math.floor(most * 10 + 1e-6) / 10
        return Amps(shown) if shown >= MINIMUM_CURRENT else NO_CURRENT

    def _target(self) -> Amps:
        return wanted_current(self.car, self._heard) if self.car is not None and self._is_live else NO_CURRENT

    def _hear(self) -> None:
        while self._pending and self._pending[0][0] <= self._at:
            self._heard = self._pending.popleft()[1]
        self._current = min(self._current, self._target())

    def _straight_until(self, now: Instant) -> Seconds:
        """How long nothing bends."""
        step = between(self._at, now)
        target = self._target()
        if target > 0 or self._current > 0:
            step = min(step, _STEP)
        if self._pending:
            step = min(step, between(self._at, self._pending[0][0]))
        if self.car is not None and target > self._current:
            step = min(step, Seconds((target - self._current) / self.car.model.ramp_a_per_s))
        return Seconds(max(step, 1e-6))

    def _run(self, step: Seconds) -> None:
        target = self._target()
        before = self._current
        if self.car is not None and target > before:
            self._current = Amps(min(before + self.car.model.ramp_a_per_s * step, target))
        mean = Amps((before + self._current) / 2)
        self._warm(mean, step)
        if self.car is None or mean <= 0:
            return
        energy = WattHours(self._power(mean, after(self._at, Seconds(step / 2))) * step / 3600)
        self.register_wh = WattHours(self.register_wh + energy)
        self.car = charged(self.car, energy)

    def _warm(self, amps: Amps, step: Seconds) -> None:
        forced = None if self.fault is None else _FORCED_TEMPERATURE.get(self.fault.type)
        settles_at = _AMBIENT + _HEATING_PER_SQUARE_AMP * amps**2 if forced is None else forced
        left = math.exp(-step / _THERMAL_DELAY)
        self._temperature = Celsius(settles_at + (self._temperature - settles_at) * left)

    def _power(self, amps: Amps, at: Instant) -> Watts:
        volts = sum(self._voltage(phase, amps, at) for phase in range(1, self.active_phases + 1))
        return Watts(volts * amps * _POWER_FACTOR)

    def _voltage(self, phase: int, amps: Amps, at: Instant) -> Volts:
        return Volts(229.4 + 0.5 * math.sin(at / 140 + phase * 2.1) - 0.05 * amps)


def phase_powers(outlet: Outlet) -> tuple[Watts, Watts, Watts]:
    """What an outlet draws from each phase of the house."""
    return (outlet.phase_power_w(1), outlet.phase_power_w(2), outlet.phase_power_w(3))
